"""The label of a pouch: the only thing that stands on its outside (docs/formats/pouch.md).

It is drawn at random, so that it says nothing; people name a pouch to its courier by it.
"""

import re
from dataclasses import dataclass
from typing import Self

from depesha.base import BaseFormatError, decode
from depesha.channel.errors import PouchFormatError
from depesha.channel.fields import FieldReader, write_fields
from depesha.cipher import random_bytes

LABEL_FILE = "pouch-label.txt"
LABEL_LIMIT_BYTES = 256
_PURPOSE = "depesha/1 pouch"
_VALUE_SIZE = 16
_VALUE = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PouchLabel:
    """32 random digits; a waybill names its pouch by them."""

    value: str

    def __post_init__(self) -> None:
        if not _VALUE.fullmatch(self.value):
            raise PouchFormatError("a pouch's label is 32 lower-case hexadecimal digits")

    @classmethod
    def generate(cls) -> Self:
        """Draw a new label."""
        return cls(random_bytes(_VALUE_SIZE).hex())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the one form of a label file.

        Raises:
            PouchFormatError: The bytes are anything else.
        """
        if len(data) > LABEL_LIMIT_BYTES:
            raise PouchFormatError("a pouch's label is one short file")
        try:
            text = decode(data, what="the label")
        except BaseFormatError as error:
            raise PouchFormatError(str(error)) from error
        fields = FieldReader(text, label=_PURPOSE, error=PouchFormatError)
        label = cls(fields.text("label"))
        fields.last(None)
        return label

    def to_bytes(self) -> bytes:
        """Write the one form of a label file; `from_bytes` refuses every other."""
        return write_fields(_PURPOSE, [("label", self.value)]).encode()
