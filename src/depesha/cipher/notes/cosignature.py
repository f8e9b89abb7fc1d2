"""Ed25519 cosignatures on checkpoints, type 0x04 (C2SP tlog-cosignature).

A cosignature states the time and covers the whole text, but not its signer's name: one key must
not serve two names.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from depesha.base import require_utc
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

KIND = 0x04
SEED_SIZE = 32
TIME_SIZE = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """A named Ed25519 public key that cosigns checkpoints."""

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
        """Read a verifier key of type 0x04.

        Raises:
            KeyFormatError: The text is anything else.
        """
        name, kind, public = vkey_from_text(text)
        if kind != KIND:
            raise KeyFormatError("not the verifier key of an Ed25519 cosigner")
        return cls(name, public)

    def to_vkey(self) -> str:
        """Write the one text form."""
        return vkey_to_text(self.name, KIND, self.public)

    def verify(self, text: str, signature: bytes) -> datetime:
        """Return the stated time if `signature` is this key's on `text`.

        Raises:
            SignatureError: It is not, or it states a time beyond the calendar.
        """
        time, signed = signature[:TIME_SIZE], signature[TIME_SIZE:]
        try:
            self._key.verify(signed, _message(text, int.from_bytes(time, "big")))
        except InvalidSignature:
            raise SignatureError("a cosignature is not by the key that it names") from None
        return instant_from_posix(time)


@dataclass(frozen=True, slots=True, eq=False)
class CosignatureSigner(SecretValue):
    """A named Ed25519 key that cosigns checkpoints, and signs nothing else."""

    name: str
    seed: bytes = field(repr=False)
    verifier: CosignatureVerifier = field(init=False, repr=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise KeyFormatError("an Ed25519 signing key is a seed of 32 bytes")
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = key.public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", CosignatureVerifier(self.name, public))
        object.__setattr__(self, "_key", key)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Draw a new key under a name.

        Raises:
            KeyFormatError: The name cannot name a key.
        """
        return cls(name, random_bytes(SEED_SIZE))

    def cosign(self, note_text: str, at: datetime) -> str:
        """Cosign a checkpoint's text; return the signature line, its line feed included.

        The caller has checked that the checkpoint is consistent with what it saw before.

        Args:
            note_text: The text of the note, to its last line feed, without signatures.
            at: The time to state, in UTC, from 1970 on; fractions of a second are cut off.
        """
        seconds = posix_from_instant(at)
        signature = self._key.sign(_message(note_text, seconds))
        return SignatureLine(
            name=self.name,
            key_id=self.verifier.key_id,
            signature=seconds.to_bytes(TIME_SIZE, "big") + signature,
        ).to_text()

    def _secret(self) -> bytes:
        return self.seed + self.name.encode()


def posix_from_instant(at: datetime) -> int:
    """Return the seconds since 1970 began."""
    return (require_utc(at) - _EPOCH) // timedelta(seconds=1)


def instant_from_posix(time: bytes) -> datetime:
    """Read eight bytes of seconds.

    Raises:
        SignatureError: The calendar has no such time.
    """
    try:
        return _EPOCH + timedelta(seconds=int.from_bytes(time, "big"))
    except OverflowError:
        raise SignatureError("a cosignature states a time beyond the calendar") from None


def _message(text: str, seconds: int) -> bytes:
    return encode_utf8(f"cosignature/v1\ntime {seconds}\n{text}")
