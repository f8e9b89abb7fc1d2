"""What the register needs from outside: a place for its entries, and one for what it witnessed.

All stores work inside a transaction that the caller opened and will commit; nothing here
commits. A store that fails raises LogStoreError; one that finds that somebody else wrote first
raises LogConflictError, and the caller's transaction is then of no more use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from depesha.register.tree import NodeKey


class Leaf(NamedTuple):
    """An entry's bytes beside their leaf hash, as both are kept."""

    entry: bytes
    digest: bytes


class LogStore(Protocol):
    """The entries of the one register a station owns, and the tree above them."""

    def size(self) -> int:
        """Return one more than the highest index of an entry; 0 while there is none."""
        ...

    def append(
        self, first: int, leaves: Sequence[Leaf], nodes: Sequence[tuple[NodeKey, bytes]]
    ) -> None:
        """Add entries from index `first` on, and the subtrees (level 1 and up) they complete.

        Raises:
            LogConflictError: There is an entry of one of these indexes already.
        """
        ...

    def leaves(self, start: int, stop: int) -> Mapping[int, Leaf]:
        """Return the leaves from `start` up to, not including, `stop`; absent ones are left out."""
        ...

    def nodes(self, keys: Sequence[NodeKey]) -> Mapping[NodeKey, bytes]:
        """Return the hashes of these subtrees (level 0: leaf hashes); absent ones are left out."""
        ...


class CheckpointStore(Protocol):
    """The checkpoints a station has signed, and the cosignatures others gave them."""

    def keep_checkpoint(self, size: int, note: bytes, at: datetime) -> None:
        """Keep a note that was signed at this size.

        Raises:
            LogConflictError: There is a checkpoint of this size already.
        """
        ...

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """Return the note signed at this size, or the newest; None where there is none."""
        ...

    def checkpoint_sizes(self) -> Sequence[int]:
        """Return the sizes at which checkpoints were signed, smallest first."""
        ...

    def keep_cosignature(self, size: int, name: str, line: str) -> None:
        """Keep one cosigner's line on the checkpoint of this size; a later one takes its place."""
        ...

    def cosignatures(self, size: int) -> Sequence[str]:
        """Return the cosignature lines on the checkpoint of this size, by cosigner's name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Two signed notes of one origin that contradict each other, and when that was found."""

    origin: str
    known_note: bytes
    note: bytes
    at: datetime


class WitnessStore(Protocol):
    """The newest checkpoint accepted from each correspondent, and the evidence against any."""

    def newest(self, origin: str) -> bytes | None:
        """Return the newest accepted note of this origin; None before the first."""
        ...

    def advance(self, origin: str, old_size: int | None, size: int, note: bytes) -> None:
        """Put a note in the place of the one of `old_size` (None: of no note), in one step.

        Raises:
            LogConflictError: The newest accepted note is no longer the one of `old_size`.
        """
        ...

    def keep_evidence(self, evidence: Evidence) -> None:
        """Keep two contradicting notes; the same two again change nothing."""
        ...

    def evidence(self, origin: str) -> Sequence[Evidence]:
        """Return all evidence against this origin, oldest first."""
        ...
