"""The limit for a relay in Python: take frames over TCP, flush them, answer. Nothing else.

Run as a program with a file to write to; it prints the port and ends when its input ends. Each
frame is a four-byte length and so many bytes. As in the relay, one thread writes all that came in
while the last flush ran, flushes once, and only then has each of them answered.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import cast

import uvloop

LENGTH_BYTES = 4
ANSWER = b"\x01"
Job = tuple[bytes, Callable[[], None]]


class Taker(asyncio.Protocol):
    """One connection, with one frame under way at a time."""

    def __init__(self, jobs: SimpleQueue[Job]) -> None:
        """Take frames to the writer's queue."""
        self._jobs = jobs
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember whom to answer."""
        # uvloop's transports are no subclass, though they do the same.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Pass on a frame once it is whole."""
        self._waiting += data
        end = LENGTH_BYTES + int.from_bytes(self._waiting[:LENGTH_BYTES])
        if len(self._waiting) >= end > LENGTH_BYTES:
            self._jobs.put((self._waiting[:end], self._answer))
            self._waiting = b""

    def _answer(self) -> None:
        if self._transport is not None:
            self._transport.write(ANSWER)


def write_for_ever(path: str, jobs: SimpleQueue[Job], loop: asyncio.AbstractEventLoop) -> None:
    """Write what has come in, flush, have it answered, and so on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while True:
        batch = [jobs.get()]
        while True:
            try:
                batch.append(jobs.get_nowait())
            except Empty:
                break
        os.write(descriptor, b"".join(frame for frame, _ in batch))
        os.fdatasync(descriptor)
        loop.call_soon_threadsafe(_answer_all, [answer for _, answer in batch])


def _answer_all(answers: list[Callable[[], None]]) -> None:
    for answer in answers:
        answer()


async def serve(path: str) -> None:
    """Listen on a free port until the input ends."""
    jobs: SimpleQueue[Job] = SimpleQueue()
    loop = asyncio.get_running_loop()
    Thread(target=write_for_ever, args=(path, jobs, loop), daemon=True).start()
    server = await loop.create_server(lambda: Taker(jobs), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
