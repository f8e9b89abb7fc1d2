"""The HTTP server around the application: when it is ready, what runs beside it, how it ends."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import uvicorn

from depesha.base import DepeshaError
from depesha.relay.adapters.connection import TimedConnection
from depesha.relay.app import RelayApp
from depesha.relay.exchange import Exchange

EXPIRY_SECONDS = 600
GRACE_SECONDS = 10
_log = logging.getLogger("depesha.relay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many callers at once, and how long half a call or a resting connection is waited for."""

    connections: int
    patience_seconds: int


class RelayServer(uvicorn.Server):
    """Answers until it is told to stop; then lets go of those who wait, and finishes the rest."""

    def __init__(
        self,
        app: RelayApp,
        exchange: Exchange,
        bounds: Bounds,
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
                limit_concurrency=bounds.connections,
                timeout_keep_alive=bounds.patience_seconds,
                lifespan="off",
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
        self._expiry: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer and to watch the store, then say so."""
        self._exchange.store.watch(waking(self._exchange))
        await super().startup(sockets)
        self._expiry = asyncio.create_task(expire_for_ever(self._exchange))
        self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wake those who wait for arrivals, so that nobody holds up the end."""
        if self._expiry is not None:
            self._expiry.cancel()
        self._exchange.waiters.close()
        await super().shutdown(sockets)


def waking(exchange: Exchange) -> Callable[[str | None], None]:
    """Return what wakes those who wait in this event loop; it may be called from any thread."""
    loop = asyncio.get_running_loop()

    def tell(name: str | None) -> None:
        # A loop that is over has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(exchange.waiters.wake, name)

    return tell


async def expire_for_ever(exchange: Exchange) -> None:
    """Remove what has expired, in steps, now and again every few minutes."""
    while True:
        try:
            is_more = await exchange.expire() > 0
        except DepeshaError as error:
            _log.error("expiry failed: %s", error.code)
            is_more = False
        if not is_more:
            await asyncio.sleep(EXPIRY_SECONDS)
