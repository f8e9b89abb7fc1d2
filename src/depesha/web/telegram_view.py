"""A telegram as a page shows it: its heading, its points, and all that was done to it.

Words stay as they were written; what is read off them here is only where to put them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from depesha.base import instant_to_text
from depesha.station import CitedTelegram, Record, SealedCopy, TelegramView
from depesha.web.register_view import leaf_of

_LABEL = re.compile(r"([1-9][0-9]{0,3}\.(?: \[sic\])?) (\S.*)", re.ASCII | re.DOTALL)
_LABELS = {
    "action": "To, for action",
    "info": "To, for information",
    "convey": "Conveyance",
    "released": "Released",
}
# These stand elsewhere on the page: in its title, below the text, or in a section of their own.
_PLACED = frozenset({
    "number", "year", "classification", "caveat", "signature",
    "in-reply-to", "cites", "corrects", "cancels", "supersedes",
    "copies", "copy", "enclosure",
})  # fmt: skip
_INSTANTS = frozenset({"written", "released"})
_RELATIONS = {
    "reply": "In reply to",
    "cites": "Cites",
    "corrects": "Corrects",
    "cancels": "Cancels",
    "supersedes": "Supersedes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of the heading: the name it has in the minute, the words shown, the text."""

    name: str
    label: str
    text: str

    @property
    def is_instant(self) -> bool:
        """Whether the text is an instant that may be written out in words."""
        return self.name in _INSTANTS


@dataclass(frozen=True, slots=True, kw_only=True)
class PointText:
    """One point: the label it bears as printed, or nothing, and its text."""

    label: str
    text: str

    @classmethod
    def of(cls, paragraph: str) -> Self:
        """Part the label from the text."""
        match = _LABEL.fullmatch(paragraph)
        label, text = (match[1], match[2]) if match else ("", paragraph)
        return cls(label=label, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """One sealed object on one channel: its serial, and the pad page that sealed it.

    `page_burnt` speaks of a received copy, `acknowledged` of a sent one; else they are None.
    """

    serial: int
    series: int
    book: str
    page: int
    page_burnt: bool | None
    acknowledged: bool | None
    repeat: int
    is_period_key: bool
    correspondent: str

    @classmethod
    def of(cls, copy: SealedCopy) -> Self:
        """Show what of a sealed copy concerns a reader; the cover stays in the store."""
        is_received = copy.direction.value == "received"
        return cls(
            serial=copy.serial,
            series=copy.series,
            book=copy.book,
            page=copy.page,
            page_burnt=copy.page_burnt if is_received else None,
            acknowledged=None if is_received else copy.acknowledged,
            repeat=copy.repeat,
            is_period_key=copy.is_period_key,
            correspondent=copy.station,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """One numbered copy: who holds it by the distribution list, and how it travelled."""

    number: int
    holder: str | None
    transmissions: tuple[Transmission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StampRow:
    """What was done, by whom, when."""

    kind: str
    actor: str
    at: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One of the six facts about a telegram; without a time it is not known to have happened."""

    kind: str
    actor: str | None
    at: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """By when an addressee is to deal with the telegram."""

    station: str
    precedence: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationRow:
    """A telegram that this one names, and the records here that it was found to mean."""

    relation: str
    number: str
    status: str
    records: tuple[str, ...]

    @classmethod
    def of(cls, cited: CitedTelegram) -> Self:
        """Show one citation."""
        return cls(
            relation=_RELATIONS.get(cited.kind, cited.kind),
            number=cited.cites,
            status=cited.status,
            records=cited.resolved_to,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody whom the record names, and who an editor says it was."""

    role: str
    name: str
    identification: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionView:
    """What the archivist says of the telegram; the holdings as they were written."""

    title: str
    date: str | None
    languages: tuple[str, ...]
    summary: str | None
    identified: tuple[Party, ...]
    holdings: tuple[str, ...]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Show the description of a record."""
        return cls(
            title=record.title.shown,
            date=record.date.verbatim,
            languages=record.languages,
            summary=record.abstract,
            identified=tuple(
                Party(role=one.role.value, name=one.name, identification=one.identification)
                for one in record.parties
                if one.identification is not None
            ),
            holdings=tuple(one.verbatim for one in record.holdings),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSheet:
    """One telegram, laid out."""

    record_id: str
    number: str
    year: int
    originator: str
    direction: str
    state: str
    mode: str
    marks: tuple[str, ...]
    register_index: int
    register_leaf: int
    minute_digest: str
    markings: tuple[str, ...]
    heading: tuple[Field, ...]
    points: tuple[PointText, ...]
    signature: str | None
    copies_stated: str | None
    copies: tuple[CopyRow, ...]
    due: tuple[DueRow, ...]
    facts: tuple[FactRow, ...]
    stamps: tuple[StampRow, ...]
    citations: tuple[CitationRow, ...]
    enclosures: tuple[str, ...]
    description: DescriptionView

    @classmethod
    def of(cls, view: TelegramView) -> Self:
        """Lay out what the station knows of one telegram."""
        line = view.line
        return cls(
            record_id=line.record_id,
            number=line.number,
            year=line.year,
            originator=line.originator,
            direction=line.direction,
            state=line.state,
            mode=view.mode,
            marks=line.marks,
            register_index=line.register_index,
            register_leaf=leaf_of(line.register_index),
            minute_digest=view.minute_digest,
            markings=_all(view, "classification") + _all(view, "caveat"),
            heading=tuple(_fields(view)),
            points=tuple(PointText.of(point) for point in view.points),
            signature=_one(view, "signature"),
            copies_stated=_one(view, "copies"),
            copies=_copies(view),
            due=tuple(
                DueRow(station=one.station, precedence=one.precedence, at=instant_to_text(one.at))
                for one in view.due
            ),
            facts=tuple(
                FactRow(kind=one.kind, actor=one.by, at=one.at, note=one.note) for one in view.facts
            ),
            stamps=tuple(
                StampRow(kind=one.kind, actor=one.actor, at=one.at, note=one.note)
                for one in view.stamps
            ),
            citations=tuple(CitationRow.of(one) for one in view.citations),
            enclosures=view.enclosures,
            description=DescriptionView.of(view.record),
        )


def _fields(view: TelegramView) -> Iterator[Field]:
    for name, text in view.heading:
        if name not in _PLACED:
            yield Field(name=name, label=_LABELS.get(name, name.capitalize()), text=text)


def _all(view: TelegramView, name: str) -> tuple[str, ...]:
    return tuple(text for field, text in view.heading if field == name)


def _one(view: TelegramView, name: str) -> str | None:
    return next(iter(_all(view, name)), None)


def _copies(view: TelegramView) -> tuple[CopyRow, ...]:
    """Join the distribution list with what was sealed or opened under each number."""
    holders: dict[int, str | None] = {
        int(number): holder
        for number, _, holder in (text.partition(" ") for text in _all(view, "copy"))
    }
    numbers = sorted(holders.keys() | {copy.copy_number for copy in view.copies})
    return tuple(
        CopyRow(
            number=number,
            holder=holders.get(number),
            transmissions=tuple(
                Transmission.of(copy) for copy in view.copies if copy.copy_number == number
            ),
        )
        for number in numbers
    )
