"""The intake: where a pouch is copied into the house before anything in it is opened.

The copy is a folder of the station's own, one file for each object, and lives only as long as the
import: a crash loses nothing, for the medium still has all. Whatever fails, nothing was taken.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from depesha.channel.adapters.pouch import REAL_MEDIUM, Medium, PouchFolder, meeting_the_medium
from depesha.channel.adapters.pouch_tar import PouchTar
from depesha.channel.errors import (
    IntakeError,
    ObjectUnknownError,
    PouchFormatError,
    PouchMediumError,
)
from depesha.channel.mailbox import object_id_of, require_object_id
from depesha.channel.pouches import PouchLabel, TakenPouch, UnreadObject

TOTAL_LIMIT_BYTES = 4 * 1024 * 1024 * 1024
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


class DiskPouches:
    """The `PouchMedia` of a real machine."""

    def __init__(
        self,
        intake: Path,
        *,
        medium: Medium = REAL_MEDIUM,
        write: Callable[[Path, bytes], None] = _write,
        total_limit_bytes: int = TOTAL_LIMIT_BYTES,
    ) -> None:
        """Take pouches in through the folder `intake`, which is made and removed each time."""
        self._intake = intake
        self._medium = medium
        self._write = write
        self._limit_bytes = total_limit_bytes

    def label(self, folder: Path) -> PouchLabel | None:
        """Return the label of the pouch in a folder; see the port."""
        pouch = PouchFolder(folder, medium=self._medium)
        pouch.contents()
        return pouch.label()

    def put(self, folder: Path, label: PouchLabel, objects: Sequence[bytes]) -> None:
        """Put objects and label into a folder, all or none; see the port."""
        PouchFolder(folder, medium=self._medium).put(label, objects)

    @contextmanager
    def take(self, path: Path) -> Iterator[TakenPouch]:
        """Copy a pouch into the house while the block lasts; see the port."""
        with _meeting_our_disk():
            self._clear()
            self._intake.mkdir(mode=0o700)
        try:
            with meeting_the_medium():
                is_folder = path.is_dir()
            yield self._copy_folder(path) if is_folder else self._copy_tar(path)
        finally:
            # What cannot be removed now is removed before the next pouch is taken in.
            with suppress(OSError):
                self._clear()

    def _copy_folder(self, path: Path) -> TakenPouch:
        before = _identity(path)
        pouch = PouchFolder(path, medium=self._medium)
        contents = pouch.contents()
        if sum(contents.sizes.values()) > self._limit_bytes:
            raise PouchFormatError("the pouch holds more bytes than are taken at once")
        objects, unread = [], []
        for object_id in contents.sizes:
            try:
                sealed = pouch.fetch(object_id)
            except (PouchFormatError, ObjectUnknownError) as error:
                unread.append(UnreadObject(object_id=object_id, code=error.code))
                continue
            self._keep(object_id, sealed)
            objects.append(object_id)
        label = pouch.label()
        # A stick pulled out on the way shows each object as damaged: look at it once more.
        if _identity(path) != before or (unread and not _is_as_it_was(pouch, contents.sizes)):
            raise PouchMediumError("the medium of the pouch is gone")
        return TakenPouch(
            label=label,
            objects=tuple(objects),
            unread=tuple(unread),
            strays=contents.strays,
            read=self._read,
        )

    def _copy_tar(self, path: Path) -> TakenPouch:
        with meeting_the_medium():
            descriptor = os.open(path, _READ_FLAGS)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise PouchFormatError("a pouch is a folder or a tar")
            tar = PouchTar(file, limit_bytes=self._limit_bytes)
            objects: set[str] = set()
            for object_id, sealed in tar.objects():
                if object_id not in objects:
                    self._keep(object_id, sealed)
                objects.add(object_id)
        return TakenPouch(
            label=tar.label,
            objects=tuple(sorted(objects)),
            unread=tuple(tar.unread),
            strays=tar.strays,
            read=self._read,
        )

    def _keep(self, object_id: str, sealed: bytes) -> None:
        with _meeting_our_disk():
            self._write(self._path(object_id), sealed)

    def _read(self, object_id: str) -> bytes:
        with _meeting_our_disk():
            sealed = self._path(require_object_id(object_id)).read_bytes()
        if object_id_of(sealed) != object_id:
            raise IntakeError("the copy of an object was altered on this station's disk")
        return sealed

    def _path(self, object_id: str) -> Path:
        return self._intake / f"{object_id}.age"

    def _clear(self) -> None:
        if self._intake.is_dir():
            for path in self._intake.iterdir():
                path.unlink()
            self._intake.rmdir()


def _identity(path: Path) -> tuple[int, int]:
    with meeting_the_medium():
        facts = path.stat()
    return facts.st_dev, facts.st_ino


def _is_as_it_was(pouch: PouchFolder, sizes: object) -> bool:
    return pouch.contents().sizes == sizes


@contextmanager
def _meeting_our_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IntakeError("this station's disk cannot take what the pouch holds") from error
