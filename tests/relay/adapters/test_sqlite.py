import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from depesha.base import Digest
from depesha.channel import (
    AdmissionDeniedError,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxFullError,
    MailboxTerms,
    Quota,
    object_id_of,
)
from depesha.relay import Holdings, RelayStoreError
from depesha.relay.adapters import schema
from depesha.relay.adapters.schema import FILE_NAME, connect
from depesha.relay.adapters.sqlite import (
    TOKEN_BYTES,
    TOKEN_MAILBOXES,
    Remembered,
    SqliteMailboxStore,
    hold,
)
from depesha.relay.adapters.writer import Writer
from tests.channel.stations import NOW, mailbox_keys

KEYS = mailbox_keys()
NAME = KEYS.name
TERMS = KEYS.terms(Quota(objects=5, size_bytes=1000))
TOKEN = Digest.of(b"token")
LATER = NOW + timedelta(days=30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteMailboxStore]:
    opened = SqliteMailboxStore(tmp_path)
    opened.admit(TOKEN).result(5)
    opened.open(NAME, TERMS, token=TOKEN).result(5)
    yield opened
    opened.shut()


def put(
    store: SqliteMailboxStore, name: str, sealed: bytes, *, expires: datetime
) -> "Future[bool]":
    return store.deposit(name, object_id_of(sealed), sealed, expires=expires)


def test_terms_read_while_a_mailbox_is_closed_are_not_remembered() -> None:
    """A mailbox closed between reading and remembering stays unknown."""
    remembered = Remembered()
    changes = remembered.changes
    remembered.forget(NAME)
    assert remembered.put(NAME, TERMS, changes=changes) == TERMS
    assert remembered.get(NAME) is None


def test_a_closed_mailbox_is_forgotten(store: SqliteMailboxStore) -> None:
    """Terms are remembered while the mailbox is open, and new ones hold after it was reopened."""
    assert store.terms(NAME) == store.terms(NAME) == TERMS
    store.close_mailbox(NAME).result(5)
    assert store.terms(NAME) is None
    other = MailboxTerms(deposit=Digest.of(b"d"), fetch=Digest.of(b"f"))
    store.open(NAME, other, token=TOKEN).result(5)
    assert store.terms(NAME) == other


def test_a_store_opens_again_as_it_was_left(tmp_path: Path) -> None:
    """What a future promised is there after a restart."""
    first = SqliteMailboxStore(tmp_path)
    first.admit(TOKEN).result(5)
    assert first.open(NAME, TERMS, token=TOKEN).result(5)
    assert put(first, NAME, b"sealed", expires=LATER).result(5)
    first.shut()

    second = SqliteMailboxStore(tmp_path)

    assert second.is_admitted(TOKEN)
    assert not second.is_admitted(Digest.of(b"other"))
    assert second.terms(NAME) == TERMS
    assert second.body(NAME, object_id_of(b"sealed"), now=NOW) == b"sealed"
    assert second.holdings() == Holdings(mailboxes=1, objects=1, size_bytes=6)
    second.shut()


def test_expired_objects_are_not_there(store: SqliteMailboxStore) -> None:
    """Neither listed nor fetched from the instant of expiry, and removed by the next sweep."""
    put(store, NAME, b"old", expires=NOW).result(5)
    put(store, NAME, b"new", expires=LATER).result(5)

    listed = store.objects(NAME, after=0, limit=10, now=NOW)
    assert [row.object_id for row in listed] == [object_id_of(b"new")]
    assert store.body(NAME, object_id_of(b"old"), now=NOW) is None
    assert store.expire(NOW).result(5) == 1
    assert store.expire(NOW).result(5) == 0
    assert store.holdings() == Holdings(mailboxes=1, objects=1, size_bytes=3)


def test_counts_return_to_nothing(store: SqliteMailboxStore) -> None:
    """Room is given back with each object, whichever way it goes."""
    for body in (b"one", b"two", b"three"):
        put(store, NAME, body, expires=LATER).result(5)
    put(store, NAME, b"old", expires=NOW).result(5)
    store.expire(NOW).result(5)
    for body in (b"one", b"two", b"three", b"one"):
        store.confirm(NAME, object_id_of(body)).result(5)
    assert store.holdings() == Holdings(mailboxes=1, objects=0, size_bytes=0)

    put(store, NAME, b"last", expires=LATER).result(5)
    (last,) = store.objects(NAME, after=0, limit=10, now=NOW)
    assert last.arrival == 5
    store.close_mailbox(NAME).result(5)
    store.close_mailbox(NAME).result(5)
    assert store.holdings() == Holdings(mailboxes=0, objects=0, size_bytes=0)


def test_refusals_change_nothing(store: SqliteMailboxStore) -> None:
    """Each refusal comes through the future, with the error of its rule."""
    other = MailboxTerms(deposit=Digest.of(b"d"), fetch=Digest.of(b"f"))
    with pytest.raises(MailboxExistsError):
        store.open(NAME, other, token=TOKEN).result(5)
    with pytest.raises(MailboxDeniedError):
        put(store, "0" * 32, b"sealed", expires=LATER).result(5)
    with pytest.raises(MailboxFullError):
        put(store, NAME, bytes(1001), expires=LATER).result(5)

    assert store.terms(NAME) == TERMS
    assert store.terms("0" * 32) is None
    assert store.holdings() == Holdings(mailboxes=1, objects=0, size_bytes=0)


def test_many_changes_share_a_commit(tmp_path: Path) -> None:
    """While one commit runs, all that is asked for meanwhile goes into the next."""
    connection = connect(tmp_path)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: sqlite3.Connection) -> None:
        begun.set()
        go_on.wait(10)

    def answer(_: sqlite3.Connection, *, number: int) -> int:
        return number

    writer = Writer(connection)
    first = writer.submit(slow)
    assert begun.wait(10)
    rest = [writer.submit(partial(answer, number=number)) for number in range(50)]
    assert not rest[0].done()
    go_on.set()

    assert first.result(10) is None
    assert [future.result(10) for future in rest] == list(range(50))
    writer.stop()
    assert statements.count("COMMIT") == 2


def test_a_change_that_breaks_does_not_end_the_writer(tmp_path: Path) -> None:
    """The commit in which something failed is undone whole; the next is made."""
    writer = Writer(connect(tmp_path))

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO admissions (token) VALUES (x'00')")
        connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(RelayStoreError):
        writer.submit(half).result(10)
    count = writer.submit(lambda c: c.execute("SELECT count(*) FROM admissions").fetchone()[0])
    assert count.result(10) == 0
    writer.stop()
    with pytest.raises(RelayStoreError):
        writer.submit(half).result(10)


def test_large_changes_do_not_wait_for_more(tmp_path: Path) -> None:
    """A commit ends when it is large, so that memory stays bounded."""
    connection = connect(tmp_path)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    writer = Writer(connection)
    for future in [writer.submit(lambda _: None, size_bytes=1 << 30) for _ in range(3)]:
        future.result(10)
    writer.stop()
    assert statements.count("COMMIT") == 3


def test_a_token_opens_so_much_and_no_more(store: SqliteMailboxStore) -> None:
    """Mailboxes and their quotas are counted by token, for its whole life."""
    whole = MailboxTerms(
        deposit=Digest.of(b"d"), fetch=Digest.of(b"f"), quota=Quota(size_bytes=TOKEN_BYTES)
    )
    with pytest.raises(AdmissionDeniedError):
        store.open("0" * 32, whole, token=TOKEN).result(5)
    opening = [
        store.open(f"{number:032x}", TERMS, token=TOKEN) for number in range(1, TOKEN_MAILBOXES)
    ]
    assert all(opened.result(20) for opened in opening)
    store.close_mailbox(f"{1:032x}").result(5)
    with pytest.raises(AdmissionDeniedError):
        store.open("f" * 32, TERMS, token=TOKEN).result(5)

    assert not store.open(NAME, TERMS, token=TOKEN).result(5)
    store.admit(TOKEN).result(5)
    store.admit(Digest.of(b"another")).result(5)
    with pytest.raises(AdmissionDeniedError):
        store.open("f" * 32, TERMS, token=TOKEN).result(5)
    assert store.open("f" * 32, TERMS, token=Digest.of(b"another")).result(5)


def test_a_token_that_was_not_admitted_opens_nothing(store: SqliteMailboxStore) -> None:
    """The store looks again where the mailbox is made."""
    with pytest.raises(AdmissionDeniedError):
        store.open("f" * 32, TERMS, token=Digest.of(b"another")).result(5)


def test_a_store_of_the_first_version_is_carried_on(tmp_path: Path) -> None:
    """Tokens admitted before allowances were counted have all of theirs."""
    old = sqlite3.connect(tmp_path / FILE_NAME)
    for statement in schema._FIRST:
        old.execute(statement)
    old.execute("INSERT INTO admissions (token) VALUES (?)", (TOKEN.value,))
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()

    for is_new in (True, False):
        store = SqliteMailboxStore(tmp_path)
        assert store.open(NAME, TERMS, token=TOKEN).result(5) == is_new
        store.shut()


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """An older relay does not write into what it does not know."""
    connection = connect(tmp_path)
    connection.execute("PRAGMA user_version=3")
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


def test_a_store_that_was_shut_refuses(store: SqliteMailboxStore) -> None:
    """Reading and writing after the end are refusals with a code."""
    store.shut()
    with pytest.raises(RelayStoreError):
        store.holdings()
    with pytest.raises(RelayStoreError):
        store.expire(NOW).result(5)


def test_one_relay_holds_a_folder(tmp_path: Path) -> None:
    """A second relay over the same folder is refused; after the first it is not."""
    with hold(tmp_path), pytest.raises(RelayStoreError), hold(tmp_path):
        raise AssertionError
    with hold(tmp_path):
        assert (tmp_path / "lock").exists()


def test_the_file_keeps_no_right(store: SqliteMailboxStore, tmp_path: Path) -> None:
    """Who steals the file can neither deposit nor fetch."""
    put(store, NAME, b"sealed", expires=LATER).result(5)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for right in (KEYS.to_deposit, KEYS.to_fetch):
        assert right.value not in kept
        assert right.to_text().encode() not in kept
        assert right.digest.value in kept
