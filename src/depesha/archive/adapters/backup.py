"""A copy of the whole store, as it is made before an upgrade: compact, and under the same key.

Page secrets are no part of the store, so that a copy never brings back what was burnt.
"""

import os
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlcipher

from depesha.archive.adapters.engine import refusal_of
from depesha.archive.errors import DuplicateError, StoreFaultError
from depesha.base import sync_folder


def back_up(engine: Engine, path: Path) -> None:
    """Write the store's last committed state to `path`, whole or not at all.

    Raises:
        DuplicateError: Something is at `path` already.
        StoreBusyError: Another process holds the store shut.
        StoreFaultError: The store cannot be read, or the copy not written.
    """
    if path.exists():
        raise DuplicateError("there is a file where the copy should be")
    unfinished = path.with_name(f".{path.name}.new")
    try:
        # A copy cut off by a crash lies under the other name, and is begun anew here.
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _copy(engine, unfinished)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreFaultError("the copy of the store cannot be written") from error


def _copy(engine: Engine, path: Path) -> None:
    # Outside a transaction, where alone SQLite copies; the engine would begin one.
    with closing(engine.raw_connection()) as connection:
        try:
            # A connection that was lent for reading only would refuse to write even a copy.
            connection.cursor().execute("PRAGMA query_only = OFF")
            connection.cursor().execute("VACUUM INTO ?", (os.fspath(path),))
        except sqlcipher.Error as error:
            raise refusal_of(error) or StoreFaultError("the store cannot be copied") from error
