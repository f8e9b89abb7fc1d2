"""Entering an arrival: what its serial means, what is attested, and that nothing enters twice."""

import pytest

from depesha.base import SerialRanges
from depesha.channel import BookUse, ChannelPolicy
from depesha.station import BookOrder
from depesha.station.desks.entering import JUMP_LIMIT
from depesha.station.desks.timing import ASK_AFTER
from depesha.telegram import Precedence
from tests.station.acting import bring, gaps, ledger, lose, queued, send, set_serial, way
from tests.station.desks.test_services import repeat_notice
from tests.station.houses import NORTH, PAGES, PORT, House, Pair, draft_to
from tests.station.looking import everything, kept_in_quarantine, live_pages


def notes(house: House, record_id: str) -> dict[str, str]:
    return {one.kind: one.note for one in house.station.reading.telegram(record_id).stamps}


def test_a_gap_is_kept_as_urgent_as_what_showed_it(pair: Pair) -> None:
    """Each missing serial is asked for when the precedence of the cover that showed it says."""
    for _ in range(3):
        pair.north.sealed(draft_to(PORT))
    lose(pair.north)
    pair.north.sealed(draft_to(PORT))

    (record_id,) = bring(pair.north, pair.port)

    assert notes(pair.port, record_id)["received"] == "missing before it: 1-3"
    with pair.port.office.reading() as work:
        kept = work.channel.dues.gaps(way(pair.north, pair.port))
    assert [one.serial for one in kept] == [1, 2, 3]
    now = pair.clock.now()
    assert {one.due for one in kept} == {now + ASK_AFTER[Precedence.IMMEDIATE]}


def test_what_fills_a_gap_closes_that_one(pair: Pair) -> None:
    """The others stay open, and a fill is no new gap."""
    for _ in range(3):
        pair.north.sealed(draft_to(PORT))
    late = queued(pair.north)
    lose(pair.north)
    pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)

    filled = pair.port.station.reception.receive(late[1], by=pair.port.clerk)

    assert gaps(pair.port, pair.north).to_text() == "1,3"
    assert filled.record_id is not None
    assert notes(pair.port, filled.record_id)["received"] == ""


@pytest.mark.parametrize(("ahead", "accepted"), [(1, True), (40, True), (JUMP_LIMIT + 1, False)])
def test_a_serial_may_jump_only_so_far(pair: Pair, ahead: int, accepted: bool) -> None:
    """Each missing serial costs a row: what lies absurdly far ahead is refused, and kept."""
    pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)
    set_serial(pair, 2 + ahead)
    pair.north.sealed(draft_to(PORT))
    before = everything(pair.port)["channel_gaps"]

    (became,) = bring(pair.north, pair.port)

    assert (became != "station.arrival") is accepted
    if accepted:
        assert gaps(pair.port, pair.north) == SerialRanges(((2, 1 + ahead),))
    else:
        assert everything(pair.port)["channel_gaps"] == before
        assert len(kept_in_quarantine(pair.port)) == 1
        assert ledger(pair.port, pair.north).received.to_text() == "1"


def test_what_was_named_as_void_is_refused_when_it_comes(pair: Pair) -> None:
    """Its sender said that there is no such telegram: the incident is kept, and its page lives."""
    held = pair.north.sealed(draft_to(PORT))
    (sealed,) = queued(pair.north)
    pair.north.station.dispatch.void(held.record_id, PORT, by=pair.north.clerk)
    pair.north.station.liaison.recap(PORT, by=pair.north.clerk)
    assert bring(pair.north, pair.port) == ["recap"]
    pages = live_pages(pair.port)

    received = pair.port.station.reception.receive(sealed, by=pair.port.clerk)

    assert received.refused == "station.arrival"
    assert live_pages(pair.port) == pages
    assert pair.port.station.reading.telegrams() == ()
    assert ledger(pair.port, pair.north).voided.to_text() == "1"


def hold_period_key(pair: Pair) -> None:
    order = BookOrder(call_sign=NORTH, use=BookUse.PERIOD, pages=1, days=20)
    book = pair.port.station.correspondence.issue(order, by=pair.port.clerk)
    pair.north.station.correspondence.accept(book, issuer=PORT, by=pair.north.clerk)


def test_the_station_attests_how_an_arrival_came(pair: Pair) -> None:
    """Repeat, period key and check are in the stamps: nobody else could tell them later."""
    policy = ChannelPolicy(allows_unsigned=True)
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        house.station.correspondence.set_policy(other, policy, by=house.clerk)
    hold_period_key(pair)
    pair.north.sealed(draft_to(PORT, mode="unsigned"))
    lose(pair.north)
    for _ in range(PAGES - 1):
        pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)
    send(pair.port, pair.north, repeat_notice("2031:1", channel=way(pair.north, pair.port)))
    bring(pair.port, pair.north)
    pair.sync(pair.north)
    *_, record_id = pair.sync(pair.port)
    assert len(record_id) == 32, "it came under the period key, as a repeat, unsigned"

    found = notes(pair.port, record_id)

    assert found["sealed"] == "repeat 1, no page: period key"
    assert found["opened"] == "unsigned: its check held on receipt"
    (copy,) = pair.port.station.reading.telegram(record_id).copies
    assert (copy.repeat, copy.is_period_key, copy.mode) == (1, True, "unsigned")


def test_a_telegram_is_named_by_chance_alone(pair: Pair) -> None:
    """Who recorded the traffic cannot tell which published record an object became."""
    pair.north.sealed(draft_to(PORT))
    (sealed,) = queued(pair.north)
    received = pair.port.station.reception.receive(sealed, by=pair.port.clerk)
    assert received.record_id is not None
    view = pair.port.station.reading.telegram(received.record_id)
    for digest in (received.object_digest, view.minute_digest):
        assert received.record_id not in digest


def test_a_copy_comes_into_the_hands_of_this_house_once(pair: Pair) -> None:
    """A repeat of what is here is no second paper."""
    pair.north.sealed(draft_to(PORT))
    first = queued(pair.north)
    (record_id,) = bring(pair.north, pair.port)
    send(pair.port, pair.north, repeat_notice("2031:1", channel=way(pair.north, pair.port)))
    bring(pair.port, pair.north)
    pair.sync(pair.north)
    assert record_id in pair.sync(pair.port)
    assert first
    events = pair.port.station.custody.custody(record_id)
    assert [(one.kind.value, one.copy_number) for one in events] == [("received", 1)]
