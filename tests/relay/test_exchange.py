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
from depesha.relay import Exchange, Pace, Surroundings
from depesha.relay.adapters.sqlite import SqliteMailboxStore
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
        await self.exchange.open(NAME, TOKEN, TERMS)

    async def listed(self, *, wait_seconds: int = 0) -> list[str]:
        rows = await self.exchange.list(
            NAME, KEYS.fetch, after=0, limit=10, wait_seconds=wait_seconds
        )
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
    opened.admit(TOKEN.digest).result(5)
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
        relay.exchange.waiters.wake_all()
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
        await relay.exchange.close(NAME, KEYS.fetch)
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
            relay.exchange.fetch(NAME, KEYS.fetch, object_id_of(b"sealed"))
        assert await relay.exchange.expire() == 1
        assert relay.exchange.holdings().objects == 0

    run(act)


def test_each_right_does_its_own_work_only(store: SqliteMailboxStore) -> None:
    """Depositing needs the deposit capability; everything else the other one."""
    relay = world(store)

    async def act() -> None:
        with pytest.raises(AdmissionDeniedError):
            await relay.exchange.open(NAME, STRANGER, TERMS)
        with pytest.raises(AdmissionDeniedError):
            await relay.exchange.open(NAME, None, TERMS)
        await relay.open()
        for right in (None, STRANGER, KEYS.fetch):
            with pytest.raises(MailboxDeniedError):
                relay.exchange.require_depositor(NAME, right)
        relay.exchange.require_depositor(NAME, KEYS.deposit)
        for right in (None, STRANGER, KEYS.deposit):
            with pytest.raises(MailboxDeniedError):
                relay.exchange.fetch(NAME, right, "any")
            with pytest.raises(MailboxDeniedError):
                await relay.exchange.confirm(NAME, right, "any")
            with pytest.raises(MailboxDeniedError):
                await relay.exchange.close(NAME, right)

    run(act)


def test_arguments_are_checked_after_the_right(store: SqliteMailboxStore) -> None:
    """A stranger learns nothing from a misspelt call, its holder does."""
    relay = world(store)

    async def act() -> None:
        await relay.open()
        with pytest.raises(MailboxFormatError):
            relay.exchange.fetch(NAME, KEYS.fetch, "any")
        with pytest.raises(MailboxFormatError):
            await relay.exchange.deposit(NAME, b"")
        with pytest.raises(MailboxFormatError):
            await relay.exchange.open("any", TOKEN, TERMS)

    run(act)


def test_too_many_calls_are_refused_for_a_while(store: SqliteMailboxStore) -> None:
    """A right that calls too often waits; guessing with wrong ones waits by itself."""
    relay = world(store, calls_per_minute=2)

    async def act() -> None:
        await relay.open()
        for _ in range(2):
            with pytest.raises(MailboxDeniedError):
                relay.exchange.require_depositor(NAME, STRANGER)
        with pytest.raises(RelayBusyError):
            relay.exchange.require_depositor(NAME, STRANGER)
        for _ in range(2):
            relay.exchange.require_depositor(NAME, KEYS.deposit)
        with pytest.raises(RelayBusyError):
            relay.exchange.require_depositor(NAME, KEYS.deposit)
        relay.seconds = 60
        relay.exchange.require_depositor(NAME, KEYS.deposit)

    run(act)
