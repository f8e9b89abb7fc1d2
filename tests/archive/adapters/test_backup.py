import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from depesha.archive import DuplicateError, StoreFaultError, WrongArchiveKeyError
from depesha.archive.adapters.backup import back_up
from depesha.archive.adapters.engine import READ_ONLY, open_engine

KEY = bytes(range(32))


def filled(path: Path) -> None:
    engine = open_engine(path, KEY, create=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept(word)"))
        connection.execute(text("INSERT INTO kept VALUES ('the bridge is closed')"))
    engine.dispose()


def test_a_copy_is_the_store_under_the_same_key(tmp_path: Path) -> None:
    """The copy opens with the key alone, holds what was committed, and shows nothing in clear."""
    filled(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db", KEY)

    back_up(engine, tmp_path / "copy.db")

    engine.dispose()
    path = tmp_path / "copy.db"
    assert b"bridge" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(WrongArchiveKeyError):
        open_engine(path, bytes(32))
    copy = open_engine(path, KEY)
    with copy.connect() as connection:
        assert connection.execute(text("SELECT word FROM kept")).scalar() == "the bridge is closed"
    copy.dispose()


def test_no_earlier_copy_is_overwritten(tmp_path: Path) -> None:
    """What is at the place already stays; a half-written copy of a crash does not hinder."""
    filled(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db", KEY)
    (tmp_path / "copy.db").write_bytes(b"earlier")
    (tmp_path / ".second.db.new").write_bytes(b"half")

    with pytest.raises(DuplicateError):
        back_up(engine, tmp_path / "copy.db")
    back_up(engine, tmp_path / "second.db")

    assert (tmp_path / "copy.db").read_bytes() == b"earlier"
    assert not (tmp_path / ".second.db.new").exists()
    engine.dispose()


def test_a_copy_that_fails_is_a_fault(tmp_path: Path) -> None:
    """A place that cannot be written, and a store that cannot be read, are faults of the store."""
    filled(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db", KEY)
    with pytest.raises(StoreFaultError):
        back_up(engine, tmp_path / "absent" / "copy.db")
    data = bytearray((tmp_path / "store.db").read_bytes())
    data[4096 + 100] ^= 1
    (tmp_path / "store.db").write_bytes(data)

    with pytest.raises(StoreFaultError):
        back_up(engine, tmp_path / "copy.db")

    assert not (tmp_path / "copy.db").exists()
    engine.dispose()


def test_a_connection_that_has_only_read_can_be_copied(tmp_path: Path) -> None:
    """The pool may lend a connection that was shut for writing; a copy is made all the same."""
    filled(tmp_path / "store.db")
    engine = open_engine(tmp_path / "store.db", KEY)
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        connection.execute(text("SELECT word FROM kept"))

    back_up(engine, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").stat().st_size > 0
    engine.dispose()
