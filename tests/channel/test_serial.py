"""Numbers on a channel: what an arrival means, and the chain of covers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import BaseFormatError, Digest, SerialRanges
from depesha.channel import (
    Arrival,
    ChainBrokenError,
    IncomingCover,
    IncomingLedger,
    OutgoingSerial,
    SerialFormatError,
    channel_id,
    require_chain,
)

SENDER, RECEIVER = "a" * 64, "b" * 64
CHANNEL = channel_id(SENDER, RECEIVER)


def digest(text: str) -> Digest:
    return Digest.of(text.encode())


def cover(serial: int, text: str = "", *, previous: Digest | None = None) -> IncomingCover:
    return IncomingCover(
        serial=serial,
        cover=digest(f"cover {serial} {text}"),
        minute=digest(f"minute {serial}"),
        previous=previous,
    )


def test_a_channel_is_an_ordered_pair() -> None:
    """Each direction has its own name, and nobody has a channel to himself."""
    assert len(CHANNEL) == 32
    assert channel_id(RECEIVER, SENDER) != CHANNEL
    for sender, receiver in ((SENDER, SENDER), ("A" * 64, RECEIVER), (SENDER, "b" * 63)):
        with pytest.raises(SerialFormatError):
            channel_id(sender, receiver)


def test_the_channel_name_is_the_one_the_format_page_gives() -> None:
    """A second implementation names the same channel alike."""
    assert CHANNEL == "f1ff6c7b81848885aab586262c48fac0"


def test_numbers_go_up_by_one_and_name_the_last_real_cover() -> None:
    """A voided number is passed over, and the chain runs on from the cover before it."""
    state = OutgoingSerial(channel=CHANNEL, series="2031", following=1)
    after = state.advanced(digest("first"))
    voided = after.voided()

    assert (after.following, after.previous) == (2, digest("first"))
    assert (voided.following, voided.previous) == (3, digest("first"))


def test_a_series_ends_at_its_last_number() -> None:
    """No tenth digit is ever written."""
    last = OutgoingSerial(channel=CHANNEL, series="2031", following=999_999_999)
    with pytest.raises(SerialFormatError):
        last.advanced(digest("last"))


def test_a_series_is_a_year() -> None:
    """Other words for a series are refused."""
    for series in ("31", "20311", "abcd", "２０３１"):
        with pytest.raises(SerialFormatError):
            OutgoingSerial(channel=CHANNEL, series=series, following=1)


def test_arrivals_are_named() -> None:
    """Next, gap and fill are told apart by the number alone."""
    ledger = IncomingLedger()
    assert ledger.judge(cover(1), known=None) is Arrival.NEXT
    ledger = ledger.with_received(1)
    assert ledger.judge(cover(4), known=None) is Arrival.GAP
    assert ledger.gap_before(4).to_text() == "2-3"
    ledger = ledger.with_received(4)
    assert ledger.missing.to_text() == "2-3"
    assert ledger.judge(cover(3), known=None) is Arrival.FILL
    assert ledger.gap_before(3).to_text() == "none"
    assert ledger.with_received(3).with_received(2).missing.to_text() == "none"


def test_a_channel_may_continue_a_paper_one() -> None:
    """The first serial of the channel is expected first; a lower one belongs to paper."""
    ledger = IncomingLedger(first=75021)
    assert ledger.judge(cover(75021), known=None) is Arrival.NEXT
    assert ledger.judge(cover(75023), known=None) is Arrival.GAP
    assert ledger.gap_before(75023).to_text() == "75021-75022"
    assert ledger.judge(cover(75020), known=None) is Arrival.EARLY


def test_a_number_again_is_a_replay_a_repeat_or_a_clash() -> None:
    """The same cover, the same telegram, and another telegram under one number."""
    ledger = IncomingLedger().with_received(1)
    first = cover(1)
    repeat = cover(1, "again")
    clash = IncomingCover(serial=1, cover=digest("other"), minute=digest("other minute"))

    assert ledger.judge(first, known=first) is Arrival.REPLAY
    assert ledger.judge(repeat, known=first) is Arrival.REPEAT
    assert ledger.judge(clash, known=first) is Arrival.CLASH


def test_voids_close_a_gap_and_may_not_arrive() -> None:
    """A voided number is settled; a telegram under it is an incident."""
    ledger = IncomingLedger().with_received(1).with_voided(SerialRanges.from_text("2-3"))

    assert ledger.settled.to_text() == "1-3"
    assert ledger.missing.to_text() == "none"
    assert ledger.judge(cover(4), known=None) is Arrival.NEXT
    assert ledger.judge(cover(2), known=None) is Arrival.VOID


@given(st.permutations(range(1, 9)))
def test_order_of_arrival_does_not_matter_in_the_end(serials: list[int]) -> None:
    """Whatever a relay reorders, nothing is missing once all are there."""
    ledger = IncomingLedger()
    for serial in serials:
        assert ledger.judge(cover(serial), known=None) in {Arrival.NEXT, Arrival.GAP, Arrival.FILL}
        ledger = ledger.with_received(serial)
    assert ledger.missing == SerialRanges()
    assert ledger.settled.to_text() == "1-8"


@given(st.sets(st.integers(1, 12), min_size=1), st.integers(1, 14))
def test_a_new_gap_is_exactly_what_becomes_missing(serials: set[int], arrived: int) -> None:
    """What is named at an arrival is what the ledger misses more than before it."""
    ledger = IncomingLedger(received=SerialRanges.of(serials))
    after = ledger.with_received(arrived)
    newly = {n for n in range(1, 15) if n in after.missing and n not in ledger.missing}

    assert ledger.gap_before(arrived) == SerialRanges.of(newly)


def test_the_chain_is_checked_on_both_sides() -> None:
    """A cover that fills a gap must follow the one before and precede the one after."""
    first = cover(1)
    second = cover(2, previous=first.cover)
    third = cover(3, previous=second.cover)

    require_chain(first, before=None)
    require_chain(second, before=first, after=third)
    for before, after in ((cover(1, "other"), None), (None, cover(3, previous=first.cover))):
        with pytest.raises(ChainBrokenError):
            require_chain(second, before=before, after=after)


def unsigned(serial: int) -> IncomingCover:
    return replace(cover(serial), is_signed=False)


def test_an_unsigned_cover_stands_apart_from_the_chain() -> None:
    """It names none and is named by none: a digest of it in a signed text would sign it."""
    first, quiet = cover(1), unsigned(2)
    third = cover(3)
    require_chain(quiet, before=first, after=third)
    require_chain(third, before=quiet)
    for naming, before, after in (
        (replace(quiet, previous=first.cover), first, None),
        (cover(3, previous=quiet.cover), quiet, None),
        (quiet, None, cover(3, previous=quiet.cover)),
        (replace(quiet, previous=first.cover), unsigned(1), None),
    ):
        with pytest.raises(ChainBrokenError):
            require_chain(naming, before=before, after=after)


def test_a_repeat_is_believed_beside_the_chain_of_first_sealings() -> None:
    """The cover after a repeat names the first sealing, which may never have come."""
    repeat = replace(cover(2, "repeat", previous=digest("cover 1 ")), repeat=1)
    third = cover(3, previous=digest("cover 2 as it was sealed first"))
    require_chain(third, before=repeat)
    require_chain(repeat, before=cover(1), after=third)
    with pytest.raises(ChainBrokenError):
        require_chain(replace(repeat, previous=digest("another history")), before=cover(1))


def test_after_an_unsigned_cover_the_next_names_none() -> None:
    """The state keeps no digest that a signed cover could show."""
    state = OutgoingSerial(channel=CHANNEL, series="2031", following=1, previous=digest("before"))
    assert state.advanced(None) == OutgoingSerial(channel=CHANNEL, series="2031", following=2)


def test_a_jump_goes_forward_only() -> None:
    """After a restore the numbers go on behind all that may have been given."""
    state = OutgoingSerial(channel=CHANNEL, series="2031", following=7, previous=digest("last"))
    assert state.jumped(20) == replace(state, following=20)
    assert state.jumped(7) == state
    with pytest.raises(SerialFormatError):
        state.jumped(6)
    with pytest.raises(SerialFormatError):
        OutgoingSerial(channel=CHANNEL, series="2031", first=8, following=7)


def test_a_recap_names_what_is_missing_at_the_tail() -> None:
    """What the sender says it gave is missing until it is here or void."""
    ledger = IncomingLedger().with_received(1).with_announced(4)
    assert ledger.missing.to_text() == "2-4"
    assert ledger.judge(cover(2), known=None) is Arrival.FILL
    assert ledger.judge(cover(3), known=None) is Arrival.GAP
    assert ledger.with_voided(SerialRanges.from_text("2-3")).missing.to_text() == "4"
    everything = ledger.with_voided(SerialRanges.from_text("2-4"))
    assert everything.missing == SerialRanges()
    assert everything.judge(cover(5), known=None) is Arrival.NEXT


def test_the_last_serial_can_be_announced() -> None:
    """A sender may claim to have counted to the end; it is written down as what it is."""
    assert IncomingLedger().with_announced(999_999_999).missing.to_text() == "1-999999999"
    voided = IncomingLedger().with_voided(SerialRanges(((999_999_999, 999_999_999),)))
    assert voided.missing.to_text() == "1-999999998"


def test_what_nobody_can_count_is_no_ledger() -> None:
    """More runs than a text may hold are refused when they are told, not when they are shown."""
    scattered = SerialRanges(tuple((one, one) for one in range(2, 20_000, 2)))
    ledger = IncomingLedger().with_voided(scattered)
    assert len(ledger.missing.runs) == len(scattered.runs)
    with pytest.raises(BaseFormatError):
        ledger.with_voided(SerialRanges(((30_000, 30_000), (30_002, 30_002), (30_004, 30_004))))


def test_nothing_is_announced_away() -> None:
    """A recap that was overtaken by a newer one lowers nothing."""
    ledger = IncomingLedger().with_announced(9)
    assert ledger.with_announced(3) == ledger
    assert ledger.with_announced(12).announced == 12


def test_what_was_received_stays_received_when_it_is_voided() -> None:
    """A sender that gives up a copy which arrived all the same takes nothing back."""
    ledger = IncomingLedger().with_received(1).with_voided(SerialRanges.from_text("1"))
    assert 1 in ledger.received
    assert ledger.missing == SerialRanges()


@given(
    received=st.sets(st.integers(1, 12)),
    voided=st.sets(st.integers(1, 12)),
    announced=st.integers(0, 14),
    first=st.integers(1, 5),
)
def test_missing_is_all_that_was_given_and_is_neither_here_nor_void(
    received: set[int], voided: set[int], announced: int, first: int
) -> None:
    """Against a naive count: from the first serial to the highest that is known of."""
    ledger = IncomingLedger(
        first=first, received=SerialRanges.of(received), voided=SerialRanges.of(voided)
    ).with_announced(announced)
    highest = max({announced, 0} | received | voided)
    expected = set(range(first, highest + 1)) - received - voided
    assert ledger.missing == SerialRanges.of(expected)


@given(
    received=st.sets(st.integers(1, 12)),
    announced=st.integers(0, 14),
    arrived=st.integers(1, 16),
)
def test_an_arrival_is_judged_alike_whatever_was_announced(
    received: set[int], announced: int, arrived: int
) -> None:
    """Only a number that leaves nothing open is the next; one named as missing fills."""
    ledger = IncomingLedger(received=SerialRanges.of(received)).with_announced(announced)
    known = cover(arrived, "first") if arrived in received else None
    judged = ledger.judge(cover(arrived), known=known)
    if known:
        assert judged is Arrival.REPEAT
    elif judged is Arrival.NEXT:
        assert arrived > max({announced} | received)
    elif judged is Arrival.FILL:
        assert arrived in ledger.missing
    else:
        assert judged is Arrival.GAP
        assert ledger.gap_before(arrived).runs
