"""The vault as a folder: one sealed age file for each object, readable with stock tools."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from depesha.archive.errors import (
    ArchiveFormatError,
    DuplicateError,
    Fault,
    FixityError,
    FixityFault,
    ItemNotFoundError,
    StoreFaultError,
)
from depesha.base import BaseFormatError, Digest, require_name, sync_folder, write_durably

ENDING = ".age"


@dataclass(frozen=True, slots=True)
class FolderVault:
    """Keeps sealed objects as `<name>.age` in one folder; see `ports.Vault`."""

    folder: Path

    @classmethod
    def prepare(cls, folder: Path) -> "FolderVault":
        """Return the vault in `folder`, which is made, for its owner alone, if it is not there.

        Raises:
            StoreFaultError: The folder cannot be made.
        """
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(folder.parent)
        except OSError as error:
            raise StoreFaultError("the vault's folder cannot be made") from error
        return cls(folder)

    def keep(self, name: str, sealed: bytes) -> Digest:
        """Keep bytes durably; see the port."""
        path = self._path(name)
        digest = Digest.of(sealed)
        try:
            kept = _read(path)
            if kept is None:
                # A crash before this ends leaves nothing under the name; one after it leaves the
                # whole object, which no record names yet, and the same call may be made again.
                write_durably(path, sealed)
                return digest
        except OSError as error:
            raise StoreFaultError("an object cannot be kept in the vault") from error
        if kept != sealed:
            raise DuplicateError("another object is kept under that name")
        return digest

    def read(self, name: str, expected: Digest) -> bytes:
        """Return the bytes that were kept; see the port."""
        try:
            kept = _read(self._path(name))
        except OSError as error:
            raise StoreFaultError("an object in the vault cannot be read") from error
        if kept is None:
            raise ItemNotFoundError("no such object in the vault")
        if Digest.of(kept) != expected:
            raise FixityError([FixityFault(name=name, fault=Fault.ALTERED)])
        return kept

    def names(self) -> Iterator[str]:
        """Yield the names of all objects, in order; see the port."""
        # A name that begins with a full stop is a file that was never finished.
        found = sorted(path.name for path in self.folder.glob("*" + ENDING))
        return (name.removesuffix(ENDING) for name in found if not name.startswith("."))

    def _path(self, name: str) -> Path:
        try:
            require_name(name)
            return self.folder / require_name(name + ENDING)
        except BaseFormatError as error:
            raise ArchiveFormatError(f"an object's name is {error}") from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
