from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.telegram import (
    FieldTooLongError,
    LookAlikeError,
    MinuteFormatError,
    TelegramError,
    TelegramFormatError,
    require_heading,
    require_sentence,
)
from depesha.telegram.headings import HeadingReader


@pytest.mark.parametrize(
    "text",
    ["NORTH DESK", "Отдел печати", "外交部", "شرکت", "N. V. Roshchin", "O’Neill", "Zoë", "№ 3"],
)
def test_names_in_any_script_are_headings(text: str) -> None:
    """A name is refused for deceiving the eye and never for its script."""
    assert require_heading(text, what="name") == text


@pytest.mark.parametrize(
    "text",
    ["РOST", "Αnna", "Mini\u200dster", "a\u00a0b", "ＮORTH", "𝐍orth", "H²"],
)
def test_look_alikes_are_refused(text: str) -> None:
    """Borrowed letters, disguised letters, joiners and other spaces have a code of their own."""
    with pytest.raises(LookAlikeError):
        require_heading(text, what="name")


@pytest.mark.parametrize("text", ["", " a", "a ", "a  b", "Halm [Berg]", "a]", "a\nb", "a\u202eb"])
def test_what_is_not_one_plain_name_is_refused(text: str) -> None:
    """A heading has no bracket, no second space and nothing that reorders it."""
    with pytest.raises(TelegramFormatError):
        require_heading(text, what="name")


def test_a_joiner_that_its_script_needs_is_kept() -> None:
    """Persian is written with a joiner, which is refused between Latin letters only."""
    assert require_sentence("می\u200cخواهم", what="words")


def test_a_long_heading_is_refused_by_its_length() -> None:
    """Length is refused before anything else is looked at, and with its own code."""
    with pytest.raises(FieldTooLongError):
        require_heading("\u202e" * 201, what="name")


@given(st.text(max_size=40))
def test_any_text_is_a_heading_or_refused_as_ours(text: str) -> None:
    """No text makes the check fail in a way callers are not told about."""
    with suppress(TelegramError):
        assert require_heading(text, what="name") == text


def test_the_reader_names_the_line_of_a_refused_value() -> None:
    """A value refused by the shared words comes back as the format's own error, with its line."""
    reader = HeadingReader(["a: x", "digest: 0"], MinuteFormatError, first_line=2)

    assert reader.one("a", str) == "x"
    with pytest.raises(MinuteFormatError) as refused:
        reader.one("digest", Digest.from_text)

    assert refused.value.line == 3
    assert str(refused.value).startswith("line 3: ")


def test_the_reader_refuses_what_is_left_over() -> None:
    """A line that nobody asked for is an error, not a comment."""
    reader = HeadingReader(["a: x", "b: y"], MinuteFormatError, first_line=2)
    assert reader.several("a", str) == ("x",)
    assert reader.optional("c", str) is None

    with pytest.raises(MinuteFormatError) as refused:
        reader.finish()

    assert refused.value.line == 3
