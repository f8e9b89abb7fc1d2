"""Armor: strict in what it is, tolerant only as the format demands."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import ArmorFormatError, CipherError, armor, dearmor

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
