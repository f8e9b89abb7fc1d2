"""Serials in SQL: the numbers given, and the ledger of what came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, update

from depesha.base import Digest, SerialRanges
from depesha.channel.adapters.rows import storing
from depesha.channel.adapters.tables import covers_in, ledgers, serials_out, voids_out
from depesha.channel.errors import ChannelStoreError
from depesha.channel.serial import (
    Arrival,
    IncomingCover,
    IncomingLedger,
    OutgoingSerial,
)
from depesha.channel.stores import ReceivedCover


@dataclass(frozen=True, slots=True)
class SqlOutgoingStore:
    """An `OutgoingStore` inside the caller's transaction."""

    connection: Connection

    def state(self, channel: str, series: str) -> OutgoingSerial | None:
        """Return the next number of a series; None before the first."""
        row = _one(self.connection, serials_out, channel, series)
        if row is None:
            return None
        return _read_outgoing(row)

    @storing()
    def put(self, state: OutgoingSerial) -> None:
        """Store the state after a number was used.

        Raises:
            ChannelStoreError: The stored number is as high already: it would be given twice.
        """
        stored = self.state(state.channel, state.series)
        if stored is not None and stored.following >= state.following:
            raise ChannelStoreError("a serial would be given twice")
        values = {
            "first": state.first,
            "following": state.following,
            "previous": state.previous,
        }
        _put(self.connection, serials_out, state.channel, state.series, values)

    def every(self, channel: str) -> Sequence[OutgoingSerial]:
        """Return the next numbers of all series of a channel, oldest series first."""
        rows = (
            select(serials_out)
            .where(serials_out.c.channel == channel)
            .order_by(serials_out.c.series)
        )
        return [_read_outgoing(row) for row in self.connection.execute(rows)]

    def void(self, channel: str, series: str, serials: SerialRanges, at: datetime) -> None:
        """Declare serials void, for ever; declaring them again changes nothing."""
        joined = self.voided(channel, series).joined(serials.runs)
        values = {"serials": joined.to_text(), "voided_at": at}
        _put(self.connection, voids_out, channel, series, values)

    def voided(self, channel: str, series: str) -> SerialRanges:
        """Return the serials declared void."""
        row = _one(self.connection, voids_out, channel, series)
        return SerialRanges() if row is None else SerialRanges.from_text(row.serials)


@dataclass(frozen=True, slots=True)
class SqlIncomingStore:
    """An `IncomingStore` inside the caller's transaction."""

    connection: Connection

    def ledger(self, channel: str, series: str) -> IncomingLedger | None:
        """Return the ledger of a series; None before the first arrival."""
        row = _one(self.connection, ledgers, channel, series)
        if row is None:
            return None
        return _read_ledger(row)

    def ledgers(self, channel: str) -> Mapping[str, IncomingLedger]:
        """Return the ledgers of all series of a channel."""
        rows = select(ledgers).where(ledgers.c.channel == channel).order_by(ledgers.c.series)
        return {row.series: _read_ledger(row) for row in self.connection.execute(rows)}

    @storing()
    def put_ledger(self, channel: str, series: str, ledger: IncomingLedger) -> None:
        """Store the ledger of a series."""
        values = {
            "first_serial": ledger.first,
            "received": ledger.received.to_text(),
            "voided": ledger.voided.to_text(),
            "announced": ledger.announced,
        }
        _put(self.connection, ledgers, channel, series, values)

    @storing()
    def record(self, received: ReceivedCover) -> None:
        """Keep one cover.

        Raises:
            ChannelStoreError: The same cover or object is there: it is a replay.
        """
        cover = received.cover
        known = select(covers_in.c.cover).where(
            (covers_in.c.cover == cover.cover)
            | (covers_in.c.object_digest == received.object_digest)
        )
        if self.connection.execute(known).first() is not None:
            raise ChannelStoreError("the cover or its object was received before")
        place = self.connection.execute(
            select(func.count()).where(*_under(received.channel, received.series, cover.serial))
        ).scalar_one()
        self.connection.execute(
            insert(covers_in).values(
                cover=cover.cover,
                channel=received.channel,
                series=received.series,
                serial=cover.serial,
                minute=cover.minute,
                previous=cover.previous,
                is_signed=cover.is_signed,
                repeat=cover.repeat,
                object_digest=received.object_digest,
                arrival=received.arrival.value,
                place=place,
                record_id=received.record_id,
                received_at=received.received_at,
            )
        )

    def known(self, channel: str, series: str, serial: int) -> IncomingCover | None:
        """Return the cover first received under a serial."""
        return self._first(
            select(covers_in).where(*_under(channel, series, serial), covers_in.c.place == 0)
        )

    def beside(
        self, channel: str, series: str, serial: int
    ) -> tuple[IncomingCover | None, IncomingCover | None]:
        """Return the first covers received with the nearest serial below and above."""
        firsts = select(covers_in).where(
            covers_in.c.channel == channel, covers_in.c.series == series, covers_in.c.place == 0
        )
        below = firsts.where(covers_in.c.serial < serial).order_by(covers_in.c.serial.desc())
        above = firsts.where(covers_in.c.serial > serial).order_by(covers_in.c.serial)
        return self._first(below), self._first(above)

    def by_object(self, object_digest: Digest) -> ReceivedCover | None:
        """Return what a sealed object was received as, if it was."""
        row = self.connection.execute(
            select(covers_in).where(covers_in.c.object_digest == object_digest)
        ).one_or_none()
        return None if row is None else _read_received(row)

    def _first(self, query: Any) -> IncomingCover | None:  # noqa: ANN401
        row = self.connection.execute(query.limit(1)).one_or_none()
        return None if row is None else _read_cover(row)


def _one(connection: Connection, table: Table, channel: str, series: str) -> Row[Any] | None:
    found = select(table).where(table.c.channel == channel, table.c.series == series)
    return connection.execute(found).one_or_none()


def _put(
    connection: Connection, table: Table, channel: str, series: str, values: Mapping[str, object]
) -> None:
    is_it = (table.c.channel == channel, table.c.series == series)
    if connection.execute(update(table).where(*is_it).values(values)).rowcount == 0:
        connection.execute(insert(table).values(channel=channel, series=series, **values))


def _under(channel: str, series: str, serial: int) -> tuple[Any, ...]:
    return (
        covers_in.c.channel == channel,
        covers_in.c.series == series,
        covers_in.c.serial == serial,
    )


def _read_outgoing(row: Row[Any]) -> OutgoingSerial:
    return OutgoingSerial(
        channel=row.channel,
        series=row.series,
        first=row.first,
        following=row.following,
        previous=row.previous,
    )


def _read_ledger(row: Row[Any]) -> IncomingLedger:
    return IncomingLedger(
        first=row.first_serial,
        received=SerialRanges.from_text(row.received),
        voided=SerialRanges.from_text(row.voided),
        announced=row.announced,
    )


def _read_cover(row: Row[Any]) -> IncomingCover:
    return IncomingCover(
        serial=row.serial,
        cover=row.cover,
        minute=row.minute,
        previous=row.previous,
        is_signed=row.is_signed,
        repeat=row.repeat,
    )


def _read_received(row: Row[Any]) -> ReceivedCover:
    return ReceivedCover(
        channel=row.channel,
        series=row.series,
        cover=_read_cover(row),
        object_digest=row.object_digest,
        arrival=Arrival(row.arrival),
        record_id=row.record_id,
        received_at=row.received_at,
    )
