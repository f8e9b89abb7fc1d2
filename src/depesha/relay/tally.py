"""What the relay counts, and how Prometheus reads it; no name of a mailbox is in it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much lies in the relay now."""

    mailboxes: int
    objects: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts calls by what was asked and how it ended (an error code, or `ok`)."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, call: str, outcome: str) -> None:
        """Count one call."""
        self.calls[call, outcome] += 1

    def to_text(self, holdings: Holdings) -> str:
        """Write the Prometheus text format, version 0.0.4."""
        lines = [
            "# HELP depesha_relay_calls_total Calls answered, by kind and outcome.",
            "# TYPE depesha_relay_calls_total counter",
            *(
                f'depesha_relay_calls_total{{call="{call}",outcome="{outcome}"}} {count}'
                for (call, outcome), count in sorted(self.calls.items())
            ),
            *_gauge("mailboxes", "Mailboxes open now.", holdings.mailboxes),
            *_gauge("objects", "Objects that wait now.", holdings.objects),
            *_gauge("object_bytes", "Size of the objects that wait now.", holdings.size_bytes),
        ]
        return "\n".join(lines) + "\n"


def _gauge(name: str, words: str, value: int) -> tuple[str, str, str]:
    full = f"depesha_relay_{name}"
    return f"# HELP {full} {words}", f"# TYPE {full} gauge", f"{full} {value}"
