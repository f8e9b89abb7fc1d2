"""The header of an age file (C2SP age, "Header"): a version line, stanzas, and a MAC.

One header has one spelling: whatever is read writes back as the same bytes. Its size is bounded, so
that nobody makes a reader work for long before anything is authentic.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from depesha.cipher.age.pieces import Pieces
from depesha.cipher.age.stanza import Stanza
from depesha.cipher.derivation import hkdf
from depesha.cipher.encoding import from_unpadded_base64, to_unpadded_base64
from depesha.cipher.errors import HeaderFormatError, HeaderMacError

HEADER_LIMIT_BYTES = 1 << 20
STANZA_LIMIT = 256
# The limit is a whole number of steps.
_STEP = 1 << 16
_LAST_LINE = re.compile(rb"\n---[^\n]*\n")
_VERSION_LINE = b"age-encryption.org/v1\n"
_END = b"---"
_COLUMNS = 64
_MAC_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header as read: its stanzas, and what authenticates them.

    `covered` are the bytes under the MAC; nothing here is authentic before `require_mac`.
    """

    stanzas: tuple[Stanza, ...]
    covered: bytes = field(repr=False)
    mac: bytes = field(repr=False)

    def require_mac(self, file_key: bytes) -> None:
        """Check that the header is the one sealed with this file key.

        Raises:
            HeaderMacError: It is not.
        """
        if not hmac.compare_digest(self.mac, _mac(self.covered, file_key)):
            raise HeaderMacError("the header is not the one that was sealed")


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Write a header and authenticate it."""
    covered = b"".join((_VERSION_LINE, *map(_stanza_to_bytes, stanzas), _END))
    return b"%b %b\n" % (covered, to_unpadded_base64(_mac(covered, file_key)))


def read_header(data: bytes) -> tuple[Header, int]:
    """Read the header that `data` begins with, and return where the payload begins.

    Raises:
        HeaderFormatError: There is no header, a second spelling of one, or one beyond the limits.
    """
    head = data[:HEADER_LIMIT_BYTES]
    stanzas, place = _read_stanzas(head, at_most=STANZA_LIMIT)
    if not stanzas:
        raise HeaderFormatError("a header holds no stanza")
    if not head.startswith(_END, place):
        raise HeaderFormatError(f"a header holds more than {STANZA_LIMIT} stanzas")
    covered = head[: place + len(_END)]
    line, place = _read_line(head, place)
    mac = from_unpadded_base64(line[len(b"--- ") :], refusal=HeaderFormatError, what="the MAC")
    if not line.startswith(b"--- ") or len(mac) != _MAC_SIZE:
        raise HeaderFormatError("the last line of a header is not a MAC of 32 bytes")
    return Header(stanzas=stanzas, covered=covered, mac=mac), place


def take_header(pieces: Pieces) -> Header:
    """Take the header from the front of a file that comes in pieces.

    Raises:
        HeaderFormatError: There is no header, a second spelling of one, or one beyond the limits.
    """
    head = b""
    # No line inside a stanza can begin with the three hyphens: they are not base64.
    while len(head) < HEADER_LIMIT_BYTES and not _LAST_LINE.search(head):
        more = pieces.take(_STEP)
        if not more:
            break
        head += more
    header, place = read_header(head)
    pieces.put_back(memoryview(head)[place:])
    return header


def read_first_stanzas(data: bytes, *, at_most: int) -> tuple[Stanza, ...]:
    """Read the first stanzas of a header, and look at nothing behind them.

    Raises:
        HeaderFormatError: There is no header, or one of these stanzas is not well formed.
    """
    return _read_stanzas(data[:HEADER_LIMIT_BYTES], at_most=at_most)[0]


def _read_stanzas(head: bytes, *, at_most: int) -> tuple[tuple[Stanza, ...], int]:
    if not head.startswith(_VERSION_LINE):
        raise HeaderFormatError("not an age file of version 1")
    place = len(_VERSION_LINE)
    stanzas: list[Stanza] = []
    while len(stanzas) < at_most and not head.startswith(_END, place):
        stanza, place = _read_stanza(head, place)
        stanzas.append(stanza)
    return tuple(stanzas), place


def _mac(covered: bytes, file_key: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, salt=None, info=b"header"), covered, "sha256")


def _stanza_to_bytes(stanza: Stanza) -> bytes:
    words = " ".join(("->", stanza.kind, *stanza.arguments))
    body = to_unpadded_base64(stanza.body)
    # A full last line would not end the stanza, so an empty one follows it.
    lines = [body[place : place + _COLUMNS] for place in range(0, len(body) + 1, _COLUMNS)]
    return b"\n".join((words.encode("ascii"), *lines, b""))


def _read_stanza(data: bytes, place: int) -> tuple[Stanza, int]:
    line, place = _read_line(data, place)
    arrow, *words = line.decode("latin-1").split(" ")
    # Printable ASCII other than the space, which the split took away.
    if arrow != "->" or not words or not all(map(_is_word, words)):
        raise HeaderFormatError("a line of the header is neither a stanza nor the MAC")
    kind, *arguments = words
    body, place = _read_body(data, place)
    return Stanza(kind=kind, arguments=tuple(arguments), body=body), place


def _is_word(word: str) -> bool:
    return word != "" and word.isascii() and word.isprintable()


def _read_body(data: bytes, place: int) -> tuple[bytes, int]:
    lines: list[bytes] = []
    while not lines or len(lines[-1]) == _COLUMNS:
        line, place = _read_line(data, place)
        if len(line) > _COLUMNS:
            raise HeaderFormatError("a line of a stanza's body is longer than 64 columns")
        lines.append(line)
    body = b"".join(lines)
    return from_unpadded_base64(body, refusal=HeaderFormatError, what="a stanza's body"), place


def _read_line(data: bytes, place: int) -> tuple[bytes, int]:
    end = data.find(b"\n", place)
    if end < 0:
        raise HeaderFormatError("the header is cut off, or is longer than any that is read")
    return data[place:end], end + 1
