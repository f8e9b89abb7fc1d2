"""Records as rows: what is written for a record, and a record out of what was written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, Table

from depesha.archive.adapters import tables
from depesha.archive.record import (
    Direction,
    Event,
    Holding,
    Identifier,
    IdentifierType,
    Instantiation,
    Party,
    Record,
    RecordDate,
    RecordStatus,
    Role,
    Title,
)
from depesha.archive.reference import (
    Certainty,
    Reference,
    ReferenceKind,
    ReferenceStatus,
    Target,
)
from depesha.archive.tokens import fold
from depesha.base import Digest, OriginatorNumber, instant_from_text, instant_to_text


@dataclass(frozen=True, slots=True)
class Parts:
    """The rows that belong to one record, by table, each list in order of position."""

    rows: Mapping[str, Sequence[RowMapping]]

    def of(self, table: Table) -> Sequence[RowMapping]:
        """Return the record's rows in one table."""
        return self.rows.get(table.name, ())


def record_row(record: Record) -> dict[str, Any]:
    """Write the row of the record itself."""
    span = record.date.span
    return {
        "record_id": record.record_id,
        "unit_id": record.unit_id,
        "direction": record.direction.value,
        "status": record.status.value,
        "title_devised": record.title.devised,
        "title_formal": record.title.formal,
        "kind": record.kind,
        "date_verbatim": record.date.verbatim,
        "date_edtf": record.date.edtf,
        # An open end is the end of the calendar, so that the record is found; undated is NULL.
        "earliest": (span.earliest or date.min).isoformat() if record.date.edtf else None,
        "latest": (span.latest or date.max).isoformat() if record.date.edtf else None,
        "languages": _list_text(record.languages),
        "markings": _list_text(record.markings),
        "abstract": record.abstract,
        "text": record.text,
        "source": record.source,
        "minute_digest": _digest_text(record.minute_digest),
        "cover_digest": _digest_text(record.cover_digest),
        "register_index": record.register_index,
    }


def part_rows(record: Record) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Write the rows of everything that belongs to the record, each with its table."""
    parts: Sequence[tuple[Table, Sequence[dict[str, Any]]]] = (
        (tables.identifiers, [_identifier_row(each) for each in record.identifiers]),
        (tables.parties, [_party_row(each) for each in record.parties]),
        (tables.holdings, [_holding_row(each) for each in record.holdings]),
        (tables.events, [event_row(each) for each in record.events]),
        (tables.instantiations, [instantiation_row(each) for each in record.instantiations]),
        (tables.references, [_reference_row(each) for each in record.references]),
    )
    for table, rows in parts:
        for position, row in enumerate(rows):
            yield table, {"record_id": record.record_id, "position": position, **row}
    for place, reference in enumerate(record.references):
        for row in target_rows(record.record_id, place, reference.targets):
            yield tables.targets, row


def record_of(row: RowMapping, parts: Parts) -> Record:
    """Read a record back; it equals the one that was written."""
    return Record(
        record_id=row["record_id"],
        unit_id=row["unit_id"],
        direction=Direction(row["direction"]),
        status=RecordStatus(row["status"]),
        title=Title(devised=row["title_devised"], formal=row["title_formal"]),
        kind=row["kind"],
        date=RecordDate(verbatim=row["date_verbatim"], edtf=row["date_edtf"]),
        identifiers=tuple(_identifier(each) for each in parts.of(tables.identifiers)),
        parties=tuple(_party(each) for each in parts.of(tables.parties)),
        languages=_list(row["languages"]),
        markings=_list(row["markings"]),
        abstract=row["abstract"],
        text=row["text"],
        holdings=tuple(_holding(each) for each in parts.of(tables.holdings)),
        references=_references(parts),
        events=tuple(event_of(each) for each in parts.of(tables.events)),
        instantiations=tuple(_instantiation(each) for each in parts.of(tables.instantiations)),
        source=row["source"],
        minute_digest=digest_of(row["minute_digest"]),
        cover_digest=digest_of(row["cover_digest"]),
        register_index=row["register_index"],
    )


def event_row(event: Event) -> dict[str, Any]:
    """Write an event."""
    at = None if event.at is None else instant_to_text(event.at)
    return {"type": event.type, "agent": event.agent, "verbatim": event.verbatim, "at": at}


def event_of(row: RowMapping) -> Event:
    """Read an event back."""
    at = None if row["at"] is None else instant_from_text(row["at"])
    return Event(type=row["type"], agent=row["agent"], verbatim=row["verbatim"], at=at)


def instantiation_row(instantiation: Instantiation) -> dict[str, Any]:
    """Write an instantiation."""
    return {
        "name": instantiation.name,
        "kind": instantiation.kind,
        "digest": instantiation.digest.to_text(),
        "size_bytes": instantiation.size_bytes,
    }


def target_rows(
    record_id: str, reference: int, targets: Sequence[Target]
) -> Iterator[dict[str, Any]]:
    """Write the targets of one reference, counted from 0 within its record."""
    for position, target in enumerate(targets):
        yield {
            "record_id": record_id,
            "reference": reference,
            "position": position,
            "target_id": target.record_id,
            "certainty": target.certainty.value,
            "warrant": target.warrant,
        }


def number_of(row: RowMapping) -> OriginatorNumber | None:
    """Read an office number out of its two columns."""
    return None if row["serial"] is None else OriginatorNumber(row["serial"], row["series"])


def digest_of(text: str | None) -> Digest | None:
    """Read a digest, where there is one."""
    return None if text is None else Digest.from_text(text)


def _identifier_row(identifier: Identifier) -> dict[str, Any]:
    return {
        "type": identifier.type.value,
        "verbatim": identifier.verbatim,
        "originator": identifier.originator,
        "year": identifier.year,
        **_number_columns(identifier.number),
    }


def _identifier(row: RowMapping) -> Identifier:
    return Identifier(
        type=IdentifierType(row["type"]),
        verbatim=row["verbatim"],
        number=number_of(row),
        originator=row["originator"],
        year=row["year"],
    )


def _party_row(party: Party) -> dict[str, Any]:
    return {
        "role": party.role.value,
        "name": party.name,
        "identification": party.identification,
    }


def _party(row: RowMapping) -> Party:
    return Party(role=Role(row["role"]), name=row["name"], identification=row["identification"])


def _holding_row(holding: Holding) -> dict[str, Any]:
    return {
        "verbatim": holding.verbatim,
        "archive": holding.archive,
        "levels": _list_text(holding.levels),
        "leaves": _list_text(holding.leaves),
        "copy_status": holding.copy_status,
        "fonds": None if holding.fonds is None else fold(holding.fonds),
    }


def _holding(row: RowMapping) -> Holding:
    return Holding(
        verbatim=row["verbatim"],
        archive=row["archive"],
        levels=tuple((level, value) for level, value in json.loads(row["levels"])),
        leaves=_list(row["leaves"]),
        copy_status=row["copy_status"],
    )


def _instantiation(row: RowMapping) -> Instantiation:
    return Instantiation(
        name=row["name"],
        kind=row["kind"],
        digest=Digest.from_text(row["digest"]),
        size_bytes=row["size_bytes"],
    )


def _reference_row(reference: Reference) -> dict[str, Any]:
    return {
        "verbatim": reference.verbatim,
        "kind": reference.kind.value,
        "last": reference.last,
        "originator": reference.originator,
        "year": reference.year,
        "digest": _digest_text(reference.digest),
        "status": None if reference.status is None else reference.status.value,
        **_number_columns(reference.number),
    }


def _references(parts: Parts) -> tuple[Reference, ...]:
    found: dict[int, list[Target]] = {}
    for row in parts.of(tables.targets):
        found.setdefault(row["reference"], []).append(_target(row))
    return tuple(
        _reference(row, tuple(found.get(row["position"], ())))
        for row in parts.of(tables.references)
    )


def _reference(row: RowMapping, targets: tuple[Target, ...]) -> Reference:
    return Reference(
        verbatim=row["verbatim"],
        kind=ReferenceKind(row["kind"]),
        number=number_of(row),
        last=row["last"],
        originator=row["originator"],
        year=row["year"],
        digest=digest_of(row["digest"]),
        targets=targets,
        status=None if row["status"] is None else ReferenceStatus(row["status"]),
    )


def _target(row: RowMapping) -> Target:
    return Target(
        record_id=row["target_id"],
        certainty=Certainty(row["certainty"]),
        warrant=row["warrant"],
    )


def _number_columns(number: OriginatorNumber | None) -> dict[str, Any]:
    return {
        "serial": None if number is None else number.serial,
        "series": None if number is None else number.series,
    }


def _digest_text(digest: Digest | None) -> str | None:
    return None if digest is None else digest.to_text()


def _list_text(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
