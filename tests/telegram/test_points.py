from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram import (
    Point,
    TelegramError,
    TelegramFormatError,
    number_points,
    points_from_text,
    points_to_text,
)

BODY = "1. One.\n\nNo label\nin two lines.\n\n4. [sic] Four.\n\n4. Four again.\n"


def test_label_and_place_are_two_things() -> None:
    """Labels are skipped, repeated and marked; places are counted."""
    points = points_from_text(BODY)
    assert [point.sequence for point in points] == [1, 2, 3, 4]
    assert [point.label for point in points] == ["1.", None, "4. [sic]", "4."]
    assert [point.number for point in points] == [1, None, 4, 4]
    assert points_to_text(points) == BODY


@pytest.mark.parametrize("text", ["I. Roman", "12 ships", "1) one", "3.5 metres", "2031: peace"])
def test_what_is_no_label_is_text(text: str) -> None:
    """Only a number with a full stop and a space is a label."""
    assert number_points([text])[0].label is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a",
        "a ",
        "a\n\n\nb",
        "a \nb",
        "01. a",
        "1.  a",
        "1.",
        "1.\na",
        "—a",
        "a\n— x",
        "a\tb",
        "a\u202eb",
    ],
)
def test_a_body_has_one_spelling(text: str) -> None:
    """Invisible differences, labels in another dress and signature lines are refused."""
    with pytest.raises(TelegramFormatError):
        points_from_text(text + "\n")


def test_a_label_cannot_be_taken_apart_in_two_ways() -> None:
    """A point whose text would be read as part of its label is refused when it is made."""
    with pytest.raises(TelegramFormatError):
        Point(sequence=1, label="4.", text="[sic] Four.")
    with pytest.raises(TelegramFormatError):
        Point(sequence=1, text="4. Four.")
    with pytest.raises(TelegramFormatError):
        Point(sequence=0, text="Four.")
    with pytest.raises(TelegramFormatError):
        points_from_text("no line feed")


@given(st.text(alphabet=st.sampled_from("1. [sic]\naé—\t平"), max_size=30))
def test_any_body_is_read_back_or_refused(text: str) -> None:
    """What is read writes back as the same text, and nothing else escapes."""
    with suppress(TelegramError):
        assert points_to_text(points_from_text(text)) == text
