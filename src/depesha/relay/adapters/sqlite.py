"""The relay's store in one SQLite file: reads on one connection, changes by the writer."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from depesha.base import Digest
from depesha.channel import (
    AdmissionDeniedError,
    ListedObject,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxTerms,
    Quota,
)
from depesha.relay.adapters.schema import connect
from depesha.relay.adapters.writer import Writer
from depesha.relay.errors import RelayStoreError
from depesha.relay.tally import Holdings

EXPIRY_BATCH = 500
# What one token may open in its life; the operator gives out another for more.
TOKEN_MAILBOXES = 4096
TOKEN_BYTES = 1 << 40


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

    def get(self, name: str) -> MailboxTerms | None:
        """Return what is remembered, or None."""
        return self._terms.get(name)

    def put(self, name: str, terms: MailboxTerms, *, changes: int) -> MailboxTerms:
        """Remember terms, unless a mailbox was closed since `changes`, and return them."""
        with self._lock:
            if self.changes == changes:
                self._terms[name] = terms
        return terms

    def forget(self, name: str) -> None:
        """Forget a mailbox that was closed."""
        with self._lock:
            self.changes += 1
            self._terms.pop(name, None)


class SqliteMailboxStore:
    """A `MailboxStore` in a data folder."""

    def __init__(self, folder: Path) -> None:
        """Open the store, making it if it is not there.

        Raises:
            RelayStoreError: The folder cannot be used.
        """
        self._reader = connect(folder)
        self._writer = Writer(connect(folder))
        self._remembered = Remembered()

    def shut(self) -> None:
        """Finish the changes asked for and close the file."""
        self._writer.stop()
        self._reader.close()

    def is_admitted(self, token: Digest) -> bool:
        """Tell whether the operator gave out the token with this digest."""
        return self._one("SELECT 1 FROM admissions WHERE token = ?", token.value) is not None

    def terms(self, name: str) -> MailboxTerms | None:
        """Return what a mailbox was opened with; None for an unknown one."""
        known = self._remembered.get(name)
        if known is not None:
            return known
        changes = self._remembered.changes
        row = self._one(
            "SELECT deposit, fetch, most_objects, most_bytes FROM mailboxes WHERE name = ?", name
        )
        if row is None:
            return None
        return self._remembered.put(name, _read_terms(row), changes=changes)

    def objects(
        self, name: str, *, after: int, limit: int, now: datetime
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, without what has expired."""
        with _reading():
            rows = self._reader.execute(
                "SELECT id, size, arrival FROM objects JOIN mailboxes USING (mailbox)"
                " WHERE name = ? AND arrival > ? AND expires_at > ? ORDER BY arrival LIMIT ?",
                (name, after, _seconds(now), limit),
            ).fetchall()
        return [
            ListedObject(object_id=object_id.hex(), size_bytes=size, arrival=arrival)
            for object_id, size, arrival in rows
        ]

    def body(self, name: str, object_id: str, *, now: datetime) -> bytes | None:
        """Return an object that waits, or None."""
        row = self._one(
            "SELECT body FROM objects JOIN mailboxes USING (mailbox)"
            " WHERE name = ? AND id = ? AND expires_at > ?",
            name,
            bytes.fromhex(object_id),
            _seconds(now),
        )
        return None if row is None else bytes(row[0])

    def holdings(self) -> Holdings:
        """Count what lies here."""
        row = self._one("SELECT count(*), total(objects), total(bytes) FROM mailboxes")
        mailboxes, objects, size_bytes = row or (0, 0, 0)
        return Holdings(mailboxes=mailboxes, objects=int(objects), size_bytes=int(size_bytes))

    def admit(self, token: Digest) -> "Future[None]":
        """Let the holder of a token open mailboxes."""
        return self._writer.submit(partial(_admit, token=token))

    def open(self, name: str, terms: MailboxTerms, *, token: Digest) -> "Future[bool]":
        """Open a mailbox on account of a token; False if it is open with the same terms."""
        return self._writer.submit(partial(_open, name=name, terms=terms, token=token))

    def deposit(
        self, name: str, object_id: str, sealed: bytes, *, expires: datetime
    ) -> "Future[bool]":
        """Store an object; False if the same bytes wait there already."""
        change = partial(_deposit, name=name, object_id=object_id, sealed=sealed, expires=expires)
        return self._writer.submit(change, size_bytes=len(sealed))

    def confirm(self, name: str, object_id: str) -> "Future[None]":
        """Remove an object, if it is there."""
        return self._writer.submit(partial(_confirm, name=name, object_id=object_id))

    def close_mailbox(self, name: str) -> "Future[None]":
        """Remove a mailbox and all in it."""
        closed = self._writer.submit(partial(_close, name=name))
        closed.add_done_callback(lambda _: self._remembered.forget(name))
        return closed

    def expire(self, now: datetime) -> "Future[int]":
        """Remove what has expired, at most `EXPIRY_BATCH` objects, and return how many."""
        return self._writer.submit(partial(_expire, now=now))

    def _one(self, query: str, *values: object) -> Any:  # noqa: ANN401
        with _reading():
            return self._reader.execute(query, values).fetchone()


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


def _admit(connection: sqlite3.Connection, *, token: Digest) -> None:
    connection.execute("INSERT OR IGNORE INTO admissions (token) VALUES (?)", (token.value,))


def _open(connection: sqlite3.Connection, *, name: str, terms: MailboxTerms, token: Digest) -> bool:
    row = connection.execute(
        "SELECT deposit, fetch, most_objects, most_bytes FROM mailboxes WHERE name = ?", (name,)
    ).fetchone()
    if row is not None:
        if _read_terms(row) != terms:
            raise MailboxExistsError("a mailbox of this name is open under other terms")
        return False
    _require_allowance(connection, token, terms.quota)
    connection.execute(
        "UPDATE admissions SET mailboxes = mailboxes + 1, bytes = bytes + ? WHERE token = ?",
        (terms.quota.size_bytes, token.value),
    )
    connection.execute(
        "INSERT INTO mailboxes (name, deposit, fetch, most_objects, most_bytes)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            name,
            terms.deposit.value,
            terms.fetch.value,
            terms.quota.objects,
            terms.quota.size_bytes,
        ),
    )
    return True


def _require_allowance(connection: sqlite3.Connection, token: Digest, quota: Quota) -> None:
    row = connection.execute(
        "SELECT mailboxes, bytes FROM admissions WHERE token = ?", (token.value,)
    ).fetchone()
    if row is None:
        raise AdmissionDeniedError("this relay opens no mailbox for this token")
    mailboxes, size_bytes = row
    if mailboxes >= TOKEN_MAILBOXES or size_bytes + quota.size_bytes > TOKEN_BYTES:
        raise AdmissionDeniedError("the token has opened as much as one token may")


def _deposit(
    connection: sqlite3.Connection,
    *,
    name: str,
    object_id: str,
    sealed: bytes,
    expires: datetime,
) -> bool:
    row = connection.execute(
        "SELECT mailbox, most_objects, most_bytes, objects, bytes, arrivals FROM mailboxes"
        " WHERE name = ?",
        (name,),
    ).fetchone()
    if row is None:
        raise MailboxDeniedError("this mailbox is not open to this capability")
    mailbox, most_objects, most_bytes, objects, size_bytes, arrivals = row
    id_bytes = bytes.fromhex(object_id)
    known = connection.execute(
        "SELECT 1 FROM objects WHERE mailbox = ? AND id = ?", (mailbox, id_bytes)
    ).fetchone()
    if known is not None:
        return False
    quota = Quota(objects=most_objects, size_bytes=most_bytes)
    quota.require_room(objects=objects, size_bytes=size_bytes, new_bytes=len(sealed))
    connection.execute(
        "INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?)",
        (mailbox, arrivals + 1, id_bytes, len(sealed), _seconds(expires), sealed),
    )
    connection.execute(
        "UPDATE mailboxes SET objects = objects + 1, bytes = bytes + ?, arrivals = arrivals + 1"
        " WHERE mailbox = ?",
        (len(sealed), mailbox),
    )
    return True


def _confirm(connection: sqlite3.Connection, *, name: str, object_id: str) -> None:
    rows = connection.execute(
        "SELECT mailbox, arrival, size FROM objects JOIN mailboxes USING (mailbox)"
        " WHERE name = ? AND id = ?",
        (name, bytes.fromhex(object_id)),
    ).fetchall()
    _remove(connection, rows)


def _close(connection: sqlite3.Connection, *, name: str) -> None:
    row = connection.execute("SELECT mailbox FROM mailboxes WHERE name = ?", (name,)).fetchone()
    if row is not None:
        connection.execute("DELETE FROM objects WHERE mailbox = ?", row)
        connection.execute("DELETE FROM mailboxes WHERE mailbox = ?", row)


def _expire(connection: sqlite3.Connection, *, now: datetime) -> int:
    rows = connection.execute(
        "SELECT mailbox, arrival, size FROM objects WHERE expires_at <= ? LIMIT ?",
        (_seconds(now), EXPIRY_BATCH),
    ).fetchall()
    _remove(connection, rows)
    return len(rows)


def _remove(connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int]]) -> None:
    for mailbox, arrival, size in rows:
        connection.execute(
            "DELETE FROM objects WHERE mailbox = ? AND arrival = ?", (mailbox, arrival)
        )
        connection.execute(
            "UPDATE mailboxes SET objects = objects - 1, bytes = bytes - ? WHERE mailbox = ?",
            (size, mailbox),
        )


def _read_terms(row: tuple[bytes, bytes, int, int]) -> MailboxTerms:
    deposit, fetch, objects, size_bytes = row
    return MailboxTerms(
        deposit=Digest(deposit),
        fetch=Digest(fetch),
        quota=Quota(objects=objects, size_bytes=size_bytes),
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise RelayStoreError("the store cannot be read") from error
