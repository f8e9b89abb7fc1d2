"""Sets of serials, in their one spelling."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import BaseFormatError, SerialRanges
from tests.base.recipes import serial_vectors
from tests.support import VECTORS, Vector, vectors


@pytest.mark.parametrize("vector", vectors("base/serials"), ids=lambda v: v.name)
def test_serial_ranges_vector(vector: Vector) -> None:
    """A vector reads back as its own text, or is refused with the code it names."""
    text = vector.body.decode().removesuffix("\n")
    if vector.expect == "ok":
        assert SerialRanges.from_text(text).to_text() == text
        return
    with pytest.raises(BaseFormatError) as refused:
        SerialRanges.from_text(text)
    assert refused.value.code == vector.expect


@given(st.sets(st.integers(min_value=1, max_value=60)))
def test_ranges_hold_exactly_what_they_were_made_of(serials: set[int]) -> None:
    """Collecting, writing and reading lose nothing and add nothing."""
    ranges = SerialRanges.from_text(SerialRanges.of(serials).to_text())

    assert {serial for serial in range(62) if serial in ranges} == serials
    assert ranges.highest == max(serials, default=None)


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_joining_is_union(first: set[int], second: set[int]) -> None:
    """Joining runs and adding one by one give the same set."""
    joined = SerialRanges.of(first).joined(SerialRanges.of(second).runs)
    one_by_one = SerialRanges.of(first)
    for serial in second:
        one_by_one = one_by_one.including(serial)

    assert joined == one_by_one == SerialRanges.of(first | second)


@given(st.sets(st.integers(1, 40)), st.integers(1, 10))
def test_missing_is_what_lies_between_and_is_not_there(serials: set[int], first: int) -> None:
    """Every gap is named, and nothing else."""
    missing = SerialRanges.of(serials).missing(first=first)
    expected = set(range(first, max(serials, default=0))) - serials

    assert missing == SerialRanges.of(expected)


@given(st.text(alphabet="0123456789-,none \n", max_size=20))
def test_any_text_is_ranges_or_refused(text: str) -> None:
    """A text that parses writes back as itself."""
    with suppress(BaseFormatError):
        assert SerialRanges.from_text(text).to_text() == text


def test_ranges_are_bounded() -> None:
    """Nobody makes a reader hold more runs than a real ledger has."""
    with pytest.raises(BaseFormatError):
        SerialRanges(tuple((serial, serial) for serial in range(1, 20_004, 2)))


@pytest.mark.parametrize("runs", [((0, 1),), ((1, 1_000_000_000),), ((5, 4),), ((1, 2), (3, 4))])
def test_runs_that_break_a_rule_cannot_be_made(runs: tuple[tuple[int, int], ...]) -> None:
    """Serials have a range; runs are in order and do not touch."""
    with pytest.raises(BaseFormatError):
        SerialRanges(runs)


def test_the_empty_set_is_written_none() -> None:
    """Nothing received is said in a word."""
    assert SerialRanges().to_text() == "none"
    assert SerialRanges.from_text("none") == SerialRanges()


def test_vectors_are_what_their_recipe_makes() -> None:
    """No vector is a mystery, and none is left over."""
    kept = {path.name: path.read_bytes() for path in (VECTORS / "base" / "serials").iterdir()}
    assert kept == serial_vectors()
