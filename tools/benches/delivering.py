"""One fetcher beside the sixteen depositors: it lists, fetches many in a call, and confirms them.

It works as the client does, and believes as little: what it is given is counted object by object.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop
from tools.benches.callers import HEAD_END, LENGTH, Ends, deposit_all

from depesha.channel import BUNDLE_LIMIT

_WAIT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where the fetcher calls, and by which right."""

    port: int
    path: str
    right: str


@dataclass(frozen=True, slots=True)
class Fetcher:
    """One connection, one call after the other."""

    mailbox: Mailbox
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def deliver(self, count: int) -> None:
        """Take so many objects over, each fetched and then struck out."""
        after = taken = 0
        while taken < count:
            query = f"objects?after={after}&limit={BUNDLE_LIMIT}&wait={_WAIT_SECONDS}"
            rows = json.loads(await self._ask("GET", query))["objects"]
            if not rows:
                raise RuntimeError("the relay lost an object")
            ids = [row["id"] for row in rows]
            body = await self._ask("POST", "fetches", ids)
            if len(body) != sum(4 + row["size"] for row in rows):
                raise RuntimeError("the relay gave something else than it listed")
            await self._ask("POST", "confirmations", ids)
            after = rows[-1]["arrival"]
            taken += len(rows)

    async def _ask(self, method: str, below: str, ids: Sequence[str] = ()) -> bytes:
        body = json.dumps({"ids": ids}).encode() if ids else b""
        head = (
            f"{method} {self.mailbox.path}/{below} HTTP/1.1\r\nHost: relay\r\n"
            f"Authorization: Bearer {self.mailbox.right}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(HEAD_END)
        if not answer.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"the relay answered {answer[:12].decode()}")
        length = answer.lower().partition(LENGTH)[2].split(b"\r\n")[0]
        return await self.reader.readexactly(int(length or 0))


def call_and_deliver(mailbox: Mailbox, requests: Sequence[Sequence[bytes]], ends: Ends) -> None:
    """Let the depositors work through their requests while one fetcher takes all of it over."""
    uvloop.run(_call_and_deliver(mailbox, requests, ends))


async def _call_and_deliver(
    mailbox: Mailbox, requests: Sequence[Sequence[bytes]], ends: Ends
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port, limit=1 << 24)
    fetcher = Fetcher(mailbox, reader, writer)
    count = sum(len(own) for own in requests)
    await asyncio.gather(deposit_all(mailbox.port, requests, ends), fetcher.deliver(count))
    writer.close()
    await writer.wait_closed()
