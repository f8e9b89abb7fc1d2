"""The relay's schema in PostgreSQL, and how connections to it are opened.

The same tables as in SQLite, in a schema of their own, made and carried on under one lock. A
connection waits for its commits to be flushed, whatever the server's setting is, and a server that
does not flush at all is refused.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import psycopg
from psycopg import sql

from depesha.relay.errors import RelayStoreError

SCHEMA = "depesha_relay"
CHANNEL = "depesha_relay"
_LOCK = 0x6465_7065_7368_6131
_CONNECT_SECONDS = 5
_ADDRESS = re.compile(r"postgres(?:ql)?://.+")
# Whoever holds rows and does nothing, or waits for one who does, gives up: the others go on.
_OPTIONS = " ".join(
    f"-c {name}={value}"
    for name, value in (
        ("search_path", SCHEMA),
        ("synchronous_commit", "on"),
        ("statement_timeout", "15s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "15s"),
    )
)

_FIRST = (
    """
    CREATE TABLE admissions (
        token bytea PRIMARY KEY,
        mailboxes integer NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        expires_at bigint,
        most_mailboxes integer NOT NULL DEFAULT 4096
    )
    """,
    """
    CREATE TABLE mailboxes (
        mailbox bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        deposit bytea NOT NULL,
        "fetch" bytea NOT NULL,
        most_objects integer NOT NULL,
        most_bytes bigint NOT NULL,
        objects integer NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        arrivals bigint NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE objects (
        mailbox bigint NOT NULL REFERENCES mailboxes (mailbox),
        arrival bigint NOT NULL,
        id bytea NOT NULL,
        size integer NOT NULL,
        expires_at bigint NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (mailbox, arrival)
    )
    """,
    # Sealed bytes do not get smaller; nobody should try.
    "ALTER TABLE objects ALTER COLUMN body SET STORAGE EXTERNAL",
    "CREATE UNIQUE INDEX objects_by_id ON objects (mailbox, id)",
    "CREATE INDEX objects_by_expiry ON objects (expires_at)",
)
# Each step leads from the version before it to its own; a released step is never changed.
_STEPS = (_FIRST,)
VERSION = len(_STEPS)

Connection = psycopg.Connection[tuple[Any, ...]]


def is_database(place: str) -> bool:
    """Tell whether a place is the address of a database, and not a folder."""
    return _ADDRESS.fullmatch(place) is not None


def connect(address: str, *, autocommit: bool) -> Connection:
    """Open a connection to a prepared database.

    Raises:
        psycopg.Error: It cannot be reached.
    """
    return psycopg.connect(
        address,
        autocommit=autocommit,
        connect_timeout=_CONNECT_SECONDS,
        options=_OPTIONS,
        application_name="depesha-relay",
    )


def prepare(address: str) -> None:
    """Make the schema, or carry it on; many processes may begin at once.

    Raises:
        RelayStoreError: The database cannot be used, is newer, or does not flush its commits.
    """
    with translated("the database cannot be used"), connect(address, autocommit=False) as opened:
        if opened.execute("SHOW fsync").fetchone() != ("on",):
            raise RelayStoreError("the database does not flush what it commits")
        opened.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        opened.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
        opened.execute("CREATE TABLE IF NOT EXISTS versions (version integer NOT NULL)")
        row = opened.execute("SELECT max(version) FROM versions").fetchone()
        version = (row and row[0]) or 0
        if version > VERSION:
            raise RelayStoreError("the store was written by a newer program")
        for statement in chain.from_iterable(_STEPS[version:]):
            opened.execute(statement)
        if version < VERSION:
            opened.execute("INSERT INTO versions VALUES (%s)", (VERSION,))


@contextmanager
def translated(words: str) -> Iterator[None]:
    """Raise our error for whatever psycopg fails with; its words may hold an address."""
    try:
        yield
    except psycopg.Error as error:
        raise RelayStoreError(words) from error
