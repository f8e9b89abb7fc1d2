"""A pouch: a folder of sealed objects that a courier carries (docs/formats/pouch.md).

The medium is hostile. Nothing on it is opened but regular files whose names are digests, no link
is followed, sizes and counts are bounded, and an object is its digest or nothing. Importing reads
only: a medium may be write-protected, and importing it twice is harmless.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from depesha.base import write_durably
from depesha.channel.errors import ObjectUnknownError, PouchFormatError
from depesha.channel.mailbox import (
    OBJECT_LIMIT_BYTES,
    object_id_of,
    require_listing,
    require_object_id,
    require_object_size,
)
from depesha.channel.ports import ListedObject

ENTRY_LIMIT = 10_000
_OBJECT_NAME = re.compile(r"([0-9a-f]{64})\.age", re.ASCII)
# A named pipe on the medium must not make the reader wait for its writer.
# Windows has neither flag, and no such pipes in folders; there a file's kind is checked alone.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class PouchFolder:
    """A `Carrier` over a folder.

    `confirm` hides an object from this instance's later listings and leaves the medium as it is,
    unless the pouch was opened with `erase`: then the object is removed from it.
    """

    def __init__(self, folder: Path, *, erase: bool = False) -> None:
        """Use an existing folder; nothing is read yet."""
        self._folder = folder
        self._erase = erase
        self._confirmed: set[str] = set()

    def deposit(self, sealed: bytes) -> str:
        """Write an object into the pouch; it is durable on the medium when this returns.

        Raises:
            ObjectTooLargeError: No carrier takes it.
            PouchFormatError: The medium cannot be written.
        """
        require_object_size(len(sealed))
        object_id = object_id_of(sealed)
        self._confirmed.discard(object_id)
        with _meeting_the_medium():
            write_durably(self._path(object_id), sealed)
        return object_id

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        """List what may be objects, in order of their names: a pouch keeps no order of arrival.

        Nothing is opened here: whether a file is the object of its name, `fetch` tells, for each
        by itself. Waiting is of no use here, and is not done.

        Raises:
            PouchFormatError: The medium cannot be read, or holds too much.
        """
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        waiting = [
            ListedObject(object_id=object_id, size_bytes=size_bytes, arrival=arrival)
            for arrival, (object_id, size_bytes) in enumerate(self._objects(), 1)
            if arrival > after and object_id not in self._confirmed
        ]
        return waiting[:limit]

    def fetch(self, object_id: str) -> bytes:
        """Return the bytes of an object, checked against its name.

        Either error concerns this one object: the others can still be fetched.

        Raises:
            ObjectUnknownError: The pouch holds no such object.
            PouchFormatError: The file is not regular, is too large, cannot be read, or is another
                object.
        """
        sealed = _read_regular(self._path(require_object_id(object_id)))
        if object_id_of(sealed) != object_id:
            raise PouchFormatError("an object in the pouch is not the one that its name says")
        return sealed

    def confirm(self, object_id: str) -> None:
        """Give the object up; see the class for what happens to the medium.

        Raises:
            PouchFormatError: It was to be erased, and the medium does not allow it.
        """
        self._confirmed.add(require_object_id(object_id))
        if self._erase:
            with _meeting_the_medium():
                self._path(object_id).unlink(missing_ok=True)

    def strays(self) -> int:
        """Count what else lies in the folder.

        That is other names, links, folders, impossible sizes, and what cannot be looked at.

        Raises:
            PouchFormatError: The medium cannot be read, or holds too much.
        """
        return sum(1 for _ in self._entries()) - len(self._objects())

    def _path(self, object_id: str) -> Path:
        return self._folder / f"{object_id}.age"

    def _objects(self) -> Sequence[tuple[str, int]]:
        found = []
        for entry in self._entries():
            name = _OBJECT_NAME.fullmatch(entry.name)
            size_bytes = _regular_size(entry) if name else 0
            if name and 0 < size_bytes <= OBJECT_LIMIT_BYTES:
                found.append((name[1], size_bytes))
        return sorted(found)

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        with _meeting_the_medium(), os.scandir(self._folder) as entries:
            for count, entry in enumerate(entries, 1):
                if count > ENTRY_LIMIT:
                    raise PouchFormatError(f"the pouch holds more than {ENTRY_LIMIT} entries")
                yield entry


def _regular_size(entry: os.DirEntry[str]) -> int:
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        # One entry that is damaged, or gone meanwhile, does not hide the others.
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def _read_regular(path: Path) -> bytes:
    try:
        descriptor = os.open(path, _READ_FLAGS)
    except FileNotFoundError as error:
        raise ObjectUnknownError("the pouch holds no such object") from error
    except OSError as error:
        raise PouchFormatError("an object in the pouch is not a regular file") from error
    with _meeting_the_medium(), _closing(descriptor):
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise PouchFormatError("an object in the pouch is not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            sealed = file.read(OBJECT_LIMIT_BYTES + 1)
    if len(sealed) > OBJECT_LIMIT_BYTES:
        raise PouchFormatError("an object in the pouch is too large")
    return sealed


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _meeting_the_medium() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PouchFormatError("the medium of the pouch cannot be used") from error
