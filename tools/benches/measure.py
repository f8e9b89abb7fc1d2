"""Measuring contenders beside one another: in turns, over several rounds, as ratios.

Everything here is in calls of a function; what a call does, and whether that is fair, each bench
says for itself.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One contender: a function that does `units` pieces of work at each call.

    `work` is None where the machine lacks the program. `prepare` is called before each call and
    not timed. A side with a `percentile` is judged by its slow calls: by the time that so many of
    a hundred calls did not exceed.
    """

    name: str
    work: Callable[[], object] | None
    prepare: Callable[[], None] | None = None
    units: int = 1
    percentile: int | None = None


@dataclass(slots=True)
class Supply(Generic[T]):
    """What calls use up, made ahead of them: `refill` is a side's `prepare`."""

    make: Callable[[], T]
    _waiting: list[T] = field(default_factory=list)

    def refill(self) -> None:
        """Make what the next call takes."""
        self._waiting.append(self.make())

    def take(self) -> T:
        """Hand it over."""
        return self._waiting.pop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A bound in place of a contender: at most so long for a piece of work."""

    name: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who we are measured beside, and the ratio that we want to reach; None where none is set."""

    side: Side | Limit
    reach: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One kind of work, ours and the peers'."""

    title: str
    ours: Side
    peers: tuple[Peer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long to measure: rounds, seconds for each side in a round, and the size of samples."""

    rounds: int
    seconds: float
    records: int
    objects: int


FULL = Effort(rounds=7, seconds=0.6, records=20_000, objects=100)
QUICK = Effort(rounds=3, seconds=0.15, records=2_000, objects=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Our rate as a multiple of one peer's; above 1 we are faster. None: the peer is not here.

    `ratio` is the median of the rounds' ratios, `low` and `high` are the least and the greatest.
    Rates are pieces of work a second, in the median.
    """

    title: str
    peer: str
    reach: float | None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    our_rate: float | None = None
    peer_rate: float | None = None

    @property
    def verdict(self) -> str:
        """Say in a word whether the ratio was reached."""
        if self.ratio is None:
            return "not installed"
        if self.reach is None:
            return ""
        return "reached" if self.ratio >= self.reach else "missed"


def measure(bench: Bench, effort: Effort) -> list[Result]:
    """Let all sides work in turns, and compare ours with each peer round by round."""
    sides = [bench.ours, *(peer.side for peer in bench.peers)]
    present = [side for side in sides if isinstance(side, Side) and side.work is not None]
    for side in present:
        _durations(side, seconds=0)
    rates: dict[str, list[float]] = {side.name: [] for side in present}
    for number in range(effort.rounds):
        # Whoever came first in a round comes last in the next, so that a drift harms nobody.
        for side in present if number % 2 == 0 else reversed(present):
            rates[side.name].append(_rate(side, effort.seconds))
    ours = rates[bench.ours.name]
    for peer in bench.peers:
        if isinstance(peer.side, Limit):
            rates[peer.side.name] = list(repeat(1000 / peer.side.milliseconds, effort.rounds))
    return [_compare(bench.title, peer, ours, rates.get(peer.side.name)) for peer in bench.peers]


def _rate(side: Side, seconds: float) -> float:
    durations = _durations(side, seconds=seconds)
    if side.percentile is None:
        return side.units * len(durations) / sum(durations)
    ordered = sorted(durations)
    return 1 / ordered[min(len(ordered) - 1, len(ordered) * side.percentile // 100)]


def _durations(side: Side, *, seconds: float) -> list[float]:
    """Call a side until the time is over, at least once."""
    if side.work is None:
        return []
    durations: list[float] = []
    spent = 0.0
    while not durations or spent < seconds:
        if side.prepare is not None:
            side.prepare()
        begin = time.perf_counter()
        side.work()
        durations.append(time.perf_counter() - begin)
        spent += durations[-1]
    return durations


def _compare(title: str, peer: Peer, ours: list[float], theirs: list[float] | None) -> Result:
    if theirs is None:
        return Result(title=title, peer=peer.side.name, reach=peer.reach)
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    return Result(
        title=title,
        peer=peer.side.name,
        reach=peer.reach,
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
        our_rate=statistics.median(ours),
        peer_rate=statistics.median(theirs),
    )
