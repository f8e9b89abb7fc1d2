"""Rounds of carrying: one at a time, past what is damaged, and what they tidy away."""

from pathlib import Path

from depesha.base import Digest
from depesha.station import BookOrder
from tests.station.desks.test_reception import receive, sent
from tests.station.houses import NORTH, PAGES, PORT, Pair, draft_to, open_house
from tests.station.looking import everything, live_pages
from tests.station.refusals import refused


def test_one_command_carries_at_a_time(pair: Pair, tmp_path: Path) -> None:
    """A second round over the same home is refused at once, and does nothing."""
    pair.port.sealed(draft_to(NORTH))
    other = open_house(pair.port.home, pair.relay, pair.clock)
    before = everything(pair.port)

    with pair.port.office.carrying():
        with refused("station.busy") as caught:
            other.station.courier.sync(by=other.clerk)
        with refused("station.busy"):
            other.station.pouching.unpack(tmp_path, by=other.clerk)

    assert caught.value.retryable
    assert everything(pair.port) == before
    assert other.station.courier.sync(by=other.clerk).deposited == 1
    other.station.close()


def test_one_damaged_object_does_not_stop_a_pouch(pair: Pair, tmp_path: Path) -> None:
    """An object that is not what its name says is named, and those behind it are opened."""
    pair.north.sealed(draft_to(PORT))
    pouch = tmp_path / "pouch"
    pouch.mkdir()
    pair.north.station.pouching.pack(PORT, pouch, by=pair.north.clerk)
    damaged = "0" * 64
    (pouch / f"{damaged}.age").write_bytes(b"something else")

    *others, bad = pair.port.station.pouching.unpack(pouch, by=pair.port.clerk).received

    assert (bad.object_digest, bad.refused) == (f"sha256:{damaged}", "channel.pouch_format")
    assert [one.refused for one in others] == [None] * 3
    assert len(pair.port.station.reading.telegrams()) == 1


def test_what_was_refused_too_early_is_opened_again(pair: Pair) -> None:
    """Once the clock is right, quarantine is tried again: the case is settled, the rest stays."""
    pair.clock.pass_time(days=3)
    early, _ = sent(pair)
    pair.clock.pass_time(days=-3)
    assert receive(pair.port, early).refused == "station.arrival"
    assert receive(pair.port, b"junk").refused == "channel.envelope_format"
    for box in pair.relay.boxes.values():
        box.objects.clear()
    pair.clock.pass_time(days=3)

    assert pair.sync(pair.port) == ()
    report = pair.port.station.courier.sync(by=pair.port.clerk, is_again=True)

    assert sorted(one.refused or "" for one in report.received) == ["", "channel.envelope_format"]
    with pair.port.office.reading() as work:
        cases = work.channel.quarantine.open_cases()
    assert [case.object_digest for case in cases] == [Digest.of(b"junk")]
    assert pair.port.register_size() == 1


def test_a_late_courier_is_waited_for(pair: Pair) -> None:
    """A book that ended still opens what was sealed in time; after the grace its pages burn."""
    in_time, _ = sent(pair)
    too_late, _ = sent(pair, "Two.")
    pair.clock.pass_time(days=60 + 44)
    pair.port.station.reception.finish_all()
    assert receive(pair.port, in_time).refused is None
    assert len(live_pages(pair.port)) == PAGES - 1

    pair.clock.pass_time(days=2)
    pair.port.station.reception.finish_all()

    assert live_pages(pair.port) == set()
    assert receive(pair.port, too_late).refused == "channel.no_live_page"
    (status,) = pair.port.station.correspondence.pads()
    assert status.live == 0


def test_a_younger_book_outlives_an_older_one(pair: Pair) -> None:
    """Each book ends by itself: closing one burns no page of another."""
    pair.clock.pass_time(days=50)
    order = BookOrder(call_sign=NORTH, pages=3)
    pair.port.station.correspondence.issue(order, by=pair.port.clerk)
    pair.clock.pass_time(days=56)

    pair.port.station.reception.finish_all()

    assert len(live_pages(pair.port)) == 3


def test_reading_waits_for_nobody_and_writes_nothing(pair: Pair) -> None:
    """While one command writes another reads; and what only reads cannot write."""
    pair.north.released(draft_to(PORT))
    other = open_house(pair.north.home, pair.relay, pair.clock)
    with pair.north.office.transaction() as work:
        work.series.take(2031, "k")
        assert len(other.station.reading.telegrams()) == 1
    with refused("archive.store_fault"), other.office.reading() as work:
        work.series.take(2031, "k")
    with other.office.reading() as work:
        assert work.series.next(2031, "k") == 2
    other.station.close()
