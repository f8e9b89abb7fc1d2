"""One thread that makes all changes, many in one commit.

A commit costs one flush of the disk, however many changes are in it. While a flush runs, changes
queue up; the next commit takes all of them. A change is answered only after its commit.
"""

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from depesha.base import DepeshaError
from depesha.relay.errors import RelayStoreError

BATCH_LIMIT = 256
BATCH_BYTES = 64 * 1024 * 1024

Result = TypeVar("Result")
Change = Callable[[sqlite3.Connection], Any]
_Job = tuple[Change, "Future[Any]", int]
_log = logging.getLogger("depesha.relay")


class Writer:
    """Owns the writing connection.

    A change checks first and writes after, so that one refused has written nothing and the
    others of its commit are not harmed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Start the thread."""
        self._connection = connection
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._is_stopped = False
        self._thread = Thread(target=self._run, name="relay-writer", daemon=True)
        self._thread.start()

    def submit(
        self, change: Callable[[sqlite3.Connection], Result], *, size_bytes: int = 0
    ) -> "Future[Result]":
        """Ask for a change; the future is resolved when it is on the disk.

        Args:
            change: It may raise a DepeshaError before its first write, never after.
            size_bytes: About how much it writes.
        """
        future: Future[Result] = Future()
        if self._is_stopped:
            future.set_exception(RelayStoreError("the store is closed"))
        else:
            self._jobs.put((change, future, size_bytes))
        return future

    def stop(self) -> None:
        """Finish what was asked for, and end the thread."""
        self._is_stopped = True
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        is_running = True
        while is_running:
            batch, is_running = self._next_batch()
            try:
                self._commit(batch)
            except Exception as error:  # noqa: BLE001 - the outermost loop of this thread
                # Nothing of this commit is on the disk, whoever asked for it. The cause is not
                # logged in words: they may hold what was written.
                _log.error("a commit failed: %s", type(error).__name__)
                self._fail(batch)

    def _next_batch(self) -> tuple[list[_Job], bool]:
        batch: list[_Job] = []
        size_bytes = 0
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            size_bytes += job[2]
            if len(batch) >= BATCH_LIMIT or size_bytes >= BATCH_BYTES:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        if not batch:
            return
        answers: list[tuple[Future[Any], Any]] = []
        self._connection.execute("BEGIN IMMEDIATE")
        for change, future, _ in batch:
            try:
                answers.append((future, change(self._connection)))
            except DepeshaError as refusal:
                future.set_exception(refusal)
        # A crash here loses the whole batch, and nobody was told otherwise.
        self._connection.execute("COMMIT")
        for future, answer in answers:
            future.set_result(answer)

    def _fail(self, batch: list[_Job]) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        for _, future, _ in batch:
            if not future.done():
                future.set_exception(RelayStoreError("the store cannot be written"))
