"""A caller's connection that ends if the caller does not bring its call to an end.

The server limits how long a connection may rest between two calls, and nothing else: half a head,
or half a body, would hold it for ever. Here a call must be wholly there within the same time, and a
second more for each `BYTES_PER_SECOND` of it that came. While the relay itself works on a
call, or lets the caller wait for an arrival, no time counts.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.server import ServerState

BYTES_PER_SECOND = 4096
_LOOKS = 4


class TimedConnection(asyncio.Protocol):
    """The server's own protocol, with a clock beside it.

    It has its patience from the server's setting for connections at rest.
    """

    def __init__(
        self,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Begin as the server asks for it, which knows no other arguments."""
        # Which of its two protocols the server takes depends on what is installed; both keep the
        # call at hand in `cycle`.
        self._served: Any = AutoHTTPProtocol(
            config=config,  # type: ignore[call-arg]
            server_state=server_state,
            app_state=app_state,
            _loop=_loop,
        )
        self._loop = _loop or asyncio.get_running_loop()
        self._patience_seconds = float(config.timeout_keep_alive)
        self._transport: asyncio.BaseTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_cycle: Any = None
        self._restart()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first call."""
        self._transport = transport
        self._served.connection_made(transport)
        self._look_later()

    def data_received(self, data: bytes) -> None:
        """Take what the caller sent; the first of a new call begins its time."""
        cycle = self._served.cycle
        if cycle is not self._last_cycle and cycle.response_complete:
            self._last_cycle = cycle
            self._restart()
        self._received_bytes += len(data)
        self._served.data_received(data)

    def eof_received(self) -> bool | None:
        """Take the end of what the caller sends."""
        answer: bool | None = self._served.eof_received()
        return answer

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
        self._served.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hold back what the caller does not take."""
        self._served.pause_writing()

    def resume_writing(self) -> None:
        """Go on writing."""
        self._served.resume_writing()

    def _restart(self) -> None:
        self._began = self._loop.time()
        self._received_bytes = 0

    def _look_later(self) -> None:
        self._timer = self._loop.call_later(self._patience_seconds / _LOOKS, self._look)

    def _look(self) -> None:
        allowed = self._patience_seconds + self._received_bytes / BYTES_PER_SECOND
        is_over = self._is_reading() and self._loop.time() - self._began > allowed
        if is_over and self._transport is not None:
            self._transport.close()
        else:
            self._look_later()

    def _is_reading(self) -> bool:
        cycle = self._served.cycle
        if cycle is None or cycle is self._last_cycle:
            return True
        return bool(cycle.more_body)
