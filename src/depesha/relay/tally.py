"""What the relay counts, and how Prometheus reads it; no name of a mailbox is in it.

Calls are counted in cells of one fixed table, so that several processes of one relay can each
count in a table of their own, and any of them tell the sum of all.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

CALLS = (
    "open",
    "deposit",
    "list",
    "fetch",
    "fetch_many",
    "confirm",
    "confirm_many",
    "close",
    "other",
)
OUTCOMES = (
    "ok",
    "channel.mailbox_format",
    "channel.mailbox_denied",
    "channel.admission_denied",
    "channel.object_unknown",
    "channel.mailbox_exists",
    "channel.object_too_large",
    "channel.relay_busy",
    "channel.mailbox_full",
    "relay.no_call",
    "relay.store",
    "relay",
)
CELLS = len(CALLS) * len(OUTCOMES)
_CELL_OF = {
    (call, outcome): place
    for place, (call, outcome) in enumerate((c, o) for c in CALLS for o in OUTCOMES)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much lies in the relay now; `next_expiry` is when the first object of all goes.

    How old the oldest object is, no relay knows: of time it keeps the blurred day of expiry only.
    """

    mailboxes: int
    objects: int
    size_bytes: int
    next_expiry: datetime | None = None


class Cells(Protocol):
    """A table of counts, in memory or in a file that several processes share."""

    def __getitem__(self, place: int, /) -> int:
        """Return one count."""

    def __setitem__(self, place: int, count: int, /) -> None:
        """Write one count."""


def _cells() -> "array[int]":
    return array("Q", bytes(8 * CELLS))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts calls by what was asked and how it ended (an error code, or `ok`).

    `own` is where this process counts; `others` are the tables of the other processes.
    """

    own: Cells = field(default_factory=_cells)
    others: Sequence[Cells] = ()

    def count(self, call: str, outcome: str) -> None:
        """Count one call; an outcome that has no cell counts as a failure of the relay."""
        place = _CELL_OF.get((call, outcome), _CELL_OF[call, "relay"])
        self.own[place] += 1

    def to_text(self, holdings: Holdings) -> str:
        """Write the Prometheus text format, version 0.0.4."""
        lines = [
            "# HELP depesha_relay_calls_total Calls answered, by kind and outcome.",
            "# TYPE depesha_relay_calls_total counter",
            *self._calls(),
            *_gauge("mailboxes", "Mailboxes open now.", holdings.mailboxes),
            *_gauge("objects", "Objects that wait now.", holdings.objects),
            *_gauge("object_bytes", "Size of the objects that wait now.", holdings.size_bytes),
        ]
        return "\n".join(lines) + "\n"

    def _calls(self) -> list[str]:
        tables = (self.own, *self.others)
        return [
            f'depesha_relay_calls_total{{call="{call}",outcome="{outcome}"}} {count}'
            for (call, outcome), place in sorted(_CELL_OF.items())
            if (count := sum(table[place] for table in tables))
        ]


def _gauge(name: str, words: str, value: int) -> tuple[str, str, str]:
    full = f"depesha_relay_{name}"
    return f"# HELP {full} {words}", f"# TYPE {full} gauge", f"{full} {value}"
