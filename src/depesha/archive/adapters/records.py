"""Records in the store."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from depesha.archive.adapters import tables
from depesha.archive.adapters.constraints import constraints
from depesha.archive.adapters.rows import (
    Parts,
    instantiation_row,
    part_rows,
    record_of,
    record_row,
)
from depesha.archive.adapters.units import SqlUnitStore
from depesha.archive.errors import ItemNotFoundError
from depesha.archive.record import Instantiation, Record, require_description
from depesha.archive.unit import require_filing

# How many records are written or read together; what is in memory at once hangs on it.
BATCH = 200
_PARTS = (
    tables.identifiers,
    tables.parties,
    tables.holdings,
    tables.events,
    tables.instantiations,
    tables.references,
)


@dataclass(frozen=True, slots=True)
class SqlRecordStore:
    """Keeps records over an open connection; see `ports.RecordStore`."""

    connection: Connection

    def add(self, records: Iterable[Record]) -> None:
        """Keep new records, all or none; see the port."""
        waiting = iter(records)
        # A savepoint: whoever catches the refusal may still commit what came before.
        with self.connection.begin_nested():
            while batch := list(islice(waiting, BATCH)):
                self._add_batch(batch)

    def record(self, record_id: str) -> Record:
        """Return one record; see the port."""
        query = select(tables.records).where(tables.records.c.record_id == record_id)
        rows = self.connection.execute(query).mappings().all()
        if not rows:
            raise ItemNotFoundError("no such record")
        return next(self._with_parts(rows))

    def all(self, unit_id: str | None = None) -> Iterator[Record]:
        """Yield the records in the order in which they came; see the port."""
        query = select(tables.records).order_by(tables.records.c.serial).limit(BATCH)
        if unit_id is not None:
            query = query.where(tables.records.c.unit_id == unit_id)
        last = 0
        while True:
            after = query.where(tables.records.c.serial > last)
            rows = self.connection.execute(after).mappings().all()
            if not rows:
                return
            yield from self._with_parts(rows)
            last = rows[-1]["serial"]

    def describe(self, record: Record) -> None:
        """Put a new description on a record; see the port."""
        require_description(self.record(record.record_id), record)
        change = update(tables.records).where(tables.records.c.record_id == record.record_id)
        self.connection.execute(change.values(record_row(record)))
        for table in (tables.parties, tables.holdings):
            said = [row for of, row in part_rows(record) if of is table]
            old = delete(table).where(table.c.record_id == record.record_id)
            self.connection.execute(old)
            if said:
                self.connection.execute(insert(table), said)

    def refile(self, record_id: str, unit_id: str) -> None:
        """Put a record into another working file; see the port."""
        require_filing(SqlUnitStore(self.connection).unit(unit_id))
        change = update(tables.records).where(tables.records.c.record_id == record_id)
        if self.connection.execute(change.values(unit_id=unit_id)).rowcount == 0:
            raise ItemNotFoundError("no such record")

    def add_instantiation(self, record_id: str, instantiation: Instantiation) -> None:
        """Note a further copy in the vault; see the port."""
        append(self.connection, tables.instantiations, record_id, instantiation_row(instantiation))

    def _add_batch(self, batch: Sequence[Record]) -> None:
        units = SqlUnitStore(self.connection)
        for unit_id in {record.unit_id for record in batch}:
            require_filing(units.unit(unit_id))
        rows: dict[Table, list[dict[str, Any]]] = {}
        for record in batch:
            for table, row in part_rows(record):
                rows.setdefault(table, []).append(row)
        with constraints(taken="a record or object of that name is there", absent="no such record"):
            self.connection.execute(insert(tables.records), [record_row(each) for each in batch])
            # Targets come last: they may point to any record of the batch.
            for table, written in rows.items():
                self.connection.execute(insert(table), written)

    def _with_parts(self, rows: Sequence[RowMapping]) -> Iterator[Record]:
        chosen = [row["record_id"] for row in rows]
        parts: dict[str, dict[str, list[RowMapping]]] = {record_id: {} for record_id in chosen}
        for table in (*_PARTS, tables.targets):
            order = [table.c.reference] if table is tables.targets else []
            query = select(table).where(table.c.record_id.in_(chosen))
            query = query.order_by(table.c.record_id, *order, table.c.position)
            for row in self.connection.execute(query).mappings():
                parts[row["record_id"]].setdefault(table.name, []).append(row)
        return (record_of(row, Parts(parts[row["record_id"]])) for row in rows)


def append(connection: Connection, table: Table, record_id: str, row: dict[str, Any]) -> None:
    """Add a part to a record after those that are there.

    Raises:
        ItemNotFoundError: There is no such record.
        DuplicateError: A name in the part is taken.
    """
    last = select(func.max(table.c.position)).where(table.c.record_id == record_id)
    position = connection.execute(last).scalar()
    written = {
        "record_id": record_id,
        "position": 0 if position is None else position + 1,
        **row,
    }
    with constraints(taken="an object of that name is there", absent="no such record"):
        connection.execute(insert(table).values(written))
