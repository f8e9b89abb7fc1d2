"""The time of a call, with a clock of the test."""

import ssl

import httpcore
import pytest

from depesha.channel.adapters.patience import BYTES_PER_SECOND, Call, TimedStream, Watch


class Line(httpcore.NetworkStream):
    """A connection that gives all that is asked for, and takes all."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []
        self.written = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        return bytes(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.timeouts.append(timeout)
        self.written += buffer

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self.timeouts.append(timeout)
        return self

    def get_extra_info(self, info: str) -> str:
        return info

    def close(self) -> None:
        self.timeouts.clear()


class World:
    """A clock that stands still until the test moves it, and one connection."""

    def __init__(self, *, seconds: float = 10, most_bytes: int = 0) -> None:
        self.now = 100.0
        self.line = Line()
        self.watch = Watch(lambda: self.now, Call())
        self.watch.begin(seconds, most_bytes)
        self.stream = TimedStream(self.line, self.watch)


def test_no_act_takes_longer_than_is_left_of_its_call() -> None:
    """The limit of one act shrinks to what is left, and then the call is over."""
    world = World(seconds=10)
    for passed, expected in ((0.0, 8.0), (4.0, 6.0), (3.0, 3.0)):
        world.now += passed
        world.stream.read(1, 8.0)
        assert world.line.timeouts[-1] == expected
    world.stream.read(1, None)
    assert world.line.timeouts[-1] == 3.0
    world.now += 3
    for act in (lambda: world.stream.read(1, 8.0), lambda: world.stream.write(b"x", 8.0)):
        with pytest.raises(httpcore.ReadTimeout):
            act()


def test_time_is_earned_by_bytes_up_to_the_most_of_a_call() -> None:
    """A large object may take longer; one without end may not."""
    world = World(seconds=10, most_bytes=3 * BYTES_PER_SECOND)
    world.stream.read(2 * BYTES_PER_SECOND, None)
    world.stream.write(bytes(BYTES_PER_SECOND), None)
    for _ in range(50):
        world.stream.read(BYTES_PER_SECOND, None)
    assert world.line.timeouts[-1] == 13.0


def test_a_large_body_is_written_in_pieces() -> None:
    """What is written is the whole, and time is looked at on the way."""
    world = World(most_bytes=1 << 20)
    body = bytes(range(256)) * 1024
    world.stream.write(body, 5.0)
    assert world.line.written == body
    assert len(world.line.timeouts) == 4


def test_a_new_call_has_its_own_time() -> None:
    """A connection that is used again does not remember the call before."""
    world = World(seconds=10)
    world.now += 60
    world.watch.begin(10, 0)
    world.stream.read(1, None)
    assert world.line.timeouts == [10.0]
    world.stream.close()
    assert world.line.timeouts == []


def test_a_connection_under_tls_is_limited_too() -> None:
    """The handshake takes from the time of the call, and so does all that follows."""
    world = World(seconds=10)
    under = world.stream.start_tls(ssl_context=ssl.create_default_context(), timeout=20.0)
    world.now += 4
    under.read(1, 20.0)
    assert world.line.timeouts == [10.0, 6.0]
    assert under.get_extra_info("socket") == "socket"


def test_outside_of_a_call_nothing_is_done() -> None:
    """A thread that makes no call of its own has no time; that is a mistake of the program."""
    watch = Watch(lambda: 0.0, Call())
    watch.earn(1)
    with pytest.raises(RuntimeError, match="outside of a call"):
        TimedStream(Line(), watch).read(1, None)
