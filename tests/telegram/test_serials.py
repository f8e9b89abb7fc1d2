from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram import SerialRanges, TelegramError, TelegramFormatError

serials = st.sets(st.integers(min_value=1, max_value=60))


@given(serials)
def test_a_set_of_serials_reads_back(numbers: set[int]) -> None:
    """Whatever was received is written in one way and read as the same set."""
    ranges = SerialRanges.of(numbers)
    assert set(ranges) == numbers
    assert SerialRanges.from_text(ranges.to_text()) == ranges


@given(serials, st.integers(min_value=1, max_value=60))
def test_adding_a_serial_is_adding_to_the_set(numbers: set[int], serial: int) -> None:
    """Adding one by one gives the same ranges as collecting all."""
    assert SerialRanges.of(numbers).add(serial) == SerialRanges.of(numbers | {serial})


@given(serials)
def test_gaps_are_what_is_missing_below_the_highest(numbers: set[int]) -> None:
    """Serials received and serials missing make up all serials up to the highest."""
    ranges = SerialRanges.of(numbers)
    missing = {serial for first, last in ranges.gaps() for serial in range(first, last + 1)}
    assert missing | numbers == set(range(1, ranges.highest + 1))
    assert not missing & numbers
    assert all(serial in ranges for serial in numbers)
    assert not any(serial in ranges for serial in missing)


def test_the_empty_set_is_written_none() -> None:
    """Nothing received is said in a word."""
    assert SerialRanges().to_text() == "none"
    assert not SerialRanges.from_text("none")
    assert SerialRanges().highest == 0


@given(st.text(alphabet="0123456789-,none ", max_size=12))
def test_a_text_is_one_set_in_one_spelling_or_refused(text: str) -> None:
    """What is read writes back as the same text."""
    with suppress(TelegramError):
        assert SerialRanges.from_text(text).to_text() == text


def test_serials_begin_at_one() -> None:
    """There is no serial 0, and none below."""
    for serial in (0, -1):
        with pytest.raises(TelegramFormatError):
            SerialRanges().add(serial)
