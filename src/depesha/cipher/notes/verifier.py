"""What checks one kind of signature on a note."""

from datetime import datetime
from typing import Protocol


class Verifier(Protocol):
    """A public key under a name, and the rule by which it signs."""

    @property
    def name(self) -> str:
        """The key's name."""
        ...

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key beside its name."""
        ...

    def verify(self, text: str, signature: bytes) -> datetime | None:
        """Return normally if `signature` is this key's on `text`.

        Returns:
            The time that the signature states, or None where its kind states none.

        Raises:
            SignatureError: It is not.
        """
        ...

    def to_vkey(self) -> str:
        """Write the one text form."""
        ...
