"""The one spelling of sizes and hashes, shared by the register's text formats.

A size or index is decimal without leading zeros and below 2^63, which every engine can store;
a hash is the standard base64 (RFC 4648 section 4) of 32 bytes. Whatever else decodes to the
same value is refused with ValueError, which each format turns into its own error.
"""

import binascii
import re
from base64 import b64decode, b64encode

HASH_SIZE = 32
SIZE_LIMIT = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def read_size(text: str) -> int:
    """Read a size or an index.

    Raises:
        ValueError: The text is not its one spelling, or the number is 2^63 or more.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > SIZE_LIMIT:
        raise ValueError("not a decimal number below 2^63 without leading zeros")
    return int(text)


def read_base64(text: str) -> bytes:
    """Read canonical base64: full padding, no line break, no stray trailing bits.

    Raises:
        ValueError: The text is anything else.
    """
    try:
        value = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if b64encode(value).decode() != text:
        raise ValueError("not the one base64 spelling")
    return value


def read_hash(text: str) -> bytes:
    """Read one hash.

    Raises:
        ValueError: The text is not the canonical base64 of 32 bytes.
    """
    value = read_base64(text)
    if len(value) != HASH_SIZE:
        raise ValueError("a hash is 32 bytes")
    return value


def write_base64(value: bytes) -> str:
    """Write what `read_base64` reads."""
    return b64encode(value).decode()


def is_size(number: int) -> bool:
    """Tell whether a number may be written as a size or index."""
    return 0 <= number <= SIZE_LIMIT
