"""The classic X25519 recipient (C2SP age, "The X25519 recipient type").

Kept so that any age file can be read; a telegram is never sealed to one.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from depesha.cipher.age.bech32 import from_bech32, to_bech32
from depesha.cipher.age.curve import is_low_order
from depesha.cipher.age.stanza import Stanza, decode_argument, require_arguments
from depesha.cipher.derivation import hkdf
from depesha.cipher.encoding import to_unpadded_base64
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import HeaderFormatError, KeyFormatError
from depesha.cipher.secret import SecretValue

KIND = "X25519"
KEY_SIZE = 32
_INFO = b"age-encryption.org/v1/X25519"
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A classic age public key; never one of low order."""

    PREFIX: ClassVar[str] = "age"

    public: bytes

    def __post_init__(self) -> None:
        if len(self.public) != KEY_SIZE:
            raise KeyFormatError(f"an X25519 recipient is {KEY_SIZE} bytes")
        if is_low_order(self.public):
            raise KeyFormatError("an X25519 recipient has low order")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an `age1…` text.

        Raises:
            KeyFormatError: The text is anything else.
        """
        return cls(from_bech32(cls.PREFIX, text))

    def to_text(self) -> str:
        """Write the 62 characters that age programs read."""
        return to_bech32(self.PREFIX, self.public)

    def labels(self) -> frozenset[str]:
        """Demand nothing, and so share a file with none that demands something."""
        return frozenset()

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap a file key under a new ephemeral key."""
        return _wrap_with(self, file_key, ephemeral=random_bytes(KEY_SIZE))


@dataclass(frozen=True, slots=True, eq=False)
class X25519Identity(SecretValue):
    """The secret half of a classic recipient."""

    PREFIX: ClassVar[str] = "age-secret-key-"

    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.private) != KEY_SIZE:
            raise KeyFormatError(f"an X25519 identity is {KEY_SIZE} bytes")

    @classmethod
    def generate(cls) -> Self:
        """Draw a new identity."""
        return cls(random_bytes(KEY_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an `AGE-SECRET-KEY-1…` text.

        Raises:
            KeyFormatError: The text is anything else; the message never repeats it.
        """
        if text != text.upper():
            raise KeyFormatError("an identity is written in capitals")
        return cls(from_bech32(cls.PREFIX, text.lower()))

    def to_text(self) -> str:
        """Write the 74 characters that age programs read; they are the secret itself."""
        return to_bech32(self.PREFIX, self.private).upper()

    @property
    def recipient(self) -> X25519Recipient:
        """The public half."""
        return X25519Recipient(_load(self.private).public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the stanza is for another."""
        if stanza.kind != KIND:
            return None
        share = decode_argument(stanza, size=KEY_SIZE)
        shared = _load(self.private).exchange(X25519PublicKey.from_public_bytes(share))
        key = hkdf(shared, salt=share + self.recipient.public, info=_INFO)
        try:
            return ChaCha20Poly1305(key).decrypt(_NONCE, stanza.body, None)
        except InvalidTag:
            return None

    def _secret(self) -> bytes:
        return self.private


def check_shape(stanza: Stanza) -> None:
    """Check what every stanza of this kind must be, whoever it is for.

    Raises:
        HeaderFormatError: It is not; such a header fails the whole file.
    """
    require_arguments(stanza, 1)
    if is_low_order(decode_argument(stanza, size=KEY_SIZE)):
        raise HeaderFormatError(f"the share of an {KIND} stanza has low order")


def _wrap_with(recipient: X25519Recipient, file_key: bytes, *, ephemeral: bytes) -> Stanza:
    private = _load(ephemeral)
    share = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(recipient.public))
    key = hkdf(shared, salt=share + recipient.public, info=_INFO)
    body = ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)
    return Stanza(kind=KIND, arguments=(to_unpadded_base64(share).decode(),), body=body)


def _load(private: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(private)
