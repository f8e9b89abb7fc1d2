"""The station's own rows. Each class takes an open connection and never commits."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from depesha.base import instant_from_text
from depesha.station.actor import Actor, Role
from depesha.station.adapters import tables
from depesha.station.draft import Draft, DraftEntry, DraftState, Enclosure
from depesha.station.errors import NotFoundError, WrongStateError


@dataclass(frozen=True, slots=True)
class SqlPeople:
    """The actors of the station."""

    connection: Connection

    def add(self, actor: Actor, releaser_key: str) -> None:
        """Keep an actor; a name is used once."""
        if self.connection.scalar(select(tables.actor.c.name).filter_by(name=actor.name)):
            raise WrongStateError("there is an actor of that name already")
        roles = " ".join(sorted(role.value for role in actor.roles))
        row = {"name": actor.name, "roles": roles, "releaser_key": releaser_key}
        self.connection.execute(insert(tables.actor).values(row))

    def actor(self, name: str) -> Actor:
        """Return the actor of that name."""
        row = self.connection.execute(select(tables.actor).filter_by(name=name)).one_or_none()
        if row is None:
            raise NotFoundError("no actor of that name works at this station")
        return Actor(name=row.name, roles=frozenset(Role(word) for word in row.roles.split()))

    def actors(self) -> tuple[Actor, ...]:
        """Return all actors by name."""
        names = self.connection.scalars(select(tables.actor.c.name).order_by(tables.actor.c.name))
        return tuple(self.actor(name) for name in names.all())

    def releaser_key(self, name: str) -> str:
        """Return the last word of the actor's releaser key name; empty where there is none."""
        column = tables.actor.c.releaser_key
        return self.connection.scalar(select(column).filter_by(name=name)) or ""


@dataclass(frozen=True, slots=True)
class SqlOfficeSeries:
    """Gapless office numbers per year and series (RECORDS 2.1)."""

    connection: Connection

    def take(self, year: int, series: str) -> int:
        """Issue the next number; it is used up only if the transaction commits."""
        number = self.next(year, series)
        self.start(year, series, number + 1)
        return number

    def next(self, year: int, series: str) -> int:
        """Return the number that `take` would issue."""
        column = tables.office_series.c.next_number
        statement = select(column).filter_by(year=year, series=series)
        return self.connection.scalar(statement) or 1

    def of_year(self, year: int) -> tuple[str, ...]:
        """Return the series in which a number of the year was given."""
        column = tables.office_series.c.series
        return tuple(
            self.connection.scalars(select(column).filter_by(year=year).order_by(column)).all()
        )

    def start(self, year: int, series: str, next_number: int) -> None:
        """Go on at `next_number`, as when a paper register is continued; never backwards."""
        if next_number < self.next(year, series):
            raise WrongStateError("an office series never goes back")
        key = {"year": year, "series": series}
        self.connection.execute(delete(tables.office_series).filter_by(**key))
        row = {**key, "next_number": next_number}
        self.connection.execute(insert(tables.office_series).values(row))


@dataclass(frozen=True, slots=True)
class SqlDrafts:
    """Drafts and the enclosures of drafts and telegrams."""

    connection: Connection

    def add(self, entry: DraftEntry) -> None:
        """Keep a new draft with its enclosures."""
        row = {
            "id": entry.draft_id,
            "state": entry.state.value,
            "content": entry.draft.to_json(),
            "drafted_by": entry.drafted_by,
            "drafted_at": entry.drafted_at,
        }
        self.connection.execute(insert(tables.draft).values(row))
        self.add_enclosures(entry.draft_id, entry.draft.enclosures)

    def entry(self, draft_id: str) -> DraftEntry:
        """Return one draft."""
        row = self.connection.execute(select(tables.draft).filter_by(id=draft_id)).one_or_none()
        if row is None:
            raise NotFoundError("there is no draft of that name")
        return DraftEntry(
            draft_id=row.id,
            state=DraftState(row.state),
            draft=Draft.from_json(row.content, self.enclosures(draft_id)),
            drafted_by=row.drafted_by,
            drafted_at=row.drafted_at,
        )

    def entries(self) -> tuple[DraftEntry, ...]:
        """Return all drafts in the order in which they were written."""
        names = self.connection.scalars(select(tables.draft.c.id)).all()
        # By the instant and not by its text: a full minute is written shorter than what follows.
        return tuple(sorted(map(self.entry, names), key=_when))

    def advance(self, draft_id: str, state: DraftState) -> None:
        """Move a draft forward."""
        self.connection.execute(
            update(tables.draft).filter_by(id=draft_id).values(state=state.value)
        )

    def add_enclosures(self, owner: str, enclosures: tuple[Enclosure, ...]) -> None:
        """Keep the files that belong to a draft or telegram, in order."""
        for position, one in enumerate(enclosures, start=1):
            row = {"owner": owner, "position": position, "name": one.name, "data": one.data}
            self.connection.execute(insert(tables.enclosure).values(row))

    def enclosures(self, owner: str) -> tuple[Enclosure, ...]:
        """Return the files that belong to a draft or telegram, in order."""
        statement = (
            select(tables.enclosure).filter_by(owner=owner).order_by(tables.enclosure.c.position)
        )
        rows = self.connection.execute(statement)
        return tuple(Enclosure(name=row.name, data=row.data) for row in rows)


def _when(entry: DraftEntry) -> tuple[datetime, str]:
    return instant_from_text(entry.drafted_at), entry.draft_id


def dump_pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    """Write pairs of texts as one column."""
    return json.dumps(pairs, ensure_ascii=False)


def load_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read what `dump_pairs` wrote."""
    return tuple((first, second) for first, second in json.loads(text))
