"""Several processes behind one listener, watched by one that answers nothing.

Each worker is this program again, with the listener and a file of counts handed down as open
descriptors, and its standard input a pipe: when that ends, the watcher is gone, and the worker
ends too. A worker that dies is started anew; what it had answered is in the database.
"""

import json
import logging
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from depesha.relay.errors import RelayError
from depesha.relay.tally import CELLS, Tally

STOP_SECONDS = 15.0
RESTART_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_TABLE_BYTES = 8 * CELLS
_log = logging.getLogger("depesha.relay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a worker got from its watcher: descriptors, and its place among the workers."""

    listener: int
    counts: int
    place: int
    workers: int

    def to_text(self) -> str:
        """Write it as one argument."""
        return f"{self.listener}:{self.counts}:{self.place}:{self.workers}"

    @classmethod
    def from_text(cls, text: str) -> "Share":
        """Read it.

        Raises:
            ValueError: It is not four numbers.
        """
        listener, counts, place, workers = (int(word) for word in text.split(":"))
        return cls(listener=listener, counts=counts, place=place, workers=workers)


@contextmanager
def shared_tally(share: Share) -> Iterator[Tally]:
    """Count in one's own table of the file, beside those of the other workers."""
    with mmap.mmap(share.counts, _TABLE_BYTES * share.workers) as mapped:
        whole = memoryview(mapped).cast("Q")
        tables = [whole[CELLS * place : CELLS * (place + 1)] for place in range(share.workers)]
        own = tables.pop(share.place)
        try:
            yield Tally(own, tuple(tables))
        finally:
            for view in (own, *tables, whole):
                view.release()


def end_with_watcher(end: Callable[[], None]) -> None:
    """Call `end` when the watcher is gone."""

    def watch() -> None:
        sys.stdin.buffer.read()
        end()

    threading.Thread(target=watch, name="relay-watcher", daemon=True).start()


class Workers:
    """The workers of one relay, as their watcher sees them."""

    def __init__(self, command: Sequence[str], listener: socket.socket, count: int) -> None:
        """Remember how a worker is started; none is yet.

        Args:
            command: The arguments of this program for a worker, to which its share is added.
            listener: Where all of them listen.
            count: How many there are.
        """
        self._command = command
        self._listener = listener
        self._count = count
        self._is_over = False

    def run(self, when_ready: Callable[[], None]) -> None:
        """Keep the workers at work until `end`.

        Raises:
            RelayError: One of the first did not begin to answer.
        """
        with TemporaryFile() as counts:
            counts.truncate(_TABLE_BYTES * self._count)
            workers: list[subprocess.Popen[bytes]] = []
            try:
                workers.extend(self._start(counts, place) for place in range(self._count))
                if not all(_is_ready(worker) for worker in workers):
                    raise RelayError("a worker did not begin to answer; its own message is above")
                when_ready()
                while self._is_to_go_on():
                    self._replace_dead(workers, counts)
            finally:
                _stop(workers)

    def end(self) -> None:
        """Let `run` come to its end; may be called from a signal, and so takes no lock."""
        self._is_over = True

    def _is_to_go_on(self) -> bool:
        """Wait until it is time to look for dead workers; False if the end came first."""
        ends_at = time.monotonic() + RESTART_SECONDS
        while not self._is_over and time.monotonic() < ends_at:
            time.sleep(_LOOK_SECONDS)
        return not self._is_over

    def _replace_dead(self, workers: "list[subprocess.Popen[bytes]]", counts: IO[bytes]) -> None:
        for place, worker in enumerate(workers):
            if worker.poll() is not None:
                _log.error("a worker ended with status %s and is started anew", worker.returncode)
                _close_pipes(worker)
                workers[place] = self._start(counts, place)

    def _start(self, counts: IO[bytes], place: int) -> "subprocess.Popen[bytes]":
        descriptors = (self._listener.fileno(), counts.fileno())
        share = Share(
            listener=descriptors[0], counts=descriptors[1], place=place, workers=self._count
        )
        return subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
            [sys.executable, "-m", "depesha.relay", *self._command, "--share", share.to_text()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=descriptors,
        )


def inherited_listener(share: Share) -> socket.socket:
    """Return the listener that the watcher handed down."""
    return socket.socket(fileno=os.dup(share.listener))


def _is_ready(worker: "subprocess.Popen[bytes]") -> bool:
    said = worker.stdout.readline() if worker.stdout is not None else b""
    with suppress(ValueError):
        found: Any = json.loads(said)
        return "listening" in found
    return False


def _stop(workers: "Sequence[subprocess.Popen[bytes]]") -> None:
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        _close_pipes(worker)


def _close_pipes(worker: "subprocess.Popen[bytes]") -> None:
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            pipe.close()
