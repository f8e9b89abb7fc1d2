"""Deriving keys from keys: HKDF with SHA-256 (RFC 5869).

`derive_key` labels every key of Depesha's own, so that no secret serves two purposes.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_HASH = SHA256()
_LABEL_PREFIX = b"depesha/1 "


def hkdf(secret: bytes, *, salt: bytes | None, info: bytes, size: int = 32) -> bytes:
    """Derive `size` bytes; no salt is a salt of zeros, as RFC 5869 has it."""
    return HKDF(algorithm=_HASH, length=size, salt=salt, info=info).derive(secret)


def derive_key(secret: bytes, *, label: str, size: int = 32) -> bytes:
    """Derive a key for the one purpose that `label` names.

    Args:
        secret: A secret that is already uniform, such as 32 random bytes; never a passphrase.
        label: The purpose, such as `mailbox deposit`; another label gives an unrelated key.
        size: How many bytes to derive.
    """
    return hkdf(secret, salt=None, info=_LABEL_PREFIX + label.encode(), size=size)
