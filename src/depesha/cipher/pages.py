"""Pad pages: one-time keys, each good for one sealed file (docs/formats/pad-page.md).

A page is issued by its receiver, who alone holds the secret half and destroys it once the file
is opened and kept. Books, order and the spent list are the channel's.
"""

from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from depesha.base import Digest
from depesha.cipher.age import HYBRID_PUBLIC_SIZE, HybridIdentity, HybridRecipient, is_low_order
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import KeyFormatError
from depesha.cipher.secret import SecretValue

SEED_SIZE = 32
PAGE_SECRET_SIZE = 64
CHECK_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class Page:
    """The public half of a pad page: what to seal to, and the X25519 check key.

    Both keys are usable: neither is of low order.
    """

    recipient: HybridRecipient
    check_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.check_key) != CHECK_KEY_SIZE:
            raise KeyFormatError(f"the check key of a page is {CHECK_KEY_SIZE} bytes")
        if is_low_order(self.check_key):
            raise KeyFormatError("the check key of a page has low order")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` writes.

        Raises:
            KeyFormatError: The bytes are not 1,248, or one of the keys is unusable.
        """
        return cls(HybridRecipient(data[:HYBRID_PUBLIC_SIZE]), data[HYBRID_PUBLIC_SIZE:])

    def to_bytes(self) -> bytes:
        """Write the recipient's public key, then the check key: 1,248 bytes."""
        return self.recipient.public + self.check_key

    def digest(self) -> Digest:
        """Return the digest of the recipient's public key, under which a spent page is known.

        The check key is left out, so that a spent recipient offered again beside another check
        key is known too.
        """
        return Digest.of(self.recipient.public)


@dataclass(frozen=True, slots=True, eq=False)
class PageSecret(SecretValue):
    """The secret half of a pad page: two seeds of 32 bytes, which must be destroyed after use."""

    hybrid_seed: bytes = field(repr=False)
    check_seed: bytes = field(repr=False)
    identity: HybridIdentity = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.check_seed) != SEED_SIZE:
            raise KeyFormatError("the secret of a page is two seeds of 32 bytes")
        object.__setattr__(self, "identity", HybridIdentity.from_seed(self.hybrid_seed))

    @classmethod
    def generate(cls) -> Self:
        """Draw the secret of a new page."""
        return cls(random_bytes(SEED_SIZE), random_bytes(SEED_SIZE))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` writes.

        Raises:
            KeyFormatError: The bytes are not 64.
        """
        if len(data) != PAGE_SECRET_SIZE:
            raise KeyFormatError(f"the secret of a page is {PAGE_SECRET_SIZE} bytes")
        return cls(data[:SEED_SIZE], data[SEED_SIZE:])

    def to_bytes(self) -> bytes:
        """Write the hybrid seed, then the check seed: 64 bytes."""
        return self.hybrid_seed + self.check_seed

    @property
    def page(self) -> Page:
        """The public half, to be issued."""
        check = X25519PrivateKey.from_private_bytes(self.check_seed)
        return Page(self.identity.recipient, check.public_key().public_bytes_raw())

    def _secret(self) -> bytes:
        return self.to_bytes()
