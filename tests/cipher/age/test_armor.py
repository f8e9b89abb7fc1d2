"""Armor: strict in what it is, tolerant only as the format demands."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    ArmorFormatError,
    CipherError,
    armor,
    armor_chunks,
    dearmor,
    dearmor_chunks,
    strip_armor,
)

BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----\n"
END = "-----END AGE ENCRYPTED FILE-----\n"


@given(st.binary(max_size=300))
def test_what_is_written_reads_back(sealed: bytes) -> None:
    """Any bytes survive, read as text or as bytes."""
    assert dearmor(armor(sealed)) == sealed
    assert dearmor(armor(sealed).encode()) == sealed


@given(st.binary(max_size=200))
def test_what_mail_does_to_lines_is_forgiven(sealed: bytes) -> None:
    """CRLF, and white space before and after, do not matter."""
    assert dearmor("\r\n \t" + armor(sealed).replace("\n", "\r\n") + " \n\n") == sealed


@given(st.binary() | st.binary().map(lambda body: BEGIN.encode() + body + END.encode()))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        assert dearmor(armor(dearmor(data))) == dearmor(data)


@given(st.text().map(lambda body: BEGIN + body + "\n" + END))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nor does any text, with characters that armor never holds."""
    with suppress(CipherError):
        dearmor(text)


FULL = "A" * 64 + "\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        BEGIN,
        END,
        BEGIN + "AAAA\n",
        BEGIN + "\n" + END,
        BEGIN + "AAAA\n\n" + END,
        BEGIN + "\nAAAA\n" + END,
        BEGIN + "AAAA\nAAAA\n" + END,
        BEGIN + "A" * 68 + "\n" + END,
        BEGIN + FULL + "AAAA \n" + END,
        BEGIN + "AA\n" + END,
        BEGIN + "AB==\n" + END,
        BEGIN + "AA==AA==\n" + END,
        BEGIN + "AA=\n=\n" + END,
        BEGIN + "\udcff\n" + END,
        "x" + BEGIN + "AAAA\n" + END,
        BEGIN + "Comment: x\n\nAAAA\n" + END,
        BEGIN.lower() + "AAAA\n" + END,
    ],
)
def test_refused_spellings(text: str) -> None:
    """Nothing else is forgiven."""
    with pytest.raises(ArmorFormatError):
        dearmor(text)


def cut(data: bytes, step: int) -> list[bytes]:
    return [data[place : place + step] for place in range(0, len(data), step)]


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 49151, 49152, 49153, 98304, 200_000])
@pytest.mark.parametrize("step", [7, 65536])
def test_armor_streams(size: int, step: int) -> None:
    """However the pieces fall, the text and the bytes are the same as in one piece."""
    sealed = bytes(place * 7 % 251 for place in range(size))
    text = b"".join(armor_chunks(cut(sealed, step)))

    assert text == armor(sealed).encode()
    for line_end in (b"\n", b"\r\n"):
        sent = b" \n" + text.replace(b"\n", line_end) + b"\t\n"
        assert b"".join(dearmor_chunks(cut(sent, step))) == sealed


@given(st.text(alphabet="A=\r\n -", max_size=140), st.integers(min_value=1, max_value=70))
def test_pieces_change_nothing(body: str, step: int) -> None:
    """What is refused in one piece is refused in many, and what is read is read alike."""

    def read(pieces: list[bytes]) -> bytes | None:
        try:
            return b"".join(dearmor_chunks(pieces))
        except ArmorFormatError:
            return None

    text = (BEGIN + body + END).encode()
    assert read(cut(text, step)) == read([text])


@pytest.mark.parametrize(
    "text", [BEGIN + "A" * 5_000_000, BEGIN + "A" * 64 + "\r\r\n" + END, " " * 200_000 + "x"]
)
def test_a_line_without_an_end_is_not_held(text: str) -> None:
    """A hostile text is refused before it has been read to its end into memory."""
    pieces = iter(cut(text.encode(), 65536))
    with pytest.raises(ArmorFormatError):
        list(dearmor_chunks(pieces))


def test_long_white_space_is_passed_over() -> None:
    """Blank lines before and after take no memory, however many."""
    text = b"\n" * 150_000 + armor(b"x").encode() + b"\n" * 150_000
    assert dearmor(text) == b"x"


def test_armor_is_known_by_its_first_line() -> None:
    """A file is freed from armor if it has one, and left as it is if it has none."""
    for sealed in (b"", b"x", b"age-encryption.org/v1\n-----BEGIN ", bytes(100_000)):
        assert b"".join(strip_armor([sealed])) == sealed
        assert b"".join(strip_armor([armor(sealed).encode()])) == sealed
    for refused in (b"x\n" + BEGIN.encode(), b"-----BEGIN PGP MESSAGE-----\n"):
        with pytest.raises(ArmorFormatError):
            list(strip_armor([refused]))
