"""What is owed on a channel, in SQL: facts, gaps, repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, select, update

from depesha.base import SeriesSerials
from depesha.channel.adapters.tables import facts_owed, gaps, repeats_asked
from depesha.channel.dues import Gap, OwedFact, RepeatAsked
from depesha.channel.service import Fact, FactKind


@dataclass(frozen=True, slots=True)
class SqlDueStore:
    """A `DueStore` inside the caller's transaction."""

    connection: Connection

    def owe(self, owed: OwedFact) -> None:
        """Keep a fact to be told; the same fact again changes nothing."""
        if self.connection.execute(select(facts_owed).where(_is_fact(owed))).first() is None:
            fact = owed.fact
            self.connection.execute(
                insert(facts_owed).values(
                    channel=owed.channel,
                    series=fact.series,
                    serial=fact.serial,
                    kind=fact.kind.value,
                    actor=fact.actor,
                    at=fact.at,
                    due=owed.due,
                )
            )

    def owed(self, channel: str) -> Sequence[OwedFact]:
        """Return the facts about telegrams of a channel that are still to be told, oldest first."""
        rows = select(facts_owed).where(facts_owed.c.channel == channel)
        owed = [_read_fact(row) for row in self.connection.execute(rows)]
        return sorted(owed, key=_place)

    def told(self, owed: Sequence[OwedFact], series: int, serial: int, *, due: datetime) -> None:
        """Note the cover that tells these facts, and when they are told again if it is lost."""
        for one in owed:
            change = update(facts_owed).where(_is_fact(one))
            carried = {"carried_series": series, "carried_serial": serial, "due": due}
            self.connection.execute(change.values(**carried))

    def settle(self, channel: str, have: SeriesSerials) -> None:
        """Forget the facts that these covers told: they arrived."""
        # Compared here and not by the engine: a correspondent may name any number of runs.
        for one in self.owed(channel):
            if one.carried is not None and have.has(*one.carried):
                self.connection.execute(delete(facts_owed).where(_is_fact(one)))

    def miss(self, gap: Gap) -> None:
        """Keep a gap; one that is known already stays as it is."""
        is_known = _is_serial(gaps, gap.channel, gap.series, gap.serial)
        if self.connection.execute(select(gaps).where(is_known)).first() is None:
            self.connection.execute(
                insert(gaps).values(
                    channel=gap.channel,
                    series=gap.series,
                    serial=gap.serial,
                    seen_at=gap.seen_at,
                    due=gap.due,
                    asked=gap.asked,
                )
            )

    def gaps(self, channel: str) -> Sequence[Gap]:
        """Return the gaps of a channel by series and serial."""
        return [
            Gap(
                channel=row.channel,
                series=row.series,
                serial=row.serial,
                seen_at=row.seen_at,
                due=row.due,
                asked=row.asked,
            )
            for row in self._of(gaps, channel)
        ]

    def asked(self, gap: Gap, due: datetime) -> None:
        """Note that a gap was asked about, and when it will be again."""
        is_it = _is_serial(gaps, gap.channel, gap.series, gap.serial)
        self.connection.execute(update(gaps).where(is_it).values(due=due, asked=gaps.c.asked + 1))

    def close_gap(self, channel: str, series: int, serial: int) -> None:
        """Forget a gap: it was filled or voided. Safe to repeat."""
        self.connection.execute(delete(gaps).where(_is_serial(gaps, channel, series, serial)))

    def ask(self, repeat: RepeatAsked) -> None:
        """Keep what the correspondent asked for; the same serial again changes nothing."""
        is_it = _is_serial(repeats_asked, repeat.channel, repeat.series, repeat.serial)
        if self.connection.execute(select(repeats_asked).where(is_it)).first() is None:
            self.connection.execute(
                insert(repeats_asked).values(
                    channel=repeat.channel,
                    series=repeat.series,
                    serial=repeat.serial,
                    asked_at=repeat.asked_at,
                )
            )

    def repeats(self, channel: str) -> Sequence[RepeatAsked]:
        """Return what it asked for and has not been given, by series and serial."""
        return [
            RepeatAsked(
                channel=row.channel, series=row.series, serial=row.serial, asked_at=row.asked_at
            )
            for row in self._of(repeats_asked, channel)
        ]

    def answered(self, repeat: RepeatAsked) -> None:
        """Forget a request: it was sealed again, or voided."""
        is_it = _is_serial(repeats_asked, repeat.channel, repeat.series, repeat.serial)
        self.connection.execute(delete(repeats_asked).where(is_it))

    def _of(self, table: Table, channel: str) -> Sequence[Row[Any]]:
        rows = (
            select(table).where(table.c.channel == channel).order_by(table.c.series, table.c.serial)
        )
        return self.connection.execute(rows).all()


def _is_serial(table: Table, channel: str, series: int, serial: int) -> Any:  # noqa: ANN401
    return and_(table.c.channel == channel, table.c.series == series, table.c.serial == serial)


def _is_fact(owed: OwedFact) -> Any:  # noqa: ANN401
    fact = owed.fact
    is_it = _is_serial(facts_owed, owed.channel, fact.series, fact.serial)
    return and_(is_it, facts_owed.c.kind == fact.kind.value)


_KINDS = tuple(FactKind)


def _place(owed: OwedFact) -> tuple[int, int, int]:
    return owed.fact.series, owed.fact.serial, _KINDS.index(owed.fact.kind)


def _read_fact(row: Row[Any]) -> OwedFact:
    return OwedFact(
        channel=row.channel,
        fact=Fact(
            series=row.series,
            serial=row.serial,
            kind=FactKind(row.kind),
            actor=row.actor,
            at=row.at,
        ),
        due=row.due,
        carried=(row.carried_series, row.carried_serial) if row.carried_serial else None,
    )
