"""Base64 (RFC 4648 section 4) with one spelling for each value.

Python's reader skips line breaks and ignores trailing bits; a signed or authenticated text must
not have such second spellings, so what is read is compared with its own re-print.
"""

import binascii

from depesha.cipher.errors import CipherError


def to_base64(data: bytes | memoryview) -> bytes:
    """Write padded base64 without line breaks."""
    return binascii.b2a_base64(data, newline=False)


def to_unpadded_base64(data: bytes) -> bytes:
    """Write base64 without padding or line breaks."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=")


def from_base64(text: bytes, *, refusal: type[CipherError], what: str) -> bytes:
    """Read what `to_base64` writes; any other spelling raises `refusal`, naming `what`."""
    try:
        data = binascii.a2b_base64(text)
    except binascii.Error:
        data = None
    if data is None or to_base64(data) != text:
        raise refusal(f"{what} is not canonical base64")
    return data


def from_unpadded_base64(text: bytes, *, refusal: type[CipherError], what: str) -> bytes:
    """Read what `to_unpadded_base64` writes; any other spelling raises `refusal`."""
    if text.endswith(b"="):
        raise refusal(f"{what} has padding")
    return from_base64(text + b"=" * (-len(text) % 4), refusal=refusal, what=what)
