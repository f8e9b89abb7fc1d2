"""The passphrase recipient (C2SP age, "The scrypt recipient type"; scrypt is RFC 7914)."""

import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from depesha.cipher.age.stanza import Stanza, decode_argument, require_arguments
from depesha.cipher.encoding import to_unpadded_base64
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import HeaderFormatError, PassphraseError, UnsupportedError

KIND = "scrypt"
SALT_SIZE = 16
WORK_FACTOR = 18
WORK_FACTOR_LIMIT = 22
_SALT_LABEL = b"age-encryption.org/v1/scrypt"
_NONCE = bytes(12)
_WORK_FACTOR_TEXT = re.compile(r"[1-9][0-9]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ScryptRecipient:
    """A passphrase to seal under; it must be the file's only recipient.

    `work_factor` is the base-2 logarithm of scrypt's N: one more doubles time and memory.
    """

    passphrase: str = field(repr=False)
    work_factor: int = WORK_FACTOR

    def __post_init__(self) -> None:
        _require_passphrase(self.passphrase)
        if not 1 <= self.work_factor <= WORK_FACTOR_LIMIT:
            raise ValueError(f"a work factor is from 1 to {WORK_FACTOR_LIMIT}")

    def labels(self) -> frozenset[str]:
        """Return a label that no other recipient has, so that this one stands alone."""
        return frozenset({random_bytes(SALT_SIZE).hex()})

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap a file key under a new salt."""
        return _wrap_with(self, file_key, salt=random_bytes(SALT_SIZE))


@dataclass(frozen=True, slots=True)
class ScryptIdentity:
    """A passphrase to open with; a file that asks for more work than the limit is refused."""

    passphrase: str = field(repr=False)
    max_work_factor: int = WORK_FACTOR_LIMIT

    def __post_init__(self) -> None:
        _require_passphrase(self.passphrase)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the passphrase is another.

        Raises:
            HeaderFormatError: The file asks for more work than this identity allows.
        """
        if stanza.kind != KIND:
            return None
        work_factor = int(stanza.arguments[1])
        if work_factor > self.max_work_factor:
            raise HeaderFormatError("a scrypt stanza asks for more work than is allowed")
        salt = decode_argument(stanza, size=SALT_SIZE)
        key = _stretch(self.passphrase, salt=salt, work_factor=work_factor)
        try:
            return ChaCha20Poly1305(key).decrypt(_NONCE, stanza.body, None)
        except InvalidTag:
            return None


def check_shape(stanza: Stanza) -> None:
    """Check what every stanza of this kind must be, whoever it is for.

    Raises:
        HeaderFormatError: It is not; such a header fails the whole file.
    """
    require_arguments(stanza, 2)
    decode_argument(stanza, size=SALT_SIZE)
    if not _WORK_FACTOR_TEXT.fullmatch(stanza.arguments[1]):
        raise HeaderFormatError("the work factor of a scrypt stanza is not a small number")


def _wrap_with(recipient: ScryptRecipient, file_key: bytes, *, salt: bytes) -> Stanza:
    key = _stretch(recipient.passphrase, salt=salt, work_factor=recipient.work_factor)
    arguments = (to_unpadded_base64(salt).decode(), str(recipient.work_factor))
    body = ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)
    return Stanza(kind=KIND, arguments=arguments, body=body)


def _stretch(passphrase: str, *, salt: bytes, work_factor: int) -> bytes:
    scrypt = Scrypt(salt=_SALT_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1)
    try:
        return scrypt.derive(passphrase.encode())
    except MemoryError as error:
        raise UnsupportedError("this machine lacks the memory that the passphrase needs") from error


def _require_passphrase(passphrase: str) -> None:
    """Refuse what cannot be a passphrase; only a well-formed text has UTF-8 bytes."""
    if not passphrase:
        raise PassphraseError("a passphrase is not empty")
    if not passphrase.isascii() and any("\ud800" <= mark <= "\udfff" for mark in passphrase):
        raise PassphraseError("a passphrase holds half a character")
