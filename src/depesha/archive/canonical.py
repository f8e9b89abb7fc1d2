"""Which identifiers and strings a value of the archive may hold.

What a person or an old record wrote is kept as written: the archive asks only that it can be
stored. Identifiers and numbers that the archive itself hands out have one spelling.
"""

import re

from depesha.archive.errors import ArchiveFormatError

_IDENTIFIER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NUMBER = re.compile(r"[^\W_](?:[^\W_]|[.-])*")
NUMBER_LIMIT = 64
LINE_LIMIT = 4096


def require_identifier(text: str) -> str:
    """Return `text` if it is 32 lower-case hexadecimal digits.

    Raises:
        ArchiveFormatError: It is not.
    """
    if not _IDENTIFIER.fullmatch(text):
        raise ArchiveFormatError("not an identifier: expected 32 lower-case hexadecimal digits")
    return text


def require_unit_number(text: str) -> str:
    """Return `text` if it can stand between two slashes of a reference code, as 45 or 059a can.

    Raises:
        ArchiveFormatError: It cannot.
    """
    if len(text) > NUMBER_LIMIT or not _NUMBER.fullmatch(text):
        raise ArchiveFormatError("not a unit's number: letters, digits, full stops and hyphens")
    return text


def require_written(text: str, *, what: str) -> str:
    """Return `text`, as somebody wrote it, if it can be stored and read back unchanged.

    Raises:
        ArchiveFormatError: It holds a NUL or half a character; the message names only `what`.
    """
    if "\0" in text:
        raise ArchiveFormatError(f"{what} holds a NUL")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ArchiveFormatError(f"{what} holds half a character") from None
    return text


def require_written_line(text: str, *, what: str) -> str:
    """Return `text` if it is one line that says something, as somebody wrote it.

    Raises:
        ArchiveFormatError: It is empty, of several lines, or too long.
    """
    if not text.strip() or len(text) > LINE_LIMIT or "\n" in text or "\r" in text:
        raise ArchiveFormatError(f"{what} is not one line of text")
    return require_written(text, what=what)
