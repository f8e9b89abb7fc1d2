"""Bech32 as age writes keys."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher.age import bech32
from depesha.cipher.age.bech32 import from_bech32, to_bech32
from depesha.cipher.errors import CipherError, KeyFormatError

TEXT = to_bech32("age", bytes(range(32)))


@given(st.sampled_from(["age", "age1pq", "age-secret-key-pq-", "a"]), st.binary(max_size=80))
def test_what_is_written_reads_back(prefix: str, data: bytes) -> None:
    """Any bytes survive, also below a prefix that holds the separator itself."""
    assert from_bech32(prefix, to_bech32(prefix, data)) == data


@given(st.text() | st.text(alphabet="age1qpzry9x8"))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        assert to_bech32("age", from_bech32("age", text)) == text


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_one_wrong_character_is_refused(place: int) -> None:
    """The checksum catches any single mistyped character."""
    wrong = "q" if TEXT[place] != "q" else "p"
    with pytest.raises(KeyFormatError):
        from_bech32("age", TEXT[:place] + wrong + TEXT[place + 1 :])


@pytest.mark.parametrize("text", ["", "age", "age1", "age1qqqqq", TEXT.upper(), TEXT + "q"])
def test_refused_shapes(text: str) -> None:
    """Nothing short, in capitals or longer by a character is read."""
    with pytest.raises(KeyFormatError):
        from_bech32("age", text)


def test_published_example() -> None:
    """A text from BIP 173's own list of valid ones reads as its 20 bytes."""
    text = "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"
    assert len(from_bech32("split", text)) == 30
    assert to_bech32("split", from_bech32("split", text)) == text


def test_bits_behind_the_last_byte_are_zero() -> None:
    """A text whose unused bits are set would be a second spelling, and is refused."""
    # The checksum is right, made for the altered text by the writer's own arithmetic.
    values = [*bech32._regroup(b"\x00", 8, 5)]
    values[-1] |= 1
    tail = "".join(bech32._CHARACTERS[v] for v in values + bech32._checksum("age", values))
    with pytest.raises(KeyFormatError, match="second spelling"):
        from_bech32("age", f"age1{tail}")
