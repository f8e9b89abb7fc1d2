"""Backup and restore: what is in a backup, and how a restored station is known (PROTOCOL 12).

The texts and the rules only; files are the adapter's. Live page secrets are in no backup, so that a
restore never brings back what was burnt, and a restored station has none.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import (
    BaseFormatError,
    Digest,
    decode,
    instant_from_text,
    instant_to_text,
    require_name,
    require_utc,
)
from depesha.channel import Relation
from depesha.cipher import CipherError, Ed25519Signer, Ed25519Verifier, open_note, sign_note
from depesha.station.errors import BackupError
from depesha.station.work import Work

KEYS_FILE = "keys.age"
STORE_FILE = "station.db"
FOLDERS = ("vault", "quarantine")
FILE_LIMIT = 1_000_000
_BACKUP = "depesha/1 backup"
_RESTORED = "depesha/1 restored"
_HEAD_LINES = 4
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_IN_FOLDER = re.compile(rf"(?:{'|'.join(FOLDERS)})/([^/]+)\.age", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """One file of a backup: its name below the folder, its size, its digest."""

    name: str
    size_bytes: int
    digest: Digest

    def __post_init__(self) -> None:
        if self.name not in {KEYS_FILE, STORE_FILE}:
            _require_in_folder(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupManifest:
    """All files of a backup, by name; its note is written last, so a backup without it is none.

    `pages` is the generation of the live pages when the backup was made; they are not in it.
    """

    made: datetime
    pages: int
    files: tuple[BackupFile, ...]

    def __post_init__(self) -> None:
        require_utc(self.made)
        names = [file.name for file in self.files]
        if names != sorted(set(names)) or not {KEYS_FILE, STORE_FILE} <= set(names):
            raise BackupError("a backup names its keys, its store and all else once, in order")
        if len(names) > FILE_LIMIT:
            raise BackupError(f"a backup has at most {FILE_LIMIT} files")

    @property
    def size_bytes(self) -> int:
        """The bytes of all files together."""
        return sum(file.size_bytes for file in self.files)

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        lines = [
            _BACKUP,
            f"made: {instant_to_text(self.made)}",
            f"pages: {self.pages}",
            f"files: {len(self.files)}",
            *(f"file: {one.digest.to_text()} {one.size_bytes} {one.name}" for one in self.files),
        ]
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. Verify the note around it first.

        Raises:
            BackupError: The text is anything else.
        """
        head, rest = _fields(text)[:_HEAD_LINES], _fields(text)[_HEAD_LINES:]
        if [name for name, _ in head] != [_BACKUP, "made", "pages", "files"]:
            raise BackupError("the text is not a backup's list of files")
        manifest = cls(
            made=_instant(head[1][1]),
            pages=_number(head[2][1]),
            files=tuple(_file(value) for _, value in rest),
        )
        if manifest.to_text() != text:
            raise BackupError("the list of files is not in its one spelling")
        return manifest

    def sign(self, identity: Ed25519Signer) -> bytes:
        """Sign the list with the station's identity key."""
        return sign_note(self.to_text(), [identity])

    @classmethod
    def open(cls, note: bytes, identity: Ed25519Verifier) -> Self:
        """Verify the note by the identity key in the same backup's key file, then read it.

        Raises:
            BackupError: The station did not sign this list, or it is none.
        """
        try:
            text = open_note(note, [identity]).text
        except CipherError as error:
            raise BackupError("the list of files is not one that this station signed") from error
        return cls.from_text(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredMark:
    """Lies in the home of a restored station from before its store is there."""

    made: datetime
    restored: datetime
    pages: int

    def to_bytes(self) -> bytes:
        """Write the one form; `from_bytes` refuses every other."""
        return (
            f"{_RESTORED}\nmade: {instant_to_text(self.made)}\n"
            f"restored: {instant_to_text(self.restored)}\npages: {self.pages}\n"
        ).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the mark.

        Raises:
            BackupError: The bytes are anything else.
        """
        try:
            fields = _fields(decode(data, what="the mark"))
        except BaseFormatError as error:
            raise BackupError(str(error)) from error
        if [name for name, _ in fields] != [_RESTORED, "made", "restored", "pages"]:
            raise BackupError("the file is not the mark of a restored station")
        mark = cls(
            made=_instant(fields[1][1]),
            restored=_instant(fields[2][1]),
            pages=_number(fields[3][1]),
        )
        if mark.to_bytes() != data:
            raise BackupError("the mark is not in its one spelling")
        return mark


def quarantine_all(work: Work, at: datetime) -> None:
    """Put every correspondence into quarantine, in the transaction given.

    Nothing is sealed to one until its other side has told where it stands.
    """
    for peer in work.channel.peers.everyone():
        if peer.relation is not Relation.OWN:
            work.restores.begin(peer.card.fingerprint, instant_to_text(at))


def _require_in_folder(name: str) -> None:
    found = _IN_FOLDER.fullmatch(name)
    try:
        require_name(f"{found[1]}.age" if found else "")
    except BaseFormatError as error:
        raise BackupError("a backup holds keys, store, vault and quarantine alone") from error


def _fields(text: str) -> list[tuple[str, str]]:
    """Split lines into names and values; that all is as written, a second writing tells."""
    pairs = (line.partition(": ") for line in text.split("\n")[:-1])
    return [(name, value) for name, _, value in pairs]


def _file(value: str) -> BackupFile:
    digest, _, rest = value.partition(" ")
    size, _, name = rest.partition(" ")
    try:
        return BackupFile(name=name, size_bytes=_number(size), digest=Digest.from_text(digest))
    except BaseFormatError as error:
        raise BackupError("a file's digest is not well formed") from error


def _instant(text: str) -> datetime:
    try:
        return instant_from_text(text)
    except BaseFormatError as error:
        raise BackupError("an instant is not well formed") from error


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise BackupError("a number is not in its one spelling")
    return int(text)
