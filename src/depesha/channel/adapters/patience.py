"""A transport whose calls end: at most so long altogether, however slowly a relay sends.

The time limits of httpx hold for each reading and each writing by itself; a relay that sends a
byte now and then would hold its caller for ever. Here a call has a time of its own for everything
together, and earns more by the bytes it moves, but never for more bytes than it may move at all.
"""

import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx

# The slowest relay that is waited for; a hidden service at its worst is about as fast.
BYTES_PER_SECOND = 32 * 1024
EXTENSION = "patience"
_PIECE_BYTES = 64 * 1024
# A relay lets go of a connection at rest after ten seconds; here it is given up before.
_REST_SECONDS = 8.0


@dataclass(slots=True)
class Patience:
    """How long one call may still take."""

    ends_at: float
    most_bytes: int

    def earn(self, moved_bytes: int) -> None:
        """Grant the time that moving so many bytes may take."""
        counted = min(moved_bytes, self.most_bytes)
        self.most_bytes -= counted
        self.ends_at += counted / BYTES_PER_SECOND


class Call(threading.local):
    """The call that a thread is making; a transport may be used by many threads at once."""

    patience: Patience | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A clock that never goes back, beside the call whose time it takes."""

    steady_seconds: Callable[[], float]
    call: Call

    def begin(self, seconds: float, most_bytes: int) -> None:
        """Begin a call."""
        self.call.patience = Patience(self.steady_seconds() + seconds, most_bytes)

    def limit(self, timeout: float | None) -> float:
        """Return how long the next act may take: no longer than is left of the call.

        Raises:
            httpcore.ReadTimeout: Nothing is left.
        """
        if self.call.patience is None:
            raise RuntimeError("the transport is used outside of a call")
        left = self.call.patience.ends_at - self.steady_seconds()
        if left <= 0:
            raise httpcore.ReadTimeout("the call took too long altogether")
        return left if timeout is None else min(timeout, left)

    def earn(self, moved_bytes: int) -> None:
        """Grant the call the time that moving so many bytes may take."""
        if self.call.patience is not None:
            self.call.patience.earn(moved_bytes)


class TimedStream(httpcore.NetworkStream):
    """A connection whose every act is limited by what is left of its call."""

    def __init__(self, stream: httpcore.NetworkStream, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, or wait for it."""
        data = self._stream.read(max_bytes, self._watch.limit(timeout))
        self._watch.earn(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write in pieces, so that the time left is looked at between them."""
        for place in range(0, len(buffer), _PIECE_BYTES):
            piece = buffer[place : place + _PIECE_BYTES]
            self._stream.write(piece, self._watch.limit(timeout))
            self._watch.earn(len(piece))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(self, *args: Any, **settings: Any) -> httpcore.NetworkStream:  # noqa: ANN401
        """Go on under TLS."""
        settings["timeout"] = self._watch.limit(settings.get("timeout"))
        return TimedStream(self._stream.start_tls(*args, **settings), self._watch)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.SyncBackend):
    """Makes connections that are limited so."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a relay."""
        limit = self._watch.limit(timeout)
        stream = super().connect_tcp(host, port, limit, local_address, socket_options)
        return TimedStream(stream, self._watch)


class TimedTransport(httpx.HTTPTransport):
    """The transport of httpx over such connections.

    A request says in its extension `patience` how many seconds it has, and for how many bytes of
    request and answer it may earn more.
    """

    def __init__(self, *, steady_seconds: Callable[[], float]) -> None:
        """Prepare to call; nothing is sent yet."""
        ssl_context = _trusted()
        super().__init__(verify=ssl_context)
        self._watch = Watch(steady_seconds, Call())
        # The pool of httpx takes no backend of ours, so it gives way, unused, to one that does.
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=_REST_SECONDS,
            network_backend=TimedBackend(self._watch),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Make one call; its time goes on until its answer is read."""
        self._watch.begin(*request.extensions[EXTENSION])
        return super().handle_request(request)


@cache
def _trusted() -> ssl.SSLContext:
    # To read the system's certificates takes longer than a call; once for a process is enough.
    return httpx.create_ssl_context()
