"""Appending to the register durably, one entry in a commit and a hundred.

Ours is the register in its SQLCipher store, opened as a station opens it: entry, leaf hash and the
subtrees it completes. The peers keep the same 65 bytes, or a message, and make no tree; the rows of
the second are in a store of the same settings.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from tools.benches import programs
from tools.benches.measure import Bench, Effort, Peer, Side

from depesha.archive.adapters.engine import open_engine
from depesha.register import Entry, Log
from depesha.register.adapters import tables
from depesha.register.adapters.store import SqlLogStore

KEY = bytes(range(32))
ORIGIN = "post-harbour.example/register"
TOGETHER = 100
INSERT = "INSERT INTO entry (data) VALUES (?)"
CREATE = "CREATE TABLE entry (place INTEGER PRIMARY KEY, data BLOB NOT NULL)"


@contextmanager
def benches(folder: Path, _: Effort) -> Iterator[tuple[Bench, ...]]:
    """Append one entry in each commit, and a hundred."""
    with (
        _register(folder) as engine,
        _bare_store(folder) as bare,
        (folder / "entries").open("ab", buffering=0) as file,
    ):
        yield (
            Bench(
                title="durable register append, one commit each",
                ours=Side(name="Depesha", work=_our_appending(engine, 1)),
                peers=(
                    Peer(side=_side("file append and fsync", _file(file.fileno())), reach=0.5),
                    Peer(side=programs.git(folder), reach=35),
                ),
            ),
            Bench(
                title="durable register append, 100 in a commit",
                ours=_side("Depesha", _our_appending(engine, TOGETHER), TOGETHER),
                peers=(Peer(side=_side("SQLCipher rows", _rows(bare), TOGETHER), reach=0.7),),
            ),
        )


def _side(name: str, work: Callable[[], object], units: int = 1) -> Side:
    return Side(name=name, work=work, units=units)


@contextmanager
def _register(folder: Path) -> Iterator[Engine]:
    engine = open_engine(folder / "register.db", KEY, create=True, wipe_memory=False)
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
        yield engine
    finally:
        engine.dispose()


def _our_appending(engine: Engine, together: int) -> Callable[[], object]:
    entries = _entries()

    def append() -> range:
        with engine.begin() as connection:
            log = Log(ORIGIN, SqlLogStore(connection))
            return log.append_all([next(entries) for _ in range(together)])

    return append


def _entries() -> Iterator[Entry]:
    for number in count():
        digest = hashlib.sha256(b"%d" % number).digest()
        yield Entry(header_root=digest, body_root=digest)


def _file(descriptor: int) -> Callable[[], object]:
    entries = _entries()

    def append() -> None:
        os.write(descriptor, next(entries).to_bytes())
        os.fsync(descriptor)

    return append


@contextmanager
def _bare_store(folder: Path) -> Iterator[Any]:
    """Give a bare connection with every setting of a station's store.

    One of them, to wipe memory, holds for the whole process once it is on: a peer without it would
    have to be a process of its own.
    """
    engine = open_engine(folder / "rows.db", KEY, create=True, wipe_memory=False)
    try:
        with closing(engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            connection.execute(CREATE)
            yield connection
    finally:
        engine.dispose()


def _rows(connection: Any) -> Callable[[], object]:  # noqa: ANN401  the driver is not typed
    entries = _entries()

    def append() -> None:
        rows = [(next(entries).to_bytes(),) for _ in range(TOGETHER)]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows)
        connection.execute("COMMIT")

    return append
