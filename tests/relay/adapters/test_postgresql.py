"""What is PostgreSQL's own: several processes at once, a server that goes, and whom we refuse."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import psycopg
import pytest

from depesha.base import Digest
from depesha.channel import MailboxFullError, MailboxKeys, Quota, object_id_of
from depesha.relay import Admission, Exchange, Pace, RelayStoreError, Surroundings
from depesha.relay.adapters.changes import Confirm, Deposit
from depesha.relay.adapters.postgresql import PostgresqlMailboxStore
from depesha.relay.adapters.postgresql_changes import PostgresqlMedium
from depesha.relay.adapters.postgresql_schema import SCHEMA, VERSION, connect, is_database
from depesha.relay.adapters.server import waking
from tests.channel.stations import NOW
from tests.relay.adapters.test_store import ask
from tests.relay.postgresql import Postgresql, running_postgresql

pytestmark = pytest.mark.process
TOKEN = Digest.of(b"token")
LATER = NOW + timedelta(days=30)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Postgresql]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def place(postgresql: Postgresql) -> str:
    return postgresql.new_database()


@pytest.fixture
def stores(place: str) -> Iterator[list[PostgresqlMailboxStore]]:
    """Two stores over one database, as two processes have them."""
    opened = [PostgresqlMailboxStore(place) for _ in range(2)]
    ask(opened[0].admissions.admit(Admission(token=TOKEN)))
    yield opened
    for store in opened:
        store.shut()


def founded(store: PostgresqlMailboxStore, quota: Quota) -> MailboxKeys:
    keys = MailboxKeys.generate()
    assert ask(store.open(keys.name, keys.terms(quota), token=TOKEN, now=NOW))
    return keys


def exchange(store: PostgresqlMailboxStore) -> Exchange:
    return Exchange(
        store=store,
        pace=Pace(0),
        surroundings=Surroundings(
            now=lambda: NOW, steady_seconds=lambda: 0, draw_blur=lambda: bytes(4)
        ),
    )


def test_an_arrival_in_one_process_wakes_who_waits_in_another(
    stores: list[PostgresqlMailboxStore],
) -> None:
    """A long poll answers when something arrives, wherever it arrives."""
    keys = founded(stores[0], Quota())

    async def act() -> None:
        here, there = exchange(stores[0]), exchange(stores[1])
        here.store.watch(waking(here))
        waiting = asyncio.create_task(here.list(keys.name, after=0, limit=9, wait_seconds=60))
        await asyncio.sleep(1)
        while not waiting.done():
            await there.deposit(keys.name, b"sealed")
            await asyncio.sleep(0.1)
        assert [row.object_id for row in await waiting] == [object_id_of(b"sealed")]

    ask(act())


def test_quotas_are_exact_whoever_deposits(stores: list[PostgresqlMailboxStore]) -> None:
    """Two processes at once store as much as one may, and not an object more."""
    keys = founded(stores[0], Quota(objects=30, size_bytes=1000))

    async def deposit(store: PostgresqlMailboxStore, number: int) -> bool:
        sealed = b"%06d" % number
        try:
            return await store.deposit(keys.name, object_id_of(sealed), sealed, expires=LATER)
        except MailboxFullError:
            return False

    async def act() -> int:
        asked = [deposit(store, number) for number, store in product(range(50), stores)]
        return sum(await asyncio.gather(*asked))

    assert ask(act()) == 30
    holdings = ask(stores[0].holdings())
    assert (holdings.objects, holdings.size_bytes) == (30, 180)


def test_a_token_opens_no_more_in_two_processes(stores: list[PostgresqlMailboxStore]) -> None:
    """An allowance is spent once, and one mailbox asked for twice is opened once."""
    small = Admission(token=Digest.of(b"small"), most_mailboxes=3)
    keys = [MailboxKeys.generate() for _ in range(6)]

    async def open_one(store: PostgresqlMailboxStore, one: MailboxKeys) -> object:
        return await store.open(one.name, one.terms(Quota()), token=small.token, now=NOW)

    async def act() -> list[object]:
        asked = [open_one(store, one) for one, store in product(keys, stores)]
        return await asyncio.gather(*asked, return_exceptions=True)

    ask(stores[0].admissions.admit(small))
    assert [answer for answer in ask(act()) if isinstance(answer, bool)].count(True) == 3
    assert ask(stores[0].holdings()).mailboxes == 3
    counted = ask(stores[0].admissions.one(small.token))
    assert counted is not None
    assert counted.mailboxes == 3


def test_nobody_waits_in_a_circle(stores: list[PostgresqlMailboxStore], place: str) -> None:
    """Two processes that touch the same mailboxes in opposite orders both go on."""
    names = [founded(stores[0], Quota()).name for _ in range(4)]

    def work(number: int) -> list[object]:
        medium = PostgresqlMedium(place)
        order = names if number == 0 else names[::-1]
        outcomes: list[object] = []
        for turn in range(40):
            sealed = b"%d of %d" % (turn, number)
            deposits = [Deposit(name, object_id_of(sealed), sealed, LATER) for name in order]
            outcomes += medium.commit(deposits)
            outcomes += medium.commit([Confirm(name, [object_id_of(sealed)]) for name in order])
        medium.close()
        return outcomes

    with ThreadPoolExecutor(2) as pool:
        outcomes = [outcome for found in pool.map(work, range(2)) for outcome in found]
    assert outcomes.count(True) == outcomes.count(None) == len(outcomes) / 2
    assert ask(stores[0].holdings()).objects == 0


def test_a_sweep_beside_deposits_keeps_the_counts(stores: list[PostgresqlMailboxStore]) -> None:
    """What expires in one process and what comes in another are both counted."""
    keys = founded(stores[0], Quota())

    async def act() -> None:
        for number in range(30):
            old, new = b"old %d" % number, b"new %d" % number
            await stores[0].deposit(keys.name, object_id_of(old), old, expires=NOW)
            await asyncio.gather(
                stores[0].expire(NOW),
                stores[1].expire(NOW),
                stores[1].deposit(keys.name, object_id_of(new), new, expires=LATER),
            )

    ask(act())
    assert ask(stores[0].holdings()).objects == 30
    assert len(ask(stores[1].objects(keys.name, after=0, limit=99, now=NOW))) == 30


def test_a_database_that_was_started_anew_is_used_again(postgresql: Postgresql) -> None:
    """While it is gone everything is refused with a code; then it goes on, and who waits looks."""
    told: list[str | None] = []
    store = PostgresqlMailboxStore(postgresql.new_database())
    ask(store.admissions.admit(Admission(token=TOKEN)))
    keys = founded(store, Quota())
    store.watch(told.append)
    try:
        until_told(told)
        postgresql.stop()
        for question in (store.holdings, lambda: store.confirm(keys.name, ["0" * 64])):
            with pytest.raises(RelayStoreError) as refused:
                ask(question())
            assert str(postgresql.folder) not in str(refused.value)
        postgresql.start()
        assert ask(store.holdings()).mailboxes == 1
        assert ask(store.deposit(keys.name, object_id_of(b"one"), b"one", expires=LATER))
        until_told(told)
        postgresql.stop()
        postgresql.start()
        # The writer's connection died at rest: the first change is made all the same.
        assert ask(store.deposit(keys.name, object_id_of(b"two"), b"two", expires=LATER))
        until_told(told)
    finally:
        store.shut()


def until_told(told: list[str | None]) -> None:
    """Wait until everyone was told to look, and forget it."""
    ends_at = time.monotonic() + 60
    while None not in told:
        assert time.monotonic() < ends_at
        time.sleep(0.05)
    told.clear()


def test_a_database_of_a_newer_program_is_refused(place: str) -> None:
    """An older relay does not write into what it does not know."""
    PostgresqlMailboxStore(place).shut()
    with connect(place, autocommit=True) as opened:
        opened.execute("INSERT INTO versions VALUES (%s)", (VERSION + 1,))
    with pytest.raises(RelayStoreError):
        PostgresqlMailboxStore(place)


def test_a_database_that_does_not_flush_is_refused(postgresql: Postgresql, place: str) -> None:
    """What is answered as stored must be on a disk."""
    with psycopg.connect(place, autocommit=True) as opened:
        try:
            opened.execute("ALTER SYSTEM SET fsync = off")
            opened.execute("SELECT pg_reload_conf(), pg_sleep(1)")
            with pytest.raises(RelayStoreError):
                PostgresqlMailboxStore(place)
        finally:
            opened.execute("ALTER SYSTEM RESET fsync")
            opened.execute("SELECT pg_reload_conf(), pg_sleep(1)")


def test_every_connection_waits_for_the_flush(place: str) -> None:
    """Whatever the server's own setting is."""
    PostgresqlMailboxStore(place).shut()
    with connect(place, autocommit=True) as opened:
        assert opened.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert opened.execute("SHOW search_path").fetchone() == (SCHEMA,)


def test_many_processes_may_begin_at_once(place: str) -> None:
    """The schema is made by one of them."""
    with ThreadPoolExecutor(4) as pool:
        for store in list(pool.map(PostgresqlMailboxStore, [place] * 4)):
            store.shut()


def test_a_database_that_is_not_there_is_refused(postgresql: Postgresql) -> None:
    """With our code, and without the address, which may hold a password."""
    for address in (postgresql.address("none"), "postgresql://user:secret@127.0.0.1:1/none"):
        with pytest.raises(RelayStoreError) as refused:
            PostgresqlMailboxStore(address)
        assert "secret" not in str(refused.value)


def test_a_place_is_a_database_or_a_folder() -> None:
    """Only the address of a database is taken for one."""
    assert is_database("postgresql://relay@db/relay")
    assert is_database("postgres://relay@db/relay")
    assert not any(is_database(text) for text in ("relay", "/var/postgresql://", "postgresql:"))
