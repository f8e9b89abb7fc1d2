"""What a run counts, and what it finds broken."""

from collections import Counter
from dataclasses import dataclass, field

from tools.laboratory.faults import Fault


@dataclass(kw_only=True)
class Tally:
    """The running account; `command` is what runs it all again."""

    command: str
    telegrams: int = 0
    copies: int = 0
    delivered: int = 0
    named_missing: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    # Which refusals the work met on its way, by code: none of them is wrong by itself.
    refusals: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def inject(self, fault: Fault) -> None:
        """Count one misfortune."""
        self.faults[fault] += 1

    def break_(self, sentence: str) -> None:
        """Keep one broken invariant, once, with how to see it again."""
        line = f"{sentence} [{self.command}]"
        if line not in self.broken:
            self.broken.append(line)

    def to_json(self, seconds: float) -> dict[str, object]:
        """Return everything as one JSON object."""
        return {
            "telegrams": self.telegrams,
            "copies": self.copies,
            "delivered": self.delivered,
            "named_missing": self.named_missing,
            "faults": {fault.value: self.faults[fault] for fault in Fault if self.faults[fault]},
            **{name: self.counts[name] for name in COUNTED},
            "refusals": dict(sorted(self.refusals.items())),
            "seconds": round(seconds, 1),
            "broken": self.broken,
        }


COUNTED = (
    "rounds",
    "quiet_rounds",
    "syncs",
    "crashes",
    "restores",
    "repeats",
    "recaps",
    "services",
    "voids",
    "cancels",
    "unsigned",
    "replies",
    "conveyed",
    "books",
    "quarantined",
    "period_key",
    "opened_twice",
    "signed_texts_searched",
    "objects_tried",
)
