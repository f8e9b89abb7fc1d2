"""Post-quantum cosignatures on checkpoints, type 0x06: ML-DSA-44 (C2SP tlog-cosignature 1.1).

Covered are the signer's name, the time, and the first three lines of the checkpoint; extension
lines are not. FIPS 204 signing is hedged inside the library.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.backends.openssl.backend import backend
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from depesha.cipher.encoding import from_base64
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import (
    KeyFormatError,
    NoteFormatError,
    SignatureError,
    UnsupportedError,
)
from depesha.cipher.notes.cosignature import (
    TIME_SIZE,
    instant_from_posix,
    posix_from_instant,
)
from depesha.cipher.notes.lines import (
    SignatureLine,
    derive_key_id,
    encode_utf8,
    require_key_name,
    vkey_from_text,
    vkey_to_text,
)
from depesha.cipher.secret import SecretValue

KIND = 0x06
SEED_SIZE = 32
PUBLIC_SIZE = 1312
_LABEL = b"subtree/v1\n\0"
_ROOT_SIZE = 32
_LENGTH_LIMIT = 255
_SIZE_LIMIT = 1 << 63
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]+)\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class MLDSACosignatureVerifier:
    """A named ML-DSA-44 public key that cosigns checkpoints."""

    name: str
    public: bytes = field(repr=False)
    key_id: bytes = field(init=False, compare=False)
    _key: MLDSA44PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_support()
        require_key_name(self.name)
        if len(self.name.encode()) > _LENGTH_LIMIT:
            raise KeyFormatError("the name of an ML-DSA cosigner is longer than 255 bytes")
        if len(self.public) != PUBLIC_SIZE:
            raise KeyFormatError(f"an ML-DSA-44 public key is {PUBLIC_SIZE} bytes")
        object.__setattr__(self, "key_id", derive_key_id(self.name, KIND, self.public))
        object.__setattr__(self, "_key", MLDSA44PublicKey.from_public_bytes(self.public))

    @classmethod
    def from_vkey(cls, text: str) -> Self:
        """Read a verifier key of type 0x06.

        Raises:
            KeyFormatError: The text is anything else.
        """
        name, kind, public = vkey_from_text(text)
        if kind != KIND:
            raise KeyFormatError("not the verifier key of an ML-DSA-44 cosigner")
        return cls(name, public)

    def to_vkey(self) -> str:
        """Write the one text form."""
        return vkey_to_text(self.name, KIND, self.public)

    def verify(self, text: str, signature: bytes) -> datetime | None:
        """Return the stated time, None where it is zero, if `signature` is this key's on `text`.

        Raises:
            SignatureError: It is not, or it states a time beyond the calendar.
        """
        time, signed = signature[:TIME_SIZE], signature[TIME_SIZE:]
        try:
            message = _message(self.name, time, text)
            self._key.verify(signed, message)
        except (InvalidSignature, NoteFormatError):
            raise SignatureError("a cosignature is not by the key that it names") from None
        return instant_from_posix(time) if any(time) else None


@dataclass(frozen=True, slots=True, eq=False)
class MLDSACosignatureSigner(SecretValue):
    """A named ML-DSA-44 key that cosigns checkpoints, and signs nothing else."""

    name: str
    seed: bytes = field(repr=False)
    verifier: MLDSACosignatureVerifier = field(init=False, repr=False)
    _key: MLDSA44PrivateKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        _require_support()
        if len(self.seed) != SEED_SIZE:
            raise KeyFormatError("an ML-DSA-44 signing key is a seed of 32 bytes")
        key = MLDSA44PrivateKey.from_seed_bytes(self.seed)
        public = key.public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", MLDSACosignatureVerifier(self.name, public))
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
            note_text: The checkpoint, to its last line feed, without signatures.
            at: The time to state, in UTC, from 1970 on; fractions of a second are cut off.

        Raises:
            NoteFormatError: The text does not begin as a checkpoint does.
        """
        time = posix_from_instant(at).to_bytes(TIME_SIZE, "big")
        return SignatureLine(
            name=self.name,
            key_id=self.verifier.key_id,
            signature=time + self._key.sign(_message(self.name, time, note_text)),
        ).to_text()

    def _secret(self) -> bytes:
        return self.seed + self.name.encode()


def require_support(*, supported: bool) -> None:
    """Refuse to go on without ML-DSA.

    Raises:
        UnsupportedError: The installed library was built without it.
    """
    if not supported:
        raise UnsupportedError("the installed cryptographic library lacks ML-DSA-44")


@cache
def _require_support() -> None:
    require_support(supported=backend.mldsa_supported())


def _message(name: str, time: bytes, text: str) -> bytes:
    """Lay out what is signed: a checkpoint is the subtree from zero to its size."""
    match = _CHECKPOINT.match(text)
    if match is None:
        raise NoteFormatError("the text does not begin as a checkpoint does")
    origin, size = encode_utf8(match[1]), int(match[2])
    root = from_base64(match[3].encode(), refusal=NoteFormatError, what="the root hash")
    if len(origin) > _LENGTH_LIMIT or size >= _SIZE_LIMIT or len(root) != _ROOT_SIZE:
        raise NoteFormatError("the origin, size or root hash of the checkpoint is out of range")
    cosigner = name.encode()
    return b"".join(
        (
            _LABEL,
            bytes([len(cosigner)]) + cosigner,
            time,
            bytes([len(origin)]) + origin,
            bytes(8),
            size.to_bytes(8, "big"),
            root,
        )
    )
