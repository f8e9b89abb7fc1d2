"""Sealed objects in SQL: those on their way out, and those refused on their way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from depesha.base import Digest
from depesha.channel.adapters.rows import address_columns, read_address, require_one, storing
from depesha.channel.adapters.tables import outbox, quarantine
from depesha.channel.padbook import MailboxAddress
from depesha.channel.stores import OutboxState, OutgoingObject, QuarantinedObject


@dataclass(frozen=True, slots=True)
class SqlOutboxStore:
    """An `OutboxStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def queue(
        self,
        sealed: bytes,
        *,
        channel: str,
        serial: int,
        address: MailboxAddress | None,
        at: datetime,
    ) -> int:
        """Queue an object and return its number in the outbox."""
        inserted = self.connection.execute(
            insert(outbox)
            .values(
                channel=channel,
                serial=serial,
                state=OutboxState.QUEUED.value,
                sealed=sealed,
                queued_at=at,
                attempts=0,
                **address_columns(address),
            )
            .returning(outbox.c.outbox_id)
        )
        return int(inserted.scalar_one())

    def waiting(self, *, after: int = 0, limit: int = 100) -> Sequence[OutgoingObject]:
        """Return the objects not yet deposited, oldest first, behind a number in the outbox."""
        rows = (
            select(outbox)
            .where(outbox.c.state == OutboxState.QUEUED.value, outbox.c.outbox_id > after)
            .order_by(outbox.c.outbox_id)
            .limit(limit)
        )
        return [_read_outgoing(row) for row in self.connection.execute(rows)]

    def deposited(self, outbox_id: int, at: datetime) -> None:
        """Note that a carrier has it durably; the sealed bytes are given up. Safe to repeat."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.outbox_id == outbox_id, outbox.c.state == OutboxState.QUEUED.value)
            .values(state=OutboxState.DEPOSITED.value, deposited_at=at, sealed=b"", last_error=None)
        )

    def withdraw(self, channel: str, serial: int, object_digest: Digest) -> bool:
        """Take back an object that no carrier is known to have; tell whether it was there."""
        rows = select(outbox.c.outbox_id, outbox.c.sealed).where(
            outbox.c.channel == channel,
            outbox.c.serial == serial,
            outbox.c.state == OutboxState.QUEUED.value,
        )
        for row in self.connection.execute(rows):
            if Digest.of(bytes(row.sealed)) == object_digest:
                change = update(outbox).where(outbox.c.outbox_id == row.outbox_id)
                values = {"state": OutboxState.WITHDRAWN.value, "sealed": b""}
                self.connection.execute(change.values(**values))
                return True
        return False

    def withdraw_all(self, channel: str) -> int:
        """Take back everything of a channel that no carrier is known to have; return how many."""
        change = update(outbox).where(
            outbox.c.channel == channel, outbox.c.state == OutboxState.QUEUED.value
        )
        values = {"state": OutboxState.WITHDRAWN.value, "sealed": b""}
        return self.connection.execute(change.values(**values)).rowcount

    def failed(self, outbox_id: int, code: str) -> None:
        """Count an attempt that failed, and by which code."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.outbox_id == outbox_id, outbox.c.state == OutboxState.QUEUED.value)
            .values(attempts=outbox.c.attempts + 1, last_error=code)
        )


@dataclass(frozen=True, slots=True)
class SqlQuarantineStore:
    """A `QuarantineStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def put(self, refused: QuarantinedObject) -> None:
        """Keep a refusal; the same object again changes nothing."""
        known = select(quarantine.c.code).where(quarantine.c.object_digest == refused.object_digest)
        if self.connection.execute(known).one_or_none() is not None:
            return
        self.connection.execute(
            insert(quarantine).values(
                object_digest=refused.object_digest,
                code=refused.code,
                kept_as=refused.kept_as,
                source=refused.source,
                refused_at=refused.refused_at,
                settled_at=refused.settled_at,
            )
        )

    def open_cases(self) -> Sequence[QuarantinedObject]:
        """Return what a registrar has not settled yet, oldest first."""
        rows = (
            select(quarantine)
            .where(quarantine.c.settled_at.is_(None))
            .order_by(quarantine.c.refused_at, quarantine.c.object_digest)
        )
        return [_read_refused(row) for row in self.connection.execute(rows)]

    def settle(self, object_digest: Digest, at: datetime) -> None:
        """Note that a registrar dealt with it.

        Raises:
            ChannelStoreError: There is no such open case.
        """
        change = (
            update(quarantine)
            .where(quarantine.c.object_digest == object_digest, quarantine.c.settled_at.is_(None))
            .values(settled_at=at)
        )
        require_one(self.connection.execute(change).rowcount, "the refused object")


def _read_outgoing(row: Row[Any]) -> OutgoingObject:
    return OutgoingObject(
        outbox_id=row.outbox_id,
        channel=row.channel,
        serial=row.serial,
        sealed=bytes(row.sealed),
        address=read_address(row),
        queued_at=row.queued_at,
        attempts=row.attempts,
        last_error=row.last_error,
    )


def _read_refused(row: Row[Any]) -> QuarantinedObject:
    return QuarantinedObject(
        object_digest=row.object_digest,
        code=row.code,
        kept_as=row.kept_as,
        source=row.source,
        refused_at=row.refused_at,
        settled_at=row.settled_at,
    )
