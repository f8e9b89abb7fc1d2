"""The register's entry: two salted commitments and nothing else (docs/formats/register-entry.md).

Who wrote to whom, and when, is the secret; so an entry holds no field in the clear. What the
commitments are made of is the edition's business; here they are 32 opaque bytes each.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from depesha.register.errors import EntryFormatError
from depesha.register.spelling import HASH_SIZE
from depesha.register.tree import leaf_hash

ENTRY_SIZE = 1 + 2 * HASH_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the register; always 65 bytes, so that its size tells nothing."""

    VERSION: ClassVar[int] = 1

    header_root: bytes
    body_root: bytes

    def __post_init__(self) -> None:
        if len(self.header_root) != HASH_SIZE or len(self.body_root) != HASH_SIZE:
            raise EntryFormatError("a commitment is 32 bytes")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the one byte form.

        Raises:
            EntryFormatError: The bytes are not an entry of version 1.
        """
        if len(data) != ENTRY_SIZE:
            raise EntryFormatError("an entry is 65 bytes")
        if data[0] != cls.VERSION:
            raise EntryFormatError("the entry is of an unknown version")
        return cls(header_root=data[1 : 1 + HASH_SIZE], body_root=data[1 + HASH_SIZE :])

    def to_bytes(self) -> bytes:
        """Write the one byte form."""
        return bytes([self.VERSION]) + self.header_root + self.body_root

    @property
    def leaf_hash(self) -> bytes:
        """The entry's leaf in the tree."""
        return leaf_hash(self.to_bytes())
