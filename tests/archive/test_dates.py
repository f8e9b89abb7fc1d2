import json
from contextlib import suppress
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import ArchiveError, ArchiveFormatError, DateSpan, span_of
from tests.support import Vector, shared, vectors


@pytest.mark.parametrize("vector", vectors("archive/dates"), ids=lambda vector: vector.name)
def test_date_vector(vector: Vector) -> None:
    """A date gives the days its vector names, or is refused with the code it names."""
    text = vector.body.decode().removesuffix("\n")
    if vector.expect != "ok":
        with pytest.raises(ArchiveError) as refused:
            span_of(text)
        assert refused.value.code == vector.expect
        return

    span = span_of(text)

    assert f"{span.earliest or ''}..{span.latest or ''}" == vector.head["days"]


def test_whatever_is_read_is_edtf() -> None:
    """Nothing is read that the test suites of EDTF agree to refuse, and its days are theirs."""
    cases = json.loads(shared("vectors/edtf/strings.json").read_text())
    read = 0
    for case in cases:
        if case["level"] == "disputed":
            continue
        with suppress(ArchiveFormatError):
            span = span_of(case["edtf"])
            read += 1
            assert case["valid"], case["edtf"]
            bounds = case.get("python_edtf_bounds", [])
            if len(bounds) == 2 and None not in (span.earliest, span.latest):
                assert [str(span.earliest), str(span.latest)] == bounds, case["edtf"]
    assert read > 50


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    with suppress(ArchiveError):
        span_of(text)


@given(st.dates())
def test_a_day_means_itself(day: date) -> None:
    """A whole date spans one day; its month and its year hold that day."""
    text = day.isoformat()

    assert span_of(text) == DateSpan(earliest=day, latest=day)
    for wide in (text[:7], text[:4]):
        span = span_of(wide)
        assert span.earliest is not None
        assert span.latest is not None
        assert span.earliest <= day <= span.latest


@given(st.lists(st.dates(), min_size=2, max_size=2).map(sorted))
def test_only_what_ends_before_it_begins_is_after(days: list[date]) -> None:
    """Spans that share a day are not one after the other."""
    for first, second in pairwise(days):
        early = DateSpan(earliest=first, latest=first)
        late = DateSpan(earliest=second, latest=None)
        assert late.is_after(early) == (first < second)
        assert not early.is_after(late)
