"""Telegrams, copies, stamps, commitments and decisions as rows. Nothing here commits."""

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    Row,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from depesha.station.adapters import tables
from depesha.station.adapters.store import dump_pairs, load_pairs
from depesha.station.errors import NotFoundError
from depesha.station.held import (
    DecisionState,
    Direction,
    HeldTelegram,
    KeptCommitment,
    KeptDecision,
    SealedCopy,
    Stamp,
    TelegramState,
)


def _stamp_statement() -> Insert:
    """Write the one statement that puts a stamp behind all others of its telegram.

    Made once: stamps are most of what a telegram writes, and making a statement takes the library
    longer than running it.
    """
    events = tables.event.alias()
    last = select(func.coalesce(func.max(events.c.position), 0) + 1).where(
        events.c.record_id == bindparam("of_record")
    )
    return insert(tables.event).values(position=last.scalar_subquery())


_STAMP = _stamp_statement()


@cache
def _wanted(table: Table, names: tuple[str, ...], order: tuple[str, ...]) -> Select[Any]:
    """Write a selection by the values of some columns; once for each set of them, as above."""
    chosen = [table.c[name] == bindparam(name) for name in names]
    return select(table).where(*chosen).order_by(*(table.c[name] for name in order))


def _telegram(row: Row[Any]) -> HeldTelegram:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name begins so
    values["direction"] = Direction(values["direction"])
    values["state"] = TelegramState(values["state"])
    return HeldTelegram(**values)


def _copy(row: Row[Any]) -> SealedCopy:
    values = dict(row._mapping)  # noqa: SLF001
    values["direction"] = Direction(values["direction"])
    return SealedCopy(**values)


@dataclass(frozen=True, slots=True)
class SqlTelegrams:
    """Sent and received telegrams with their stamps."""

    connection: Connection

    def add(self, telegram: HeldTelegram) -> None:
        """Keep a telegram."""
        self.connection.execute(insert(tables.telegram).values(asdict(telegram)))

    def get(self, record_id: str) -> HeldTelegram:
        """Return one telegram."""
        found = self._select(record_id=record_id)
        if not found:
            raise NotFoundError("there is no telegram of that name")
        return found[0]

    def by_number(self, number: str) -> tuple[HeldTelegram, ...]:
        """Return the telegrams that carry this originator's number, of any originator and year."""
        return self._select(number=number)

    def by_minute(self, digest: str) -> HeldTelegram | None:
        """Return the telegram with this very minute."""
        found = self._select(minute_digest=digest)
        return found[0] if found else None

    def all(self) -> tuple[HeldTelegram, ...]:
        """Return every telegram in the order of the register."""
        return self._select()

    def advance(self, record_id: str, state: TelegramState) -> None:
        """Move a telegram forward."""
        statement = update(tables.telegram).filter_by(record_id=record_id)
        self.connection.execute(statement.values(state=state.value))

    def stamp(self, stamp: Stamp) -> None:
        """Add a stamp after all others of its telegram."""
        self.connection.execute(_STAMP, {**asdict(stamp), "of_record": stamp.record_id})

    def stamps(self, record_id: str) -> tuple[Stamp, ...]:
        """Return the stamps of one telegram in order."""
        order = tables.event.c.position
        rows = self.connection.execute(
            select(tables.event).filter_by(record_id=record_id).order_by(order)
        )
        return tuple(
            Stamp(record_id=row.record_id, kind=row.kind, actor=row.actor, at=row.at, note=row.note)
            for row in rows
        )

    def _select(self, **criteria: str) -> tuple[HeldTelegram, ...]:
        statement = _wanted(tables.telegram, tuple(criteria), ("register_index",))
        return tuple(_telegram(row) for row in self.connection.execute(statement, criteria))


@dataclass(frozen=True, slots=True)
class SqlCopies:
    """Sealed and opened copies, each on its channel."""

    connection: Connection

    def add(self, copy: SealedCopy) -> None:
        """Keep one sealed or opened copy."""
        self.connection.execute(insert(tables.copy).values(asdict(copy)))

    def of_record(self, record_id: str) -> tuple[SealedCopy, ...]:
        """Return the copies of one telegram by number."""
        return self._select(record_id=record_id)

    def of_object(self, object_digest: str) -> SealedCopy | None:
        """Return the copy that came or left as this object."""
        found = self._select(object_digest=object_digest)
        return found[0] if found else None

    def unburnt(self) -> tuple[SealedCopy, ...]:
        """Return the copies opened here whose pages still live."""
        return self._select(
            direction=Direction.RECEIVED.value, page_burnt=False, is_period_key=False
        )

    def of_serial(self, channel: str, series: int, serial: int) -> tuple[SealedCopy, ...]:
        """Return the copies sealed or opened under a serial: the first, then its repeats."""
        found = self._select(channel=channel, series=series, serial=serial)
        return tuple(sorted(found, key=lambda copy: copy.repeat))

    def unacknowledged(self, channel: str | None = None) -> tuple[SealedCopy, ...]:
        """Return the copies sent on a channel, or on all, that nobody has acknowledged."""
        criteria: dict[str, str | bool] = {"direction": "sent", "acknowledged": False}
        return self._select(**criteria, **({"channel": channel} if channel else {}))

    def newest_telegram(self, channel: str) -> str | None:
        """Return when the newest telegram of a channel was sealed, service texts left out."""
        column = tables.copy.c.sealed_at
        newest = select(func.max(column)).filter_by(channel=channel, is_service=False)
        found: str | None = self.connection.scalar(newest)
        return found

    def mark_burnt(self, object_digest: str) -> None:
        """Remember that the page of this object is destroyed."""
        statement = update(tables.copy).filter_by(object_digest=object_digest)
        self.connection.execute(statement.values(page_burnt=True))

    def mark_acknowledged(self, object_digest: str) -> None:
        """Remember that the station this object went to has said so."""
        statement = update(tables.copy).filter_by(object_digest=object_digest)
        self.connection.execute(statement.values(acknowledged=True))

    def _select(self, **criteria: str | int | bool) -> tuple[SealedCopy, ...]:
        order = ("copy_number", "object_digest")
        statement = _wanted(tables.copy, tuple(criteria), order)
        return tuple(_copy(row) for row in self.connection.execute(statement, criteria))


@dataclass(frozen=True, slots=True)
class SqlCommitments:
    """What opens register entries, and the decisions to let records out."""

    connection: Connection

    def add(self, kept: KeptCommitment) -> None:
        """Keep the secret and the texts behind one register entry."""
        row = {
            "register_index": kept.register_index,
            "record_id": kept.record_id,
            "secret": kept.secret,
            "header": dump_pairs(kept.header),
            "body": dump_pairs(kept.body),
        }
        self.connection.execute(insert(tables.commitment).values(row))

    def of_record(self, record_id: str) -> KeptCommitment:
        """Return what opens the entry of one record."""
        row = self.connection.execute(
            select(tables.commitment).filter_by(record_id=record_id)
        ).one_or_none()
        if row is None:
            raise NotFoundError("nothing opens the register entry of that record")
        return KeptCommitment(
            register_index=row.register_index,
            record_id=row.record_id,
            secret=row.secret,
            header=load_pairs(row.header),
            body=load_pairs(row.body),
        )

    def add_decision(self, decision: KeptDecision) -> None:
        """Keep a proposal."""
        row = asdict(decision)
        row["id"] = row.pop("decision_id")
        self.connection.execute(insert(tables.decision).values(row))

    def decide(self, decision: KeptDecision) -> None:
        """Replace a proposal by the decision on it."""
        row = asdict(decision)
        statement = update(tables.decision).filter_by(id=row.pop("decision_id"))
        self.connection.execute(statement.values(row))

    def decisions(self) -> tuple[KeptDecision, ...]:
        """Return all decisions in the order of the register, and proposals after them."""
        index = tables.decision.c.register_index
        order = (index.is_(None), index, tables.decision.c.id)
        names = self.connection.scalars(select(tables.decision.c.id).order_by(*order))
        return tuple(self.decision(name) for name in names.all())

    def decision(self, decision_id: str) -> KeptDecision:
        """Return one proposal or decision."""
        row = self.connection.execute(
            select(tables.decision).filter_by(id=decision_id)
        ).one_or_none()
        if row is None:
            raise NotFoundError("there is no decision of that name")
        values = dict(row._mapping)  # noqa: SLF001
        values["decision_id"] = values.pop("id")
        values["state"] = DecisionState(values["state"])
        return KeptDecision(**values)
