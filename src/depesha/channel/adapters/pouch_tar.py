"""A pouch as one tar: read as a stream, and never extracted to a name out of it.

Any stock `tar` of a pouch's folder is read, with or without a folder before the names. What a
pouch has no use for (links, devices, sparse files, absolute paths) refuses the whole tar: nobody
makes such a thing by mistake.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from depesha.channel.adapters.pouch import ENTRY_LIMIT, OBJECT_NAME, meeting_the_medium
from depesha.channel.errors import PouchFormatError
from depesha.channel.mailbox import OBJECT_LIMIT_BYTES, object_id_of
from depesha.channel.pouches import LABEL_FILE, PouchLabel, UnreadObject

BLOCK = 512
# Lists of attributes and long names, before a member; what they say is not used.
_REMARK_LIMIT_BYTES = 64 * 1024
_REMARKS = frozenset(b"xgLK")
_FILES = frozenset(b"0\0")
_FOLDER = ord("5")
_NAME = re.compile(r"(?:\./)?(?:[^/\x00]{1,100}/)?([^/\x00]*)", re.DOTALL)
_SIZE = re.compile(rb" *([0-7]{1,11})[ \0]*")
_CHECKSUM = re.compile(rb" *([0-7]{1,7})[ \0]*")


class PouchTar:
    """Reads one tar from its beginning to its end, once."""

    def __init__(self, file: BinaryIO, *, limit_bytes: int) -> None:
        self._file = file
        self._left_bytes = limit_bytes
        self.label: PouchLabel | None = None
        self.unread: list[UnreadObject] = []
        self.strays = 0

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Give out each object under its id as it comes; what is not its name is noted as unread.

        Raises:
            PouchFormatError: It is no tar, is cut, or holds what no pouch holds.
            PouchMediumError: It cannot be read.
        """
        for _ in range(ENTRY_LIMIT + 1):
            block = self._take(BLOCK)
            if not block.strip(b"\0"):
                return
            kind, name, size_bytes = _header(block)
            if kind in _FILES:
                yield from self._member(name, size_bytes)
            elif kind in _REMARKS and size_bytes <= _REMARK_LIMIT_BYTES:
                self._take(size_bytes)
                self._take(-size_bytes % BLOCK)
            elif kind != _FOLDER or size_bytes:
                raise PouchFormatError("the tar holds a link, a device, or what no pouch holds")
        raise PouchFormatError(f"the tar holds more than {ENTRY_LIMIT} entries")

    def _member(self, name: str, size_bytes: int) -> Iterator[tuple[str, bytes]]:
        data = self._take(size_bytes)
        self._take(-size_bytes % BLOCK)
        named = OBJECT_NAME.fullmatch(name)
        if named and object_id_of(data) == named[1]:
            yield named[1], data
        elif named:
            self.unread.append(UnreadObject(object_id=named[1], code=PouchFormatError.code))
        elif name == LABEL_FILE:
            self._read_label(data)
        else:
            self.strays += 1

    def _read_label(self, data: bytes) -> None:
        try:
            self.label = PouchLabel.from_bytes(data)
        except PouchFormatError:
            self.strays += 1

    def _take(self, size_bytes: int) -> bytes:
        self._left_bytes -= size_bytes
        if self._left_bytes < 0:
            raise PouchFormatError("the pouch holds more bytes than are taken at once")
        with meeting_the_medium():
            data = self._file.read(size_bytes)
        if len(data) != size_bytes:
            raise PouchFormatError("the tar is cut off")
        return data


def _header(block: bytes) -> tuple[int, str, int]:
    """Read kind, last part of the name, and size; the rest of a header says nothing here."""
    size, checksum = _SIZE.fullmatch(block[124:136]), _CHECKSUM.fullmatch(block[148:156])
    total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    if not size or not checksum or int(checksum[1], 8) != total:
        raise PouchFormatError("it is no tar, or one with a damaged or private header")
    size_bytes = int(size[1], 8)
    if size_bytes > OBJECT_LIMIT_BYTES:
        raise PouchFormatError("the tar holds a larger file than any object")
    name = block[:100].rstrip(b"\0").decode("utf-8", "replace")
    plain = _NAME.fullmatch(name)
    if plain is None or block[345:500].strip(b"\0"):
        raise PouchFormatError("the tar holds a path that no pouch has")
    return block[156], plain[1], size_bytes
