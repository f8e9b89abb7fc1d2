"""The pages put together with a station: its store opened, its key drawn, its port taken."""

import json
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from depesha.base import Digest
from depesha.station import new_identity, open_station
from depesha.web.access import Access, require_loopback
from depesha.web.app import build_app
from depesha.web.door import Door
from depesha.web.errors import ListenError
from depesha.web.reader import Reader

_GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which station's pages are shown, and where on this machine."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 0


class PageServer(uvicorn.Server):
    """Answers until it is told to stop."""

    def __init__(self, app: Door, when_ready: Callable[[], None]) -> None:
        """Prepare to serve; nothing answers yet."""
        super().__init__(
            uvicorn.Config(
                app,
                # uvloop and httptools where they are installed, which is everywhere but Windows.
                loop="auto",
                http="auto",
                ws="none",
                lifespan="on",
                # An access log would hold every record that was read.
                access_log=False,
                log_config=None,
                log_level="error",
                # Nothing stands before the pages, so nobody may speak for another address.
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._when_ready()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages ready to be served: `server.run([listener])` answers until it is stopped."""

    server: PageServer
    listener: socket.socket
    access: Access


@contextmanager
def pages(
    settings: Settings, passphrase: str, *, when_ready: Callable[[Access], None]
) -> Iterator[Pages]:
    """Open a station and put its pages together; both are closed when the block ends.

    Args:
        settings: Port 0 takes any free port.
        passphrase: Opens the station's keys.
        when_ready: Called once the pages answer, with where and by which key.

    Raises:
        LoopbackError: The host is not this machine alone; nothing was opened.
        ListenError: The port cannot be taken.
        DepeshaError: The station does not open; see `open_station`.
    """
    host = require_loopback(settings.host)
    with closing(_listen(host, settings.port)) as listener:
        station = open_station(settings.home, passphrase)
        try:
            access = Access(host=host, port=listener.getsockname()[1], key=_draw_key())
            app = build_app(Reader(station), access)
            server = PageServer(app, lambda: when_ready(access))
            yield Pages(server=server, listener=listener, access=access)
        finally:
            station.close()


def serve(settings: Settings, passphrase: str, *, say: Callable[[str], None]) -> None:
    """Show a station's pages until SIGTERM or SIGINT; say in one line of JSON where they are.

    Raises:
        LoopbackError: The host is not this machine alone.
        ListenError: The port cannot be taken.
        DepeshaError: The station does not open; see `open_station`.
    """
    with pages(settings, passphrase, when_ready=lambda access: say(_listening(access))) as made:
        # The server raises the signal again after it stopped in good order; that is no failure.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        made.server.run([made.listener])


def _listening(access: Access) -> str:
    return json.dumps({"listening": access.opening_address})


def _draw_key() -> str:
    """Draw a key of 256 bits. Randomness comes from `cipher`, so a fresh secret is digested."""
    secret, _ = new_identity()
    return Digest.of(secret.encode()).hex


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise ListenError("this port cannot be listened on: it is taken, or not allowed") from error
