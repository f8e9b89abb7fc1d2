"""The relay's store in one SQLite file: reads on one connection, changes by the writer."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from depesha.base import Digest
from depesha.channel import ListedObject, MailboxTerms
from depesha.relay.adapters.changes import (
    Admit,
    Close,
    Confirm,
    Deposit,
    Expire,
    Open,
    Revoke,
    seconds_of,
)
from depesha.relay.adapters.rows import (
    ADMISSION,
    TERMS,
    read_admission,
    read_holdings,
    read_terms,
)
from depesha.relay.adapters.schema import connect
from depesha.relay.adapters.sqlite_changes import SqliteMedium
from depesha.relay.adapters.writer import Writer
from depesha.relay.admission import Admission
from depesha.relay.errors import RelayStoreError
from depesha.relay.tally import Holdings

REMEMBERED_LIMIT = 100_000


class Remembered:
    """The terms of mailboxes read before, for they are asked for at every call.

    A mailbox is forgotten once its closing is on the disk. Terms read before that and put after
    it are not remembered: the count of changes tells.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.changes = 0
        self._terms: dict[str, MailboxTerms] = {}
        self._lock = Lock()

    def get(self, name: str, shown: Digest) -> MailboxTerms | None:
        """Return what is remembered, to one who shows a capability of it; else None."""
        known = self._terms.get(name)
        is_holder = known is not None and shown in (known.deposit, known.fetch)
        return known if is_holder else None

    def put(self, name: str, terms: MailboxTerms, *, changes: int) -> MailboxTerms:
        """Remember terms, unless a mailbox was closed since `changes`, and return them."""
        with self._lock:
            if len(self._terms) >= REMEMBERED_LIMIT:
                self._terms.clear()
            if self.changes == changes:
                self._terms[name] = terms
        return terms

    def forget(self, name: str) -> None:
        """Forget a mailbox that was closed."""
        with self._lock:
            self.changes += 1
            self._terms.pop(name, None)


class SqliteReader:
    """Reads, and raises our error for whatever SQLite fails with."""

    def __init__(self, folder: Path) -> None:
        """Open the file."""
        self._connection = connect(folder)

    def one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - a row
        """Return the first row, or None."""
        with _reading():
            return self._connection.execute(query, values).fetchone()

    def every(self, query: str, *values: object) -> list[Any]:
        """Return all rows."""
        with _reading():
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class SqliteAdmissions:
    """An `AdmissionStore` in the same file."""

    def __init__(self, reader: SqliteReader, writer: Writer) -> None:
        """Share a reader and a writer."""
        self._reader = reader
        self._writer = writer

    async def one(self, token: Digest) -> Admission | None:
        """Return the token with this digest; None for one never given out."""
        query = f"SELECT {ADMISSION} FROM admissions WHERE token = ?"  # noqa: S608 - our columns
        row = self._reader.one(query, token.value)
        return None if row is None else read_admission(row)

    async def every(self) -> Sequence[Admission]:
        """Return all tokens, in the order of their names."""
        query = f"SELECT {ADMISSION} FROM admissions ORDER BY token"  # noqa: S608 - our columns
        return [read_admission(row) for row in self._reader.every(query)]

    async def admit(self, admission: Admission) -> None:
        """Let the holder of a token open mailboxes."""
        await self._writer.submit(Admit(admission))

    async def revoke(self, admission_id: str) -> bool:
        """Take a token back; False if none has this name."""
        was_there: bool = await self._writer.submit(Revoke(admission_id))
        return was_there


class SqliteMailboxStore:
    """A `MailboxStore` in a data folder, for one process."""

    def __init__(self, folder: Path) -> None:
        """Open the store, making it if it is not there.

        Raises:
            RelayStoreError: The folder cannot be used.
        """
        self._reader = SqliteReader(folder)
        self._writer = Writer(SqliteMedium(connect(folder)))
        self._admissions = SqliteAdmissions(self._reader, self._writer)
        self._remembered = Remembered()

    @property
    def admissions(self) -> SqliteAdmissions:
        """The tokens."""
        return self._admissions

    async def terms(self, name: str, *, shown: Digest) -> MailboxTerms | None:
        """Return what a mailbox was opened with; None for an unknown one."""
        known = self._remembered.get(name, shown)
        if known is not None:
            return known
        changes = self._remembered.changes
        query = f"SELECT {TERMS} FROM mailboxes WHERE name = ?"  # noqa: S608 - our columns
        row = self._reader.one(query, name)
        return None if row is None else self._remembered.put(name, read_terms(row), changes=changes)

    async def objects(
        self, name: str, *, after: int, limit: int, now: datetime
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, without what has expired."""
        rows = self._reader.every(
            "SELECT id, size, arrival FROM objects JOIN mailboxes USING (mailbox)"
            " WHERE name = ? AND arrival > ? AND expires_at > ? ORDER BY arrival LIMIT ?",
            *(name, after, seconds_of(now), limit),
        )
        return [
            ListedObject(object_id=object_id.hex(), size_bytes=size, arrival=arrival)
            for object_id, size, arrival in rows
        ]

    async def bodies(
        self, name: str, object_ids: Sequence[str], *, most_bytes: int, now: datetime
    ) -> Sequence[bytes | None]:
        """Return objects that wait, as many as are not more than `most_bytes`."""
        found: list[bytes | None] = []
        left_bytes = most_bytes
        for object_id in object_ids:
            row = self._reader.one(
                "SELECT body FROM objects JOIN mailboxes USING (mailbox)"
                " WHERE name = ? AND id = ? AND expires_at > ?",
                *(name, bytes.fromhex(object_id), seconds_of(now)),
            )
            body = None if row is None else bytes(row[0])
            left_bytes -= len(body or b"")
            if left_bytes < 0 and found:
                break
            found.append(body)
        return found

    async def holdings(self) -> Holdings:
        """Count what lies here."""
        return read_holdings(
            self._reader.one(
                "SELECT count(*), total(objects), total(bytes),"
                " (SELECT min(expires_at) FROM objects) FROM mailboxes"
            )
        )

    async def open(self, name: str, terms: MailboxTerms, *, token: Digest, now: datetime) -> bool:
        """Open a mailbox on account of a token; False if it is open with the same terms."""
        is_new: bool = await self._writer.submit(Open(name, terms, token, now))
        return is_new

    async def deposit(self, name: str, object_id: str, sealed: bytes, *, expires: datetime) -> bool:
        """Store an object; False if the same bytes wait there already."""
        is_new: bool = await self._writer.submit(Deposit(name, object_id, sealed, expires))
        return is_new

    async def confirm(self, name: str, object_ids: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""
        await self._writer.submit(Confirm(name, object_ids))

    async def close_mailbox(self, name: str) -> None:
        """Remove a mailbox and all in it."""
        closed = self._writer.submit(Close(name))
        closed.add_done_callback(lambda _: self._remembered.forget(name))
        # Whoever asked may leave; what is remembered goes after the commit all the same.
        await asyncio.shield(closed)

    async def expire(self, now: datetime) -> int:
        """Remove some of what has expired, and return how many objects that was."""
        count: int = await self._writer.submit(Expire(now))
        return count

    def watch(self, tell: Callable[[str | None], None]) -> None:
        """Do nothing: no other process changes what lies here."""

    def shut(self) -> None:
        """Finish the changes asked for and close the file."""
        self._writer.stop()
        self._reader.close()


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep a second relay process off the data folder: it would not wake those who wait here.

    Raises:
        RelayStoreError: Another process holds it, or it cannot be used.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "lock", blocking=False):
            yield
    except (OSError, Timeout) as error:
        raise RelayStoreError("the data folder is in use, or cannot be used") from error


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise RelayStoreError("the store cannot be read") from error
