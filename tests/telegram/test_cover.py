from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest, SerialRanges, SeriesSerials
from depesha.telegram import (
    COVER_LIMIT_BYTES,
    CheckpointCosignature,
    Consistency,
    Cover,
    CoverFormatError,
    FieldTooLongError,
    Mode,
    Precedence,
    TelegramError,
)
from tests.support import Vector, vectors
from tests.telegram.sample import cover


@pytest.mark.parametrize("vector", vectors("telegram/cover"), ids=lambda each: each.name)
def test_cover_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert Cover.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(TelegramError) as refused:
        Cover.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    for candidate in (text, f"depesha/1 cover\n{text}", cover().to_text() + text):
        with suppress(TelegramError):
            assert Cover.from_text(candidate).to_text() == candidate


@given(st.data())
def test_a_changed_character_is_noticed_or_read_as_itself(data: st.DataObject) -> None:
    """A text with one character changed is another cover or none, and never the same one."""
    made = cover(checkpoint=b"note\n", consistency=Consistency(old_size=3, hashes=(b"h" * 32,)))
    text = made.to_text()
    place = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    character = data.draw(st.sampled_from("\n :0a-=,\u2014é"))
    changed = text[:place] + character + text[place + 1 :]
    try:
        read = Cover.from_text(changed)
    except TelegramError:
        return
    assert (read == made) == (changed == text)


hashes = st.binary(min_size=32, max_size=32)
covers = st.builds(
    cover,
    serial=st.integers(1, 999_999_999),
    series=st.integers(1000, 9999),
    channel=st.binary(min_size=16, max_size=16),
    minute=st.builds(Digest, hashes),
    previous=st.none() | st.builds(Digest, hashes),
    sealed=st.integers(0, 10**9).map(lambda second: datetime.fromtimestamp(second, tz=UTC)),
    precedence=st.sampled_from(Precedence),
    repeat=st.integers(0, 99),
    have=st.dictionaries(
        st.integers(1000, 9999), st.sets(st.integers(1, 50), min_size=1).map(SerialRanges.of)
    ).map(SeriesSerials.of),
    receipt=st.none() | st.binary(min_size=1, max_size=50),
    fresh=st.lists(st.binary(min_size=1, max_size=50), max_size=4).map(tuple),
    checkpoint=st.none() | st.binary(min_size=1, max_size=50),
    consistency=st.none()
    | st.builds(
        Consistency, old_size=st.integers(0, 10**12), hashes=st.lists(hashes, max_size=3).map(tuple)
    ),
    cosignature=st.none()
    | st.builds(
        CheckpointCosignature, size=st.integers(0, 10**12), line=st.binary(min_size=1, max_size=50)
    ),
)


@given(covers)
def test_every_cover_that_can_be_made_reads_back(made: Cover) -> None:
    """Whatever is valid when it is made has one text, and the text is that cover."""
    assert Cover.from_text(made.to_text()) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": 0},
        {"series": 31},
        {"channel": b"c" * 15},
        {"book": b""},
        {"sender": b"s" * 31},
        {"receiver": b"s" * 32},
        {"copy_number": 3},
        {"page": -1},
        {"checkpoint": b""},
        {"receipt": b""},
        {"fresh": (b"",)},
        {"fresh": (b"book",) * 5},
        {"repeat": -1},
        {"repeat": 100},
        {"clerk": "clerk [Berg]"},
        {"mode": Mode.UNSIGNED, "previous": Digest.of(b"previous")},
    ],
)
def test_a_cover_that_could_not_be_read_cannot_be_made(changes: dict[str, object]) -> None:
    """The rules of the text hold for values as well."""
    with pytest.raises(CoverFormatError):
        cover(**changes)


def test_proofs_have_their_shape() -> None:
    """Hashes are 32 bytes, and a cosignature is a line."""
    with pytest.raises(TelegramError):
        Consistency(old_size=1, hashes=(b"short",))
    with pytest.raises(TelegramError):
        CheckpointCosignature(size=1, line=b"")


def test_a_cover_has_a_size_limit() -> None:
    """A text beyond the limit is refused before it is looked at."""
    with pytest.raises(FieldTooLongError):
        Cover.from_bytes(b"\xff" * (COVER_LIMIT_BYTES + 1))
    with pytest.raises(FieldTooLongError):
        Cover.from_text("x" * (COVER_LIMIT_BYTES + 1))
