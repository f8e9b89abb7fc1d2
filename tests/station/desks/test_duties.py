"""What a station does of itself: repeats, requests, receipts, recaps, pages, period keys."""

from collections import Counter
from collections.abc import Iterator

import pytest

from depesha.base import SerialRanges
from depesha.channel import BookUse, ChannelPolicy, FactKind, IncomingLedger, PadBook
from depesha.cipher import unverified_text
from depesha.station import BookOrder, RelayAdmission
from depesha.station.desks.duties import DutyReport
from depesha.station.desks.restoring import quarantine_all
from depesha.station.held import Direction, SealedCopy
from tests.station.houses import NORTH, PAGES, PORT, RELAY, House, Pair, draft_to
from tests.station.looking import live_pages
from tests.station.refusals import refused


def lose_all(pair: Pair) -> None:
    """The carrier loses everything that lies with it."""
    for box in pair.relay.boxes.values():
        box.objects.clear()


def sync(house: House) -> DutyReport:
    return house.station.courier.sync(by=house.clerk).duties


def ledger(house: House, other: House) -> IncomingLedger:
    with house.office.reading() as work:
        fingerprint = other.office.keyring.fingerprint
        for copy in _copies(house):
            if copy.station == fingerprint and copy.direction is Direction.RECEIVED:
                return work.channel.incoming.ledgers(copy.channel)["2031"]
    raise AssertionError("nothing was received")


def _copies(house: House) -> Iterator[SealedCopy]:
    for line in house.station.reading.telegrams():
        yield from house.station.reading.telegram(line.record_id).copies


def rounds(pair: Pair, days: int) -> None:
    """Let days pass, with a round of carrying at both ends every twelve hours."""
    for _ in range(2 * days):
        pair.clock.pass_time(hours=12)
        for house in (pair.north, pair.port, pair.north):
            pair.sync(house)


def test_a_gap_is_asked_for_when_its_precedence_says_and_filled(pair: Pair) -> None:
    """What is missing is named at once, asked for in time, sealed to a new page, and filed."""
    first = pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    lose_all(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    assert sync(pair.port).asked == 0, "it may only have been overtaken"
    assert ledger(pair.port, pair.north).missing.to_text() == "1"

    pair.clock.pass_time(minutes=31)
    assert sync(pair.port).asked == 1
    assert sync(pair.port).asked == 0, "it is asked for once a day"
    assert sync(pair.north).repeated == 1
    assert sync(pair.north).repeated == 0
    (became,) = pair.sync(pair.port)

    view = pair.port.station.reading.telegram(became)
    assert view.line.number == first.number
    assert [copy.repeat for copy in view.copies] == [1]
    assert ledger(pair.port, pair.north).missing == SerialRanges()
    own = pair.north.station.reading.telegram(first.record_id)
    assert sorted((copy.serial, copy.repeat) for copy in own.copies) == [(1, 0), (1, 1)]
    assert len({copy.page for copy in own.copies}) == 2


def test_a_repeat_that_was_overtaken_by_the_first_is_one_telegram(pair: Pair) -> None:
    """Both sealings may arrive: the telegram is here once, with two copies under one serial."""
    pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    delayed = pair.waiting()
    lose_all(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.clock.pass_time(minutes=31)
    for house in (pair.port, pair.north, pair.port):
        pair.sync(house)
    assert len(pair.port.station.reading.telegrams()) == 2

    (late,) = (pair.port.station.reception.receive(one, by=pair.port.clerk) for one in delayed)

    assert (late.refused, len(pair.port.station.reading.telegrams())) == (None, 2)
    assert ledger(pair.port, pair.north).received.to_text() == "1-2"


def test_a_lost_tail_is_named_by_a_recap_and_recovered(pair: Pair) -> None:
    """Nothing follows the last telegram, so no gap shows; the daily recap names it."""
    pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    last = pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    lose_all(pair)

    rounds(pair, days=4)

    numbers = {line.number for line in pair.port.station.reading.telegrams()}
    assert last.number in numbers
    view = pair.north.station.reading.telegram(last.record_id)
    assert all(copy.acknowledged for copy in view.copies)
    assert {"received", "opened", "acknowledged"} <= {stamp.kind for stamp in view.stamps}


def test_facts_are_told_once_and_by_whom(pair: Pair) -> None:
    """Received and opened are two facts with actor and time; neither is repeated without end."""
    held = pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.clock.pass_time(minutes=16)
    assert sync(pair.port).told == 2, "nothing went back in time: they travel by themselves"
    assert sync(pair.port).told == 0
    pair.sync(pair.north)
    stamps = pair.north.station.reading.telegram(held.record_id).stamps
    told = [one for one in stamps if one.kind in {"received", "opened"}]
    assert [(one.kind, one.actor) for one in told] == [
        ("received", f"{pair.port.clerk.name}, {PORT}"),
        ("opened", f"{pair.port.clerk.name}, {PORT}"),
    ]
    rounds(pair, days=6)
    with pair.port.office.reading() as work:
        (copy,) = [one for one in _copies(pair.port) if one.direction is Direction.RECEIVED]
        assert work.channel.dues.owed(copy.channel) == []
    stamps = pair.north.station.reading.telegram(held.record_id).stamps
    assert [one.kind for one in stamps].count("opened") == 1


def test_a_silent_policy_tells_nothing(pair: Pair) -> None:
    """Receipts are a matter of policy: where none is told, only the acknowledgement goes back."""
    policy = ChannelPolicy(tells=frozenset())
    pair.port.station.correspondence.set_policy(NORTH, policy, by=pair.port.clerk)
    held = pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    rounds(pair, days=2)
    kinds = {one.kind for one in pair.north.station.reading.telegram(held.record_id).stamps}
    assert "acknowledged" in kinds
    assert not kinds & {"received", "opened"}
    with pytest.raises(ValueError, match="conveyed"):
        ChannelPolicy(tells=frozenset({FactKind.CONVEYED}))


def test_pages_are_renewed_inside_covers(pair: Pair) -> None:
    """At a third left a new book travels in covers; traffic outlives the first book, unattended."""
    for number in range(3 * PAGES):
        pair.north.sealed(draft_to(PORT, f"Text {number}."))
        pair.sync(pair.north)
        pair.sync(pair.port)
        pair.port.sealed(draft_to(NORTH, f"Reply {number}."))
        pair.sync(pair.port)
        pair.sync(pair.north)
    received = pair.port.station.reading.telegrams()
    assert sum(line.direction == "received" for line in received) == 3 * PAGES
    assert not any(copy.is_period_key for copy in _copies(pair.port))
    with pair.port.office.reading() as work:
        books = work.channel.lives.every(pair.north.office.keyring.fingerprint)
    assert all(book.live for book in books), "a book that is used up is closed"


def test_a_book_in_a_lost_cover_travels_again(pair: Pair) -> None:
    """A book counts as arrived only when a cover that carried it is acknowledged."""
    sync(pair.port)
    with pair.port.office.reading() as work:
        (book,) = [one for one in work.channel.lives.every() if one.use is BookUse.PERIOD]
    assert book.is_travelling
    for _ in range(9):
        pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    first = min(pair.relay.boxes.values(), key=lambda box: -len(box.objects))
    first.objects.pop(next(iter(first.objects)))
    pair.sync(pair.north)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(pair.port)
    with pair.port.office.reading() as work:
        (book,) = [one for one in work.channel.lives.every() if one.use is BookUse.PERIOD]
    assert not book.is_travelling
    with pair.north.office.reading() as work:
        assert work.channel.held.has(book.book)


def hand_over_period_key(pair: Pair) -> str:
    """Let the port's period key reach the north inside a cover; return the name of its book."""
    pair.port.sealed(draft_to(NORTH))
    sync(pair.port)
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)
    with pair.port.office.reading() as work:
        return next(one.book for one in work.channel.lives.every() if one.use is BookUse.PERIOD)


def use_up(pair: Pair) -> None:
    (left,) = [one.left for one in pair.north.station.correspondence.pads()]
    for _ in range(left):
        pair.north.sealed(draft_to(PORT))


def test_without_a_page_the_period_key_is_used_and_everybody_sees(pair: Pair) -> None:
    """The fallback is marked at both ends, opens until its day, and is burnt then."""
    book = hand_over_period_key(pair)
    use_up(pair)
    held = pair.north.sealed(draft_to(PORT, "Under the period key."))
    again = pair.north.sealed(draft_to(PORT, "Under it once more."))
    pair.sync(pair.north)
    pair.sync(pair.port)

    for house in (pair.north, pair.port):
        for number in (held.number, again.number):
            view = house.station.reading.telegram(_record(house, number))
            assert [copy.is_period_key for copy in view.copies] == [True]
            assert any("period key" in stamp.note for stamp in view.stamps)
    with pair.port.office.reading() as work:
        note = work.channel.issued.note(book)
    (page,) = PadBook.from_text(unverified_text(note)).pages
    assert page.digest().to_text() in live_pages(pair.port)
    pair.clock.pass_time(days=21)
    sync(pair.port)
    assert page.digest().to_text() not in live_pages(pair.port)


def _record(house: House, number: str) -> str:
    wanted = "sent" if house.name == NORTH else "received"
    lines = house.station.reading.telegrams()
    (found,) = [one for one in lines if (one.number, one.direction) == (number, wanted)]
    return found.record_id


def test_no_pad_no_telegram(pair: Pair) -> None:
    """Where the policy says so, nothing weaker is used, and nothing is numbered."""
    hand_over_period_key(pair)
    use_up(pair)
    policy = ChannelPolicy(allows_period_key=False)
    pair.north.station.correspondence.set_policy(PORT, policy, by=pair.north.clerk)
    with refused("station.no_pad"):
        pair.north.sealed(draft_to(PORT))


def test_a_replay_under_a_period_key_is_known(pair: Pair) -> None:
    """The key opens an object again, and the object is the telegram that is here."""
    hand_over_period_key(pair)
    use_up(pair)
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.north.sealed(draft_to(PORT, "Under the period key."))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()[-1:]
    pair.sync(pair.port)
    count = len(pair.port.station.reading.telegrams())
    again = pair.port.station.reception.receive(sealed, by=pair.port.clerk)
    assert (again.is_new, again.refused) == (False, None)
    assert len(pair.port.station.reading.telegrams()) == count


def test_a_void_closes_its_gap(pair: Pair) -> None:
    """A copy given up before it left is named as void: the gap is no riddle for ever."""
    given_up = pair.north.sealed(draft_to(PORT, "Never mind."))
    copy = pair.north.station.dispatch.void(given_up.record_id, PORT, by=pair.north.clerk)
    assert copy.serial == 1
    with refused("station.wrong_state"):
        pair.north.station.dispatch.void(given_up.record_id, PORT, by=pair.north.clerk)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    assert ledger(pair.port, pair.north).missing.to_text() == "1"

    rounds(pair, days=2)

    found = ledger(pair.port, pair.north)
    assert (found.missing.runs, found.voided.to_text()) == ((), "1")
    with pair.port.office.reading() as work:
        channel = next(iter(_copies(pair.port))).channel
        assert work.channel.dues.gaps(channel) == []
    assert pair.north.station.reading.telegram(given_up.record_id).stamps[-1].kind == "voided"


def turn_of_the_year(pair: Pair) -> None:
    """Go to the last minutes of December, with books that hold."""
    pair.clock.instant = pair.clock.instant.replace(month=12, day=31, hour=23, minute=50)
    for issuer, holder in ((pair.port, pair.north), (pair.north, pair.port)):
        (token,) = pair.relay.admitted
        order = BookOrder(call_sign=holder.name, relay=RelayAdmission(address=RELAY, token=token))
        book = issuer.station.correspondence.issue(order, by=issuer.clerk)
        holder.station.correspondence.accept(book, issuer=issuer.name, by=holder.clerk)


def test_december_is_acknowledged_in_january(pair: Pair) -> None:
    """A cover speaks of the last two series: the turn of the year leaves nothing open."""
    turn_of_the_year(pair)
    held = pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.clock.pass_time(minutes=20)
    pair.sync(pair.port)
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)
    view = pair.north.station.reading.telegram(held.record_id)
    assert [(copy.series, copy.acknowledged) for copy in view.copies] == [(2031, True)]


def test_a_repeat_may_be_sealed_in_a_later_year(pair: Pair) -> None:
    """A serial keeps its series, however late it is sealed again."""
    turn_of_the_year(pair)
    pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    lose_all(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.clock.pass_time(hours=1)
    for house in (pair.port, pair.north, pair.port):
        pair.sync(house)
    assert ledger(pair.port, pair.north).missing == SerialRanges()
    repeat = [copy for copy in _copies(pair.port) if copy.repeat]
    assert [(copy.series, copy.serial) for copy in repeat] == [(2031, 1)]


def test_a_cancelled_telegram_is_marked_before_or_after_it_comes(pair: Pair) -> None:
    """Nothing is removed: the mark stands at both ends, whichever of the two arrives first."""
    doubtful = pair.north.sealed(draft_to(PORT, "Open the lock."))
    pair.sync(pair.north)
    late = pair.waiting()
    lose_all(pair)
    cites = pair.north.station.reading.citation(doubtful.record_id)
    pair.north.sealed(draft_to(PORT, "Do not open it.", cancels=cites))
    pair.sync(pair.north)
    pair.sync(pair.port)
    for sealed in late:
        assert pair.port.station.reception.receive(sealed, by=pair.port.clerk).refused is None
    for house in (pair.north, pair.port):
        view = house.station.reading.telegram(_record(house, doubtful.number))
        (mark,) = [stamp for stamp in view.stamps if stamp.kind == "cancelled"]
        assert mark.note.startswith("by No. ")


def test_idle_stations_are_nearly_silent(pair: Pair) -> None:
    """Recaps neither answer each other for ever nor eat up the pages of a quiet month."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    rounds(pair, days=30)
    with pair.north.office.reading() as work:
        texts = work.services.of_station(pair.port.office.keyring.fingerprint)
    sent = [one for one in texts if one.direction is Direction.SENT]
    assert len(sent) <= 12, [one.kind for one in sent]


def miss_one(pair: Pair) -> None:
    """Let the port miss the north's first telegram, for longer than it waits to ask."""
    pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    lose_all(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.clock.pass_time(minutes=31)


def test_what_cannot_be_done_now_is_reported_and_waits(pair: Pair) -> None:
    """Without a page nothing is asked, nothing else stops, and the request goes when it can."""
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        policy = ChannelPolicy(allows_period_key=False)
        house.station.correspondence.set_policy(other, policy, by=house.clerk)
    for _ in range(PAGES):
        pair.port.sealed(draft_to(NORTH))
    miss_one(pair)

    report = sync(pair.port)
    assert (report.asked, set(report.undone)) == (0, {"station.no_pad"})

    order = BookOrder(call_sign=PORT)
    book = pair.north.station.correspondence.issue(order, by=pair.north.clerk)
    pair.port.station.correspondence.accept(book, issuer=NORTH, by=pair.port.clerk)
    assert sync(pair.port).asked == 1


def test_no_duty_breaks_the_quarantine_after_a_restore(pair: Pair) -> None:
    """Books may be made, for they are sealed to nobody yet; no object is."""
    miss_one(pair)
    with pair.port.office.transaction() as work:
        quarantine_all(work, pair.clock.now())
    before = len(pair.waiting())
    report = sync(pair.port)
    assert (report.asked, report.told, report.recaps) == (0, 0, 0)
    assert set(report.undone) == {"station.quarantined"}
    assert len(pair.waiting()) == before


@pytest.mark.parametrize(
    ("policy", "uses"),
    [
        (ChannelPolicy(), {BookUse.ONCE: 2, BookUse.PERIOD: 1}),
        (ChannelPolicy(replenish_pages=0), {BookUse.ONCE: 1, BookUse.PERIOD: 1}),
        (ChannelPolicy(allows_period_key=False), {BookUse.ONCE: 2}),
        (ChannelPolicy(one_way=True), {BookUse.ONCE: 2}),
    ],
)
def test_a_policy_says_which_pages_are_sent(
    pair: Pair, policy: ChannelPolicy, uses: dict[BookUse, int]
) -> None:
    """No book where none is to travel, no period key where none is allowed or none could return."""
    pair.port.station.correspondence.set_policy(NORTH, policy, by=pair.port.clerk)
    for _ in range(PAGES - 4):
        pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    sync(pair.port)
    with pair.port.office.reading() as work:
        books = work.channel.lives.every()
    assert Counter(book.use for book in books) == uses
