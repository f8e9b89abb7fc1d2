"""Service texts, custody of copies and the quarantine after a restore, as rows."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text, update

from depesha.base import instant_to_text
from depesha.station.adapters import tables
from depesha.station.errors import NotFoundError
from depesha.station.held import (
    Cancellation,
    CustodyEvent,
    CustodyKind,
    Direction,
    HeldService,
    Restored,
)


@dataclass(frozen=True, slots=True)
class SqlServices:
    """Texts about channels, sent and received."""

    connection: Connection

    def add(self, service: HeldService) -> None:
        """Keep a text."""
        self.connection.execute(insert(tables.service).values(asdict(service)))

    def get(self, service_id: str) -> HeldService:
        """Return one text."""
        found = self._select(service_id=service_id)
        if not found:
            raise NotFoundError("there is no service text of that name")
        return found[0]

    def newest(self, station: str, direction: Direction, kind: str) -> HeldService | None:
        """Return the newest text of a kind to or from a station."""
        found = self._select(station=station, direction=direction.value, kind=kind)
        return found[-1] if found else None

    def count_since(self, station: str, direction: Direction, kind: str, since: datetime) -> int:
        """Count the texts of a kind to or from a station since an instant."""
        counted = (
            select(func.count())
            .select_from(tables.service)
            .filter_by(station=station, direction=direction.value, kind=kind)
            .where(tables.service.c.at >= instant_to_text(since))
        )
        return self.connection.execute(counted).scalar_one()

    def of_station(self, station: str) -> tuple[HeldService, ...]:
        """Return every text to and from a station, oldest first."""
        return self._select(station=station)

    def _select(self, **criteria: str) -> tuple[HeldService, ...]:
        # In the order of entering: a clock that was set back does not make an old text the newest.
        rows = self.connection.execute(
            select(tables.service).filter_by(**criteria).order_by(text("rowid"))
        )
        return tuple(
            HeldService(
                service_id=row.service_id,
                direction=Direction(row.direction),
                station=row.station,
                kind=row.kind,
                text=bytes(row.text),
                at=row.at,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class SqlCustody:
    """Who held which numbered copy."""

    connection: Connection

    def add(self, event: CustodyEvent) -> None:
        """Add an event after all others of its telegram."""
        column = tables.custody.c.position
        last = self.connection.scalar(select(func.max(column)).filter_by(record_id=event.record_id))
        row = {**asdict(event), "position": (last or 0) + 1}
        self.connection.execute(insert(tables.custody).values(row))

    def of_record(self, record_id: str) -> tuple[CustodyEvent, ...]:
        """Return the events of a telegram's copies in order."""
        rows = self.connection.execute(
            select(tables.custody)
            .filter_by(record_id=record_id)
            .order_by(tables.custody.c.position)
        )
        return tuple(
            CustodyEvent(
                record_id=row.record_id,
                copy_number=row.copy_number,
                kind=CustodyKind(row.kind),
                holder=row.holder,
                by=row.by,
                at=row.at,
                note=row.note,
            )
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class SqlCancellations:
    """Which telegrams are cancelled or superseded, whether they are here or not."""

    connection: Connection

    def add(self, cancellation: Cancellation) -> None:
        """Keep one; the telegram that says it is new here."""
        self.connection.execute(insert(tables.cancellation).values(asdict(cancellation)))

    def of(self, number: str, year: int) -> tuple[Cancellation, ...]:
        """Return all that name a telegram of this number and year, of any originator."""
        rows = self.connection.execute(
            select(tables.cancellation)
            .filter_by(number=number, year=year)
            .order_by(tables.cancellation.c.by_record)
        )
        return tuple(Cancellation(**row) for row in rows.mappings())


@dataclass(frozen=True, slots=True)
class SqlRestores:
    """Correspondences in quarantine after a restore."""

    connection: Connection

    def begin(self, station: str, at: str) -> None:
        """Put a correspondence into quarantine, again if it was settled before."""
        values = {"since": at, "settled_at": None}
        change = update(tables.restored).filter_by(station=station).values(values)
        if self.connection.execute(change).rowcount == 0:
            self.connection.execute(insert(tables.restored).values(station=station, **values))

    def settle(self, station: str, at: str) -> None:
        """End the quarantine of a correspondence; raises NotFoundError where there is none."""
        statement = update(tables.restored).filter_by(station=station, settled_at=None)
        if self.connection.execute(statement.values(settled_at=at)).rowcount == 0:
            raise NotFoundError("this correspondence is not in quarantine")

    def open(self) -> tuple[Restored, ...]:
        """Return the correspondences that are not settled yet."""
        rows = self.connection.execute(
            select(tables.restored).filter_by(settled_at=None).order_by(tables.restored.c.station)
        )
        return tuple(
            Restored(station=row.station, since=row.since, settled_at=row.settled_at)
            for row in rows
        )

    def is_open(self, station: str) -> bool:
        """Tell whether nothing may be sealed to a station yet."""
        found = select(tables.restored.c.station).filter_by(station=station, settled_at=None)
        return self.connection.execute(found).first() is not None
