"""A relay in this process, on a real loopback socket, answering in a thread; or as a process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from depesha.channel import Capability
from depesha.channel.adapters.http import HttpRelay
from depesha.relay import wiring

RELAY = [sys.executable, "-W", "error", "-m", "depesha.relay"]


@contextmanager
def running_relay(
    data: str | Path,
    *,
    calls_per_minute: int = 0,
    connections: int = 100,
    patience_seconds: int = 20,
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
def admitted_client(data: str | Path, address: str) -> Iterator[HttpRelay]:
    """A client that may open mailboxes."""
    client = HttpRelay(address, admission=Capability.from_text(wiring.admit(data)))
    try:
        yield client
    finally:
        client.disconnect()


@contextmanager
def served(data: str | Path, *more: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A relay as a process, without a limit of calls; it is killed at the end."""
    command = [*RELAY, "serve", "--data", str(data), "--port", "0", "--calls-per-minute", "0"]
    with subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["listening"]
        finally:
            process.kill()
