"""Plain Ed25519 signatures on notes, type 0x01 (C2SP signed-note; RFC 8032)."""

from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import KeyFormatError, SignatureError
from depesha.cipher.notes.edwards import require_sound_key
from depesha.cipher.notes.lines import (
    SignatureLine,
    derive_key_id,
    encode_utf8,
    require_key_name,
    vkey_from_text,
    vkey_to_text,
)
from depesha.cipher.secret import SecretValue

KIND = 0x01
SEED_SIZE = 32


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """A named Ed25519 public key; never one of low order or in a second encoding."""

    name: str
    public: bytes
    key_id: bytes = field(init=False, compare=False)
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_key_name(self.name)
        require_sound_key(self.public)
        object.__setattr__(self, "key_id", derive_key_id(self.name, KIND, self.public))
        object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.public))

    @classmethod
    def from_vkey(cls, text: str) -> Self:
        """Read a verifier key of type 0x01.

        Raises:
            KeyFormatError: The text is anything else.
        """
        name, kind, public = vkey_from_text(text)
        if kind != KIND:
            raise KeyFormatError("not the verifier key of a plain Ed25519 signer")
        return cls(name, public)

    def to_vkey(self) -> str:
        """Write the one text form."""
        return vkey_to_text(self.name, KIND, self.public)

    def verify(self, text: str, signature: bytes) -> None:
        """Return normally if `signature` is this key's on `text`.

        Raises:
            SignatureError: It is not.
        """
        try:
            self._key.verify(signature, encode_utf8(text))
        except InvalidSignature:
            raise SignatureError("a signature is not by the key that it names") from None


@dataclass(frozen=True, slots=True, eq=False)
class Ed25519Signer(SecretValue):
    """A named Ed25519 signing key."""

    name: str
    seed: bytes = field(repr=False)
    verifier: Ed25519Verifier = field(init=False, repr=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise KeyFormatError("an Ed25519 signing key is a seed of 32 bytes")
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = key.public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", Ed25519Verifier(self.name, public))
        object.__setattr__(self, "_key", key)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Draw a new key under a name.

        Raises:
            KeyFormatError: The name cannot name a key.
        """
        return cls(name, random_bytes(SEED_SIZE))

    def sign(self, text: str) -> str:
        """Sign the text of a note; return the signature line, its line feed included.

        Raises:
            NoteFormatError: The text has no UTF-8 encoding.
        """
        return SignatureLine(
            name=self.name, key_id=self.verifier.key_id, signature=self._key.sign(encode_utf8(text))
        ).to_text()

    def _secret(self) -> bytes:
        return self.seed + self.name.encode()
