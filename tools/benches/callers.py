"""Sixteen callers on sixteen connections, each sending its next request when the last is answered.

They are written for speed and believe what they are told, so that the server is what is measured.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import uvloop

CALLERS = 16
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
Ends = Callable[[bytes], bool]


class Caller(asyncio.Protocol):
    """Sends requests in order over one connection; `done` is set after the last answer."""

    def __init__(self, requests: Sequence[bytes], ends: Ends) -> None:
        """Prepare to send; `ends` tells whether an answer is whole, and refuses a bad one."""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = iter(requests)
        self._ends = ends
        self._answer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # uvloop's transports are no subclass, though they do the same.
        self._transport = cast("asyncio.Transport", transport)
        self._send_next(self._transport)

    def data_received(self, data: bytes) -> None:
        """Send the next request after a whole answer."""
        self._answer += data
        try:
            if self._transport is not None and self._ends(self._answer):
                self._answer = b""
                self._send_next(self._transport)
        except RuntimeError as error:
            self.done.set_exception(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail if an answer is still due."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _send_next(self, transport: asyncio.Transport) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            transport.close()
        else:
            transport.write(request)


def call(port: int, requests: Sequence[Sequence[bytes]], ends: Ends) -> None:
    """Let one caller for each list of requests work through it, all at once."""
    uvloop.run(deposit_all(port, requests, ends))


async def deposit_all(port: int, requests: Sequence[Sequence[bytes]], ends: Ends) -> None:
    """Do the same in a loop that runs already."""
    loop = asyncio.get_running_loop()
    callers = []
    for own in requests:
        _, caller = await loop.create_connection(partial(Caller, own, ends), "127.0.0.1", port)
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))


def ends_http(answer: bytes) -> bool:
    """Tell whether an HTTP answer is whole; refuse all but a good one."""
    head, found, body = answer.partition(HEAD_END)
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(f"the relay answered {head[:12].decode()}")
    length = head.lower().partition(LENGTH)[2].split(b"\r\n")[0]
    return len(body) >= int(length or 0)


def ends_frame(answer: bytes) -> bool:
    """Tell whether the one byte is there."""
    return bool(answer)
