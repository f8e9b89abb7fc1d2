"""What is owed on a channel: facts to be told, gaps to be asked about, repeats asked of us.

All of it is bookkeeping that survives a crash; deciding when something is due is the station's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from depesha.base import SeriesSerials
from depesha.channel.service import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedFact:
    """A fact about a telegram that came in, to be told to its sender by `due`.

    `carried` names the last cover that told it, by series and serial.
    """

    channel: str
    fact: Fact
    due: datetime
    carried: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A serial that is missing: since when, when it is asked for (again), how often it was."""

    channel: str
    series: int
    serial: int
    seen_at: datetime
    due: datetime
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatAsked:
    """A serial of ours that the correspondent asked to have again."""

    channel: str
    series: int
    serial: int
    asked_at: datetime


class DueStore(Protocol):
    """All three, inside the caller's transaction."""

    def owe(self, owed: OwedFact) -> None:
        """Keep a fact to be told; the same fact again changes nothing."""

    def owed(self, channel: str) -> Sequence[OwedFact]:
        """Return the facts about telegrams of a channel that are still to be told, oldest first."""

    def told(self, owed: Sequence[OwedFact], series: int, serial: int, *, due: datetime) -> None:
        """Note the cover that tells these facts, and when they are told again if it is lost."""

    def settle(self, channel: str, have: SeriesSerials) -> None:
        """Forget the facts that these covers told: they arrived."""

    def miss(self, gap: Gap) -> None:
        """Keep a gap; one that is known already stays as it is."""

    def gaps(self, channel: str) -> Sequence[Gap]:
        """Return the gaps of a channel by series and serial."""

    def asked(self, gap: Gap, due: datetime) -> None:
        """Note that a gap was asked about, and when it will be again."""

    def close_gap(self, channel: str, series: int, serial: int) -> None:
        """Forget a gap: it was filled or voided. Safe to repeat."""

    def ask(self, repeat: RepeatAsked) -> None:
        """Keep what the correspondent asked for; the same serial again changes nothing."""

    def repeats(self, channel: str) -> Sequence[RepeatAsked]:
        """Return what it asked for and has not been given, by series and serial."""

    def answered(self, repeat: RepeatAsked) -> None:
        """Forget a request: it was sealed again, or voided."""
