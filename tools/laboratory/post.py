"""One post of the laboratory: a real station in a folder, its people, clock and crashes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tools.laboratory.carrier import HostileRelay, Reach
from tools.laboratory.faults import Fault
from tools.laboratory.tally import Tally
from tools.laboratory.watching import Crash, Watch

from depesha.base import DepeshaError
from depesha.station import Actor, Station, open_station
from depesha.station.office import Office
from depesha.station.station import assemble
from tests.station.houses import CLERK, PASSPHRASE, RELEASER

T = TypeVar("T")
TICK = timedelta(seconds=1)


@dataclass
class Time:
    """The true time. It goes on a second whenever anybody looks, so that no two acts share one."""

    instant: datetime

    def pass_by(self, amount: timedelta) -> None:
        """Let time pass."""
        self.instant += amount


@dataclass
class PostClock:
    """The clock on the wall of one post, right or wrong by `offset`."""

    time: Time
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """Return what the clock shows."""
        self.time.pass_by(TICK)
        return self.time.instant + self.offset


@dataclass
class Post:
    """A station that may die at any act and is then opened again from its folder."""

    index: int
    name: str
    home: Path
    clock: PostClock
    relay: HostileRelay
    watch: Watch
    tally: Tally
    station: Station = field(init=False)
    clerk: Actor = field(init=False)
    releaser: Actor = field(init=False)
    # The code by which the last act was refused; empty where it was done, or ended in a crash.
    refused: str = ""
    backups: list[Path] = field(default_factory=list)
    offsets: set[timedelta] = field(default_factory=lambda: {timedelta()})

    def open(self) -> None:
        """Open the station from its folder, as after any start."""
        opened = open_station(
            self.home, PASSPHRASE, clock=self.clock, observe=lambda _: self.watch.fate.live()
        )
        reach = self.relay.reach(self.index, self.watch.fate.live)
        office = self.watch.over(opened.office)
        self.station = assemble(_reaching(office, reach), opened.close)
        self.clerk, self.releaser = self.station.actor(CLERK), self.station.actor(RELEASER)

    def act(self, do: Callable[[Station], T]) -> T | None:
        """Do one thing; None where it was refused, or where the process died over it."""
        self.refused = ""
        try:
            return do(self.station)
        except Crash:
            self.tally.counts["crashes"] += 1
            self.tally.inject(Fault.CRASH)
            self.station.close()
            self.open()
        except DepeshaError as error:
            self.refused = error.code
            self.tally.refusals[error.code] += 1
        return None

    def set_clock(self, offset: timedelta) -> None:
        """Set the clock right or wrong."""
        self.clock.offset = offset
        self.offsets.add(offset)


def _reaching(office: Office, reach: Reach) -> Office:
    return replace(office, relay=reach)
