"""The header: one spelling, and a MAC over all of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher.age.header import (
    HEADER_LIMIT_BYTES,
    STANZA_LIMIT,
    read_first_stanzas,
    read_header,
    write_header,
)
from depesha.cipher.age.stanza import Stanza
from depesha.cipher.errors import CipherError, HeaderFormatError, HeaderMacError

FILE_KEY = bytes(range(16))
WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=70)
STANZAS = st.builds(
    lambda kind, arguments, body: Stanza(kind=kind, arguments=tuple(arguments), body=body),
    WORDS,
    st.lists(WORDS, max_size=3),
    st.binary(max_size=200),
)


@given(st.lists(STANZAS, min_size=1, max_size=5), st.binary(max_size=50))
def test_what_is_written_reads_back(stanzas: list[Stanza], payload: bytes) -> None:
    """Stanzas survive, the payload begins where the header ends, and the MAC holds."""
    written = write_header(stanzas, FILE_KEY)
    header, place = read_header(written + payload)

    assert header.stanzas == tuple(stanzas)
    assert place == len(written)
    header.require_mac(FILE_KEY)


@pytest.mark.parametrize("size", [0, 47, 48, 49, 96])
def test_a_full_last_line_is_followed_by_an_empty_one(size: int) -> None:
    """A body ends with a line shorter than 64 columns, also at multiples of 48 bytes."""
    written = write_header([Stanza(kind="x", body=bytes(size))], FILE_KEY)
    body = written.split(b"\n")[2:-2]

    assert [len(line) for line in body[:-1]] == [64] * (size // 48)
    assert len(body[-1]) < 64


@given(st.binary() | st.binary().map(lambda tail: b"age-encryption.org/v1\n-> " + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        read_header(data)


@given(st.lists(STANZAS, min_size=1, max_size=2), st.data())
def test_a_changed_header_is_refused_or_fails_its_mac(
    stanzas: list[Stanza], data: st.DataObject
) -> None:
    """No change of a byte leaves a header that its MAC still covers."""
    written = bytearray(write_header(stanzas, FILE_KEY))
    place = data.draw(st.integers(0, len(written) - 1))
    written[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises((HeaderFormatError, HeaderMacError)):
        read_header(bytes(written))[0].require_mac(FILE_KEY)


def test_another_file_key_does_not_fit() -> None:
    """The MAC depends on the file key."""
    header, _ = read_header(write_header([Stanza(kind="x")], FILE_KEY))
    with pytest.raises(HeaderMacError):
        header.require_mac(bytes(16))


def test_a_header_has_limits() -> None:
    """The last stanza and the last byte that are read; one more of either is refused."""
    stanza = Stanza(kind="x")
    full = write_header([stanza] * STANZA_LIMIT, FILE_KEY)
    assert len(read_header(full)[0].stanzas) == STANZA_LIMIT
    with pytest.raises(HeaderFormatError, match="more than 256"):
        read_header(write_header([stanza] * (STANZA_LIMIT + 1), FILE_KEY))

    room = HEADER_LIMIT_BYTES - len(write_header([stanza], FILE_KEY))
    longest = write_header([Stanza(kind="x" * (room + 1))], FILE_KEY)
    assert read_header(longest + b"payload")[1] == HEADER_LIMIT_BYTES
    with pytest.raises(HeaderFormatError, match="longer than any"):
        read_header(write_header([Stanza(kind="x" * (room + 2))], FILE_KEY))


def test_the_first_stanzas_are_read_alone() -> None:
    """What stands behind them is not looked at, whatever it is."""
    beginning = b"age-encryption.org/v1\n-> x\n\n-> y\n\n"
    stanzas = read_first_stanzas(beginning + b"\xff" * 50, at_most=2)
    assert [stanza.kind for stanza in stanzas] == ["x", "y"]
    with pytest.raises(HeaderFormatError):
        read_first_stanzas(beginning + b"\xff" * 50, at_most=3)


MAC_LINE = b"--- " + b"A" * 43 + b"\n"


@pytest.mark.parametrize(
    "tail",
    [
        b"",
        b"-> x\n",
        b"-> x\n\n",
        MAC_LINE,
        b"-> x\n\n---" + b"A" * 43 + b"\n",
        b"-> x\n\n--- " + b"A" * 42 + b"\n",
        b"-> x\n\n--- " + b"A" * 42 + b"B\n",
        b"-> x\n\n--- " + b"A" * 43,
        b"->\n\n" + MAC_LINE,
        b"-> \n\n" + MAC_LINE,
        b"-> x  y\n\n" + MAC_LINE,
        b"-> x \n\n" + MAC_LINE,
        b"-> x\ty\n\n" + MAC_LINE,
        b"-> \xc3\xa9\n\n" + MAC_LINE,
        b"->x y\n\n" + MAC_LINE,
        b"-> x\n" + b"A" * 65 + b"\n\n" + MAC_LINE,
        b"-> x\nAA==\n" + MAC_LINE,
        b"-> x\nAB\n" + MAC_LINE,
        b"-> x\nAA\nAA\n" + MAC_LINE,
    ],
)
def test_refused_spellings(tail: bytes) -> None:
    """What is not the one spelling of a header is refused."""
    with pytest.raises(HeaderFormatError):
        read_header(b"age-encryption.org/v1\n" + tail)
