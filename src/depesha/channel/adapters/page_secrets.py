"""Live page secrets on a disk, so that burning one leaves nothing that opens (PROTOCOL 4).

All live secrets lie in one small box (an age file), sealed under a key that is drawn anew at each
change. A generation is two files: `live-<n>.age`, the box, and `live-<n>.key`, 32 random bytes.
The box opens only with both the key file and the station's storage secret. Burning writes the
next generation without the burnt pages, then destroys the old key: only those 32 bytes must truly
be overwritten, and then no copy of an old box, wherever the disk kept one, opens any more.

What cannot be promised: flash storage may keep a copy of an overwritten sector, and memory and
swap are not wiped. The folder is left out of backups.
"""

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from filelock import FileLock

from depesha.base import Digest, sync_folder, write_durably
from depesha.channel.errors import PageStoreError
from depesha.cipher import (
    CipherError,
    HybridIdentity,
    PageSecret,
    derive_key,
    random_bytes,
    seal,
    unseal,
)

KEY_SIZE = 32
_SECRET_SIZE = 64
_BOX_LABEL = b"depesha/1 live pages\n"
_FILE = re.compile(r"live-([1-9][0-9]{0,17})\.(age|key)", re.ASCII)
_LEFT_OVER = re.compile(r"\.live-.*\.new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The three things done to files here, so that a test can let each of them fail."""

    write: Callable[[Path, bytes], None]
    overwrite: Callable[[Path], None]
    remove: Callable[[Path], None]


def _overwrite(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        file.write(random_bytes(max(path.stat().st_size, KEY_SIZE)))
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


REAL_DISK = Disk(write=write_durably, overwrite=_overwrite, remove=_remove)


class PageSecretFolder:
    """A `PageSecretStore` in a folder of its own; several processes may share it."""

    def __init__(self, folder: Path, *, storage_secret: bytes, disk: Disk = REAL_DISK) -> None:
        """Use a folder, which is made if it is not there; nothing is read yet.

        Args:
            folder: A folder that holds nothing else and is left out of backups.
            storage_secret: The station's secret for what it stores; at least 32 bytes.
            disk: How files are written and destroyed.
        """
        if len(storage_secret) < KEY_SIZE:
            raise ValueError("a storage secret is at least 32 bytes")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._secret = storage_secret
        self._disk = disk
        self._generation = 0
        self._live: dict[Digest, PageSecret] = {}

    def add(self, secrets: Sequence[PageSecret]) -> None:
        """Keep new secrets durably.

        Raises:
            PageStoreError: The store cannot be opened or written; the old pages are kept.
        """
        with self._locked():
            added = {secret.page.digest(): secret for secret in secrets}
            self._replace(self._current() | added)

    def load(self) -> Mapping[Digest, PageSecret]:
        """Return the live secrets in the order in which they were added.

        Raises:
            PageStoreError: No generation opens.
        """
        with self._locked():
            return MappingProxyType(dict(self._current()))

    def burn(self, pages: Collection[Digest]) -> None:
        """Destroy secrets; when this returns, nothing on the disk opens them. Safe to repeat.

        Raises:
            PageStoreError: The store cannot be opened or written. The pages are then either still
                loaded, or gone; the next call finishes what this one began.
        """
        with self._locked():
            live = self._current()
            gone = set(pages)
            if gone & live.keys():
                self._replace({key: live[key] for key in live if key not in gone})

    def _replace(self, live: dict[Digest, PageSecret]) -> None:
        following = max([self._generation, *self._generations()]) + 1
        key = random_bytes(KEY_SIZE)
        plaintext = _BOX_LABEL + b"".join(secret.to_bytes() for secret in live.values())
        box = seal(plaintext, [self._identity(key).recipient])
        self._disk.write(self._path(following, "age"), box)
        # A crash here leaves a box that no key opens; the old generation still counts, and the
        # next load removes the box.
        self._disk.write(self._path(following, "key"), key)
        # From here on the new generation counts. A crash before the old key is destroyed leaves
        # burnt pages openable to who holds the disk; the next load destroys the old key.
        self._generation, self._live = following, live
        self._sweep(keep=following)

    def _current(self) -> dict[Digest, PageSecret]:
        present = self._generations()
        if self._generation not in present or max(present) != self._generation:
            self._generation, self._live = self._open_highest(present)
        # Every call finishes what a crash may have left, before anything is believed burnt.
        self._sweep(keep=self._generation)
        return self._live

    def _open_highest(self, present: Collection[int]) -> tuple[int, dict[Digest, PageSecret]]:
        keyed = [number for number in present if self._path(number, "key").exists()]
        if not keyed:
            return 0, {}
        for number in sorted(keyed, reverse=True):
            try:
                return number, self._open(number)
            except (CipherError, OSError):
                continue
        raise PageStoreError("the live pages cannot be opened with this storage secret")

    def _open(self, generation: int) -> dict[Digest, PageSecret]:
        key = self._path(generation, "key").read_bytes()
        box = self._path(generation, "age").read_bytes()
        plaintext = unseal(box, [self._identity(key)])
        if not plaintext.startswith(_BOX_LABEL):
            raise PageStoreError("the box holds something else than live pages")
        body = plaintext[len(_BOX_LABEL) :]
        secrets = (
            PageSecret.from_bytes(body[place : place + _SECRET_SIZE])
            for place in range(0, len(body), _SECRET_SIZE)
        )
        return {secret.page.digest(): secret for secret in secrets}

    def _sweep(self, *, keep: int) -> None:
        # Keys go first: what they open must not outlive the box only by name.
        for path in sorted(self._folder.iterdir(), key=lambda path: path.suffix == ".age"):
            match = _FILE.fullmatch(path.name)
            if _LEFT_OVER.fullmatch(path.name) or (match and int(match[1]) < keep):
                self._destroy(path)
            elif match and match[2] == "age" and not path.with_suffix(".key").exists():
                self._disk.remove(path)

    def _destroy(self, path: Path) -> None:
        # Keys are overwritten before their names go; a crash between the two leaves a file that
        # opens nothing, and the next load removes it. A box needs no overwriting: its key is gone.
        if path.suffix != ".age":
            self._disk.overwrite(path)
        self._disk.remove(path)

    def _identity(self, key: bytes) -> HybridIdentity:
        return HybridIdentity.from_seed(derive_key(key + self._secret, label="page store"))

    def _generations(self) -> set[int]:
        names = (_FILE.fullmatch(path.name) for path in self._folder.iterdir())
        return {int(name[1]) for name in names if name}

    def _path(self, generation: int, kind: str) -> Path:
        return self._folder / f"live-{generation}.{kind}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._folder.is_dir():
            # The lock would make the folder anew, and an empty one says that no page lives.
            raise PageStoreError("the live pages cannot be read or written: their folder is gone")
        try:
            with FileLock(self._folder / "lock"):
                yield
        except OSError as error:
            raise PageStoreError("the live pages cannot be read or written") from error
