from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    PART_LIMIT,
    SHEET_LIMIT_BYTES,
    ChannelError,
    ObjectTooLargeError,
    SheetFormatError,
    SheetPart,
    cut_object,
    join_parts,
)
from tests.support import Vector, vectors

# What a QR code packs in its alphanumeric mode.
ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize("vector", vectors("channel/sheet"), ids=lambda v: v.name)
def test_part_vector(vector: Vector) -> None:
    """A part reads back as its own text, or is refused with the code that it names."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert SheetPart.from_text(text).to_text() == text
        return

    with pytest.raises(ChannelError) as refused:
        SheetPart.from_text(text)

    assert refused.value.code == vector.expect


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """No scanned text makes the reader fail in a way that callers are not told of."""
    with suppress(ChannelError):
        assert SheetPart.from_text(text).to_text() == text


@given(st.binary(min_size=1, max_size=SHEET_LIMIT_BYTES))
def test_an_object_is_cut_and_joined(sealed: bytes) -> None:
    """Whatever goes on paper comes back, and its parts fit a code's most compact mode."""
    parts = cut_object(sealed)
    texts = [part.to_text() for part in parts]

    assert join_parts([SheetPart.from_text(text) for text in texts]) == sealed
    assert len(parts) <= PART_LIMIT
    assert set("".join(texts)) <= ALPHANUMERIC
    assert len({part.label for part in parts}) == 1


@pytest.mark.parametrize("size", [0, SHEET_LIMIT_BYTES + 1])
def test_what_no_sheet_carries_is_not_cut(size: int) -> None:
    """Nothing, and more than anybody scans, are both refused."""
    with pytest.raises(ObjectTooLargeError):
        cut_object(bytes(size))


def test_parts_of_different_objects_are_not_joined() -> None:
    """The digest is of the whole: a part of another object makes none."""
    one, other = cut_object(bytes(1600)), cut_object(bytes([1]) * 1600)
    for parts in ((one[0], other[1]), one[:1], (), one[::-1]):
        with pytest.raises(SheetFormatError):
            join_parts(parts)


@given(st.integers(0, 400), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_misread_character_is_noticed(place: int, letter: str) -> None:
    """One wrong character anywhere is told at that part, so that it alone is scanned again."""
    text = cut_object(bytes(range(200)))[0].to_text()
    misread = text[: place % len(text)] + letter + text[place % len(text) + 1 :]
    if misread != text:
        with pytest.raises(SheetFormatError):
            SheetPart.from_text(misread)
