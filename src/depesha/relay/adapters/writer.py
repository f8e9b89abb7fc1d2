"""One thread that makes all changes of a process, many in one commit.

A commit costs one flush of the disk, however many changes are in it. While a flush runs, changes
queue up; the next commit takes all of them. A change is answered only after its commit, and all of
one commit are answered by waking the event loop once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, Protocol

from depesha.base import DepeshaError
from depesha.relay.adapters.changes import Change, size_of
from depesha.relay.errors import RelayStoreError

BATCH_LIMIT = 256
BATCH_BYTES = 64 * 1024 * 1024
STOP_SECONDS = 30.0

_log = logging.getLogger("depesha.relay")


class Medium(Protocol):
    """Where changes are made: one connection, used by the writer's thread alone."""

    def commit(self, changes: Sequence[Change]) -> Sequence[object]:
        """Make changes in their order, and return when all are on the disk.

        Returns:
            For each change its answer, or the DepeshaError by which it alone was refused; a
            change that was refused has changed nothing.

        Raises:
            Exception: Nothing of them was made, or it is not known.
        """

    def close(self) -> None:
        """Let go of the connection."""


class _Job(NamedTuple):
    change: Change
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


class Writer:
    """Owns a medium, and the queue in front of it."""

    def __init__(self, medium: Medium) -> None:
        """Start the thread."""
        self._medium = medium
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._is_stopped = False
        self._thread = Thread(target=self._run, name="relay-writer", daemon=True)
        self._thread.start()

    def submit(self, change: Change) -> "asyncio.Future[Any]":
        """Ask for a change; the future is resolved when it is on the disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if self._is_stopped:
            future.set_exception(RelayStoreError("the store is closed"))
        else:
            self._jobs.put(_Job(change, future, loop))
        return future

    def stop(self) -> None:
        """Finish what was asked for, and end the thread."""
        if not self._is_stopped:
            self._is_stopped = True
            self._jobs.put(None)
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        is_running = True
        while is_running:
            batch, is_running = self._next_batch()
            if batch:
                _answer(batch, self._outcomes(batch))
        self._medium.close()

    def _outcomes(self, batch: list[_Job]) -> Sequence[object]:
        try:
            return self._medium.commit([job.change for job in batch])
        except Exception as error:  # noqa: BLE001 - the outermost loop of this thread
            # Nobody of this commit is told that it was made. The cause is not logged in words:
            # they may hold what was written.
            _log.error("a commit failed: %s", type(error).__name__)
            return [RelayStoreError("the store cannot be written")] * len(batch)

    def _next_batch(self) -> tuple[list[_Job], bool]:
        batch: list[_Job] = []
        size_bytes = 0
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            size_bytes += size_of(job.change)
            if len(batch) >= BATCH_LIMIT or size_bytes >= BATCH_BYTES:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch, True
        return batch, False


def _answer(batch: Sequence[_Job], outcomes: Sequence[object]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job, object]]] = defaultdict(list)
    for job, outcome in zip(batch, outcomes, strict=True):
        by_loop[job.loop].append((job, outcome))
    for loop, answered in by_loop.items():
        # A loop that was closed meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, answered)


def _resolve(answered: Sequence[tuple[_Job, object]]) -> None:
    for job, outcome in answered:
        if job.future.done():
            continue
        if isinstance(outcome, DepeshaError):
            job.future.set_exception(outcome)
        else:
            job.future.set_result(outcome)
