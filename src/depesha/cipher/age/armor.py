"""Armor: an age file as text (C2SP age, "ASCII armor"; a strict form of RFC 7468).

We write line feeds. A reader must also take CRLF, and white space before and after, because
armor travels through mail and editors; nothing else is forgiven.
"""

from collections.abc import Iterable, Iterator

from depesha.cipher.age.pieces import Piece, Pieces
from depesha.cipher.encoding import from_base64, to_base64
from depesha.cipher.errors import ArmorFormatError

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_LINE_BYTES = 48
# Whole lines of text, and so whole lines of bytes.
_STEP = 1024 * _LINE_BYTES
_WHITE_SPACE = b" \t\r\n"
# Two lines at most, each with a line end.
_HELD_LIMIT = 2 * (_COLUMNS + 2)
_BINARY_BEGINNING = b"age-encryption.org/"
_ANY_BEGINNING = b"-----BEGIN "


def armor(sealed: bytes) -> str:
    """Write an age file as text."""
    return b"".join(armor_chunks((sealed,))).decode("ascii")


def armor_chunks(sealed: Iterable[Piece]) -> Iterator[bytes]:
    """Write an age file that comes in pieces as text, in constant memory."""
    pieces = Pieces(sealed)
    yield _BEGIN + b"\n"
    while block := pieces.take(_STEP):
        text = to_base64(block)
        lines = [text[place : place + _COLUMNS] for place in range(0, len(text), _COLUMNS)]
        yield b"\n".join((*lines, b""))
    yield _END + b"\n"


def dearmor(text: str | bytes) -> bytes:
    """Read an armored file.

    Raises:
        ArmorFormatError: The text is not armor; a file inside is not looked at.
    """
    data = text.encode(errors="replace") if isinstance(text, str) else text
    return b"".join(dearmor_chunks((data,)))


def dearmor_chunks(text: Iterable[Piece]) -> Iterator[bytes]:
    """Read an armored file that comes in pieces, in constant memory.

    Until the iterator ends by itself the armor may yet turn out not to be whole.

    Raises:
        ArmorFormatError: The text is not armor; raised where that is seen.
    """
    pieces = Pieces(text)
    _take_beginning(pieces)
    held = b""
    is_last = False
    while not is_last:
        block = bytes(pieces.take(_STEP))
        place = block.find(b"-")
        is_last = place >= 0 or not block
        if place >= 0:
            pieces.put_back(block[place:])
            block = block[:place]
        full, held = _part_lines(held + block)
        yield _decode(full)
    _take_ending(pieces)
    yield _decode_last(held)


def strip_armor(sealed: Iterable[Piece]) -> Iterator[bytes]:
    """Yield an age file that comes in pieces, freed from its armor if it has one.

    A file is taken for armored if it does not begin as a binary one does, and a line that begins
    a text form stands in its first 48 KiB.

    Raises:
        ArmorFormatError: It has armor that is not whole; raised where that is seen.
    """
    pieces = Pieces(sealed)
    first = bytes(pieces.take(_STEP))
    pieces.put_back(first)
    if not first.startswith(_BINARY_BEGINNING) and _ANY_BEGINNING in first:
        yield from dearmor_chunks(_rest_of(pieces))
    else:
        yield from _rest_of(pieces)


def _rest_of(pieces: Pieces) -> Iterator[bytes]:
    while block := pieces.take(_STEP):
        yield bytes(block)


def _take_beginning(pieces: Pieces) -> None:
    first = b""
    while not first and (block := bytes(pieces.take(_STEP))):
        first = block.lstrip(_WHITE_SPACE)
    pieces.put_back(first)
    line, feed, rest = bytes(pieces.take(len(_BEGIN) + len(b"\r\n"))).partition(b"\n")
    if not feed or line.removesuffix(b"\r") != _BEGIN:
        raise ArmorFormatError("the text does not begin as an armored file does")
    pieces.put_back(rest)


def _take_ending(pieces: Pieces) -> None:
    if pieces.take(len(_END)) != _END or any(
        block.strip(_WHITE_SPACE) for block in _rest_of(pieces)
    ):
        raise ArmorFormatError("the text does not end as an armored file does")


def _part_lines(text: bytes) -> tuple[list[bytes], bytes]:
    """Part off the lines that cannot be the last, since another stands behind them."""
    plain = text.replace(b"\r\n", b"\n")
    *full, last, rest = [b"", *plain.split(b"\n")]
    held = b"%b\n%b" % (last, rest) if full else rest
    # A carriage return at the very end may yet be that of a line end.
    if b"\r" in plain[:-1] or len(held) > _HELD_LIMIT:
        raise ArmorFormatError("a line of the armor is longer than 64 columns")
    return full[1:], held


def _decode(lines: list[bytes]) -> bytes:
    if not set(map(len, lines)) <= {_COLUMNS}:
        raise ArmorFormatError("a line of the armor is not 64 columns")
    return from_base64(b"".join(lines), refusal=ArmorFormatError, what="the armor")


def _decode_last(held: bytes) -> bytes:
    line, feed, rest = held.partition(b"\n")
    if held and (not feed or rest or not 1 <= len(line) <= _COLUMNS):
        raise ArmorFormatError("the last line of the armor is not one to 64 columns")
    return from_base64(line, refusal=ArmorFormatError, what="the armor")
