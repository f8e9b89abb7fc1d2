"""A relay in this process, on a real loopback socket, answering in a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from depesha.channel import Capability
from depesha.channel.adapters.http import HttpRelay
from depesha.relay import wiring


@contextmanager
def running_relay(
    data: Path, *, calls_per_minute: int = 0, connections: int = 100, patience_seconds: int = 20
) -> Iterator[str]:
    """Run a relay over `data` until the block ends; give its address."""
    is_ready = Event()
    settings = wiring.Settings(
        data=data,
        calls_per_minute=calls_per_minute,
        connections=connections,
        patience_seconds=patience_seconds,
    )
    with wiring.relay(settings, when_ready=lambda _: is_ready.set()) as made:
        thread = Thread(target=made.server.run, args=([made.listener],))
        thread.start()
        try:
            assert is_ready.wait(20)
            yield made.address
        finally:
            made.server.should_exit = True
            thread.join(20)
        assert not thread.is_alive()


@contextmanager
def admitted_client(data: Path, address: str) -> Iterator[HttpRelay]:
    """A client that may open mailboxes."""
    client = HttpRelay(address, admission=Capability.from_text(wiring.admit(data)))
    try:
        yield client
    finally:
        client.disconnect()
