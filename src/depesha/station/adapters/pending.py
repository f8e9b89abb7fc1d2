"""What still has to happen after a commit, and how far correspondents have followed us."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from depesha.station.adapters import tables


@dataclass(frozen=True, slots=True)
class SqlUnvaulted:
    """Preservation copies that wait for the vault."""

    connection: Connection

    def add(self, name: str, sealed: bytes) -> None:
        """Keep a copy until it is in the vault."""
        self.connection.execute(insert(tables.unvaulted).values(name=name, sealed=sealed))

    def all(self) -> tuple[tuple[str, bytes], ...]:
        """Return the names and bytes of all that wait."""
        rows = self.connection.execute(select(tables.unvaulted).order_by(tables.unvaulted.c.name))
        return tuple((row.name, row.sealed) for row in rows)

    def remove(self, name: str) -> None:
        """Forget a copy: the vault keeps it."""
        self.connection.execute(delete(tables.unvaulted).filter_by(name=name))


@dataclass(frozen=True, slots=True)
class SqlCosigned:
    """Up to which size each correspondent has cosigned our register."""

    connection: Connection

    def cosigned_size(self, station: str) -> int:
        """Return the size, 0 where it has cosigned nothing."""
        column = tables.cosigned.c.size
        return self.connection.scalar(select(column).filter_by(station=station)) or 0

    def remember(self, station: str, size: int) -> None:
        """Keep a new size; it only grows."""
        old = self.cosigned_size(station)
        if size <= old:
            return
        if old == 0:
            self.connection.execute(insert(tables.cosigned).values(station=station, size=size))
        else:
            statement = update(tables.cosigned).filter_by(station=station)
            self.connection.execute(statement.values(size=size))
