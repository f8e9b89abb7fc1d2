"""The relay put together: its store, clocks and server. The only place that names an adapter."""

import asyncio
import json
import logging
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from litestar import Litestar

from depesha.base import DepeshaError
from depesha.channel import BLUR_SIZE, Capability
from depesha.cipher import random_bytes
from depesha.relay.adapters.connection import TimedConnection
from depesha.relay.adapters.sqlite import SqliteMailboxStore, hold
from depesha.relay.app import build_app
from depesha.relay.errors import RelayListenError
from depesha.relay.exchange import Exchange, Surroundings
from depesha.relay.pace import Pace
from depesha.relay.tally import Holdings

EXPIRY_SECONDS = 600
BACKLOG = 1024
GRACE_SECONDS = 10
# Below the descriptors that a process usually has, which are 1,024.
CONNECTIONS = 960
PATIENCE_SECONDS = 10
_log = logging.getLogger("depesha.relay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a relay keeps its data, where it listens, and how much it bears from its callers.

    `calls_per_minute` is for each right, `connections` for all callers together;
    `patience_seconds` is how long half a call, or a connection at rest, is waited for.

    There is no place here for a key: the relay can read nothing of what it keeps.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    calls_per_minute: int = 6000
    connections: int = CONNECTIONS
    patience_seconds: int = PATIENCE_SECONDS


class RelayServer(uvicorn.Server):
    """Answers until it is told to stop; then lets go of those who wait, and finishes the rest."""

    def __init__(
        self,
        app: Litestar,
        exchange: Exchange,
        settings: Settings,
        when_ready: Callable[[], None],
    ) -> None:
        """Prepare to serve; nothing listens yet."""
        super().__init__(
            uvicorn.Config(
                app,
                # uvloop and httptools where they are installed, which is everywhere but Windows.
                loop="auto",
                http=TimedConnection,
                ws="none",
                limit_concurrency=settings.connections,
                timeout_keep_alive=settings.patience_seconds,
                lifespan="on",
                # An access log would hold every mailbox name and every address.
                access_log=False,
                log_config=None,
                log_level="error",
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._exchange = exchange
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wake those who wait for arrivals, so that nobody holds up the end."""
        self._exchange.waiters.wake_all()
        await super().shutdown(sockets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A relay ready to run: `server.run([listener])` answers until it is stopped."""

    server: RelayServer
    listener: socket.socket
    address: str


@contextmanager
def relay(settings: Settings, *, when_ready: Callable[[str], None]) -> Iterator[Relay]:
    """Put a relay together over its data folder, which it holds alone.

    Args:
        settings: Port 0 takes any free port; `when_ready` is told which.
        when_ready: Called with the address once the relay answers.

    Raises:
        RelayStoreError: The data folder cannot be used, or another relay uses it.
        RelayListenError: The host and port cannot be listened on.
    """
    with hold(settings.data), closing(_listen(settings)) as listener:
        store = SqliteMailboxStore(settings.data)
        try:
            address = _address_of(settings, listener)
            exchange = Exchange(
                store=store,
                pace=Pace(settings.calls_per_minute),
                surroundings=Surroundings(
                    now=lambda: datetime.now(UTC),
                    steady_seconds=time.monotonic,
                    draw_blur=lambda: random_bytes(BLUR_SIZE),
                ),
            )
            app = build_app(exchange, lifespan=[_expiring(exchange)])
            server = RelayServer(app, exchange, settings, lambda: when_ready(address))
            yield Relay(server=server, listener=listener, address=address)
        finally:
            store.shut()


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Run a relay until SIGTERM or SIGINT; say in one line of JSON where it listens.

    Raises:
        RelayStoreError: The data folder cannot be used, or another relay uses it.
        RelayListenError: The host and port cannot be listened on.
    """
    with relay(settings, when_ready=lambda address: say(_listening(address))) as made:
        # The server raises the signal again after it stopped in good order; that is no failure.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        made.server.run([made.listener])


def admit(data: Path) -> str:
    """Draw an admission token and return it; the store keeps its digest only.

    Raises:
        RelayStoreError: The data folder cannot be used.
    """
    token = Capability.generate()
    store = SqliteMailboxStore(data)
    try:
        store.admit(token.digest).result()
    finally:
        store.shut()
    return token.to_text()


def status(data: Path) -> Holdings:
    """Count what lies in a relay, whether it runs or not.

    Raises:
        RelayStoreError: The data folder cannot be used.
    """
    store = SqliteMailboxStore(data)
    try:
        return store.holdings()
    finally:
        store.shut()


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


def _expiring(exchange: Exchange) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(_expire_for_ever(exchange))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan


async def _expire_for_ever(exchange: Exchange) -> None:
    while True:
        try:
            is_more = await exchange.expire() > 0
        except DepeshaError as error:
            _log.error("expiry failed: %s", error.code)
            is_more = False
        if not is_more:
            await asyncio.sleep(EXPIRY_SECONDS)
