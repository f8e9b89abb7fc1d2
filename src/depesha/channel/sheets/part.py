"""One part of a sheet: as much of a sealed object as one code carries (docs/formats/sheets.md).

    DEPESHA1:2/3:<digest of the object>:<its bytes, this part>:<check>

Digest and bytes are base32 without padding, so that every character is one of those that a QR code
packs at eleven bits for two, that survives a keyboard, and that no reader of codes trims away.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from depesha.base import DIGEST_SIZE, Digest
from depesha.channel.errors import ObjectTooLargeError, SheetFormatError

PART_LIMIT = 12
PART_BYTES = 800
SHEET_LIMIT_BYTES = PART_LIMIT * PART_BYTES
PART_LIMIT_CHARACTERS = 1500
LABEL_SIZE = 8
_PURPOSE = "DEPESHA1"
_CHECK_SIZE = 8
_TEXT = re.compile(
    r"DEPESHA1:([1-9][0-9]?)/([1-9][0-9]?):([A-Z2-7]{52}):([A-Z2-7]+):([A-Z2-7]{8})", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """Part `number` of the `parts` in which one object stands on paper."""

    number: int
    parts: int
    digest: Digest
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.parts <= PART_LIMIT:
            raise SheetFormatError(f"parts are numbered from 1 to at most {PART_LIMIT}")
        if not 1 <= len(self.data) <= PART_BYTES:
            raise SheetFormatError(f"a part has 1 to {PART_BYTES} bytes")

    @property
    def label(self) -> str:
        """What people call the sheet by: the digest's first eight characters."""
        return _base32(self.digest.value)[:LABEL_SIZE]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form of a part.

        Raises:
            SheetFormatError: The text is anything else, or a character of it was misread.
        """
        found = _TEXT.fullmatch(text) if len(text) <= PART_LIMIT_CHARACTERS else None
        if found is None:
            raise SheetFormatError("the text is not one part of a sheet")
        digest = _unbase32(found[3])
        if len(digest) != DIGEST_SIZE:
            raise SheetFormatError("the text is not one part of a sheet")
        part = cls(
            number=int(found[1]),
            parts=int(found[2]),
            digest=Digest(digest),
            data=_unbase32(found[4]),
        )
        if part.to_text() != text:
            raise SheetFormatError("a character of the part was misread")
        return part

    def to_text(self) -> str:
        """Write the one text form, which a code carries; `from_text` refuses every other."""
        text = (
            f"{_PURPOSE}:{self.number}/{self.parts}:"
            f"{_base32(self.digest.value)}:{_base32(self.data)}"
        )
        return f"{text}:{_base32(Digest.of(text.encode()).value)[:_CHECK_SIZE]}"


def cut_object(sealed: bytes) -> tuple[SheetPart, ...]:
    """Cut an object into its parts, in order.

    Raises:
        ObjectTooLargeError: It would need more codes than anybody scans, or holds nothing.
    """
    if not 0 < len(sealed) <= SHEET_LIMIT_BYTES:
        raise ObjectTooLargeError(f"a sheet carries 1 to {SHEET_LIMIT_BYTES} bytes")
    parts = -(-len(sealed) // PART_BYTES)
    return tuple(
        SheetPart(
            number=number,
            parts=parts,
            digest=Digest.of(sealed),
            data=sealed[(number - 1) * PART_BYTES : number * PART_BYTES],
        )
        for number in range(1, parts + 1)
    )


def join_parts(parts: Sequence[SheetPart]) -> bytes:
    """Join all parts of one object, in order.

    Raises:
        SheetFormatError: They are not those into which the object of their digest is cut.
    """
    sealed = b"".join(part.data for part in parts)
    if not parts or Digest.of(sealed) != parts[0].digest or cut_object(sealed) != tuple(parts):
        raise SheetFormatError("the parts do not make the object that they name")
    return sealed


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _unbase32(text: str) -> bytes:
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise SheetFormatError("a part is written in base32") from error
