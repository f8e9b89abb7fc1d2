"""The arrangement in the store."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from depesha.archive.adapters import tables
from depesha.archive.errors import DuplicateError, ItemNotFoundError, UnitOrderError
from depesha.archive.unit import Description, Level, RecordSet, UnitTree, require_parent

_SAID = tuple(each.name for each in fields(Description))
_FIXED = ("level", "number", "parent_id")


@dataclass(frozen=True, slots=True)
class SqlUnitStore:
    """Keeps units over an open connection; see `ports.UnitStore`."""

    connection: Connection

    def add(self, unit: RecordSet) -> None:
        """Place a unit; see the port."""
        require_parent(unit, self._parent(unit))
        try:
            self.connection.execute(insert(tables.units).values(_row(unit)))
        except IntegrityError as error:
            raise DuplicateError("a unit with this identifier or number is there") from error

    def unit(self, unit_id: str) -> RecordSet:
        """Return one unit; see the port."""
        query = select(tables.units).where(tables.units.c.unit_id == unit_id)
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ItemNotFoundError("no such unit of arrangement")
        return _unit(row)

    def describe(self, unit: RecordSet) -> None:
        """Put a new title, dates and description on a unit; see the port."""
        kept = self.unit(unit.unit_id)
        if any(getattr(kept, name) != getattr(unit, name) for name in _FIXED):
            raise UnitOrderError("a unit is not moved or renumbered")
        change = update(tables.units).where(tables.units.c.unit_id == unit.unit_id)
        self.connection.execute(change.values(_row(unit)))

    def tree(self, repository: str) -> UnitTree:
        """Return all units; see the port."""
        rows = self.connection.execute(select(tables.units)).mappings()
        return UnitTree.of(repository, (_unit(row) for row in rows))

    def _parent(self, unit: RecordSet) -> RecordSet | None:
        if unit.parent_id is None:
            return None
        try:
            return self.unit(unit.parent_id)
        except ItemNotFoundError as error:
            raise UnitOrderError("the unit's parent is not there") from error


def _row(unit: RecordSet) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "parent_id": unit.parent_id or "",
        "level": unit.level.value,
        "number": unit.number,
        "title": unit.title,
        "dates": unit.dates,
        **asdict(unit.description),
    }


def _unit(row: RowMapping) -> RecordSet:
    return RecordSet(
        unit_id=row["unit_id"],
        level=Level(row["level"]),
        number=row["number"],
        title=row["title"],
        parent_id=row["parent_id"] or None,
        dates=row["dates"],
        description=Description(**{name: row[name] for name in _SAID}),
    )
