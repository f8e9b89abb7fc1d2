"""Sets of serials, in their one spelling."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import BaseFormatError, SerialRanges, SeriesSerials
from tests.base.recipes import MAKERS
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


@pytest.mark.parametrize("format_name", MAKERS)
def test_vectors_are_what_their_recipe_makes(format_name: str) -> None:
    """No vector is a mystery, and none is left over."""
    folder = VECTORS / "base" / format_name
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == MAKERS[format_name]()


@pytest.mark.parametrize("vector", vectors("base/series"), ids=lambda v: v.name)
def test_series_vector(vector: Vector) -> None:
    """A vector reads back as its own text, or is refused with the code it names."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert SeriesSerials.from_text(text).to_text() == text
        return
    with pytest.raises(BaseFormatError) as refused:
        SeriesSerials.from_text(text)
    assert refused.value.code == vector.expect


series = st.dictionaries(
    st.integers(0, 9999), st.sets(st.integers(1, 60)).map(SerialRanges.of), max_size=5
)


@given(series)
def test_series_hold_exactly_what_they_were_made_of(found: dict[int, SerialRanges]) -> None:
    """Collecting, writing and reading lose nothing; years in any order give one text."""
    collected = SeriesSerials.of(dict(reversed(found.items())))
    assert SeriesSerials.from_text(collected.to_text()) == collected == SeriesSerials.of(found)
    for year in {*found, 2031}:
        serials = found.get(year, SerialRanges())
        assert collected.of_year(year) == serials
        assert all(collected.has(year, serial) == (serial in serials) for serial in range(62))


@pytest.mark.parametrize(
    "made",
    [
        ((10_000, SerialRanges.of([1])),),
        ((-1, SerialRanges.of([1])),),
        ((2031, SerialRanges()),),
        ((2031, SerialRanges.of([1])), (2030, SerialRanges.of([1]))),
        ((2031, SerialRanges.of([1])), (2031, SerialRanges.of([2]))),
    ],
)
def test_series_that_break_a_rule_cannot_be_made(
    made: tuple[tuple[int, SerialRanges], ...],
) -> None:
    """The rules hold for what is written here as for what is read."""
    with pytest.raises(BaseFormatError):
        SeriesSerials(made)


def test_series_read_back() -> None:
    """Series stand in order, each with its serials, in one spelling."""
    text = "2030:1-1204,1206 2031:1-3"
    found = SeriesSerials.from_text(text)
    assert found.to_text() == text
    assert found.has(2030, 1206)
    assert not found.has(2030, 1205)
    assert not found.has(2032, 1)
    assert SeriesSerials.from_text("none") == SeriesSerials.of({2030: SerialRanges()})


@given(st.text(alphabet="0123456789:,- none", max_size=30))
def test_any_text_of_series_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way, and what it reads it writes again."""
    with suppress(BaseFormatError):
        assert SeriesSerials.from_text(text).to_text() == text
