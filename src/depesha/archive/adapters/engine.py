"""The encrypted store: SQLCipher through SQLAlchemy, keyed with 32 raw bytes.

Every transaction begins with BEGIN IMMEDIATE, so that two writers meet at the start and never in
the middle. A connection with the execution option `read_only` begins without the writer's lock,
sees one state until it ends, and can't write.

SQLite's own faults are translated here, for every statement, begin and commit of the engine:
busy, wrong key, damaged. A broken constraint is left to the stores, which know what it means.
"""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    QueuePool,
    StaticPool,
    create_engine,
    event,
)
from sqlcipher3 import dbapi2 as sqlcipher

from depesha.archive.errors import (
    ArchiveError,
    ItemNotFoundError,
    StoreBusyError,
    StoreFaultError,
    WrongArchiveKeyError,
)
from depesha.base import sync_folder

KEY_SIZE = 32
BUSY_SECONDS = 5.0
READ_ONLY = "read_only"
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_FAULTS = ("SQLITE_CORRUPT", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")
_OPENING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    # 32 MiB of pages already deciphered: a third faster indexing than with SQLite's own 2 MiB.
    "PRAGMA cache_size = -32768",
)


def open_engine(
    path: Path,
    key: bytes,
    *,
    create: bool = False,
    wipe_memory: bool = True,
    busy_seconds: float = BUSY_SECONDS,
) -> Engine:
    """Open the store at `path`; its schema is neither looked at nor changed.

    Args:
        path: The database file; SQLite keeps two more beside it.
        key: 32 random bytes; they are the database key itself and not a passphrase.
        create: Make an empty store where there is none, readable by its owner alone.
        wipe_memory: Lock the memory that SQLite uses and overwrite it when it is given back.
            Without it the key alone is so treated, and writing is about three times as fast.
        busy_seconds: How long to wait for another writer before the store counts as busy.

    Raises:
        ItemNotFoundError: There is no store at `path`, and none was to be made.
        WrongArchiveKeyError: The key does not open the file.
        StoreBusyError: Another process holds the store shut.
        StoreFaultError: The file cannot be opened or read.
    """
    if len(key) != KEY_SIZE:
        raise ValueError("the key of a store is 32 bytes")
    if not path.exists():
        _create(path, allowed=create)
    # Opened once by itself first: a pool would wrap what is wrong in errors of its own.
    opening = _Opening(path=path, key=key, wipe_memory=wipe_memory, busy_seconds=busy_seconds)
    with closing(opening.connect()):
        pass
    return _engine(opening.connect, QueuePool)


def open_memory_engine() -> Engine:
    """Open an empty store in memory, of one connection and without a key, gone when disposed."""
    return _engine(_connect_memory, StaticPool)


def _engine(creator: Callable[[], Any], pool: type[QueuePool | StaticPool]) -> Engine:
    # Parameters are hidden, since an error's text may be shown or logged.
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=creator, poolclass=pool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translated)
    return engine


def _create(path: Path, *, allowed: bool) -> None:
    if not allowed:
        raise ItemNotFoundError("there is no store at the path given")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(path.parent)
    except OSError as error:
        raise StoreFaultError("a store cannot be made at the path given") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """All that is needed to open one more connection."""

    path: Path
    key: bytes = field(repr=False)
    wipe_memory: bool
    busy_seconds: float

    def connect(self) -> Any:  # noqa: ANN401  the driver is not typed
        """Open one connection; the driver begins nothing by itself (isolation level None)."""
        connection = None
        try:
            connection = sqlcipher.connect(
                os.fspath(self.path),
                timeout=self.busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare(connection)
        except sqlcipher.Error as error:
            if connection is not None:
                connection.close()
            raise refusal_of(error) or StoreFaultError("the store cannot be opened") from error
        return connection

    def _prepare(self, connection: Any) -> None:  # noqa: ANN401  the driver is not typed
        # The library's own log stays silent: what fails is raised, not printed.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA cipher_memory_security = {int(self.wipe_memory)}")
        connection.execute(f"PRAGMA key = \"x'{self.key.hex()}'\"")
        # The first page is read here: this is where a wrong key shows.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for statement in _OPENING:
            connection.execute(statement)


def _connect_memory() -> Any:  # noqa: ANN401  the driver is not typed
    connection = sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _begin(connection: Connection) -> None:
    is_read_only = bool(connection.get_execution_options().get(READ_ONLY, False))
    # Set at every begin, since the pool hands a connection from readers to writers.
    connection.exec_driver_sql(f"PRAGMA query_only = {int(is_read_only)}")
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")


def _translated(context: ExceptionContext) -> ArchiveError | None:
    return refusal_of(context.original_exception)


def refusal_of(error: BaseException) -> ArchiveError | None:
    """Name a fault of SQLite in the archive's words; None leaves it as it is."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(_BUSY):
        return StoreBusyError("another writer holds the store; try again")
    if name == "SQLITE_NOTADB":
        return WrongArchiveKeyError("the store does not open with this key")
    if name.startswith(_FAULTS):
        return StoreFaultError(f"the store cannot be read or written ({name})")
    return None
