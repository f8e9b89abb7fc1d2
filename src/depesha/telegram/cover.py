"""The cover: what one station tells another about one copy (PROTOCOL section 3).

A cover is one text with one spelling, described in `docs/formats/cover.md`: a label, then every
field once, in a fixed order. It is the text of a signed note, or is authenticated by the unsigned
check; neither is done here. Notes and proofs inside a cover are carried as bytes, not read.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar

from depesha.base import (
    BaseFormatError,
    Digest,
    SeriesSerials,
    decode,
    instant_from_text,
    instant_to_text,
    require_utc,
)
from depesha.telegram.details import Mode
from depesha.telegram.errors import (
    CoverFormatError,
    FieldTooLongError,
    TelegramFormatError,
    UnsupportedVersionError,
)
from depesha.telegram.headings import HeadingReader, require_heading
from depesha.telegram.parties import Precedence
from depesha.telegram.serials import NONE, read_count, read_size, read_year

COVER_LABEL = "depesha/1 cover"
COVER_LIMIT_BYTES = 256 * 1024
HASH_SIZE = 32
PROOF_LIMIT = 63
REPEAT_LIMIT = 99
FRESH_LIMIT = 4
_NOTHING = SeriesSerials()
_IDENTIFIER_SIZE = 16
_FINGERPRINT_SIZE = 32
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)
_OTHER_VERSION = re.compile(r"depesha/[0-9]{1,4} cover", re.ASCII)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """A consistency proof from an older size of the sender's register to its checkpoint."""

    old_size: int
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        read_size(str(self.old_size))
        if any(len(node) != HASH_SIZE for node in self.hashes):
            raise TelegramFormatError("a hash of a consistency proof is not 32 bytes")
        if len(self.hashes) > PROOF_LIMIT:
            raise TelegramFormatError("a consistency proof has at most 63 hashes")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the old size and the hashes in Base64, with single spaces between.

        Raises:
            TelegramFormatError: The text has another shape.
        """
        size, *hashes = text.split(" ")
        return cls(old_size=read_size(size), hashes=tuple(_from_base64(node) for node in hashes))

    def to_text(self) -> str:
        """Write the one text form."""
        return " ".join((str(self.old_size), *(_to_base64(node) for node in self.hashes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointCosignature:
    """The sender's cosignature on the receiver's checkpoint of a size: one signature line."""

    size: int
    line: bytes

    def __post_init__(self) -> None:
        read_size(str(self.size))
        if not self.line:
            raise TelegramFormatError("a cosignature is empty")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the size and the signature line in Base64.

        Raises:
            TelegramFormatError: The text has another shape.
        """
        size, _, line = text.partition(" ")
        return cls(size=read_size(size), line=_from_base64(line))

    def to_text(self) -> str:
        """Write the one text form."""
        return f"{self.size} {_to_base64(self.line)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What goes with one copy of a minute on one channel, valid from construction.

    `sender` and `receiver` are station fingerprints, `channel` and `book` are identifiers.
    `minute` is the digest of the minute's bytes, `previous` that of the cover before it on the
    channel; an unsigned cover never names one, and no cover names an unsigned one. `repeat` counts
    how often the serial was sealed before. `have` is what the sender has received on the way back,
    and acknowledges; `receipt` says what else became of it, and `fresh` holds signed pad books for
    the way back. The sender's checkpoint, the proof from an older one, and its cosignature on the
    receiver's checkpoint ride along. All these are carried as bytes, for others to judge.
    """

    channel: bytes
    series: int
    serial: int
    repeat: int = 0
    copy_number: int
    copies: int
    sender: bytes
    receiver: bytes
    book: bytes
    page: int
    minute: Digest
    previous: Digest | None = None
    mode: Mode
    sealed: datetime
    clerk: str
    precedence: Precedence
    have: SeriesSerials = _NOTHING
    receipt: bytes | None = None
    fresh: tuple[bytes, ...] = ()
    checkpoint: bytes | None = None
    consistency: Consistency | None = None
    cosignature: CheckpointCosignature | None = None

    def __post_init__(self) -> None:
        try:
            _check(self)
        except TelegramFormatError as error:
            if type(error) is TelegramFormatError:
                raise CoverFormatError(error.reason) from error
            raise

    @staticmethod
    def from_bytes(data: bytes) -> "Cover":
        """Read the bytes of a cover. Verify what authenticates them first.

        Raises:
            TelegramFormatError: The bytes are not a cover in its one spelling.
        """
        if len(data) > COVER_LIMIT_BYTES:
            raise FieldTooLongError("the cover is larger than 256 KiB")
        try:
            return Cover.from_text(decode(data, what="the cover"))
        except BaseFormatError as error:
            raise CoverFormatError(str(error)) from error

    @staticmethod
    def from_text(text: str) -> "Cover":
        """Read the one text form.

        Raises:
            TelegramFormatError: The text is not a cover in its one spelling; most often a
                CoverFormatError that names the line.
        """
        if len(text) > COVER_LIMIT_BYTES:
            raise FieldTooLongError("the cover is larger than 256 KiB")
        label, *lines = text.split("\n")
        if label != COVER_LABEL:
            if _OTHER_VERSION.fullmatch(label):
                raise UnsupportedVersionError("a cover of another version", line=1)
            raise CoverFormatError("expected the label of a cover", line=1)
        if not lines or lines.pop():
            raise CoverFormatError("does not end with a line feed")
        cover = _read(HeadingReader(lines, CoverFormatError, first_line=2))
        if cover.to_text() != text:
            raise CoverFormatError("not written in its one spelling")
        return cover

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = (
            ("channel", self.channel.hex()),
            ("series", str(self.series)),
            ("serial", str(self.serial)),
            ("repeat", str(self.repeat)),
            ("copy", f"{self.copy_number} of {self.copies}"),
            ("sender", self.sender.hex()),
            ("receiver", self.receiver.hex()),
            ("book", self.book.hex()),
            ("page", str(self.page)),
            ("minute", self.minute.to_text()),
            ("previous", NONE if self.previous is None else self.previous.to_text()),
            ("mode", self.mode.value),
            ("sealed", instant_to_text(self.sealed)),
            ("clerk", self.clerk),
            ("precedence", self.precedence.value),
            ("have", self.have.to_text()),
            ("receipt", NONE if self.receipt is None else _to_base64(self.receipt)),
            ("fresh", " ".join(_to_base64(book) for book in self.fresh) or NONE),
            ("checkpoint", NONE if self.checkpoint is None else _to_base64(self.checkpoint)),
            ("consistency", NONE if self.consistency is None else self.consistency.to_text()),
            ("cosignature", NONE if self.cosignature is None else self.cosignature.to_text()),
        )
        lines = "".join(f"{name}: {value}\n" for name, value in fields)
        return f"{COVER_LABEL}\n{lines}"

    def to_bytes(self) -> bytes:
        """Write the one text form in UTF-8: what is authenticated and digested."""
        return self.to_text().encode()


def _read(reader: HeadingReader) -> Cover:
    """Read the fields in their order: Python evaluates the arguments from left to right."""
    channel = reader.one("channel", _identifier)
    series = reader.one("series", read_year)
    serial = reader.one("serial", read_count)
    repeat = reader.one("repeat", read_size)
    copy_number, copies = reader.one("copy", _copy)
    cover = Cover(
        channel=channel,
        series=series,
        serial=serial,
        repeat=repeat,
        copy_number=copy_number,
        copies=copies,
        sender=reader.one("sender", _fingerprint),
        receiver=reader.one("receiver", _fingerprint),
        book=reader.one("book", _identifier),
        page=reader.one("page", read_count),
        minute=reader.one("minute", Digest.from_text),
        previous=reader.one("previous", _or_none(Digest.from_text)),
        mode=reader.one("mode", Mode.from_text),
        sealed=reader.one("sealed", instant_from_text),
        clerk=reader.one("clerk", str),
        precedence=reader.one("precedence", Precedence.from_text),
        have=reader.one("have", SeriesSerials.from_text),
        receipt=reader.one("receipt", _or_none(_from_base64)),
        fresh=reader.one("fresh", _fresh),
        checkpoint=reader.one("checkpoint", _or_none(_from_base64)),
        consistency=reader.one("consistency", _or_none(Consistency.from_text)),
        cosignature=reader.one("cosignature", _or_none(CheckpointCosignature.from_text)),
    )
    reader.finish()
    return cover


def _check(cover: Cover) -> None:
    for count in (cover.serial, cover.copy_number, cover.copies, cover.page):
        read_count(str(count))
    read_year(str(cover.series))
    require_heading(cover.clerk, what="clerk")
    require_utc(cover.sealed)
    if {len(cover.channel), len(cover.book)} != {_IDENTIFIER_SIZE}:
        raise CoverFormatError("an identifier of a channel or book is not 16 bytes")
    if {len(cover.sender), len(cover.receiver)} != {_FINGERPRINT_SIZE}:
        raise CoverFormatError("the fingerprint of a station is not 32 bytes")
    if cover.sender == cover.receiver:
        raise CoverFormatError("sender and receiver are one station")
    if cover.copy_number > cover.copies:
        raise CoverFormatError("the copy is numbered beyond the number of copies")
    if cover.mode is Mode.UNSIGNED and cover.previous is not None:
        raise CoverFormatError("an unsigned cover names the digest of the one before")
    _check_riders(cover)


def _check_riders(cover: Cover) -> None:
    if not 0 <= cover.repeat <= REPEAT_LIMIT:
        raise CoverFormatError(f"a serial is repeated at most {REPEAT_LIMIT} times")
    if len(cover.fresh) > FRESH_LIMIT:
        raise CoverFormatError(f"a cover brings at most {FRESH_LIMIT} pad books")
    if b"" in (cover.checkpoint, cover.receipt, *cover.fresh):
        raise CoverFormatError("a checkpoint, receipt or pad book is empty")


def _copy(text: str) -> tuple[int, int]:
    number, _, total = text.partition(" of ")
    return read_count(number), read_count(total)


def _fresh(text: str) -> tuple[bytes, ...]:
    return () if text == NONE else tuple(_from_base64(book) for book in text.split(" "))


def _identifier(text: str) -> bytes:
    return _from_hex(text, _IDENTIFIER_SIZE)


def _fingerprint(text: str) -> bytes:
    return _from_hex(text, _FINGERPRINT_SIZE)


def _from_hex(text: str, size: int) -> bytes:
    if len(text) != 2 * size or not _HEX.fullmatch(text):
        raise CoverFormatError(f"expected {2 * size} lower-case hexadecimal digits")
    return bytes.fromhex(text)


def _to_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    """Read standard Base64 with padding in its one spelling; an empty text is refused."""
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except (Base64Error, UnicodeEncodeError) as error:
        raise CoverFormatError("not Base64") from error
    if not data or _to_base64(data) != text:
        raise CoverFormatError("not Base64 in its one spelling")
    return data


def _or_none(read: Callable[[str], Value]) -> Callable[[str], Value | None]:
    return lambda text: None if text == NONE else read(text)
