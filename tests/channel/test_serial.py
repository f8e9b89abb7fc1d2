import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest, SerialRanges
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
