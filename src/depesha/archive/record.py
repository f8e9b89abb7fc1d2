"""A record as it is kept: what it says of itself, verbatim beside normalised, and where it is.

The split follows RiC-CM: the record is the telegram as a thing of thought; each copy or file of
it is an instantiation. Nothing here is repaired: a claim that does not add up stays as claimed.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from depesha.archive.canonical import (
    require_identifier,
    require_written,
    require_written_line,
)
from depesha.archive.dates import UNDATED, DateSpan, span_of
from depesha.archive.errors import ArchiveFormatError
from depesha.archive.reference import Reference
from depesha.base import (
    BaseFormatError,
    Digest,
    OriginatorNumber,
    require_name,
    require_utc,
)


def _require_lines(lines: dict[str, str | None]) -> None:
    for what, line in lines.items():
        if line is not None:
            require_written_line(line, what=what)


class Direction(StrEnum):
    """How a record came to be here."""

    SENT = "sent"
    RECEIVED = "received"
    IMPORTED = "imported"


class RecordStatus(StrEnum):
    """Whether there is a text to read under the record's numbers."""

    HELD = "held"
    VOIDED = "voided"
    WITHHELD = "withheld"


class IdentifierType(StrEnum):
    """Who gave a number: the line that carried the telegram, or the office that wrote it."""

    TRANSMISSION = "transmission"
    REGISTER = "register"


class Role(StrEnum):
    """What a party has to do with a telegram."""

    ORIGINATOR = "originator"
    ACTION = "action"
    INFO = "info"
    VIA = "via"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The title an archivist gave (devised) or the record bears itself (formal): at least one."""

    devised: str | None = None
    formal: str | None = None

    def __post_init__(self) -> None:
        if self.devised is None and self.formal is None:
            raise ArchiveFormatError("a record has a devised or a formal title")
        _require_lines({"devised title": self.devised, "formal title": self.formal})

    @property
    def shown(self) -> str:
        """The devised title, or else the formal one."""
        return self.devised or self.formal or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDate:
    """A date as written, and as EDTF where it is known what was meant."""

    verbatim: str | None = None
    edtf: str | None = None

    def __post_init__(self) -> None:
        _require_lines({"date": self.verbatim})
        if self.edtf is not None:
            span_of(self.edtf)

    @property
    def span(self) -> DateSpan:
        """The days it may mean; open at both ends where nothing is known."""
        if self.edtf is None:
            return UNDATED
        return span_of(self.edtf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One of a record's numbers. The key is (originator, series, year, number), as far as known.

    `number` is None where the verbatim string is not an office number such as `483/sh`.
    """

    type: IdentifierType
    verbatim: str
    number: OriginatorNumber | None = None
    originator: str | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        _require_lines({"number": self.verbatim, "originator": self.originator})


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody named in a record, by the name as written; who it was is an editor's statement."""

    role: Role
    name: str = field(repr=False)
    identification: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _require_lines({"name": self.name, "identification": self.identification})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Where an archive holds the record: the levels as parsed, and the string as written."""

    verbatim: str
    archive: str | None = None
    levels: tuple[tuple[str, str], ...] = ()
    leaves: tuple[str, ...] = ()
    copy_status: str | None = None

    def __post_init__(self) -> None:
        _require_lines({
            "holding": self.verbatim,
            "archive": self.archive,
            "copy status": self.copy_status,
        })  # fmt: skip
        for part in (*self.leaves, *(word for level in self.levels for word in level)):
            require_written_line(part, what="level of a holding")

    @property
    def fonds(self) -> str | None:
        """The number of the fonds, where the statement names one."""
        return next((value for level, value in self.levels if level == "fonds"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something done to a record: a stamp on it or an act of this archive, in order of doing.

    The time is kept as written, as an instant, or both; a stamp may state neither.
    """

    type: str
    agent: str | None = None
    verbatim: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        require_written_line(self.type, what="type of an event")
        _require_lines({"agent": self.agent, "time of an event": self.verbatim})
        if self.at is not None:
            object.__setattr__(self, "at", require_utc(self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instantiation:
    """One copy or file of a record that the vault keeps, with the digest of its sealed bytes."""

    name: str
    kind: str
    digest: Digest
    size_bytes: int

    def __post_init__(self) -> None:
        try:
            require_name(self.name)
        except BaseFormatError as error:
            raise ArchiveFormatError(f"an instantiation's name is {error}") from error
        require_written_line(self.kind, what="kind of an instantiation")
        if self.size_bytes < 0:
            raise ArchiveFormatError("an instantiation's size is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One telegram, kept. `source` is the text as it came, byte for byte; `text` is for searching.

    What it says and whom it names is left out of `repr`, so that no log shows it by accident.
    """

    record_id: str
    unit_id: str
    direction: Direction
    title: Title = field(repr=False)
    kind: str
    status: RecordStatus = RecordStatus.HELD
    date: RecordDate = RecordDate()
    identifiers: tuple[Identifier, ...] = ()
    parties: tuple[Party, ...] = field(default=(), repr=False)
    languages: tuple[str, ...] = ()
    markings: tuple[str, ...] = field(default=(), repr=False)
    abstract: str | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    holdings: tuple[Holding, ...] = field(default=(), repr=False)
    references: tuple[Reference, ...] = field(default=(), repr=False)
    events: tuple[Event, ...] = field(default=(), repr=False)
    instantiations: tuple[Instantiation, ...] = ()
    source: bytes = field(default=b"", repr=False)
    minute_digest: Digest | None = None
    cover_digest: Digest | None = None
    register_index: int | None = None

    def __post_init__(self) -> None:
        require_identifier(self.record_id)
        require_identifier(self.unit_id)
        require_written_line(self.kind, what="kind")
        for word in (*self.languages, *self.markings):
            require_written_line(word, what="language or marking")
        require_written(self.abstract or "", what="abstract")
        require_written(self.text, what="text")
        if self.register_index is not None and self.register_index < 0:
            raise ArchiveFormatError("a place in the register is not negative")

    def names(self, *roles: Role) -> tuple[str, ...]:
        """Return the names as written of the parties in these roles, identifications after them."""
        chosen = [party for party in self.parties if party.role in roles]
        return tuple(
            name for party in chosen for name in (party.name, party.identification) if name
        )


# What an archivist says of a record, and may say better; everything else is the record itself.
_DESCRIPTION = frozenset({"title", "date", "languages", "abstract", "holdings", "parties"})


def require_description(kept: Record, described: Record) -> None:
    """Refuse a new description that changes the record itself.

    Title, date, languages, abstract and holdings may be said better, and a party identified;
    who took part, by the names as written, may not change.

    Raises:
        ArchiveFormatError: Something else differs.
    """
    fixed = (each.name for each in fields(Record) if each.name not in _DESCRIPTION)
    if any(getattr(kept, name) != getattr(described, name) for name in fixed):
        raise ArchiveFormatError("a description changes nothing of the record itself")
    if [_as_written(each) for each in kept.parties] != [
        _as_written(each) for each in described.parties
    ]:
        raise ArchiveFormatError("a description leaves the parties as they are written")


def _as_written(party: Party) -> tuple[Role, str]:
    return party.role, party.name
