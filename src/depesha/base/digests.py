"""Digests, written in one way: `sha256:` and 64 lower-case hexadecimal digits."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from depesha.base.errors import BaseFormatError

DIGEST_SIZE = 32
_TEXT = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Digest:
    """A SHA-256 digest (FIPS 180-4) of bytes as they were sent or kept."""

    value: bytes

    def __post_init__(self) -> None:
        if len(self.value) != DIGEST_SIZE:
            raise BaseFormatError("a digest is 32 bytes")

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Digest `data`."""
        return cls(hashlib.sha256(data).digest())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form.

        Raises:
            BaseFormatError: The text is anything else.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise BaseFormatError("not a digest: expected sha256: and 64 lower-case digits")
        return cls(bytes.fromhex(match[1]))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        return f"sha256:{self.value.hex()}"

    @property
    def hex(self) -> str:
        """The 64 digits alone, fit for a file name."""
        return self.value.hex()
