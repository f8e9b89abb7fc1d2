"""References, and what they were found to mean, in the store."""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, and_, delete, insert, or_, select, update

from depesha.archive.adapters import tables
from depesha.archive.adapters.constraints import constraints
from depesha.archive.adapters.rows import digest_of, number_of, target_rows
from depesha.archive.errors import ItemNotFoundError
from depesha.archive.record import IdentifierType, RecordDate, RecordStatus, Role
from depesha.archive.reference import Reference, ReferenceStatus
from depesha.archive.resolve import Candidate, Resolution


@dataclass(frozen=True, slots=True)
class SqlReferenceStore:
    """Keeps references over an open connection; see `ports.ReferenceStore`."""

    connection: Connection

    def candidates(self, reference: Reference) -> tuple[Candidate, ...]:
        """Return every record under a number the reference may mean; see the port."""
        if reference.number is None:
            return ()
        first = reference.number.serial
        numbers, records = tables.identifiers, tables.records
        query = (
            select(
                numbers,
                records.c.date_edtf,
                records.c.status,
                records.c.minute_digest,
            )
            .join(records, records.c.record_id == numbers.c.record_id)
            .where(
                numbers.c.type == IdentifierType.REGISTER.value,
                numbers.c.series == reference.number.series,
                numbers.c.serial.between(first, reference.last or first),
            )
            .order_by(numbers.c.serial, records.c.serial)
        )
        return tuple(self._candidate(row) for row in self.connection.execute(query).mappings())

    def resolve(self, record_id: str, position: int, resolution: Resolution) -> None:
        """Write down what one reference was found to mean; see the port."""
        table = tables.references
        chosen = and_(table.c.record_id == record_id, table.c.position == position)
        change = update(table).where(chosen).values(status=resolution.status.value)
        if self.connection.execute(change).rowcount == 0:
            raise ItemNotFoundError("no such reference")
        found = tables.targets
        old = and_(found.c.record_id == record_id, found.c.reference == position)
        self.connection.execute(delete(found).where(old))
        rows = list(target_rows(record_id, position, resolution.targets))
        if rows:
            with constraints(taken="two targets in one place", absent="no such target"):
                self.connection.execute(insert(found), rows)

    def citing(self, record_id: str) -> tuple[tuple[str, int], ...]:
        """Return the references that have this target; see the port."""
        table = tables.targets
        query = select(table.c.record_id, table.c.reference).where(table.c.target_id == record_id)
        rows = self.connection.execute(query.order_by(table.c.record_id, table.c.reference))
        return tuple((row[0], row[1]) for row in rows)

    def unresolved(self) -> tuple[tuple[str, int], ...]:
        """Return the references to look up, or to look up again; see the port."""
        table = tables.references
        open_ones = or_(table.c.status.is_(None), table.c.status == ReferenceStatus.NOT_HELD.value)
        query = select(table.c.record_id, table.c.position).where(
            table.c.serial.is_not(None), open_ones
        )
        rows = self.connection.execute(query.order_by(table.c.record_id, table.c.position))
        return tuple((row[0], row[1]) for row in rows)

    def _candidate(self, row: RowMapping) -> Candidate:
        number = number_of(row)
        assert number is not None  # noqa: S101  narrowing: the query asked for a series
        stated = row["originator"]
        return Candidate(
            record_id=row["record_id"],
            number=number,
            originators=(stated,) if stated else self._originators(row["record_id"]),
            year=row["year"],
            span=RecordDate(edtf=row["date_edtf"]).span,
            status=RecordStatus(row["status"]),
            minute_digest=digest_of(row["minute_digest"]),
        )

    def _originators(self, record_id: str) -> tuple[str, ...]:
        table = tables.parties
        query = (
            select(table.c.name, table.c.identification)
            .where(table.c.record_id == record_id, table.c.role == Role.ORIGINATOR.value)
            .order_by(table.c.position)
        )
        rows = self.connection.execute(query)
        return tuple(name for row in rows for name in row if name)
