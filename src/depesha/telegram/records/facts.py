"""The facts that a historic record states, each in the shape of a record index as well."""

from dataclasses import dataclass

from depesha.telegram.records.stated import IndexValue

OUTGOING_NUMBER = "registration number of the outgoing telegram"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNumber:
    """A number that the record bears, and what it numbers."""

    number: str
    what: str

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        return {"number": self.number, "what": self.what}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordParty:
    """Somebody the record names: `as_written` holds all that stands there, brackets included.

    `real_name` is who an editor's bracket says the name stands for.
    """

    name: str
    as_written: str
    real_name: str | None = None
    role: str | None = None

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        return {
            "name": self.name,
            "as_written": self.as_written,
            "real_name": self.real_name,
            "role": self.role,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStamp:
    """Something done to the record, with its time as the record gives it."""

    event: str
    time: str | None = None
    by: str | None = None

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        return {"event": self.event, "time": self.time, "by": self.by}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCopies:
    """What the record says of its copies; the claim and the list do not correct each other."""

    recipients: tuple[tuple[str, int], ...] | None = None
    total: int | None = None
    copy_number: int | None = None
    note: str | None = None

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        recipients: IndexValue = None
        if self.recipients is not None:
            recipients = [{"name": name, "count": count} for name, count in self.recipients]
        return {
            "recipients": recipients,
            "total": self.total,
            "copy_no": self.copy_number,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReference:
    """Another document that the record cites, verbatim and as far as it is clear which."""

    raw: str
    number: str | None = None
    date: str | None = None
    kind: str | None = None

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        return {"raw": self.raw, "number": self.number, "date": self.date, "kind": self.kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where the record was printed."""

    work: str
    volume: str | None = None
    book: str | None = None
    pages: str | None = None

    def to_index(self) -> IndexValue:
        """Return the value in the shape of a record index."""
        return {
            "work": self.work,
            "volume": self.volume,
            "book": self.book,
            "pages": self.pages,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPoint:
    """One paragraph of the body; `label` is the number as printed."""

    label: str | None
    text: str
