import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from depesha.archive import (
    DuplicateError,
    ItemNotFoundError,
    StoreBusyError,
    StoreFaultError,
    WrongArchiveKeyError,
)
from depesha.archive.adapters import tables
from depesha.archive.adapters.engine import open_engine, open_memory_engine
from depesha.archive.adapters.search_fts5 import Fts5SearchIndex, create_search_table
from depesha.archive.adapters.store import SqlArchiveStore
from tests.archive.samples import UNITS, record

KEY = bytes(range(32))
SECRET = "the bridge at Omi is closed since Tuesday"


def fresh(path: Path) -> Engine:
    return open_engine(path, KEY, create=True, busy_seconds=0.05)


def write_secret(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    create_search_table(connection)
    store = SqlArchiveStore(connection)
    for unit in UNITS:
        store.units.add(unit)
    kept = record(1, text=SECRET, source=SECRET.encode())
    store.records.add([kept])
    Fts5SearchIndex(connection).add([kept])


def write_secret_twice(connection: Connection) -> None:
    write_secret(connection)
    SqlArchiveStore(connection).units.add(UNITS[0])


def read_record(path: Path) -> str:
    engine = open_engine(path, KEY)
    try:
        with engine.connect() as connection:
            return SqlArchiveStore(connection).records.record(f"{1:032x}").text
    finally:
        engine.dispose()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nothing_kept_is_on_disk_in_clear(tmp_path: Path) -> None:
    """Neither the database nor its log shows a word that was stored or indexed."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)

    while_open = everything_in(tmp_path)
    assert (tmp_path / "store.db-wal").stat().st_size > 0
    engine.dispose()
    when_closed = everything_in(tmp_path)

    for found in (while_open, when_closed):
        assert b"bridge" not in found
        assert b"archive_records" not in found
        assert not found.startswith(b"SQLite format 3")


def test_the_same_search_finds_what_is_in_clear(tmp_path: Path) -> None:
    """The test above could fail: a store without a key shows the words at once."""
    with closing(sqlite3.connect(tmp_path / "clear.db")) as connection, connection:
        connection.execute("CREATE TABLE archive_records(text)")
        connection.execute("INSERT INTO archive_records VALUES (?)", (SECRET,))

    assert b"bridge" in everything_in(tmp_path)


def test_what_was_written_is_read_with_the_key(tmp_path: Path) -> None:
    """A store opened again gives back what was kept."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)
    engine.dispose()

    assert read_record(tmp_path / "store.db") == SECRET


def test_another_key_opens_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong key is refused at opening, by its code, and nothing is printed about it."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)
    engine.dispose()

    with pytest.raises(WrongArchiveKeyError) as refused:
        open_engine(tmp_path / "store.db", bytes(32))

    assert refused.value.code == "archive.wrong_key"
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    """Other bytes, however long, are refused as a wrong key is; the file stays as it was."""
    path = tmp_path / "store.db"
    path.write_bytes(b"Dear Sir, " * 1000)

    with pytest.raises(WrongArchiveKeyError):
        open_engine(path, KEY)

    assert path.read_bytes() == b"Dear Sir, " * 1000


def test_a_store_is_made_only_when_asked(tmp_path: Path) -> None:
    """A mistyped path does not become an empty archive."""
    with pytest.raises(ItemNotFoundError):
        open_engine(tmp_path / "store.db", KEY)

    assert list(tmp_path.iterdir()) == []


def test_a_store_cannot_be_made_without_its_folder(tmp_path: Path) -> None:
    """A path that cannot be written is refused with the archive's own error."""
    with pytest.raises(StoreFaultError):
        open_engine(tmp_path / "absent" / "store.db", KEY, create=True)


def test_a_folder_is_not_a_store(tmp_path: Path) -> None:
    """What SQLite cannot open is refused with the archive's own error."""
    with pytest.raises(StoreFaultError):
        open_engine(tmp_path, KEY)


def test_a_store_is_its_owners_alone(tmp_path: Path) -> None:
    """Neither the database nor its log is readable by anyone else."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)

    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    engine.dispose()


def test_a_key_is_32_bytes(tmp_path: Path) -> None:
    """A key of another size is a mistake of the program."""
    with pytest.raises(ValueError, match="32 bytes"):
        open_engine(tmp_path / "store.db", b"short", create=True)


def test_two_writers_meet_at_the_start(tmp_path: Path) -> None:
    """The second writer is told to try again before it has done anything; a reader is not."""
    first, second = fresh(tmp_path / "store.db"), fresh(tmp_path / "store.db")
    with first.begin() as connection:
        write_secret(connection)
        with pytest.raises(StoreBusyError) as refused, second.begin():
            pass
        assert refused.value.retryable
        with second.connect().execution_options(read_only=True) as reader:
            assert reader.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    first.dispose()
    second.dispose()


def test_a_reader_sees_one_state_and_writes_nothing(tmp_path: Path) -> None:
    """A read-only connection keeps its state while others write, and is refused a write."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)
    count = text("SELECT count(*) FROM archive_records")
    with engine.connect().execution_options(read_only=True) as reader:
        assert reader.execute(count).scalar() == 1
        with engine.begin() as writer:
            SqlArchiveStore(writer).records.add([record(2)])
        assert reader.execute(count).scalar() == 1
        with pytest.raises(StoreFaultError):
            reader.execute(text("DELETE FROM archive_records"))
    with engine.begin() as writer:
        assert writer.execute(count).scalar() == 2
        writer.execute(text("UPDATE archive_records SET text = ''"))
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """What was written before a failure is gone with it, schema and all."""
    engine = fresh(tmp_path / "store.db")
    with pytest.raises(DuplicateError), engine.begin() as connection:
        write_secret_twice(connection)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    engine.dispose()


def test_the_settings_hold_on_every_connection(tmp_path: Path) -> None:
    """Each connection of the pool writes ahead, syncs fully, overwrites and checks foreign keys."""
    engine = fresh(tmp_path / "store.db")
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "cipher_memory_security": "1",
    }
    with engine.connect() as first, engine.connect().execution_options(read_only=True) as second:
        for connection in (second, first):
            connection.rollback()
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected
            }
            connection.rollback()
            assert found == expected
    engine.dispose()


def test_a_damaged_page_is_a_fault_of_the_store(tmp_path: Path) -> None:
    """A flipped byte in the middle of the file is refused, and not read as text."""
    engine = fresh(tmp_path / "store.db")
    with engine.begin() as connection:
        write_secret(connection)
    engine.dispose()
    path = tmp_path / "store.db"
    data = bytearray(path.read_bytes())
    for place in range(5000, len(data), 4096):
        data[place] ^= 1
    path.write_bytes(data)

    with pytest.raises(StoreFaultError):
        read_record(path)


def test_no_error_holds_what_was_being_written() -> None:
    """The text of a statement that failed shows no parameter."""
    engine = open_memory_engine()
    with pytest.raises(OperationalError) as refused, engine.begin() as connection:
        connection.execute(text("INSERT INTO absent VALUES (:value)"), {"value": SECRET})

    assert "bridge" not in str(refused.value)
    engine.dispose()
