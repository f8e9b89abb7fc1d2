"""Sealing one object: what its cover takes along, what a repeat is, how a mode is kept."""

import pytest

from depesha.base import Digest, SeriesSerials
from depesha.channel import (
    REPLENISH_LIMIT,
    BookUse,
    ChannelPolicy,
    Envelope,
    Notice,
    NoticeKind,
    RepeatAsked,
    is_checked,
    open_envelope,
    read_checked,
)
from depesha.cipher import unverified_text
from depesha.station import BookOrder
from depesha.station.desks.duties import Duties
from depesha.station.desks.sealing import words_for
from depesha.station.held import SealedCopy
from depesha.telegram import Cover, Mode
from tests.station.acting import bring, covers, lose, queued, send, sent, way
from tests.station.houses import NORTH, PAGES, PORT, House, Pair, draft_to
from tests.station.refusals import refused


def ask_again(pair: Pair, *serials: int) -> None:
    """Let the port ask the north for serials once more, and the north answer in its next round."""
    asked = SeriesSerials.from_text("2031:" + ",".join(map(str, serials)))
    notice = Notice(
        kind=NoticeKind.REPEAT,
        channel=way(pair.north, pair.port),
        at=pair.clock.now(),
        serials=asked,
        text=None,
    )
    send(pair.port, pair.north, notice)
    bring(pair.port, pair.north)
    pair.north.station.courier.sync(by=pair.north.clerk)


def repeats(pair: Pair) -> list[SealedCopy]:
    return [copy for copy in sent(pair.north, pair.port) if copy.repeat]


def test_a_repeat_keeps_its_serial_and_its_place_in_the_chain(pair: Pair) -> None:
    """It takes a new page, is marked, and the next telegram goes on as if it had not been."""
    for text in ("One.", "Two.", "Three."):
        pair.north.sealed(draft_to(PORT, text))
    before = covers(pair.north, pair.port)

    ask_again(pair, 2)
    pair.north.sealed(draft_to(PORT, "Four."))

    (again,) = [one for one in covers(pair.north, pair.port) if one.repeat]
    first = before[1]
    assert (again.serial, again.repeat, again.page) == (2, 1, 4)
    assert (again.minute, again.previous) == (first.minute, first.previous)
    assert again.copy_number == first.copy_number
    *_, fourth = covers(pair.north, pair.port)
    third = sent(pair.north, pair.port)[-2]
    assert (fourth.serial, fourth.previous) == (4, Digest.of(third.cover))


def test_each_repeat_is_counted(pair: Pair) -> None:
    """A second repeat is no second first repeat."""
    pair.north.sealed(draft_to(PORT))
    for _ in range(3):
        ask_again(pair, 1)
    assert [copy.repeat for copy in sent(pair.north, pair.port)] == [0, 1, 2, 3]
    assert len({copy.page for copy in sent(pair.north, pair.port)}) == 4
    assert words_for(repeats(pair)[1], PORT) == f"No. 1 of 2031 to {PORT}, repeat 2"


def allow_unsigned(pair: Pair) -> None:
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        policy = ChannelPolicy(allows_unsigned=True)
        house.station.correspondence.set_policy(other, policy, by=house.clerk)


def test_an_unsigned_telegram_is_repeated_unsigned(pair: Pair) -> None:
    """Neither its cover nor its minute gains a signature by being asked for."""
    allow_unsigned(pair)
    pair.north.sealed(draft_to(PORT, mode="unsigned"))
    ask_again(pair, 1)
    (again,) = repeats(pair)
    assert is_checked(again.cover)
    assert again.mode == Mode.UNSIGNED.value
    cover = Cover.from_bytes(read_checked(again.cover)[0])
    assert (cover.repeat, cover.previous) == (1, None)


def owed(house: House, sender: House) -> list[tuple[int, int] | None]:
    with house.office.reading() as work:
        return [one.carried for one in work.channel.dues.owed(way(sender, house))]


def test_a_repeat_takes_along_what_its_first_sealing_took(pair: Pair) -> None:
    """Its serial will be acknowledged: the book and the facts under it must have come with it."""
    pair.port.sealed(draft_to(NORTH))
    bring(pair.port, pair.north)
    let_travel(pair.north)
    pair.north.sealed(draft_to(PORT))
    (first,) = covers(pair.north, pair.port)
    assert first.fresh
    assert first.receipt
    lose(pair.north)

    ask_again(pair, 1)
    pair.sync(pair.port)

    (again,) = [one for one in covers(pair.north, pair.port) if one.repeat]
    assert (again.fresh, again.receipt) == (first.fresh, first.receipt)
    pair.port.station.courier.sync(by=pair.port.clerk)
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)
    with pair.port.office.reading() as work:
        held = [work.channel.held.note(book) for book in _books(pair.north)]
    assert first.fresh[0] in held
    assert (2031, 1) not in owed(pair.north, pair.port)


def _books(house: House) -> list[str]:
    with house.office.reading() as work:
        return [one.book for one in work.channel.lives.every()]


def test_a_repeat_takes_along_nothing_more(pair: Pair) -> None:
    """Where the repeat is lost and the first sealing comes, nothing passes for told."""
    pair.north.sealed(draft_to(PORT))
    first = queued(pair.north)
    lose(pair.north)
    pair.port.sealed(draft_to(NORTH))
    bring(pair.port, pair.north)
    let_travel(pair.north)
    with pair.north.office.transaction() as work:
        at = pair.clock.now()
        work.channel.dues.ask(
            RepeatAsked(channel=way(pair.north, pair.port), series=2031, serial=1, asked_at=at)
        )
    assert Duties(pair.north.office, "Calder").run().repeated == 1
    (again,) = [one for one in covers(pair.north, pair.port) if one.repeat]
    assert (again.receipt, again.fresh) == (None, ())
    before = owed(pair.north, pair.port)
    lose(pair.north)

    for sealed in first:
        pair.port.station.reception.receive(sealed, by=pair.port.clerk)
    pair.port.sealed(draft_to(NORTH))
    bring(pair.port, pair.north)

    assert owed(pair.north, pair.port)[: len(before)] == before
    assert travelling(pair.north)


def let_travel(house: House) -> None:
    with house.office.transaction() as work:
        (book,) = work.channel.lives.every()
        work.channel.lives.send(book.book)


def travelling(house: House) -> list[tuple[int, int] | None]:
    with house.office.reading() as work:
        return [one.carried for one in work.channel.lives.every() if one.is_travelling]


def test_a_book_goes_along_once_and_again_when_nothing_is_heard(pair: Pair) -> None:
    """One cover takes it, those right behind leave it, the eighth after takes it anew."""
    pair.port.sealed(draft_to(NORTH))
    let_travel(pair.port)
    for _ in range(10):
        pair.port.sealed(draft_to(NORTH))
    taken = [one.serial for one in covers(pair.port, pair.north) if one.fresh]
    assert taken == [2, 10]
    assert travelling(pair.port) == [(2031, 10)]
    assert len({one.fresh for one in covers(pair.port, pair.north)}) == 2


def test_a_new_year_takes_a_book_along_anew(pair: Pair) -> None:
    """Serials begin again, and a difference between two years' serials says nothing."""
    pair.clock.instant = pair.clock.instant.replace(month=12, day=31, hour=23)
    order = BookOrder(call_sign=PORT)
    book = pair.north.station.correspondence.issue(order, by=pair.north.clerk)
    pair.port.station.correspondence.accept(book, issuer=NORTH, by=pair.port.clerk)
    let_travel(pair.port)
    pair.port.sealed(draft_to(NORTH))
    pair.clock.pass_time(hours=2)
    pair.port.sealed(draft_to(NORTH))
    made = covers(pair.port, pair.north)
    assert [(one.series, one.serial, len(one.fresh)) for one in made] == [
        (2031, 1, 1),
        (2032, 1, 1),
    ]


def test_a_cover_has_room_for_the_largest_book_and_a_period_key(pair: Pair) -> None:
    """What a policy may agree can be sealed, and is accepted at the other end."""
    policy = ChannelPolicy(replenish_pages=REPLENISH_LIMIT)
    pair.port.station.correspondence.set_policy(NORTH, policy, by=pair.port.clerk)
    for _ in range(PAGES - 1):
        pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)
    pair.port.station.courier.sync(by=pair.port.clerk)
    pair.port.sealed(draft_to(NORTH))

    pair.sync(pair.port)
    pair.sync(pair.north)

    (status,) = pair.north.station.correspondence.pads()
    assert status.left == 1 + REPLENISH_LIMIT
    assert status.period_until is not None


def test_a_cover_acknowledges_the_last_two_series(pair: Pair) -> None:
    """December is acknowledged in January; what is older was, long ago."""
    with pair.port.office.transaction() as work:
        incoming, channel = work.channel.incoming, way(pair.north, pair.port)
        ledger = incoming.ledger(channel, "2031")
        assert ledger is not None
        for series in ("2029", "2030", "2031"):
            incoming.put_ledger(channel, series, ledger.with_received(int(series) - 2025))
    pair.port.sealed(draft_to(NORTH))
    (cover,) = covers(pair.port, pair.north)
    assert cover.have.to_text() == "2030:5 2031:6"


def opened_by(receiver: House, sealed: bytes) -> Envelope:
    return open_envelope(sealed, receiver.office.pages.load())[1]


def test_what_goes_on_paper_is_not_padded(pair: Pair) -> None:
    """It shows its length, as the paper does anyway, and is received like any other."""
    held = [pair.north.released(draft_to(PORT)) for _ in range(2)]
    for telegram, is_padded in zip(held, (True, False), strict=True):
        pair.north.station.dispatch.seal(
            telegram.record_id, by=pair.north.clerk, is_padded=is_padded
        )
    padded, bare = queued(pair.north)
    assert len(bare) < len(padded)
    assert not opened_by(pair.port, bare).is_padded
    assert all(len(became) == 32 for became in bring(pair.north, pair.port))


@pytest.mark.parametrize("allows_unsigned", [False, True])
def test_service_texts_go_in_the_weakest_mode_that_the_channel_takes(
    pair: Pair, allows_unsigned: bool
) -> None:
    """Nothing signed speaks of a channel on which something may be that nobody is to prove."""
    if allows_unsigned:
        allow_unsigned(pair)
    copy = pair.north.station.liaison.recap(PORT, by=pair.north.clerk)
    assert is_checked(copy.cover) is allows_unsigned
    assert bring(pair.north, pair.port) == ["recap"]


def use_up(pair: Pair) -> None:
    for _ in range(PAGES):
        pair.north.sealed(draft_to(PORT))


def hold_period_key(pair: Pair, *, days: int = 20) -> None:
    order = BookOrder(call_sign=NORTH, use=BookUse.PERIOD, pages=1, days=days)
    book = pair.port.station.correspondence.issue(order, by=pair.port.clerk)
    pair.north.station.correspondence.accept(book, issuer=PORT, by=pair.north.clerk)


def test_a_period_key_is_used_when_no_page_is_left_and_not_before(pair: Pair) -> None:
    """Every page first; then the key, again and again, each time said in the stamp."""
    hold_period_key(pair)
    use_up(pair)
    held = [pair.north.sealed(draft_to(PORT)) for _ in range(2)]
    made = sent(pair.north, pair.port)
    assert [copy.is_period_key for copy in made] == [False] * PAGES + [True] * 2
    for telegram in held:
        (stamp,) = [
            one
            for one in pair.north.station.reading.telegram(telegram.record_id).stamps
            if one.kind == "sealed"
        ]
        assert stamp.note.endswith("no page: period key")


def test_a_period_key_past_its_day_seals_nothing(pair: Pair) -> None:
    """Then there is neither page nor key, and it is said."""
    hold_period_key(pair, days=2)
    use_up(pair)
    pair.clock.pass_time(days=2)
    held = pair.north.released(draft_to(PORT))
    with refused("station.no_pad"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)


def test_a_cosignature_goes_back_for_what_was_shown(pair: Pair) -> None:
    """The first cover has nothing to cosign; the answer to a cover cosigns its checkpoint."""
    pair.north.sealed(draft_to(PORT))
    (first,) = covers(pair.north, pair.port)
    assert first.cosignature is None
    assert first.checkpoint is not None
    bring(pair.north, pair.port)
    pair.port.sealed(draft_to(NORTH))
    (answer,) = covers(pair.port, pair.north)
    assert answer.cosignature is not None
    assert str(answer.cosignature.size) == first.checkpoint.decode().split("\n")[1]


def test_a_signed_cover_names_no_unsigned_one(pair: Pair) -> None:
    """The chain is broken off before and after it, so that nothing signed shows its digest."""
    allow_unsigned(pair)
    for mode in ("signed", "unsigned", "signed", "signed"):
        pair.north.sealed(draft_to(PORT, mode=mode))
    made = sent(pair.north, pair.port)
    named = [one.previous for one in covers(pair.north, pair.port)]
    assert named == [None, None, None, Digest.of(made[2].cover)]
    assert unverified_text(made[3].cover)
