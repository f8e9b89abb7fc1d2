"""The exchange over the real store, with a clock of the test and no socket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from depesha.channel import (
    AdmissionDeniedError,
    Capability,
    MailboxDeniedError,
    MailboxFormatError,
    ObjectUnknownError,
    Quota,
    RelayBusyError,
    object_id_of,
)
from depesha.relay import Admission, Exchange, Holdings, Pace, Surroundings
from depesha.relay.adapters.sqlite import SqliteMailboxStore
from depesha.relay.exchange import HOLDINGS_SECONDS, Counted
from depesha.relay.waiters import WAITERS_LIMIT
from tests.channel.stations import NOW, mailbox_keys

KEYS = mailbox_keys()
NAME = KEYS.name
TOKEN = Capability(bytes(range(32)))
TERMS = KEYS.terms(Quota())
STRANGER = Capability(b"s" * 32)


@dataclass
class World:
    """A relay whose time stands still until the test moves it."""

    exchange: Exchange
    now: datetime = NOW
    seconds: float = 0

    async def open(self) -> None:
        admitted = await self.exchange.require_admitted(TOKEN)
        await self.exchange.open(NAME, TERMS, admitted=admitted)

    async def listed(self, *, wait_seconds: int = 0) -> list[str]:
        rows = await self.exchange.list(NAME, after=0, limit=10, wait_seconds=wait_seconds)
        return [row.object_id for row in rows]


def world(store: SqliteMailboxStore, *, calls_per_minute: int = 0) -> World:
    def now() -> datetime:
        return made.now

    def steady() -> float:
        return made.seconds

    surroundings = Surroundings(now=now, steady_seconds=steady, draw_blur=lambda: bytes(4))
    made = World(Exchange(store=store, pace=Pace(calls_per_minute), surroundings=surroundings))
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteMailboxStore]:
    opened = SqliteMailboxStore(tmp_path)
    asyncio.run(opened.admissions.admit(Admission(token=TOKEN.digest)))
    yield opened
    opened.shut()


def run(act: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(act(), 20)

    asyncio.run(bounded())


def test_a_waiting_fetcher_is_told_of_an_arrival(store: SqliteMailboxStore) -> None:
    """A long poll answers when something arrives, not when its time is over."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        waiting = asyncio.create_task(relay.listed(wait_seconds=60))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await relay.exchange.deposit(NAME, b"sealed")
        assert await waiting == [object_id_of(b"sealed")]

    run(act)


def test_a_poll_ends_with_its_time_and_with_the_relay(store: SqliteMailboxStore) -> None:
    """Nothing arrived is an answer; a relay that stops lets everybody go at once."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        assert await relay.listed(wait_seconds=1) == []
        waiting = asyncio.create_task(relay.listed(wait_seconds=60))
        await asyncio.sleep(0.05)
        relay.exchange.waiters.close()
        assert await waiting == []
        assert await relay.listed(wait_seconds=60) == []

    run(act)


def test_closing_a_mailbox_ends_the_waiting(store: SqliteMailboxStore) -> None:
    """Nobody waits for a mailbox that is gone."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        waiting = asyncio.create_task(relay.listed(wait_seconds=60))
        await asyncio.sleep(0.05)
        await relay.exchange.close(NAME)
        assert await waiting == []

    run(act)


def test_objects_are_gone_after_their_time(store: SqliteMailboxStore) -> None:
    """After thirty days without blur an object is neither listed nor fetched."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        await relay.exchange.deposit(NAME, b"sealed")
        relay.now = NOW + timedelta(days=30) - timedelta(seconds=1)
        assert await relay.listed() == [object_id_of(b"sealed")]
        relay.now = NOW + timedelta(days=30)
        assert await relay.listed() == []
        with pytest.raises(ObjectUnknownError):
            await relay.exchange.fetch(NAME, object_id_of(b"sealed"))
        assert await relay.exchange.expire() == 1
        assert (await relay.exchange.store.holdings()).objects == 0

    run(act)


def test_each_right_does_its_own_work_only(store: SqliteMailboxStore) -> None:
    """Depositing needs the deposit capability; everything else the other one."""
    relay = world(store)

    async def act() -> None:
        for token in (STRANGER, None):
            with pytest.raises(AdmissionDeniedError):
                await relay.exchange.require_admitted(token)
        await relay.open()
        for right in (None, STRANGER, KEYS.fetch):
            with pytest.raises(MailboxDeniedError):
                await relay.exchange.require_depositor(NAME, right)
        await relay.exchange.require_depositor(NAME, KEYS.deposit)
        for right in (None, STRANGER, KEYS.deposit):
            with pytest.raises(MailboxDeniedError):
                await relay.exchange.require_fetcher(NAME, right)
        await relay.exchange.require_fetcher(NAME, KEYS.fetch)

    run(act)


def test_a_token_is_good_until_its_day(store: SqliteMailboxStore) -> None:
    """A token that is over is one that was never given out."""
    relay = world(store)
    ending = Capability(b"e" * 32)

    async def act() -> None:
        until = NOW + timedelta(days=1)
        await store.admissions.admit(Admission(token=ending.digest, expires=until))
        await relay.exchange.require_admitted(ending)
        relay.now = until
        with pytest.raises(AdmissionDeniedError) as over:
            await relay.exchange.require_admitted(ending)
        with pytest.raises(AdmissionDeniedError) as unknown:
            await relay.exchange.require_admitted(STRANGER)
        assert str(over.value) == str(unknown.value)

    run(act)


def test_misspelt_arguments_are_refused(store: SqliteMailboxStore) -> None:
    """Names, ids and sizes are checked before the store is asked."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        with pytest.raises(MailboxFormatError):
            await relay.exchange.fetch(NAME, "any")
        with pytest.raises(MailboxFormatError):
            await relay.exchange.deposit(NAME, b"")
        with pytest.raises(MailboxFormatError):
            await relay.exchange.open("any", TERMS, admitted=TOKEN.digest)
        for ids in ([], ["any"], [object_id_of(b"x")] * 2, [f"{n:064x}" for n in range(257)]):
            with pytest.raises(MailboxFormatError):
                await relay.exchange.fetch_many(NAME, ids)
            with pytest.raises(MailboxFormatError):
                await relay.exchange.confirm(NAME, ids)

    run(act)


def test_too_many_calls_are_refused_for_a_while(store: SqliteMailboxStore) -> None:
    """A right that calls too often waits; guessing with wrong ones waits by itself."""
    relay = world(store, calls_per_minute=2)

    async def act() -> None:
        await relay.open()
        for _ in range(2):
            with pytest.raises(MailboxDeniedError):
                await relay.exchange.require_depositor(NAME, STRANGER)
        with pytest.raises(RelayBusyError):
            await relay.exchange.require_depositor(NAME, STRANGER)
        for _ in range(2):
            await relay.exchange.require_depositor(NAME, KEYS.deposit)
        with pytest.raises(RelayBusyError):
            await relay.exchange.require_depositor(NAME, KEYS.deposit)
        relay.seconds = 60
        await relay.exchange.require_depositor(NAME, KEYS.deposit)

    run(act)


def test_a_wake_for_nothing_does_not_end_the_waiting(store: SqliteMailboxStore) -> None:
    """Who is told to look, and finds nothing, goes on waiting for an arrival."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        waiting = asyncio.create_task(relay.listed(wait_seconds=60))
        for _ in range(3):
            await asyncio.sleep(0.05)
            relay.exchange.waiters.wake(None)
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await relay.exchange.deposit(NAME, b"sealed")
        assert await waiting == [object_id_of(b"sealed")]

    run(act)


def test_few_may_wait_for_one_mailbox(store: SqliteMailboxStore) -> None:
    """One holder cannot take up all connections; whoever is too many is answered at once."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        waiting = [asyncio.create_task(relay.listed(wait_seconds=60)) for _ in range(WAITERS_LIMIT)]
        await asyncio.sleep(0.05)
        assert await relay.listed(wait_seconds=60) == []
        await relay.exchange.deposit(NAME, b"sealed")
        assert await asyncio.gather(*waiting) == [[object_id_of(b"sealed")]] * WAITERS_LIMIT
        assert relay.exchange.waiters._waiting == {}

    run(act)


def test_counting_is_not_done_for_everyone_who_asks(store: SqliteMailboxStore) -> None:
    """The counts are a few seconds old at most, and made once in that time."""
    relay = world(store)

    async def act() -> None:
        counted = Counted(relay.exchange)
        assert await counted.holdings() == Holdings(mailboxes=0, objects=0, size_bytes=0)
        await relay.open()
        relay.seconds = HOLDINGS_SECONDS - 1
        assert (await counted.holdings()).mailboxes == 0
        relay.seconds = HOLDINGS_SECONDS
        assert (await counted.holdings()).mailboxes == 1

    run(act)
