"""Which characters a text may hold.

Everything that is signed, sealed or shown passes here: valid UTF-8 in normal form C, no control
character but the line feed, and none of the characters that reorder or hide what a reader sees
(bidirectional overrides and isolates, zero-width characters; Unicode TR 36 and CVE-2021-42574).
"""

import unicodedata

from depesha.base.errors import BaseFormatError

# Cc: controls; Cs: lone surrogates; Co, Cn: no agreed meaning; Zl, Zp: line breaks beside LF.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
# Format characters that scripts need to be written at all; every other one is refused.
_NEEDED_FORMATS = frozenset("\u200c\u200d")


def is_plain_character(character: str) -> bool:
    """Tell whether one character may stand in a line of text (a line feed may not)."""
    category = unicodedata.category(character)
    if category == "Cf":
        return character in _NEEDED_FORMATS
    return category not in _REFUSED_CATEGORIES


def require_line(text: str, *, what: str) -> str:
    """Return `text` if it is one non-empty line without outer spaces, in normal form C.

    Raises:
        BaseFormatError: It is not; the message names `what` and never the text.
    """
    if not text or text != text.strip():
        raise BaseFormatError(f"{what} is empty, or begins or ends with a space")
    _require_plain(text, what)
    return text


def require_block(text: str, *, what: str) -> str:
    """Return `text` if it is lines each ended by a line feed, in normal form C.

    An empty text is a block of no lines.

    Raises:
        BaseFormatError: It is not; the message names `what` and never the text.
    """
    if text and not text.endswith("\n"):
        raise BaseFormatError(f"{what} does not end with a line feed")
    _require_plain(text.replace("\n", ""), what)
    return text


def decode(data: bytes, *, what: str) -> str:
    """Decode UTF-8 without repairing anything.

    Raises:
        BaseFormatError: The bytes are not UTF-8, or begin with a byte order mark.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BaseFormatError(f"{what} is not UTF-8 at byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise BaseFormatError(f"{what} begins with a byte order mark")
    return text


def _require_plain(text: str, what: str) -> None:
    if text.isascii() and text.isprintable():
        return
    for place, character in enumerate(text):
        if not is_plain_character(character):
            raise BaseFormatError(f"{what} holds U+{ord(character):04X} at character {place + 1}")
    if not unicodedata.is_normalized("NFC", text):
        raise BaseFormatError(f"{what} is not in Unicode normal form C")
