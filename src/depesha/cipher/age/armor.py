"""Armor: an age file as text (C2SP age, "ASCII armor"; a strict form of RFC 7468).

We write line feeds. A reader must also take CRLF, and white space before and after, because
armor travels through mail and editors; nothing else is forgiven.
"""

from depesha.cipher.encoding import from_base64, to_base64
from depesha.cipher.errors import ArmorFormatError

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_WHITE_SPACE = b" \t\r\n"


def armor(sealed: bytes) -> str:
    """Write an age file as text."""
    body = to_base64(sealed)
    lines = [body[place : place + _COLUMNS] for place in range(0, len(body), _COLUMNS)]
    return b"\n".join((_BEGIN, *lines, _END, b"")).decode("ascii")


def dearmor(text: str | bytes) -> bytes:
    """Read an armored file.

    Raises:
        ArmorFormatError: The text is not armor; a file inside is not looked at.
    """
    data = text.encode(errors="replace") if isinstance(text, str) else text
    lines = [line.removesuffix(b"\r") for line in data.strip(_WHITE_SPACE).split(b"\n")]
    if len(lines) < 2 or lines[0] != _BEGIN or lines[-1] != _END:  # noqa: PLR2004  # two markers
        raise ArmorFormatError("the text does not begin and end as an armored file does")
    body = lines[1:-1]
    if any(len(line) != _COLUMNS for line in body[:-1]) or not all(body):
        raise ArmorFormatError("a line of the armor is not 64 columns")
    if body and len(body[-1]) > _COLUMNS:
        raise ArmorFormatError("the last line of the armor is longer than 64 columns")
    return from_base64(b"".join(body), refusal=ArmorFormatError, what="the armor")
