"""The stores of one transaction, over one open connection that the caller commits."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from depesha.archive.adapters import tables
from depesha.archive.adapters.records import SqlRecordStore, append
from depesha.archive.adapters.references import SqlReferenceStore
from depesha.archive.adapters.rows import event_of, event_row
from depesha.archive.adapters.units import SqlUnitStore
from depesha.archive.record import Event


@dataclass(frozen=True, slots=True)
class SqlEventStore:
    """Keeps events over an open connection; see `ports.EventStore`."""

    connection: Connection

    def add(self, record_id: str, event: Event) -> None:
        """Add an event after those that are there; see the port."""
        append(self.connection, tables.events, record_id, event_row(event))

    def all(self, record_id: str) -> tuple[Event, ...]:
        """Return a record's events in order; see the port."""
        table = tables.events
        query = select(table).where(table.c.record_id == record_id).order_by(table.c.position)
        return tuple(event_of(row) for row in self.connection.execute(query).mappings())


@dataclass(frozen=True, slots=True)
class SqlArchiveStore:
    """The archive over an open connection: it never begins and never commits."""

    connection: Connection

    @property
    def units(self) -> SqlUnitStore:
        """The arrangement."""
        return SqlUnitStore(self.connection)

    @property
    def records(self) -> SqlRecordStore:
        """The records."""
        return SqlRecordStore(self.connection)

    @property
    def references(self) -> SqlReferenceStore:
        """What the records' references mean."""
        return SqlReferenceStore(self.connection)

    @property
    def events(self) -> SqlEventStore:
        """What was done to the records."""
        return SqlEventStore(self.connection)
