"""Bringing a store's schema up to the program's, by a person's order and never by opening it.

The steps are Alembic's, in one straight line, in a folder the caller names; they need no
`env.py`. Each step and the note that it was taken share one transaction, which takes the
writer's lock before it looks, so that two upgrades at once take each step once.

A step issues single statements: `executescript` would commit halfway, and `PRAGMA foreign_keys`
does nothing inside a transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine

from depesha.archive.adapters.engine import READ_ONLY
from depesha.archive.errors import SchemaBehindError, SchemaTooNewError


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the schema: its lasting identifier and what it does."""

    revision: str
    title: str


def pending(engine: Engine, scripts: Path) -> tuple[Step, ...]:
    """Return the steps the store has not taken yet, in order; writes nothing.

    Raises:
        SchemaTooNewError: The store has taken a step that is not among `scripts`.
    """
    directory = ScriptDirectory(str(scripts))
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return tuple(_step(script) for script in _pending(connection, directory))


def require_current(engine: Engine, scripts: Path) -> None:
    """Refuse a store whose schema is not the one the program was written for.

    Raises:
        SchemaTooNewError: A newer program wrote it.
        SchemaBehindError: A person must order the upgrade first.
    """
    if pending(engine, scripts):
        raise SchemaBehindError("the store is older than the program: upgrade it first")


def upgrade(engine: Engine, scripts: Path) -> tuple[Step, ...]:
    """Take every pending step, each in a transaction of its own, and return those taken here.

    A crash leaves the store after a whole step; the same call takes the rest.

    Raises:
        SchemaTooNewError: The store has taken a step that is not among `scripts`.
        StoreBusyError: Another writer holds the store.
    """
    directory = ScriptDirectory(str(scripts))
    taken: list[Step] = []
    while (step := _take_next(engine, directory)) is not None:
        taken.append(step)
    return tuple(taken)


def _take_next(engine: Engine, directory: ScriptDirectory) -> Step | None:
    with engine.begin() as connection:
        waiting = _pending(connection, directory)
        if not waiting:
            return None
        script = waiting[0]

        def only(_heads: object, _context: MigrationContext) -> Iterable[MigrationStep]:
            return [RevisionStep(directory.revision_map, script, is_upgrade=True)]

        context = MigrationContext.configure(connection, opts={"fn": only})
        with Operations.context(context):
            context.run_migrations()
    return _step(script)


def _pending(connection: Connection, directory: ScriptDirectory) -> list[Script]:
    """Return the scripts after the store's head, in the order in which they are taken."""
    heads = MigrationContext.configure(connection).get_current_heads()
    # Newest first, as Alembic walks them.
    history = list(directory.walk_revisions())
    known = [script.revision for script in history]
    if any(head not in known for head in heads):
        raise SchemaTooNewError("the store was written by a newer program")
    done = min((known.index(head) for head in heads), default=len(history))
    return list(reversed(history[:done]))


def _step(script: Script) -> Step:
    return Step(script.revision, script.doc)
