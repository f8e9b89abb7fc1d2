"""Changes made in SQLite: in their order, in one transaction, each checked before it writes."""

import sqlite3
from collections.abc import Sequence
from functools import singledispatchmethod

from depesha.base import DepeshaError
from depesha.channel import (
    AdmissionDeniedError,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxFullError,
)
from depesha.relay.adapters.changes import (
    EXPIRY_BATCH,
    Admit,
    Change,
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
    Box,
    read_admission,
    read_box,
    read_terms,
)


class SqliteMedium:
    """A `Medium` over one connection; nobody else writes through it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over the connection."""
        self._connection = connection
        self._boxes: dict[str, Box] = {}

    def commit(self, changes: Sequence[Change]) -> Sequence[object]:
        """Make changes in one transaction."""
        self._boxes.clear()
        self._undo()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._outcome(change) for change in changes]
            self._write_back()
            # A crash here loses all of them, and nobody was told otherwise.
            self._connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise
        return outcomes

    def _undo(self) -> None:
        # On a full disk SQLite may have undone the transaction by itself, or not even that.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _outcome(self, change: Change) -> object:
        try:
            return self._make(change)
        except DepeshaError as refusal:
            return refusal

    @singledispatchmethod
    def _make(self, change: Change) -> object:
        raise TypeError(type(change).__name__)

    @_make.register
    def _deposit(self, change: Deposit) -> bool:
        box = self._box(change.name)
        if box is None:
            raise MailboxDeniedError("this mailbox is not open to this capability")
        id_bytes = bytes.fromhex(change.object_id)
        size_bytes = len(change.sealed)
        try:
            box.quota.require_room(
                objects=box.objects, size_bytes=box.size_bytes, new_bytes=size_bytes
            )
        except MailboxFullError:
            if self._waits(box, id_bytes):
                return False
            raise
        expires_at = seconds_of(change.expires)
        added = self._connection.execute(
            "INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (mailbox, id) DO NOTHING",
            (box.mailbox, box.arrivals + 1, id_bytes, size_bytes, expires_at, change.sealed),
        )
        if added.rowcount == 0:
            return False
        box.add(size_bytes)
        return True

    @_make.register
    def _confirm(self, change: Confirm) -> None:
        box = self._box(change.name)
        if box is None:
            return
        for object_id in change.object_ids:
            removed = self._connection.execute(
                "DELETE FROM objects WHERE mailbox = ? AND id = ? RETURNING size",
                (box.mailbox, bytes.fromhex(object_id)),
            ).fetchone()
            if removed is not None:
                box.remove(removed[0])

    @_make.register
    def _open(self, change: Open) -> bool:
        self._write_back()
        row = self._connection.execute(
            f"SELECT {TERMS} FROM mailboxes WHERE name = ?",  # noqa: S608 - our own column names
            (change.name,),
        ).fetchone()
        if row is not None:
            if read_terms(row) != change.terms:
                raise MailboxExistsError("a mailbox of this name is open under other terms")
            return False
        self._require_room(change)
        quota = change.terms.quota
        self._connection.execute(
            "UPDATE admissions SET mailboxes = mailboxes + 1, bytes = bytes + ? WHERE token = ?",
            (quota.size_bytes, change.token.value),
        )
        rights = (change.terms.deposit.value, change.terms.fetch.value)
        self._connection.execute(
            "INSERT INTO mailboxes (name, deposit, fetch, most_objects, most_bytes)"
            " VALUES (?, ?, ?, ?, ?)",
            (change.name, *rights, quota.objects, quota.size_bytes),
        )
        return True

    def _require_room(self, change: Open) -> None:
        row = self._connection.execute(
            f"SELECT {ADMISSION} FROM admissions WHERE token = ?",  # noqa: S608 - as above
            (change.token.value,),
        ).fetchone()
        if row is None:
            raise AdmissionDeniedError("this relay opens no mailbox for this token")
        read_admission(row).require_room(change.terms.quota, now=change.now)

    @_make.register
    def _close(self, change: Close) -> None:
        self._write_back()
        mailbox = (
            "SELECT mailbox FROM mailboxes WHERE name = ?",
            (change.name,),
        )
        row = self._connection.execute(*mailbox).fetchone()
        if row is not None:
            self._connection.execute("DELETE FROM objects WHERE mailbox = ?", row)
            self._connection.execute("DELETE FROM mailboxes WHERE mailbox = ?", row)

    @_make.register
    def _expire(self, change: Expire) -> int:
        self._write_back()
        rows = self._connection.execute(
            "SELECT mailbox, arrival, size FROM objects WHERE expires_at <= ? LIMIT ?",
            (seconds_of(change.now), EXPIRY_BATCH),
        ).fetchall()
        self._connection.executemany(
            "DELETE FROM objects WHERE mailbox = ? AND arrival = ?",
            [(mailbox, arrival) for mailbox, arrival, _ in rows],
        )
        self._connection.executemany(
            "UPDATE mailboxes SET objects = objects - 1, bytes = bytes - ? WHERE mailbox = ?",
            [(size_bytes, mailbox) for mailbox, _, size_bytes in rows],
        )
        return len(rows)

    @_make.register
    def _admit(self, change: Admit) -> None:
        admission = change.admission
        expires = None if admission.expires is None else seconds_of(admission.expires)
        self._connection.execute(
            "INSERT OR IGNORE INTO admissions (token, expires_at, most_mailboxes) VALUES (?, ?, ?)",
            (admission.token.value, expires, admission.most_mailboxes),
        )

    @_make.register
    def _revoke(self, change: Revoke) -> bool:
        low = bytes.fromhex(change.admission_id)
        removed = self._connection.execute(
            "DELETE FROM admissions WHERE substr(token, 1, ?) = ?", (len(low), low)
        )
        return removed.rowcount > 0

    def _box(self, name: str) -> Box | None:
        known = self._boxes.get(name)
        if known is not None:
            return known
        row = self._connection.execute(
            "SELECT mailbox, most_objects, most_bytes, objects, bytes, arrivals FROM mailboxes"
            " WHERE name = ?",
            (name,),
        ).fetchone()
        if row is None:
            return None
        box = self._boxes[name] = read_box(row)
        return box

    def _waits(self, box: Box, id_bytes: bytes) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM objects WHERE mailbox = ? AND id = ?", (box.mailbox, id_bytes)
        )
        return found.fetchone() is not None

    def _write_back(self) -> None:
        changed = [
            (box.objects, box.size_bytes, box.arrivals, box.mailbox)
            for box in self._boxes.values()
            if box.is_changed
        ]
        self._boxes.clear()
        if changed:
            self._connection.executemany(
                "UPDATE mailboxes SET objects = ?, bytes = ?, arrivals = ? WHERE mailbox = ?",
                changed,
            )
