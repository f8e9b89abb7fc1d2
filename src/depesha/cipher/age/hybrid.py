"""The hybrid post-quantum recipient: ML-KEM-768 with X25519, sealed by HPKE.

C2SP age, "The hybrid recipient type"; HPKE is RFC 9180 in base mode with KEM 0x647a (X-Wing),
KDF 0x0001 and AEAD 0x0003. Key derivation from the seed: SHAKE256 to 96 bytes, of which 64 are
the FIPS 203 seed and 32 the X25519 scalar.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.backends.openssl.backend import backend
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from depesha.cipher.age.bech32 import from_bech32, to_bech32
from depesha.cipher.age.curve import is_low_order
from depesha.cipher.age.stanza import Stanza, decode_argument, require_arguments
from depesha.cipher.encoding import to_unpadded_base64
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import HeaderFormatError, KeyFormatError, UnsupportedError
from depesha.cipher.secret import SecretValue

KIND = "mlkem768x25519"
SEED_SIZE = 32
PUBLIC_SIZE = 1216
ENCAPSULATED_SIZE = 1120
_MLKEM_PUBLIC_SIZE = 1184
_MLKEM_SEED_SIZE = 64
_POINT_SIZE = 32
_INFO = b"age-encryption.org/mlkem768x25519"
_FINGERPRINT_SIZE = 10


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A public key to seal to, safe against today's and quantum computers.

    Every value is a usable key: both halves were checked at construction.
    """

    PREFIX: ClassVar[str] = "age1pq"

    public: bytes = field(repr=False)
    _key: MLKEM768X25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.public) != PUBLIC_SIZE:
            raise KeyFormatError(f"a hybrid recipient is {PUBLIC_SIZE} bytes")
        object.__setattr__(self, "_key", _load_public(self.public))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an `age1pq1…` text.

        Raises:
            KeyFormatError: The text is anything else.
        """
        return cls(from_bech32(cls.PREFIX, text))

    def to_text(self) -> str:
        """Write the 1,959 characters that age programs read."""
        return to_bech32(self.PREFIX, self.public)

    def fingerprint(self) -> str:
        """Return 16 characters in groups of four, for people to compare."""
        digest = hashlib.sha256(self.public).digest()[:_FINGERPRINT_SIZE]
        text = base64.b32encode(digest).decode().lower()
        return "-".join(text[place : place + 4] for place in range(0, len(text), 4))

    def labels(self) -> frozenset[str]:
        """Demand that every recipient of the file is post-quantum as well."""
        return frozenset({"postquantum"})

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap a file key; each call encapsulates a new secret."""
        sealed = _suite().encrypt(file_key, self._key, _INFO)
        share = to_unpadded_base64(sealed[:ENCAPSULATED_SIZE]).decode()
        return Stanza(kind=KIND, arguments=(share,), body=sealed[ENCAPSULATED_SIZE:])


@dataclass(frozen=True, slots=True, eq=False)
class HybridIdentity(SecretValue):
    """The secret half of a hybrid recipient: 32 bytes, expanded when first needed."""

    PREFIX: ClassVar[str] = "age-secret-key-pq-"

    seed: bytes = field(repr=False)
    _key: MLKEM768X25519PrivateKey | None = field(init=False, repr=False, default=None)
    _recipient: HybridRecipient | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise KeyFormatError(f"a hybrid identity is a seed of {SEED_SIZE} bytes")

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the identity of a 32-byte seed.

        Raises:
            KeyFormatError: The seed has another length.
        """
        return cls(seed)

    @classmethod
    def generate(cls) -> Self:
        """Draw a new identity."""
        return cls(random_bytes(SEED_SIZE))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read an `AGE-SECRET-KEY-PQ-1…` text.

        Raises:
            KeyFormatError: The text is anything else; the message never repeats it.
        """
        if text != text.upper():
            raise KeyFormatError("an identity is written in capitals")
        return cls(from_bech32(cls.PREFIX, text.lower()))

    def to_text(self) -> str:
        """Write the 77 characters that age programs read; they are the secret itself."""
        return to_bech32(self.PREFIX, self.seed).upper()

    @property
    def recipient(self) -> HybridRecipient:
        """The public half."""
        recipient = self._recipient
        if recipient is None:
            mlkem, x25519 = _expand(self.seed)
            recipient = HybridRecipient(
                mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
            )
            object.__setattr__(self, "_recipient", recipient)
        return recipient

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the stanza is for another."""
        if stanza.kind != KIND:
            return None
        share = decode_argument(stanza, size=ENCAPSULATED_SIZE)
        try:
            return _suite().decrypt(share + stanza.body, self._private(), _INFO)
        except InvalidTag:
            return None

    def _private(self) -> MLKEM768X25519PrivateKey:
        key = self._key
        if key is None:
            key = MLKEM768X25519PrivateKey(*_expand(self.seed))
            object.__setattr__(self, "_key", key)
        return key

    def _secret(self) -> bytes:
        return self.seed


def check_shape(stanza: Stanza) -> None:
    """Check what every stanza of this kind must be, whoever it is for.

    Raises:
        HeaderFormatError: It is not; such a header fails the whole file.
    """
    require_arguments(stanza, 1)
    share = decode_argument(stanza, size=ENCAPSULATED_SIZE)
    # The library reports a low-order share like a mismatch, and age wants them told apart.
    if is_low_order(share[-_POINT_SIZE:]):
        raise HeaderFormatError(f"the share of a {KIND} stanza has low order")


def require_support(*, supported: bool) -> None:
    """Refuse to go on without ML-KEM.

    Raises:
        UnsupportedError: The installed library was built without it.
    """
    if not supported:
        raise UnsupportedError("the installed cryptographic library lacks ML-KEM-768")


@cache
def _suite() -> Suite:
    require_support(supported=backend.mlkem_supported())
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    _suite()
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_SIZE + _POINT_SIZE)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE]),
        X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:]),
    )


def _load_public(public: bytes) -> MLKEM768X25519PublicKey:
    _suite()
    point = public[_MLKEM_PUBLIC_SIZE:]
    if is_low_order(point):
        raise KeyFormatError("the X25519 half of a hybrid recipient has low order")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE])
    except ValueError as error:
        raise KeyFormatError("the ML-KEM half of a hybrid recipient is out of range") from error
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(point))
