"""QR codes: of a fingerprint, for a terminal or to be printed, and of a whole card."""

import io

import segno

from depesha.channel.cards.comparison import fingerprint_code
from depesha.channel.errors import CardFormatError

# A quarter of a small code may be torn or blotted; a whole card leaves no room for that.
_ERROR_LEVEL = "q"
_SCALE = 6


def draw_fingerprint(fingerprint: str) -> str:
    """Draw a fingerprint's code with block characters, light on dark as terminals are."""
    out = io.StringIO()
    _code_of(fingerprint).terminal(out, compact=True)
    return out.getvalue()


def picture_of_fingerprint(fingerprint: str) -> bytes:
    """Write a fingerprint's code as an SVG picture, with the margin that readers need."""
    return _picture(_code_of(fingerprint), "Fingerprint")


def picture_of_card(note: bytes) -> bytes:
    """Write a whole card as an SVG picture of one code, from which its file can be read again.

    Raises:
        CardFormatError: It has too many keys and signatures for the largest code that there is.
    """
    try:
        code = segno.make(note, error="l", micro=False)
    except segno.DataOverflowError as error:
        raise CardFormatError(
            "the card is too large for one QR code: hand its file over"
        ) from error
    return _picture(code, "Card")


def _code_of(fingerprint: str) -> segno.QRCode:
    return segno.make(fingerprint_code(fingerprint), error=_ERROR_LEVEL, micro=False)


def _picture(code: segno.QRCode, title: str) -> bytes:
    out = io.BytesIO()
    code.save(out, kind="svg", scale=_SCALE, dark="#000", light="#fff", title=title)
    return out.getvalue()
