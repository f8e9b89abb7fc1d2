"""Bech32 (BIP 173) as age writes its keys: without a limit of length.

The human-readable part may itself hold the digit 1, so a text is split at its last one.
"""

from depesha.cipher.errors import KeyFormatError

_CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SIZE = 6


def to_bech32(prefix: str, data: bytes) -> str:
    """Write `data` in lower case below a lower-case prefix."""
    values = _regroup(data, 8, 5)
    return f"{prefix}1" + "".join(
        _CHARACTERS[value] for value in values + _checksum(prefix, values)
    )


def from_bech32(prefix: str, text: str) -> bytes:
    """Read what `to_bech32` writes.

    Raises:
        KeyFormatError: The text has another prefix, case, spelling or checksum.
    """
    found, separator, tail = text.rpartition("1")
    if not separator or found != prefix:
        raise KeyFormatError(f"not a key that begins with {prefix}1")
    values = [_VALUES.get(character, -1) for character in tail]
    if -1 in values or len(values) < _CHECKSUM_SIZE:
        raise KeyFormatError("a key holds a character that keys do not have, or is cut off")
    body, checksum = values[:-_CHECKSUM_SIZE], values[-_CHECKSUM_SIZE:]
    if checksum != _checksum(prefix, body):
        raise KeyFormatError("a key's checksum is wrong: it was mistyped or damaged")
    data = bytes(_regroup(body, 5, 8)[: len(body) * 5 // 8])
    if _regroup(data, 8, 5) != body:
        raise KeyFormatError("a key has a second spelling of the same bytes")
    return data


def _regroup(values: bytes | list[int], from_bits: int, to_bits: int) -> list[int]:
    """Cut a row of bits into groups of another width, with zero bits behind the last."""
    size = len(values) * from_bits
    number = 0
    for value in values:
        number = number << from_bits | value
    padding = -size % to_bits
    number <<= padding
    mask = (1 << to_bits) - 1
    return [number >> shift & mask for shift in range(size + padding - to_bits, -1, -to_bits)]


def _checksum(prefix: str, values: list[int]) -> list[int]:
    expanded = [ord(character) >> 5 for character in prefix] + [0]
    expanded += [ord(character) & 31 for character in prefix]
    state = _polymod([*expanded, *values, *[0] * _CHECKSUM_SIZE]) ^ 1
    return [state >> 5 * (5 - place) & 31 for place in range(_CHECKSUM_SIZE)]


def _polymod(values: list[int]) -> int:
    state = 1
    for value in values:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                state ^= term
    return state
