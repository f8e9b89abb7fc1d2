"""The one tar of an envelope: POSIX ustar, written in exactly one way.

Owns the headers and the order of members; which members an envelope has, and to what length it
is padded, is `envelope`'s. The reader is strict on purpose: it accepts what the writer writes
and nothing else, so a tar has no second spelling, no link, no folder and no device in it. Any
stock `tar` extracts what it accepts (POSIX.1-2017, pax, "ustar Interchange Format").
"""

from collections.abc import Iterable, Iterator

from depesha.channel.errors import EnvelopeFormatError

BLOCK = 512
END_BYTES = 2 * BLOCK
_SIZE_PLACE = slice(124, 136)
_NAME_PLACE = slice(0, 100)
_SIZE_DIGITS = 11


def write_tar(members: Iterable[tuple[str, bytes]], *, length: int) -> bytes:
    """Write the members in the order given, then zeros up to `length`.

    Raises:
        ValueError: The members and the end mark do not fit in `length`.
    """
    parts: list[bytes] = []
    for name, data in members:
        parts += [_header(name, len(data)), data, bytes(-len(data) % BLOCK)]
    written = b"".join(parts)
    if len(written) + END_BYTES > length:
        raise ValueError("the members do not fit")
    return written + bytes(length - len(written))


def tar_length(sizes: Iterable[int]) -> int:
    """Return how long a tar of members with these sizes is, with its end mark, unpadded."""
    return sum(BLOCK + size + -size % BLOCK for size in sizes) + END_BYTES


def read_tar(tar: bytes) -> Iterator[tuple[str, bytes]]:
    """Give out the members in order; the zeros at the end are checked before this ends.

    Raises:
        EnvelopeFormatError: Anything is not as `write_tar` writes it.
    """
    place = 0
    while tar[place : place + BLOCK].strip(b"\0"):
        name, size = _read_header(tar[place : place + BLOCK])
        start, place = place + BLOCK, place + BLOCK + size + -size % BLOCK
        if place > len(tar) or tar[start + size : place].strip(b"\0"):
            raise EnvelopeFormatError("a member is cut off, or followed by other than zeros")
        yield name, tar[start : start + size]
    if len(tar) - place < END_BYTES or tar[place:].strip(b"\0"):
        raise EnvelopeFormatError("the end of the tar is not all zeros")


# What every header says alike, before its size and behind its checksum.
_BEFORE_SIZE = (
    b"0000600\0"  # mode: its owner reads and writes
    b"0000000\0"  # user and group: nobody in particular
    b"0000000\0"
)
_TIME = b"%011o\0" % 0  # the time is in the cover, where it is authenticated
_BEHIND_CHECKSUM = b"".join(
    (
        b"0",  # a regular file
        bytes(100),
        b"ustar\x0000",
        bytes(64),
        b"0000000\0",
        b"0000000\0",
        bytes(167),
    )
)
# The checksum counts itself as spaces. All but name and size is summed once: summing 512 bytes for
# each member was a tenth of the time that sealing takes beyond its cryptography.
_CONSTANT_SUM = sum(_BEFORE_SIZE) + sum(_TIME) + sum(b" " * 8) + sum(_BEHIND_CHECKSUM)


def _header(name: str, size: int) -> bytes:
    member, digits = name.encode("ascii"), b"%011o\0" % size
    checksum = b"%06o\0 " % (_CONSTANT_SUM + sum(member) + sum(digits))
    start = member.ljust(100, b"\0") + _BEFORE_SIZE + digits + _TIME
    return start + checksum + _BEHIND_CHECKSUM


def _read_header(block: bytes) -> tuple[str, int]:
    digits = block[_SIZE_PLACE][:_SIZE_DIGITS]
    name = block[_NAME_PLACE].rstrip(b"\0")
    if not name.isascii() or len(digits) != _SIZE_DIGITS or digits.strip(b"01234567"):
        raise EnvelopeFormatError("a tar header is not well formed")
    size = int(digits, 8)
    # Written again and compared, so that every other byte of the header is checked as well.
    if _header(name.decode("ascii"), size) != block:
        raise EnvelopeFormatError("a tar header is not the one that is written")
    return name.decode("ascii"), size
