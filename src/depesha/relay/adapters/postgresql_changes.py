"""Changes made in PostgreSQL, while other processes make theirs.

Deposits and confirmations that follow each other share a transaction. It begins by locking the
rows of all mailboxes it touches, in one order that every process keeps, and holds them until it is
committed. So nobody waits in a circle; quotas are exact; and arrivals of a mailbox are counted in
the order in which they become visible: whoever was shown an arrival has been shown, or could have
been, every smaller one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import psycopg

from depesha.base import DepeshaError
from depesha.channel import (
    AdmissionDeniedError,
    MailboxDeniedError,
    MailboxExistsError,
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
from depesha.relay.adapters.postgresql_schema import CHANNEL, Connection, connect
from depesha.relay.adapters.rows import (
    ADMISSION,
    TERMS,
    Box,
    read_admission,
    read_box,
    read_terms,
)
from depesha.relay.errors import RelayStoreError

_Key = tuple[int, bytes]


class PostgresqlMedium:
    """A `Medium` over one connection, which is made anew after it broke."""

    def __init__(self, address: str) -> None:
        """Remember where the database is; it is called at the first change."""
        self._address = address
        self._connection: Connection | None = None

    def commit(self, changes: Sequence[Change]) -> Sequence[object]:
        """Make changes, those of one kind together; what failed is told by itself."""
        outcomes: list[object] = []
        for is_traffic, run in groupby(changes, lambda one: isinstance(one, Deposit | Confirm)):
            if is_traffic:
                outcomes.extend(self._together(list(run)))
            else:
                outcomes.extend(self._alone(change) for change in run)
        return outcomes

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _together(self, run: list[Change]) -> Sequence[object]:
        try:
            outcomes: Sequence[object] = self._transact(partial(_carry, run=run))
        except RelayStoreError as failure:
            return [failure] * len(run)
        return outcomes

    def _alone(self, change: Change) -> object:
        try:
            return self._transact(partial(_RARE[type(change)], change=change))
        except DepeshaError as refusal:
            return refusal

    def _transact(self, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - what work says
        """Do work in one transaction; once more if the connection turns out to be an old, dead one.

        The second time nothing is done twice: a change that was made before is found made.
        """
        is_new = self._connection is None
        try:
            return self._once(work)
        except psycopg.OperationalError as error:
            if is_new:
                raise RelayStoreError("the database cannot be written") from error
        except psycopg.Error as error:
            raise RelayStoreError("the database cannot be written") from error
        try:
            return self._once(work)
        except psycopg.Error as error:
            raise RelayStoreError("the database cannot be written") from error

    def _once(self, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - what work says
        if self._connection is None:
            self._connection = connect(self._address, autocommit=False)
        try:
            with self._connection.transaction():
                answer = work(self._connection)
            # A crash before this line loses the whole transaction, and nobody was told otherwise.
        except psycopg.OperationalError:
            self._connection.close()
            self._connection = None
            raise
        return answer


@dataclass(slots=True)
class _Carried:
    """What a run of deposits and confirmations does to the mailboxes that it locked."""

    boxes: Mapping[str, Box]
    waiting: dict[_Key, int]
    added: dict[_Key, tuple[Any, ...]] = field(default_factory=dict)
    removed: set[_Key] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)

    def outcome(self, change: Change) -> object:
        """Decide about one change."""
        try:
            if isinstance(change, Deposit):
                return self._deposit(change)
            if isinstance(change, Confirm):
                self._confirm(change)
                return None
        except DepeshaError as refusal:
            return refusal
        raise TypeError(type(change).__name__)

    def _deposit(self, change: Deposit) -> bool:
        box = self.boxes.get(change.name)
        if box is None:
            raise MailboxDeniedError("this mailbox is not open to this capability")
        key = (box.mailbox, bytes.fromhex(change.object_id))
        if key in self.waiting:
            return False
        size_bytes = len(change.sealed)
        box.quota.require_room(objects=box.objects, size_bytes=box.size_bytes, new_bytes=size_bytes)
        arrival = box.add(size_bytes)
        expires_at = seconds_of(change.expires)
        self.waiting[key] = size_bytes
        self.added[key] = (box.mailbox, arrival, key[1], size_bytes, expires_at, change.sealed)
        self.reached.add(change.name)
        return True

    def _confirm(self, change: Confirm) -> None:
        box = self.boxes.get(change.name)
        if box is None:
            return
        for object_id in change.object_ids:
            key = (box.mailbox, bytes.fromhex(object_id))
            size_bytes = self.waiting.pop(key, None)
            if size_bytes is None:
                continue
            box.remove(size_bytes)
            if self.added.pop(key, None) is None:
                self.removed.add(key)


def _carry(connection: Connection, *, run: Sequence[Change]) -> Sequence[object]:
    boxes = _locked(connection, sorted({name for name, _ in _touched(run)}))
    keys = [(boxes[name].mailbox, found) for name, found in _touched(run) if name in boxes]
    carried = _Carried(boxes, _waiting(connection, keys))
    outcomes = [carried.outcome(change) for change in run]
    _write(connection, carried)
    return outcomes


def _touched(run: Sequence[Change]) -> Iterator[tuple[str, bytes]]:
    for change in run:
        if isinstance(change, Deposit):
            yield change.name, bytes.fromhex(change.object_id)
        elif isinstance(change, Confirm):
            yield from ((change.name, bytes.fromhex(one)) for one in change.object_ids)


def _locked(connection: Connection, names: Sequence[str]) -> dict[str, Box]:
    rows = connection.execute(
        "SELECT name, mailbox, most_objects, most_bytes, objects, bytes, arrivals FROM mailboxes"
        " WHERE name = ANY(%s) ORDER BY mailbox FOR UPDATE",
        (list(names),),
    )
    return {name: read_box(counts) for name, *counts in rows}


def _waiting(connection: Connection, keys: Sequence[_Key]) -> dict[_Key, int]:
    # A statement of its own, after the locks: it sees all that was committed before them.
    rows = connection.execute(
        "SELECT mailbox, id, size FROM objects"
        " JOIN unnest(%s::bigint[], %s::bytea[]) AS asked (mailbox, id) USING (mailbox, id)",
        ([mailbox for mailbox, _ in keys], [found for _, found in keys]),
    )
    return {(mailbox, bytes(found)): size_bytes for mailbox, found, size_bytes in rows}


def _write(connection: Connection, carried: _Carried) -> None:
    with connection.cursor() as cursor:
        if carried.removed:
            cursor.executemany(
                "DELETE FROM objects WHERE mailbox = %s AND id = %b", sorted(carried.removed)
            )
        if carried.added:
            cursor.executemany(
                "INSERT INTO objects (mailbox, arrival, id, size, expires_at, body)"
                " VALUES (%s, %s, %b, %s, %s, %b)",
                list(carried.added.values()),
            )
        changed = [
            (box.objects, box.size_bytes, box.arrivals, box.mailbox)
            for box in carried.boxes.values()
            if box.is_changed
        ]
        if changed:
            cursor.executemany(
                "UPDATE mailboxes SET objects = %s, bytes = %s, arrivals = %s WHERE mailbox = %s",
                changed,
            )
        if carried.reached:
            told = [(CHANNEL, name) for name in sorted(carried.reached)]
            cursor.executemany("SELECT pg_notify(%s, %s)", told)


def _open(connection: Connection, *, change: Open) -> bool:
    known = _known_terms(connection, change)
    if known is not None:
        return known
    row = connection.execute(
        f"SELECT {ADMISSION} FROM admissions WHERE token = %s FOR UPDATE",  # noqa: S608 - ours
        (change.token.value,),
    ).fetchone()
    if row is None:
        raise AdmissionDeniedError("this relay opens no mailbox for this token")
    quota = change.terms.quota
    read_admission((row[0], row[1], row[2], row[3], row[4])).require_room(quota, now=change.now)
    rights = (change.terms.deposit.value, change.terms.fetch.value)
    made = connection.execute(
        f"INSERT INTO mailboxes (name, {TERMS})"  # noqa: S608 - our own column names
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (name) DO NOTHING",
        (change.name, *rights, quota.objects, quota.size_bytes),
    )
    if made.rowcount == 0:
        # Another process opened it between the two looks.
        return bool(_known_terms(connection, change))
    connection.execute(
        "UPDATE admissions SET mailboxes = mailboxes + 1, bytes = bytes + %s WHERE token = %s",
        (quota.size_bytes, change.token.value),
    )
    return True


def _known_terms(connection: Connection, change: Open) -> bool | None:
    row = connection.execute(
        f"SELECT {TERMS} FROM mailboxes WHERE name = %s",  # noqa: S608 - our own column names
        (change.name,),
    ).fetchone()
    if row is None:
        return None
    if read_terms((row[0], row[1], row[2], row[3])) != change.terms:
        raise MailboxExistsError("a mailbox of this name is open under other terms")
    return False


def _close(connection: Connection, *, change: Close) -> None:
    row = connection.execute(
        "SELECT mailbox FROM mailboxes WHERE name = %s FOR UPDATE", (change.name,)
    ).fetchone()
    if row is not None:
        connection.execute("DELETE FROM objects WHERE mailbox = %s", row)
        connection.execute("DELETE FROM mailboxes WHERE mailbox = %s", row)
        connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, change.name))


def _expire(connection: Connection, *, change: Expire) -> int:
    until = seconds_of(change.now)
    rows = connection.execute(
        "SELECT name FROM mailboxes WHERE mailbox IN"
        " (SELECT mailbox FROM objects WHERE expires_at <= %s LIMIT %s)",
        (until, EXPIRY_BATCH),
    )
    boxes = {box.mailbox: box for box in _locked(connection, [row[0] for row in rows]).values()}
    gone = connection.execute(
        "DELETE FROM objects WHERE (mailbox, arrival) IN (SELECT mailbox, arrival FROM objects"
        " WHERE expires_at <= %s AND mailbox = ANY(%s) LIMIT %s) RETURNING mailbox, size",
        (until, list(boxes), EXPIRY_BATCH),
    ).fetchall()
    for mailbox, size_bytes in gone:
        boxes[mailbox].remove(size_bytes)
    _write(connection, _Carried({str(mailbox): box for mailbox, box in boxes.items()}, {}))
    return len(gone)


def _admit(connection: Connection, *, change: Admit) -> None:
    admission = change.admission
    expires = None if admission.expires is None else seconds_of(admission.expires)
    connection.execute(
        "INSERT INTO admissions (token, expires_at, most_mailboxes) VALUES (%s, %s, %s)"
        " ON CONFLICT (token) DO NOTHING",
        (admission.token.value, expires, admission.most_mailboxes),
    )


def _revoke(connection: Connection, *, change: Revoke) -> bool:
    low = bytes.fromhex(change.admission_id)
    removed = connection.execute(
        "DELETE FROM admissions WHERE substring(token FROM 1 FOR %s) = %s", (len(low), low)
    )
    return removed.rowcount > 0


_RARE: Mapping[type[Change], Callable[..., object]] = {
    Open: _open,
    Close: _close,
    Expire: _expire,
    Admit: _admit,
    Revoke: _revoke,
}
