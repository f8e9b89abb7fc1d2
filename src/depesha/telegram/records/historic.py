"""What a historic record states about itself: each value beside its words and place.

None means that the text does not say, or does not say it clearly enough to be sure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Protocol, TypeVar

from depesha.telegram.details import Form
from depesha.telegram.records.facts import (
    Publication,
    RecordCopies,
    RecordNumber,
    RecordParty,
    RecordPoint,
    RecordReference,
    RecordStamp,
)
from depesha.telegram.records.holdings import Holding
from depesha.telegram.records.stated import IndexValue, Place, Stated


class _Fact(Protocol):
    def to_index(self) -> IndexValue: ...


_FactT = TypeVar("_FactT", bound=_Fact)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of an explanation: which field was read from which words, and where."""

    field: str
    verbatim: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricRecord:
    """A historic record as read: what the front matter says, and what the body says.

    Numbers, parties and the rest are in the order in which the text gives them.
    """

    title: Stated[str] | None = None
    date: Stated[str] | None = None
    kind: Stated[str] | None = None
    numbers: tuple[Stated[RecordNumber], ...] = ()
    sender: Stated[RecordParty] | None = None
    recipients: tuple[Stated[RecordParty], ...] = ()
    via: Stated[str] | None = None
    final_addressee: Stated[str] | None = None
    place_from: Stated[str] | None = None
    place_to: Stated[str] | None = None
    stamps: tuple[Stated[RecordStamp], ...] = ()
    classification: tuple[Stated[str], ...] = ()
    handling: tuple[Stated[str], ...] = ()
    copies: Stated[RecordCopies] | None = None
    references: tuple[Stated[RecordReference], ...] = ()
    holdings: tuple[Stated[Holding], ...] = ()
    published: Stated[Publication] | None = None
    original_language: Stated[str] | None = None
    translator: Stated[str] | None = None
    summary: Stated[str] | None = None
    url: Stated[str] | None = None
    record_id: Stated[str] | None = None
    point_count: Stated[int] | None = None
    office: Stated[str] | None = None
    addressee_line: Stated[str] | None = None
    instruction: Stated[str] | None = None
    form: Stated[Form] | None = None
    points: tuple[Stated[RecordPoint], ...] = ()
    signature: Stated[str] | None = None
    closing_date: Stated[str] | None = None

    def to_index(self) -> dict[str, IndexValue]:
        """Return the record under the names and in the shapes of a record index, fit for JSON.

        What the text does not say is None; so are holdings unless all of them were understood.
        """
        return {
            "url": _plain(self.url),
            "record_id": _plain(self.record_id),
            "title": _plain(self.title),
            "date": _plain(self.date),
            "kind": _plain(self.kind),
            "numbers": _facts(self.numbers),
            "sender": _fact(self.sender),
            "recipients": _facts(self.recipients),
            "via": _plain(self.via),
            "final_addressee": _plain(self.final_addressee),
            "place_from": _plain(self.place_from),
            "place_to": _plain(self.place_to),
            "stamps": _facts(self.stamps),
            "classification": [words.value for words in self.classification] or None,
            "handling": [words.value for words in self.handling] or None,
            "copies": _fact(self.copies),
            "references": _facts(self.references),
            "holdings": _facts(self.holdings),
            "published": _fact(self.published),
            "original_language": _plain(self.original_language),
            "translator": _plain(self.translator),
            "summary": _plain(self.summary),
            "number_of_numbered_points": _plain(self.point_count),
        }

    def explain(self) -> tuple[Explanation, ...]:
        """Return what every value was read from, in the order of the text."""
        lines = [
            Explanation(field.name, stated.verbatim, stated.place)
            for field in fields(self)
            for stated in _each(getattr(self, field.name))
        ]
        return tuple(sorted(lines, key=lambda line: line.place))


def _plain(stated: Stated[str] | Stated[int] | None) -> IndexValue:
    return None if stated is None else stated.value


def _fact(stated: Stated[_FactT] | None) -> IndexValue:
    return None if stated is None else stated.value.to_index()


def _facts(stated: Iterable[Stated[_FactT]]) -> list[IndexValue] | None:
    values = [each.value.to_index() for each in stated]
    return values if values and None not in values else None


def _each(value: object) -> Iterator[Stated[object]]:
    if isinstance(value, Stated):
        yield value
    elif isinstance(value, tuple):
        yield from value
