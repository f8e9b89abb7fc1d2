"""The files of a backup: written beside nothing else, and put back into a new home.

    station.db        the store, under its own key
    keys.age          the station's keys, under the passphrase
    vault/            the preservation copies
    quarantine/       what was refused
    manifest.txt      a signed list of all these, written last: without it there is no backup

The live pages are never read here.
"""

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from depesha.base import Digest, sync_folder, write_durably
from depesha.cipher import Ed25519Signer, Ed25519Verifier
from depesha.station.desks.restoring import (
    FOLDERS,
    KEYS_FILE,
    STORE_FILE,
    BackupFile,
    BackupManifest,
    RestoredMark,
)
from depesha.station.errors import BackupError

MANIFEST = "manifest.txt"
MARK = "restored"
PAGES = "pages"
_MANIFEST_LIMIT_BYTES = 256 * 1024 * 1024
_KEYS_LIMIT_BYTES = 16 * 1024 * 1024
_PIECE_BYTES = 1024 * 1024
_GENERATION = re.compile(r"live-([1-9][0-9]{0,17})\.(?:age|key)", re.ASCII)
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

# Hears after each file how many are done, and of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """What a backup would hold: how many files and bytes, the store as it is now."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """How one station is backed up: its store copies itself, its identity signs the list."""

    home: Path
    copy_store: Callable[[Path], None]
    identity: Ed25519Signer
    at: datetime

    def plan(self, target: Path) -> BackupPlan:
        """Count what would be written, and refuse a target that would be refused.

        Raises:
            BackupError: The target is not empty, or the home cannot be read.
        """
        with _meeting_the_disk():
            _require_empty(target)
            names = [STORE_FILE, *_names(self.home)]
            size_bytes = sum((self.home / name).stat().st_size for name in names)
        return BackupPlan(files=len(names), size_bytes=size_bytes)

    def write(self, target: Path, progress: Progress) -> BackupManifest:
        """Write the backup into an empty folder; it counts from the moment its list is there.

        The store is copied first: what it names in the vault is there before it is named.

        Raises:
            BackupError: The target is not empty or cannot be written, or the station's keys were
                changed meanwhile. What was written is no backup, and no restore takes it for one.
        """
        with _meeting_the_disk():
            _require_empty(target)
            keys = (self.home / KEYS_FILE).read_bytes()
            for folder in (target, *(target / name for name in FOLDERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.copy_store(target / STORE_FILE)
            files = [_described(target, STORE_FILE)]
            names = _names(self.home)
            progress(1, len(names) + 1)
            for done, name in enumerate(names, 2):
                files.append(_copy(self.home, target, name))
                progress(done, len(names) + 1)
            if (self.home / KEYS_FILE).read_bytes() != keys:
                raise BackupError("the station's keys were changed meanwhile: make another backup")
            manifest = BackupManifest(
                made=self.at,
                pages=page_generation(self.home),
                files=tuple(sorted(files, key=lambda file: file.name)),
            )
            _sync_all(target)
            write_durably(target / MANIFEST, manifest.sign(self.identity))
        return manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """How a backup is put back; `open_keys` opens its key file and returns the identity."""

    source: Path
    open_keys: Callable[[Path], Ed25519Verifier]
    at: datetime

    def check(self) -> BackupManifest:
        """Check the list and every file on it; nothing is written.

        Raises:
            BackupError: It is no finished backup, or a file is missing, altered or none of its own.
            PassphraseError: The passphrase does not open its keys.
        """
        with _meeting_the_disk():
            note = _read(self.source / MANIFEST, _MANIFEST_LIMIT_BYTES)
            identity = self._identity()
            manifest = BackupManifest.open(note, identity)
            for file in manifest.files:
                if _described(self.source, file.name) != file:
                    raise BackupError("a file of the backup was altered: nothing was restored")
        return manifest

    def _identity(self) -> Ed25519Verifier:
        # Read here first: a link or a device in the place of the key file is refused.
        _read(self.source / KEYS_FILE, _KEYS_LIMIT_BYTES)
        return self.open_keys(self.source / KEYS_FILE)

    def write(self, home: Path, progress: Progress) -> BackupManifest:
        """Check the backup, then put it into a new home; the home is whole, or is not there.

        Raises:
            BackupError: The backup is refused, there is something in the home, or it cannot be
                written.
            PassphraseError: The passphrase does not open the keys.
        """
        manifest = self.check()
        unfinished = home.with_name(f".{home.name}.restoring")
        with _meeting_the_disk():
            _require_empty(home)
            _remove_unfinished(unfinished)
            unfinished.mkdir(mode=0o700, parents=True)
            # The mark comes before anything else: there is no moment at which a restored store
            # could be opened as if it had never been away.
            mark = RestoredMark(made=manifest.made, restored=self.at, pages=manifest.pages)
            write_durably(unfinished / MARK, mark.to_bytes())
            for folder in FOLDERS:
                (unfinished / folder).mkdir(mode=0o700)
            for done, file in enumerate(manifest.files, 1):
                if _copy(self.source, unfinished, file.name) != file:
                    raise BackupError("a file of the backup was altered while it was read")
                progress(done, len(manifest.files))
            _sync_all(unfinished)
            # A crash before this leaves a folder that no command takes for a station.
            unfinished.replace(home)
            sync_folder(home.parent)
        return manifest


def page_generation(home: Path) -> int:
    """Return the number of the newest generation of live pages; 0 where there is none."""
    folder = home / PAGES
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return max((int(found[1]) for found in map(_GENERATION.fullmatch, names) if found), default=0)


def read_mark(home: Path) -> RestoredMark | None:
    """Return the mark of a station that was restored and not yet put into quarantine.

    Raises:
        BackupError: There is a mark that cannot be read: the station must not be opened.
    """
    with _meeting_the_disk():
        try:
            data = (home / MARK).read_bytes()
        except FileNotFoundError:
            return None
    return RestoredMark.from_bytes(data)


def clear_mark(home: Path) -> None:
    """Remove the mark, once the store itself remembers that it was restored. Safe to repeat."""
    with _meeting_the_disk():
        (home / MARK).unlink(missing_ok=True)
        sync_folder(home)


def _names(home: Path) -> list[str]:
    """Name all files but the store; those that were never finished begin with a full stop."""
    found = [
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in sorted((home / folder).glob("*.age"))
        if not path.name.startswith(".")
    ]
    return [KEYS_FILE, *found]


def _require_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError("the folder to be written is not empty: name a new one")


def _remove_unfinished(folder: Path) -> None:
    """Clear away what a restore that did not end has left: it holds a mark, or nothing yet."""
    if folder.is_symlink() or (
        folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file()
    ):
        raise BackupError("beside the new home lies something that no restore has left")
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _copy(source: Path, target: Path, name: str) -> BackupFile:
    hashed = hashlib.sha256()
    size_bytes = 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with open(os.open(target / name, flags, 0o600), "wb") as written:  # noqa: PTH123 - a descriptor
        for piece in _pieces(source / name):
            written.write(piece)
            hashed.update(piece)
            size_bytes += len(piece)
        written.flush()
        os.fsync(written.fileno())
    return BackupFile(name=name, size_bytes=size_bytes, digest=Digest(hashed.digest()))


def _described(folder: Path, name: str) -> BackupFile:
    hashed = hashlib.sha256()
    size_bytes = 0
    for piece in _pieces(folder / name):
        hashed.update(piece)
        size_bytes += len(piece)
    return BackupFile(name=name, size_bytes=size_bytes, digest=Digest(hashed.digest()))


def _pieces(path: Path) -> Iterator[bytes]:
    """Read a file piece by piece; a link or a device in its place is refused."""
    with open(os.open(path, _READ_FLAGS), "rb") as file:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise BackupError("a file of the backup is not a regular file")
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _read(path: Path, limit_bytes: int) -> bytes:
    data = bytearray()
    for piece in _pieces(path):
        data += piece
        if len(data) > limit_bytes:
            raise BackupError("a file of the backup is larger than any")
    return bytes(data)


def _sync_all(folder: Path) -> None:
    for name in FOLDERS:
        sync_folder(folder / name)
    sync_folder(folder)


@contextmanager
def _meeting_the_disk() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BackupError("a file is missing: this is no finished backup, or no station") from error
    except OSError as error:
        raise BackupError("the disk failed, or is full, or does not allow it") from error
