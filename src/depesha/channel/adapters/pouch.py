"""A pouch: a folder of sealed objects that a courier carries (docs/formats/pouch.md).

The medium is hostile. Nothing on it is opened but regular files whose names are digests, and the
label; no link is followed, sizes and counts are bounded, and an object is its digest or nothing.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from depesha.base import sync_folder, write_durably
from depesha.channel.errors import ObjectUnknownError, PouchFormatError, PouchMediumError
from depesha.channel.mailbox import (
    OBJECT_LIMIT_BYTES,
    object_id_of,
    require_listing,
    require_object_id,
    require_object_size,
)
from depesha.channel.ports import ListedObject
from depesha.channel.pouches import LABEL_FILE, PouchLabel

ENTRY_LIMIT = 10_000
STAGING = ".packing.new"
OBJECT_NAME = re.compile(r"([0-9a-f]{64})\.age", re.ASCII)
# A named pipe on the medium must not make the reader wait for its writer.
# Windows has neither flag, and no such pipes in folders; there a file's kind is checked alone.
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
# What a system says of a device that went away; an EIO may also be one bad block.
_GONE = frozenset({errno.ENODEV, errno.ENOTCONN, errno.ESTALE, getattr(errno, "ENOMEDIUM", 0)})


def _read(descriptor: int, limit_bytes: int) -> bytes:
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(limit_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """The two things done to files on a medium, so that a test can let each of them fail."""

    read: Callable[[int, int], bytes] = _read
    write: Callable[[Path, bytes], None] = write_durably


REAL_MEDIUM = Medium()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What may be objects, by name, with their sizes; and how much else lies there."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    strays: int = 0


class PouchFolder:
    """A `Carrier` over a folder.

    `confirm` hides an object from this instance's later listings and leaves the medium as it is,
    unless the pouch was opened with `erase`: then the object is removed from it.
    """

    def __init__(self, folder: Path, *, erase: bool = False, medium: Medium = REAL_MEDIUM) -> None:
        """Use an existing folder; nothing is read yet."""
        self._folder = folder
        self._erase = erase
        self._medium = medium
        self._confirmed: set[str] = set()

    def deposit(self, sealed: bytes) -> str:
        """Write an object into the pouch; it is durable on the medium when this returns.

        Raises:
            ObjectTooLargeError: No carrier takes it.
            PouchMediumError: The medium cannot be written.
        """
        require_object_size(len(sealed))
        object_id = object_id_of(sealed)
        self._confirmed.discard(object_id)
        with meeting_the_medium():
            self._medium.write(self._path(object_id), sealed)
        return object_id

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        """List what may be objects, in order of their names: a pouch keeps no order of arrival.

        Nothing is opened here: whether a file is the object of its name, `fetch` tells, for each
        by itself. Waiting is of no use here, and is not done.

        Raises:
            PouchFormatError: The folder holds too much.
            PouchMediumError: The medium cannot be read.
        """
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        waiting = [
            ListedObject(object_id=object_id, size_bytes=size_bytes, arrival=arrival)
            for arrival, (object_id, size_bytes) in enumerate(self.contents().sizes.items(), 1)
            if arrival > after and object_id not in self._confirmed
        ]
        return waiting[:limit]

    def fetch(self, object_id: str) -> bytes:
        """Return the bytes of an object, checked against its name.

        All errors but the last concern this one object: the others can still be fetched.

        Raises:
            ObjectUnknownError: The pouch holds no such object.
            PouchFormatError: The file is not regular, is too large, cannot be read, or is another
                object.
            PouchMediumError: The medium is gone.
        """
        path = self._path(require_object_id(object_id))
        sealed = self._read_regular(path, OBJECT_LIMIT_BYTES)
        if object_id_of(sealed) != object_id:
            raise PouchFormatError("an object in the pouch is not the one that its name says")
        return sealed

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        """Give several objects up, one after another."""
        for object_id in object_ids:
            self.confirm(object_id)

    def confirm(self, object_id: str) -> None:
        """Give the object up; see the class for what happens to the medium.

        Raises:
            PouchMediumError: It was to be erased, and the medium does not allow it.
        """
        self._confirmed.add(require_object_id(object_id))
        if self._erase:
            with meeting_the_medium():
                self._path(object_id).unlink(missing_ok=True)

    def label(self) -> PouchLabel | None:
        """Return the label; None where there is none, or it cannot be read as one.

        A courier may lose or alter it: nothing hangs on it but what people call the pouch.

        Raises:
            PouchMediumError: The medium is gone.
        """
        try:
            data = self._read_regular(self._folder / LABEL_FILE, OBJECT_LIMIT_BYTES)
            return PouchLabel.from_bytes(data)
        except (ObjectUnknownError, PouchFormatError):
            return None

    def contents(self) -> Contents:
        """Look through the folder; strays are other names, links, folders, impossible sizes.

        Raises:
            PouchFormatError: The folder holds too much.
            PouchMediumError: The medium cannot be read.
        """
        sizes = {}
        strays = 0
        for entry in self._entries():
            name = OBJECT_NAME.fullmatch(entry.name)
            size_bytes = _regular_size(entry) if name else 0
            if name and 0 < size_bytes <= OBJECT_LIMIT_BYTES:
                sizes[name[1]] = size_bytes
            elif entry.name != LABEL_FILE:
                strays += 1
        return Contents(sizes=dict(sorted(sizes.items())), strays=strays)

    def put(self, label: PouchLabel, objects: Sequence[bytes]) -> None:
        """Put objects and label into the folder, all or none; see `PouchMedia.put`."""
        for sealed in objects:
            require_object_size(len(sealed))
        files = {f"{object_id_of(sealed)}.age": sealed for sealed in objects}
        files[LABEL_FILE] = label.to_bytes()
        if len(files) + sum(1 for _ in self._entries()) > ENTRY_LIMIT:
            raise PouchFormatError(f"the pouch would hold more than {ENTRY_LIMIT} entries")
        staging = self._folder / STAGING
        with meeting_the_medium():
            _clear(staging)
            try:
                staging.mkdir(mode=0o700)
                for name, data in files.items():
                    self._medium.write(staging / name, data)
                # Whatever fails up to here, a full medium above all, leaves the pouch as it was.
                # A crash among the renames leaves some of the objects, and all of them queued.
                for name in files:
                    (staging / name).replace(self._folder / name)
                sync_folder(self._folder)
            finally:
                _clear(staging)

    def _path(self, object_id: str) -> Path:
        return self._folder / f"{object_id}.age"

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        with meeting_the_medium(), os.scandir(self._folder) as entries:
            for count, entry in enumerate(entries, 1):
                if count > ENTRY_LIMIT:
                    raise PouchFormatError(f"the pouch holds more than {ENTRY_LIMIT} entries")
                yield entry

    def _read_regular(self, path: Path, limit_bytes: int) -> bytes:
        try:
            descriptor = os.open(path, _READ_FLAGS)
        except FileNotFoundError as error:
            raise ObjectUnknownError("the pouch holds no such object") from error
        except OSError as error:
            raise _fault_of_one(error) from error
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise PouchFormatError("an object in the pouch is not a regular file")
            data = self._medium.read(descriptor, limit_bytes + 1)
        except OSError as error:
            raise _fault_of_one(error) from error
        finally:
            os.close(descriptor)
        if len(data) > limit_bytes:
            raise PouchFormatError("an object in the pouch is too large")
        return data


@contextmanager
def meeting_the_medium() -> Iterator[None]:
    """Put what the system says of a medium as a whole into the channel's words."""
    try:
        yield
    except OSError as error:
        raise PouchMediumError(
            "the medium of the pouch is gone, full, or cannot be read or written"
        ) from error


def _fault_of_one(error: OSError) -> PouchFormatError | PouchMediumError:
    if error.errno in _GONE:
        return PouchMediumError("the medium of the pouch is gone")
    return PouchFormatError("an object in the pouch is not a regular file, or cannot be read")


def _regular_size(entry: os.DirEntry[str]) -> int:
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        # One entry that is damaged, or gone meanwhile, does not hide the others.
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def _clear(staging: Path) -> None:
    """Remove what a packing that did not end has left; a link in its place is only unlinked."""
    if staging.is_symlink() or staging.is_file():
        staging.unlink()
    elif staging.is_dir():
        for path in staging.iterdir():
            path.unlink()
        staging.rmdir()
