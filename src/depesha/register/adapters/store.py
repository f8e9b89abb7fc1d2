"""The register's stores over an open SQLAlchemy connection; neither begins nor commits.

The statements are the same on SQLCipher and PostgreSQL. Two writers at once are told apart by
the primary keys: the second insert of an index fails, whatever the isolation level.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from depesha.base import instant_from_text, instant_to_text
from depesha.register.adapters import tables
from depesha.register.errors import LogConflictError, LogStoreError
from depesha.register.ports import Evidence, Leaf
from depesha.register.tree import NodeKey


@dataclass(frozen=True, slots=True)
class SqlLogStore:
    """A LogStore in the tables of one database."""

    connection: Connection

    def size(self) -> int:
        """Return one more than the highest index."""
        with _translated():
            highest = self.connection.scalar(_HIGHEST)
        return 0 if highest is None else highest + 1

    def append(
        self, first: int, leaves: Sequence[Leaf], nodes: Sequence[tuple[NodeKey, bytes]]
    ) -> None:
        """Insert all rows with one statement a table."""
        rows = [
            {"entry_index": index, "data": leaf.entry, "leaf_hash": leaf.digest}
            for index, leaf in enumerate(leaves, start=first)
        ]
        node_rows = [
            {"position": _position(level, index), "hash": digest}
            for (level, index), digest in nodes
        ]
        with _translated():
            if rows:
                self.connection.execute(_INSERT_ENTRY, rows)
            if node_rows:
                self.connection.execute(_INSERT_NODE, node_rows)

    def leaves(self, start: int, stop: int) -> Mapping[int, Leaf]:
        """Read a run of entries."""
        column = tables.entry.c.entry_index
        query = select(tables.entry).where(column >= start, column < stop)
        with _translated():
            found = self.connection.execute(query).all()
        return {index: Leaf(data, digest) for index, data, digest in found}

    def nodes(self, keys: Sequence[NodeKey]) -> Mapping[NodeKey, bytes]:
        """Read leaf hashes and higher subtrees' hashes, with at most one query each."""
        leaf_indexes = [index for level, index in keys if level == 0]
        higher = {_position(*key): key for key in keys if key[0] > 0}
        found: dict[NodeKey, bytes] = {}
        with _translated():
            if leaf_indexes:
                leaves = self.connection.execute(_LEAF_HASHES, {"indexes": leaf_indexes})
                found.update(((0, index), digest) for index, digest in leaves)
            if higher:
                nodes = self.connection.execute(_NODE_HASHES, {"positions": list(higher)})
                found.update((higher[position], digest) for position, digest in nodes)
        return found


@dataclass(frozen=True, slots=True)
class SqlCheckpointStore:
    """A CheckpointStore in the tables of one database."""

    connection: Connection

    def keep_checkpoint(self, size: int, note: bytes, at: datetime) -> None:
        """Insert a checkpoint; none is ever changed."""
        row = {"size": size, "note": note, "signed_at": instant_to_text(at)}
        with _translated():
            self.connection.execute(insert(tables.checkpoint), row)

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """Read one note."""
        query = select(tables.checkpoint.c.note)
        if size is None:
            query = query.order_by(tables.checkpoint.c.size.desc()).limit(1)
        else:
            query = query.where(tables.checkpoint.c.size == size)
        with _translated():
            return self.connection.scalar(query)

    def checkpoint_sizes(self) -> Sequence[int]:
        """Read all sizes in order."""
        with _translated():
            return self.connection.scalars(_CHECKPOINT_SIZES).all()

    def keep_cosignature(self, size: int, name: str, line: str) -> None:
        """Put a line in the place of the same cosigner's earlier one."""
        columns = tables.cosignature.c
        with _translated():
            self.connection.execute(
                delete(tables.cosignature).where(columns.size == size, columns.name == name)
            )
            row = {"size": size, "name": name, "line": line}
            self.connection.execute(insert(tables.cosignature), row)

    def cosignatures(self, size: int) -> Sequence[str]:
        """Read the lines on one checkpoint by name."""
        columns = tables.cosignature.c
        query = select(columns.line).where(columns.size == size).order_by(columns.name)
        with _translated():
            return self.connection.scalars(query).all()


@dataclass(frozen=True, slots=True)
class SqlWitnessStore:
    """A WitnessStore in the tables of one database."""

    connection: Connection

    def newest(self, origin: str) -> bytes | None:
        """Read the newest accepted note."""
        query = select(tables.witnessed.c.note).where(tables.witnessed.c.origin == origin)
        with _translated():
            return self.connection.scalar(query)

    def advance(self, origin: str, old_size: int | None, size: int, note: bytes) -> None:
        """Compare and replace in one statement."""
        row = {"size": size, "note": note}
        columns = tables.witnessed.c
        with _translated():
            if old_size is None:
                self.connection.execute(insert(tables.witnessed), {"origin": origin, **row})
                return
            place = (columns.origin == origin) & (columns.size == old_size)
            replaced = self.connection.execute(update(tables.witnessed).where(place).values(row))
        if replaced.rowcount != 1:
            raise LogConflictError("another checkpoint of this origin was accepted meanwhile")

    def keep_evidence(self, evidence: Evidence) -> None:
        """Insert a pair of notes unless it is there."""
        if any(
            (known.known_note, known.note) == (evidence.known_note, evidence.note)
            for known in self.evidence(evidence.origin)
        ):
            return
        row = {
            "origin": evidence.origin,
            "known_note": evidence.known_note,
            "note": evidence.note,
            "found_at": instant_to_text(evidence.at),
        }
        with _translated():
            self.connection.execute(insert(tables.evidence), row)

    def evidence(self, origin: str) -> Sequence[Evidence]:
        """Read all pairs against one origin in the order they were kept."""
        columns = tables.evidence.c
        query = select(columns.known_note, columns.note, columns.found_at)
        query = query.where(columns.origin == origin).order_by(columns.evidence_id)
        with _translated():
            rows = self.connection.execute(query).all()
        return [
            Evidence(origin=origin, known_note=known, note=note, at=instant_from_text(at))
            for known, note, at in rows
        ]


_HIGHEST = select(func.max(tables.entry.c.entry_index))
_INSERT_ENTRY = insert(tables.entry)
_INSERT_NODE = insert(tables.node)
_LEAF_HASHES = select(tables.entry.c.entry_index, tables.entry.c.leaf_hash).where(
    tables.entry.c.entry_index.in_(bindparam("indexes", expanding=True))
)
_NODE_HASHES = select(tables.node).where(
    tables.node.c.position.in_(bindparam("positions", expanding=True))
)
_CHECKPOINT_SIZES = select(tables.checkpoint.c.size).order_by(tables.checkpoint.c.size)


def _position(level: int, index: int) -> int:
    return ((2 * index + 1) << level) - 1


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the database's errors into the register's; nothing of a row is repeated in the text."""
    try:
        yield
    except IntegrityError as error:
        raise LogConflictError("somebody else wrote to the register first") from error
    except SQLAlchemyError as error:
        raise LogStoreError("the register's store failed") from error
