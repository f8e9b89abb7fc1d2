"""The relay's store in PostgreSQL, shared by several relay processes.

Reads run in a few threads, each with a connection of its own; changes go through the writer; one
more connection listens for what the other processes changed. Nothing is remembered of a mailbox,
since any process may close it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg

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
from depesha.relay.adapters.postgresql_changes import PostgresqlMedium
from depesha.relay.adapters.postgresql_schema import CHANNEL, Connection, connect, prepare
from depesha.relay.adapters.rows import (
    ADMISSION,
    TERMS,
    read_admission,
    read_holdings,
    read_terms,
)
from depesha.relay.adapters.writer import Writer
from depesha.relay.admission import Admission
from depesha.relay.errors import RelayStoreError
from depesha.relay.tally import Holdings

READERS = 4
LISTEN_SECONDS = 1.0
_log = logging.getLogger("depesha.relay")


class PostgresqlReader:
    """Reads in threads, so that a slow database holds up nobody else."""

    def __init__(self, address: str) -> None:
        """Prepare to read; connections are made when they are needed."""
        self._address = address
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="relay-reader")
        self._own = threading.local()
        self._opened: list[Connection] = []
        self._is_closed = False

    async def every(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows.

        Raises:
            RelayStoreError: The database cannot be read.
        """
        if self._is_closed:
            raise RelayStoreError("the store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._read, query, values)

    def close(self) -> None:
        """Finish what is being read, and close the connections."""
        self._is_closed = True
        self._pool.shutdown()
        for connection in self._opened:
            connection.close()

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        kept: Connection | None = getattr(self._own, "connection", None)
        if kept is not None:
            try:
                return self._rows(kept, query, values)
            except psycopg.Error:
                # The database may have been started anew since; what is read is read again.
                self._drop(kept)
        try:
            return self._rows(self._new(), query, values)
        except psycopg.Error as error:
            raise RelayStoreError("the database cannot be read") from error

    def _rows(
        self, connection: Connection, query: str, values: tuple[object, ...]
    ) -> list[tuple[Any, ...]]:
        return connection.execute(query.encode(), values, binary=True).fetchall()

    def _new(self) -> Connection:
        connection = connect(self._address, autocommit=True)
        self._own.connection = connection
        self._opened.append(connection)
        return connection

    def _drop(self, connection: Connection) -> None:
        self._own.connection = None
        self._opened.remove(connection)
        connection.close()


class Listener:
    """A thread that hears which mailboxes other processes changed."""

    def __init__(self, address: str, tell: Callable[[str | None], None]) -> None:
        """Start the thread."""
        self._address = address
        self._tell = tell
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                _log.warning("listening broke off: %s", type(error).__name__)
                self._is_over.wait(LISTEN_SECONDS)

    def _listen(self) -> None:
        with connect(self._address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            # What was told before this line was missed, so everyone looks once.
            self._tell(None)
            while not self._is_over.is_set():
                for heard in connection.notifies(timeout=LISTEN_SECONDS):
                    self._tell(heard.payload)


class PostgresqlAdmissions:
    """An `AdmissionStore` in the same database."""

    def __init__(self, reader: PostgresqlReader, writer: Writer) -> None:
        """Share a reader and a writer."""
        self._reader = reader
        self._writer = writer

    async def one(self, token: Digest) -> Admission | None:
        """Return the token with this digest; None for one never given out."""
        query = f"SELECT {ADMISSION} FROM admissions WHERE token = %s"  # noqa: S608 - our columns
        rows = await self._reader.every(query, token.value)
        return _admission(rows[0]) if rows else None

    async def every(self) -> Sequence[Admission]:
        """Return all tokens, in the order of their names."""
        query = f"SELECT {ADMISSION} FROM admissions ORDER BY token"  # noqa: S608 - our columns
        return [_admission(row) for row in await self._reader.every(query)]

    async def admit(self, admission: Admission) -> None:
        """Let the holder of a token open mailboxes."""
        await self._writer.submit(Admit(admission))

    async def revoke(self, admission_id: str) -> bool:
        """Take a token back; False if none has this name."""
        was_there: bool = await self._writer.submit(Revoke(admission_id))
        return was_there


class PostgresqlMailboxStore:
    """A `MailboxStore` in a database, for one process of several."""

    def __init__(self, address: str) -> None:
        """Open the store, making its schema if it is not there.

        Raises:
            RelayStoreError: The database cannot be used.
        """
        prepare(address)
        self._address = address
        self._reader = PostgresqlReader(address)
        self._writer = Writer(PostgresqlMedium(address))
        self._admissions = PostgresqlAdmissions(self._reader, self._writer)
        self._listeners: list[Listener] = []

    @property
    def admissions(self) -> PostgresqlAdmissions:
        """The tokens."""
        return self._admissions

    async def terms(self, name: str, *, shown: Digest) -> MailboxTerms | None:  # noqa: ARG002 - the port's
        """Return what a mailbox was opened with; None for an unknown one."""
        query = f"SELECT {TERMS} FROM mailboxes WHERE name = %s"  # noqa: S608 - our columns
        for deposit, fetch, objects, size_bytes in await self._reader.every(query, name):
            return read_terms((deposit, fetch, objects, size_bytes))
        return None

    async def objects(
        self, name: str, *, after: int, limit: int, now: datetime
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, without what has expired."""
        rows = await self._reader.every(
            "SELECT id, size, arrival FROM objects JOIN mailboxes USING (mailbox)"
            " WHERE name = %s AND arrival > %s AND expires_at > %s ORDER BY arrival LIMIT %s",
            *(name, after, seconds_of(now), limit),
        )
        return [
            ListedObject(object_id=bytes(object_id).hex(), size_bytes=size, arrival=arrival)
            for object_id, size, arrival in rows
        ]

    async def bodies(
        self, name: str, object_ids: Sequence[str], *, most_bytes: int, now: datetime
    ) -> Sequence[bytes | None]:
        """Return objects that wait, as many as are not more than `most_bytes`."""
        ids = [bytes.fromhex(object_id) for object_id in object_ids]
        asked = (name, ids, seconds_of(now))
        of_these = (
            " FROM objects JOIN mailboxes USING (mailbox)"
            " WHERE name = %s AND id = ANY(%s) AND expires_at > %s"
        )
        sizes = dict(await self._reader.every(f"SELECT id, size{of_these}", *asked))
        fitting = _fitting(ids, sizes, most_bytes)
        asked = (name, fitting, seconds_of(now))
        found = dict(await self._reader.every(f"SELECT id, body{of_these}", *asked))
        return [found.get(one) for one in fitting]

    async def holdings(self) -> Holdings:
        """Count what lies here."""
        ((mailboxes, objects, size_bytes, expires_at),) = await self._reader.every(
            "SELECT count(*), sum(objects), sum(bytes), (SELECT min(expires_at) FROM objects)"
            " FROM mailboxes"
        )
        return read_holdings((mailboxes, objects, size_bytes, expires_at))

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
        await self._writer.submit(Close(name))

    async def expire(self, now: datetime) -> int:
        """Remove some of what has expired, and return how many objects that was."""
        count: int = await self._writer.submit(Expire(now))
        return count

    def watch(self, tell: Callable[[str | None], None]) -> None:
        """Have `tell` called, from a thread, when another process changed a mailbox."""
        self._listeners.append(Listener(self._address, tell))

    def shut(self) -> None:
        """Finish the changes asked for and close the connections."""
        for listener in self._listeners:
            listener.stop()
        self._listeners.clear()
        self._writer.stop()
        self._reader.close()


def _admission(row: tuple[Any, ...]) -> Admission:
    token, expires_at, most_mailboxes, mailboxes, size_bytes = row
    return read_admission((token, expires_at, most_mailboxes, mailboxes, size_bytes))


def _fitting(ids: Sequence[bytes], sizes: dict[bytes, int], most_bytes: int) -> list[bytes]:
    fitting: list[bytes] = []
    left_bytes = most_bytes
    for one in ids:
        left_bytes -= sizes.get(one, 0)
        if left_bytes < 0 and fitting:
            break
        fitting.append(one)
    return fitting
