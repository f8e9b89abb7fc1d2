"""The check: how a cover without a signature is believed by its receiver alone.

docs/formats/check.md. The sender's seal key and the one-time check key of the page give both ends
one secret, and a MAC under it stands where a signature would. Whoever holds the page's secret can
make the same check, so it convinces nobody else; and the receiver's lasting keys have no part in
it, so stealing them does not help to forge towards the receiver.
"""

import hmac
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from depesha.cipher.age import is_low_order
from depesha.cipher.derivation import hkdf
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import AuthenticationError, KeyFormatError
from depesha.cipher.pages import PageSecret
from depesha.cipher.secret import SecretValue

SEAL_KEY_SIZE = 32
CHECK_SIZE = 32
_PRIME = 2**255 - 19
_INFO = b"depesha/1 check\n"


@dataclass(frozen=True, slots=True, eq=False)
class SealKey(SecretValue):
    """A station's X25519 key for checks; it signs nothing and opens nothing."""

    private: bytes = field(repr=False)
    public: bytes = field(init=False)
    _key: X25519PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.private) != SEAL_KEY_SIZE:
            raise KeyFormatError(f"a seal key is {SEAL_KEY_SIZE} bytes")
        key = X25519PrivateKey.from_private_bytes(self.private)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "public", key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Draw a new seal key."""
        return cls(random_bytes(SEAL_KEY_SIZE))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` writes.

        Raises:
            KeyFormatError: The bytes are not 32.
        """
        return cls(data)

    def to_bytes(self) -> bytes:
        """Write the 32 bytes of the private key: they are the secret itself."""
        return self.private

    def _exchange(self, public: bytes) -> bytes:
        return self._key.exchange(X25519PublicKey.from_public_bytes(public))

    def _secret(self) -> bytes:
        return self.private


def require_seal_public(public: bytes) -> bytes:
    """Return the public half of a seal key if it is a sound one, in its one encoding.

    Raises:
        KeyFormatError: It is not 32 bytes, has low order, or is a second encoding of a point.
    """
    if len(public) != SEAL_KEY_SIZE:
        raise KeyFormatError(f"a public seal key is {SEAL_KEY_SIZE} bytes")
    if int.from_bytes(public, "little") >= _PRIME:
        raise KeyFormatError("a public seal key is not in its one encoding")
    if is_low_order(public):
        raise KeyFormatError("a public seal key has low order")
    return public


def make_check(seal_key: SealKey, page_check_key: bytes, text: bytes) -> bytes:
    """Make the check of a cover's text: 32 bytes that convince the page's holder and nobody else.

    Args:
        seal_key: The sender's own.
        page_check_key: The check key of the page that the file is sealed to.
        text: The cover's whole text. What the check binds is what stands there: both stations,
            book, page, serial, copy and the minute's digest.

    Raises:
        KeyFormatError: The page's check key is not 32 bytes, or has low order.
    """
    if len(page_check_key) != SEAL_KEY_SIZE or is_low_order(page_check_key):
        raise KeyFormatError("the check key of a page is not 32 bytes, or has low order")
    shared = seal_key._exchange(page_check_key)  # noqa: SLF001  # the secret half, for us alone
    return _mac(shared, seal_key.public, page_check_key, text)


def require_check(secret: PageSecret, seal_public: bytes, text: bytes, check: bytes) -> None:
    """Return normally if the check was made by the holder of a seal key, or by us ourselves.

    The caller knows that it did not make it; that is the whole of the proof.

    Args:
        secret: The page that the file was sealed to.
        seal_public: The public seal key on the pinned card of the station that the cover names.
        text: The cover's text as received.
        check: The check as received.

    Raises:
        AuthenticationError: The check is another's, or of another text, page or key.
        KeyFormatError: The public seal key is unsound.
    """
    own = SealKey(secret.check_seed)
    shared = own._exchange(require_seal_public(seal_public))  # noqa: SLF001  # as above
    if not hmac.compare_digest(_mac(shared, seal_public, own.public, text), check):
        raise AuthenticationError("the check is not by the station that the cover names")


def _mac(shared: bytes, seal_public: bytes, page_check_key: bytes, text: bytes) -> bytes:
    key = hkdf(shared, salt=None, info=_INFO + seal_public + page_check_key, size=CHECK_SIZE)
    return hmac.digest(key, text, "sha256")
