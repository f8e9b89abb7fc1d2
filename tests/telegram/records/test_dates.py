from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram.records.dates import read_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("August 28, 1950", "1950-08-28"),
        ("February 03, 1949", "1949-02-03"),
        ("28 August 1950", "1950-08-28"),
        ("1st April, 1949", "1949-04-01"),
        ("17th  October\n1958", "1958-10-17"),
    ],
)
def test_a_date_in_words_is_read(text: str, iso: str) -> None:
    """Both orders of day and month are read, with and without ordinals."""
    assert read_date(text) == iso


@pytest.mark.parametrize(
    "text",
    ["", "1950", "August 1950", "February 30, 1950", "31/XII", "August 28, 1950.", "٣ May 1950"],
)
def test_what_leaves_a_doubt_is_no_date(text: str) -> None:
    """Parts of dates, days that never were and other writings are left alone."""
    assert read_date(text) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_of_the_calendar_is_read(day: date) -> None:
    """A day written out is that day."""
    assert read_date(f"{day:%B} {day.day}, {day.year}") == day.isoformat()
