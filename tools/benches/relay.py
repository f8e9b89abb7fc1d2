"""A relay beside what Python can do at most: 2 KB objects from 16 depositors, each durable.

The relay runs as it is run, a process of its own with its SQLite store; only the limit of calls
for each capability is off. The peer is `flushing`: TCP and `fdatasync` and nothing else. Both are
called by the same callers from this process, so on two cores each side has one.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

from tools.benches import flushing
from tools.benches.callers import CALLERS, call, ends_frame, ends_http
from tools.benches.delivering import Mailbox, call_and_deliver
from tools.benches.measure import Bench, Effort, Peer, Side, Supply

from depesha.channel import Capability, MailboxKeys, Quota
from depesha.channel.adapters.http import HttpRelay
from depesha.relay import wiring

OBJECT_BYTES = 2048
LIMIT = "TCP and fdatasync in Python"
ROOM = Quota(objects=1_000_000, size_bytes=1 << 38)
_NUMBERS = count()
REPOSITORY = Path(__file__).resolve().parents[2]


@contextmanager
def benches(folder: Path, effort: Effort) -> Iterator[tuple[Bench, ...]]:
    """Take objects, each on the disk before it is answered; then deliver them as well.

    To deliver is to give an object out and to strike it out durably. A client does that for many
    objects in a call, while the depositors go on; one that knows the protocol's first table only
    makes three calls for each.
    """
    with _relay(folder) as (filling, emptied), _flushing(folder) as port:
        yield (
            Bench(
                title="relay: 2 KB objects taken durably, 16 depositors",
                ours=_side(filling, effort, lambda own, body: [_post(own, body)]),
                peers=(Peer(side=_limit(port, effort)),),
            ),
            Bench(
                title="relay: the same, delivered too, as our client does it",
                ours=_delivering(emptied, effort),
                peers=(Peer(side=_limit(port, effort), reach=0.4),),
            ),
            Bench(
                title="relay: the same, three calls for each object",
                ours=_side(emptied, effort, _whole_way),
                peers=(Peer(side=_limit(port, effort)),),
            ),
        )


class Access:
    """A running relay's port, and the rights over one mailbox in it."""

    def __init__(self, port: int, keys: MailboxKeys) -> None:
        """Write down what every request repeats."""
        self.port = port
        self.root = f"/v1/mailboxes/{keys.name}"
        self.path = f"{self.root}/objects"
        self.deposit = keys.to_deposit.to_text()
        self.fetch = keys.to_fetch.to_text()


def _whole_way(access: Access, body: bytes) -> list[bytes]:
    path = f"{access.path}/{sha256(body).hexdigest()}"
    rest = [_request(method, path, access.fetch) for method in ("GET", "DELETE")]
    return [_post(access, body), *rest]


def _post(access: Access, body: bytes) -> bytes:
    return _request("POST", access.path, access.deposit, body)


def _request(method: str, path: str, right: str, body: bytes = b"") -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer {right}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _side(access: Access, effort: Effort, requests: Callable[[Access, bytes], list[bytes]]) -> Side:
    def make() -> list[list[bytes]]:
        return [
            [request for _ in range(effort.objects) for request in requests(access, next(bodies))]
            for _ in range(CALLERS)
        ]

    bodies, supply = _bodies(), Supply(make)
    return Side(
        name="Depesha",
        prepare=supply.refill,
        work=lambda: call(access.port, supply.take(), ends_http),
        units=CALLERS * effort.objects,
    )


def _delivering(access: Access, effort: Effort) -> Side:
    def make() -> list[list[bytes]]:
        return [
            [_post(access, next(bodies)) for _ in range(effort.objects)] for _ in range(CALLERS)
        ]

    bodies, supply = _bodies(), Supply(make)
    mailbox = Mailbox(access.port, access.root, access.fetch)
    return Side(
        name="Depesha",
        prepare=supply.refill,
        work=lambda: call_and_deliver(mailbox, supply.take(), ends_http),
        units=CALLERS * effort.objects,
    )


def _limit(port: int, effort: Effort) -> Side:
    length = OBJECT_BYTES.to_bytes(flushing.LENGTH_BYTES)

    def make() -> list[list[bytes]]:
        return [[length + next(bodies) for _ in range(effort.objects)] for _ in range(CALLERS)]

    bodies, supply = _bodies(), Supply(make)
    return Side(
        name=LIMIT,
        prepare=supply.refill,
        work=lambda: call(port, supply.take(), ends_frame),
        units=CALLERS * effort.objects,
    )


def _bodies() -> Iterator[bytes]:
    """Yield objects that were never seen before; to a relay any bytes are sealed bytes."""
    for number in _NUMBERS:
        yield number.to_bytes(8) * (OBJECT_BYTES // 8)


@contextmanager
def _relay(folder: Path) -> Iterator[tuple[Access, Access]]:
    data = folder / "relay"
    token = Capability.from_text(wiring.admit(data))
    command = ["-m", "depesha.relay", "serve", "--data", str(data), "--port", "0"]
    with _process([*command, "--calls-per-minute", "0"]) as first_line:
        address = json.loads(first_line)["listening"]
        port = int(address.rpartition(":")[2])
        both = [MailboxKeys.generate() for _ in range(2)]
        with closing(_Connected(address, token)) as client:
            for keys in both:
                client.relay.open(keys.name, keys.terms(ROOM))
        yield Access(port, both[0]), Access(port, both[1])


class _Connected:
    """A client that `closing` can close."""

    def __init__(self, address: str, token: Capability) -> None:
        """Prepare to call the relay."""
        self.relay = HttpRelay(address, admission=token)

    def close(self) -> None:
        """Give up the connection."""
        self.relay.disconnect()


@contextmanager
def _flushing(folder: Path) -> Iterator[int]:
    with _process([str(Path(flushing.__file__)), str(folder / "flushed")]) as first_line:
        yield int(first_line)


@contextmanager
def _process(arguments: list[str]) -> Iterator[str]:
    """Run Python with these arguments; give the first line it prints; end it afterwards."""
    command = [sys.executable, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=REPOSITORY) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("a pipe was asked for")
            yield process.stdout.readline()
        finally:
            process.terminate()
