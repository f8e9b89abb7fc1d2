"""The receipt: what became of telegrams, for the station that sent them (PROTOCOL section 7).

Each fact stands by itself, with who saw to it and when; none is implied by another. A receipt names
serials and never a digest, so a signed cover that carries it says nothing about an unsigned
telegram that could be shown to others (PROTOCOL section 15, no. 7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from depesha.base import instant_from_text, instant_to_text, require_utc
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import FieldReader, decimal, short_id, write_fields
from depesha.channel.service.lines import (
    RECEIPT_LABEL,
    begin,
    require_named,
    require_size,
    require_words,
)
from depesha.channel.service.numbers import (
    require_number,
    require_rising,
    require_year,
    year,
    year_text,
)

FACT_LIMIT = 256
ACTOR_LIMIT = 200
# In Base64 it still leaves most of a cover, which has 256 KiB, to what else rides along.
RECEIPT_LIMIT_BYTES = 64 * 1024
_PARTS = 5


class FactKind(StrEnum):
    """What can become of a telegram after the relay; in the order in which it happens."""

    RECEIVED = "received"
    """It was opened by the station, and filed."""
    OPENED = "opened"
    """A clerk opened it."""
    HANDED = "handed"
    """The addressee in the house was given it."""
    CONVEYED = "conveyed"
    """The final addressee, who is not on the system, was told; never said automatically."""


_ORDER = {kind: place for place, kind in enumerate(FactKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened to the telegram of one serial: who saw to it, and when."""

    series: int
    serial: int
    kind: FactKind
    actor: str
    at: datetime

    def __post_init__(self) -> None:
        require_year(self.series)
        require_number(self.serial)
        require_words(self.actor, what="the actor of a fact", limit=ACTOR_LIMIT)
        require_utc(self.at)

    @property
    def key(self) -> tuple[int, int, int]:
        """Where the fact stands in a receipt; two facts of one key would contradict each other."""
        return self.series, self.serial, _ORDER[self.kind]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `2031 17 opened 2031-03-02T07:10Z second clerk`.

        Raises:
            ServiceFormatError: A value breaks a rule.
            ValueError: The text has another shape.
        """
        series, serial, kind, at, actor = text.split(" ", _PARTS - 1)
        return cls(
            series=year(series),
            serial=decimal(serial),
            kind=FactKind(kind),
            at=instant_from_text(at),
            actor=actor,
        )

    def to_text(self) -> str:
        """Write the one text form."""
        at = instant_to_text(self.at)
        return f"{year_text(self.series)} {self.serial} {self.kind.value} {at} {self.actor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Facts about telegrams that came on one channel, for the station they came from.

    `channel` is the one on which the telegrams came. The facts stand in the order of their series,
    serials and kinds, each once.
    """

    channel: str
    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        require_named(self.channel, what="the channel")
        if not 1 <= len(self.facts) <= FACT_LIMIT:
            raise ServiceFormatError(f"a receipt has from 1 to {FACT_LIMIT} facts")
        require_rising([fact.key for fact in self.facts], what="facts")
        require_size(self.to_text(), limit_bytes=RECEIPT_LIMIT_BYTES)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; what carried it authenticates it.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, RECEIPT_LABEL)
        return cls(channel=fields.value("channel", short_id), facts=tuple(_facts(fields)))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        facts = (("fact", fact.to_text()) for fact in self.facts)
        return write_fields(RECEIPT_LABEL, [("channel", self.channel), *facts])


def _facts(fields: FieldReader) -> Iterator[Fact]:
    while fields.has("fact"):
        yield fields.value("fact", Fact.from_text)
    fields.last(None)
