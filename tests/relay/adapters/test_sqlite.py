"""What is SQLite's own: the writer's commits, the file, its versions, and who holds the folder."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from depesha.base import Digest
from depesha.channel import Quota, object_id_of
from depesha.relay import Admission, MailboxStore, RelayStoreError
from depesha.relay.adapters import schema, sqlite
from depesha.relay.adapters.changes import Admit, Change, Deposit, Expire
from depesha.relay.adapters.schema import FILE_NAME, VERSION, connect
from depesha.relay.adapters.sqlite import Remembered, SqliteMailboxStore, hold
from depesha.relay.adapters.sqlite_changes import SqliteMedium
from depesha.relay.adapters.writer import Writer
from tests.channel.stations import NOW, mailbox_keys
from tests.relay.adapters.test_store import ask, founded, listed, put

KEYS = mailbox_keys()
NAME = KEYS.name
TERMS = KEYS.terms(Quota(objects=5, size_bytes=1000))
TOKEN = Digest.of(b"token")
LATER = NOW + timedelta(days=30)


class SlowMedium:
    """A medium whose first commit waits until it is told to go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.commits: list[int] = []
        self.is_closed = False

    def commit(self, changes: Sequence[Change]) -> Sequence[object]:
        self.begun.set()
        assert self.go_on.wait(10)
        self.commits.append(len(changes))
        return list(range(len(changes)))

    def close(self) -> None:
        self.is_closed = True


def test_many_changes_share_a_commit() -> None:
    """While one commit runs, all that is asked for meanwhile goes into the next."""
    medium = SlowMedium()
    writer = Writer(medium)

    async def act() -> None:
        first = writer.submit(Expire(NOW))
        await asyncio.to_thread(medium.begun.wait, 10)
        rest = [writer.submit(Expire(NOW)) for _ in range(50)]
        assert not rest[0].done()
        medium.go_on.set()
        assert await first == 0
        assert await asyncio.gather(*rest) == list(range(50))

    asyncio.run(act())
    writer.stop()
    assert medium.commits == [1, 50]
    assert medium.is_closed


def test_large_changes_do_not_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit ends when it is large, so that memory stays bounded."""
    medium = SlowMedium()
    medium.go_on.set()
    writer = Writer(medium)
    large = Deposit(NAME, "0" * 64, bytes(33 << 20), LATER)

    async def act() -> None:
        await asyncio.gather(*(writer.submit(large) for _ in range(6)))

    asyncio.run(act())
    writer.stop()
    assert max(medium.commits) <= 2


def test_a_caller_whose_loop_is_over_is_not_waited_for() -> None:
    """An answer that nobody can hear is dropped, and the writer goes on."""
    medium = SlowMedium()
    writer = Writer(medium)

    async def ask_and_leave() -> None:
        writer.submit(Expire(NOW))
        await asyncio.to_thread(medium.begun.wait, 10)

    asyncio.run(ask_and_leave())
    medium.go_on.set()

    async def again() -> object:
        return await writer.submit(Expire(NOW))

    assert asyncio.run(again()) == 0
    writer.stop()


def test_a_commit_that_breaks_is_undone_whole(tmp_path: Path) -> None:
    """Something that fails takes all of its commit with it; the next is made."""
    connection = connect(tmp_path)
    medium = SqliteMedium(connection)
    admitted = Admit(Admission(token=TOKEN))
    with pytest.raises(TypeError):
        medium.commit([admitted, "no change"])  # type: ignore[list-item]
    assert connection.execute("SELECT count(*) FROM admissions").fetchone() == (0,)
    connection.execute("BEGIN")
    medium.commit([admitted])
    assert connection.execute("SELECT count(*) FROM admissions").fetchone() == (1,)
    medium.close()


@pytest.mark.process
def test_a_full_disk_is_told_and_got_over(tmp_path: Path) -> None:
    """What does not fit is refused with the store's code; with room again the relay goes on."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with founded(str(tmp_path)) as store:
        put(store, b"one")
        size_bytes = max(path.stat().st_size for path in tmp_path.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
        try:
            with pytest.raises(RelayStoreError):
                put(store, bytes(900))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert put(store, bytes(900))
        assert listed(store) == [object_id_of(b"one"), object_id_of(bytes(900))]


def test_terms_read_while_a_mailbox_is_closed_are_not_remembered() -> None:
    """A mailbox closed between reading and remembering stays unknown."""
    remembered = Remembered()
    changes = remembered.changes
    remembered.forget(NAME)
    assert remembered.put(NAME, TERMS, changes=changes) == TERMS
    assert remembered.get(NAME, TERMS.fetch) is None


def test_what_is_remembered_is_told_to_its_holders_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong right always goes the long way; and memory does not grow without end."""
    remembered = Remembered()
    remembered.put(NAME, TERMS, changes=0)
    assert remembered.get(NAME, TERMS.fetch) == remembered.get(NAME, TERMS.deposit) == TERMS
    assert remembered.get(NAME, TOKEN) is None
    monkeypatch.setattr(sqlite, "REMEMBERED_LIMIT", 1)
    remembered.put("0" * 32, TERMS, changes=0)
    assert remembered.get(NAME, TERMS.fetch) is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_store_of_an_older_version_is_carried_on(tmp_path: Path, version: int) -> None:
    """Tokens admitted before allowances were counted have all of theirs, and no end."""
    old = sqlite3.connect(tmp_path / FILE_NAME)
    for step in schema._STEPS[:version]:
        for statement in step:
            old.execute(statement)
    old.execute("INSERT INTO admissions (token) VALUES (?)", (TOKEN.value,))
    old.execute(f"PRAGMA user_version={version}")
    old.commit()
    old.close()

    async def look(store: MailboxStore) -> tuple[Admission | None, bool]:
        found = await store.admissions.one(TOKEN)
        return found, await store.open(NAME, TERMS, token=TOKEN, now=NOW)

    for is_new in (True, False):
        store = SqliteMailboxStore(tmp_path)
        found, was_opened = ask(look(store))
        store.shut()
        assert was_opened == is_new
        assert found is not None
        assert found.expires is None


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """An older relay does not write into what it does not know."""
    connection = connect(tmp_path)
    connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(RelayStoreError):
        SqliteMailboxStore(tmp_path)


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """Neither a file in its place nor a file of another kind in it is taken for a store."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RelayStoreError):
        SqliteMailboxStore(tmp_path / "file")
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(RelayStoreError):
        SqliteMailboxStore(tmp_path)


def test_one_relay_holds_a_folder(tmp_path: Path) -> None:
    """A second relay over the same folder is refused; after the first it is not."""
    with hold(tmp_path), pytest.raises(RelayStoreError), hold(tmp_path):
        raise AssertionError
    with hold(tmp_path):
        assert (tmp_path / "lock").exists()
