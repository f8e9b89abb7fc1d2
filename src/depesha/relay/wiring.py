"""The relay put together: its store, clocks and server. The only place that names an adapter."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from depesha.channel import BLUR_SIZE, Capability
from depesha.cipher import random_bytes
from depesha.relay.adapters.postgresql import PostgresqlMailboxStore
from depesha.relay.adapters.postgresql_schema import is_database
from depesha.relay.adapters.server import Bounds, RelayServer
from depesha.relay.adapters.sqlite import SqliteMailboxStore, hold
from depesha.relay.adapters.workers import (
    Share,
    Workers,
    end_with_watcher,
    inherited_listener,
    shared_tally,
)
from depesha.relay.admission import TOKEN_MAILBOXES, Admission, require_admission_id
from depesha.relay.app import build_app
from depesha.relay.errors import AdmissionRefusedError, RelayListenError, RelayStoreError
from depesha.relay.exchange import Exchange, Surroundings
from depesha.relay.pace import Pace
from depesha.relay.ports import MailboxStore
from depesha.relay.tally import Holdings, Tally

BACKLOG = 1024
# Below the descriptors that a process usually has, which are 1,024.
CONNECTIONS = 960
PATIENCE_SECONDS = 10
TOKEN_DAYS = 365
_TOKEN_DAYS_LIMIT = 3650
_BLURS_AT_ONCE = 512
# The writer's thread gives up the interpreter at every statement; it should not wait for it long.
_SWITCH_SECONDS = 0.0005

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a relay keeps its data, where it listens, and how much it bears from its callers.

    `data` is a folder, or the address of a PostgreSQL database. `calls_per_minute` is for each
    right, `connections` for all callers together, both in each process; `patience_seconds` is how
    long half a call, or a connection at rest, is waited for.

    There is no place here for a key: the relay can read nothing of what it keeps.
    """

    data: str | Path
    host: str = "127.0.0.1"
    port: int = 0
    workers: int = 1
    calls_per_minute: int = 6000
    connections: int = CONNECTIONS
    patience_seconds: int = PATIENCE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A relay ready to run: `server.run([listener])` answers until it is stopped."""

    server: RelayServer
    listener: socket.socket
    address: str


@contextmanager
def relay(
    settings: Settings, *, when_ready: Callable[[str], None], share: Share | None = None
) -> Iterator[Relay]:
    """Put a relay together over its store; a data folder it holds alone.

    Args:
        settings: Port 0 takes any free port; `when_ready` is told which.
        when_ready: Called with the address once the relay answers.
        share: What a worker got from its watcher; None for a relay of one process.

    Raises:
        RelayStoreError: The store cannot be used, or another relay uses the folder.
        RelayListenError: The host and port cannot be listened on.
    """
    listening = _listen(settings) if share is None else inherited_listener(share)
    with (
        closing(listening) as listener,
        _held(settings.data),
        _opened(settings.data) as store,
        nullcontext(Tally()) if share is None else shared_tally(share) as tally,
    ):
        address = _address_of(settings, listener)
        exchange = Exchange(
            store=store,
            pace=Pace(settings.calls_per_minute),
            surroundings=Surroundings(
                now=_now,
                steady_seconds=time.monotonic,
                draw_blur=_blurs().__next__,
            ),
        )
        bounds = Bounds(
            connections=settings.connections, patience_seconds=settings.patience_seconds
        )
        app = build_app(exchange, tally=tally)
        server = RelayServer(app, exchange, bounds, lambda: when_ready(address))
        yield Relay(server=server, listener=listener, address=address)


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Run a relay until SIGTERM or SIGINT; say in one line of JSON where it listens.

    Raises:
        RelayStoreError: The store cannot be used, or another relay uses the folder.
        RelayListenError: The host and port cannot be listened on.
    """
    if settings.workers > 1:
        _serve_many(settings, say)
        return
    with relay(settings, when_ready=lambda address: say(_listening(address))) as made:
        _serve_one(made)


def work(settings: Settings, share: str, *, say: Callable[[str], None]) -> None:
    """Be one worker of several, until it is told to end or its watcher is gone."""
    own = Share.from_text(share)
    with relay(settings, when_ready=lambda address: say(_listening(address)), share=own) as made:

        def end() -> None:
            made.server.should_exit = True

        end_with_watcher(end)
        _serve_one(made)


def admit(
    data: str | Path, *, days: int = TOKEN_DAYS, most_mailboxes: int = TOKEN_MAILBOXES
) -> str:
    """Draw an admission token and return it; the store keeps its digest only.

    Args:
        data: The folder or the database of the relay.
        days: For how long it opens mailboxes.
        most_mailboxes: How many it opens in its life.

    Raises:
        RelayStoreError: The store cannot be used.
        AdmissionRefusedError: There is no such token.
    """
    if not 1 <= days <= _TOKEN_DAYS_LIMIT:
        raise AdmissionRefusedError(f"a token lives from 1 to {_TOKEN_DAYS_LIMIT} days")
    token = Capability.generate()
    expires = _now() + timedelta(days=days)
    made = Admission(token=token.digest, expires=expires, most_mailboxes=most_mailboxes)
    _ask(data, lambda store: store.admissions.admit(made))
    return token.to_text()


def admissions(data: str | Path) -> Sequence[Admission]:
    """Return the tokens that the operator gave out and did not take back.

    Raises:
        RelayStoreError: The store cannot be used.
    """
    return _ask(data, lambda store: store.admissions.every())


def revoke(data: str | Path, admission_id: str) -> None:
    """Take a token back; the mailboxes that it opened stay open.

    Raises:
        RelayStoreError: The store cannot be used.
        AdmissionRefusedError: No token has this name.
    """
    wanted = require_admission_id(admission_id)
    if not _ask(data, lambda store: store.admissions.revoke(wanted)):
        raise AdmissionRefusedError("no token of this relay has this name")


def status(data: str | Path) -> Holdings:
    """Count what lies in a relay, whether it runs or not.

    Raises:
        RelayStoreError: The store cannot be used.
    """
    return _ask(data, lambda store: store.holdings())


def _serve_one(made: Relay) -> None:
    sys.setswitchinterval(_SWITCH_SECONDS)
    # The server raises the signal again after it stopped in good order; that is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    made.server.run([made.listener])


def _serve_many(settings: Settings, say: Callable[[str], None]) -> None:
    place = str(settings.data)
    if not is_database(place):
        raise RelayStoreError("several workers need a database; a folder is for one process")
    # What is wrong with the store is told once and here, not by every worker.
    with closing(_listen(settings)) as listener, _opened(settings.data):
        pass_on = (
            *("work", "--data", place, "--host", settings.host),
            *("--calls-per-minute", str(settings.calls_per_minute)),
            *("--connections", str(settings.connections)),
        )
        workers = Workers(pass_on, listener, settings.workers)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: workers.end())
        address = _address_of(settings, listener)
        workers.run(lambda: say(_listening(address)))


def _ask(data: str | Path, question: Callable[[MailboxStore], Awaitable[Result]]) -> Result:
    async def asked() -> Result:
        with _opened(data) as store:
            return await question(store)

    return asyncio.run(asked())


@contextmanager
def _opened(data: str | Path) -> Iterator[MailboxStore]:
    place = str(data)
    store: MailboxStore = (
        PostgresqlMailboxStore(place) if is_database(place) else SqliteMailboxStore(Path(place))
    )
    try:
        yield store
    finally:
        store.shut()


def _held(data: str | Path) -> AbstractContextManager[None]:
    return nullcontext() if is_database(str(data)) else hold(Path(data))


def _blurs() -> Iterator[bytes]:
    """Yield the blur of one expiry after the other; to draw each by itself takes longer."""
    while True:
        drawn = random_bytes(BLUR_SIZE * _BLURS_AT_ONCE)
        for place in range(0, len(drawn), BLUR_SIZE):
            yield drawn[place : place + BLUR_SIZE]


def _now() -> datetime:
    return datetime.now(UTC)


def _listening(address: str) -> str:
    return json.dumps({"listening": address})


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        raise RelayListenError("the relay cannot listen on this host and port") from error


def _address_of(settings: Settings, listener: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}"
