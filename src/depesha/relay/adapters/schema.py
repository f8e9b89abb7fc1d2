"""The relay's SQLite file: its tables, and how it is opened.

Every commit is on the disk before it is answered (`synchronous=FULL` with a write-ahead log).
The file knows no time but the blurred expiry of objects, and of capabilities only digests. It does
not know which token opened which mailbox, only how much each token has opened.
"""

import sqlite3
from itertools import chain
from pathlib import Path

from depesha.relay.errors import RelayStoreError

FILE_NAME = "relay.sqlite3"
BUSY_SECONDS = 10.0
# Pages are carried from the log into the file after 32 MiB, so that one that changes often is
# carried once.
_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=FAST",
    "wal_autocheckpoint=8192",
)

_FIRST = (
    "CREATE TABLE admissions (token BLOB PRIMARY KEY) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE mailboxes (
        mailbox INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        deposit BLOB NOT NULL,
        fetch BLOB NOT NULL,
        most_objects INTEGER NOT NULL,
        most_bytes INTEGER NOT NULL,
        objects INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        arrivals INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    # The body stands last, so that a listing does not read it.
    """
    CREATE TABLE objects (
        mailbox INTEGER NOT NULL REFERENCES mailboxes (mailbox),
        arrival INTEGER NOT NULL,
        id BLOB NOT NULL,
        size INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (mailbox, arrival)
    ) STRICT
    """,
    "CREATE UNIQUE INDEX objects_by_id ON objects (mailbox, id)",
    "CREATE INDEX objects_by_expiry ON objects (expires_at)",
)
# What a token has opened, ever: nothing is given back, since that would need to know by whom.
_SECOND = (
    "ALTER TABLE admissions ADD COLUMN mailboxes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE admissions ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
)
# Tokens that end, and such as open few mailboxes; those given out before have no end.
_THIRD = (
    "ALTER TABLE admissions ADD COLUMN expires_at INTEGER",
    "ALTER TABLE admissions ADD COLUMN most_mailboxes INTEGER NOT NULL DEFAULT 4096",
)
# Each step leads from the version before it to its own; a released step is never changed.
_STEPS = (_FIRST, _SECOND, _THIRD)
VERSION = len(_STEPS)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the file in a data folder, making both if they are not there.

    Raises:
        RelayStoreError: It is damaged, no such file, or written by a newer program.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(
            folder / FILE_NAME, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise RelayStoreError("the data folder cannot be used") from error
    try:
        _prepare(connection)
    except sqlite3.Error as error:
        connection.close()
        raise RelayStoreError("the data folder holds no usable store") from error
    except RelayStoreError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        _require_known(version)
        for statement in chain.from_iterable(_STEPS[version:]):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _require_known(version: int) -> None:
    if version > VERSION:
        raise RelayStoreError("the store was written by a newer program")
