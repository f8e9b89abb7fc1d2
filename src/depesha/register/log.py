"""The register itself: entries appended, never changed, and proofs made from them.

One writer per register. Whoever calls opens the transaction and commits it; the office number a
telegram gets and its entry stand in the same one, so that neither exists without the other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from depesha.cipher import Ed25519Signer, MLDSACosignatureSigner, Verifier, append_signature
from depesha.register.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    countersign,
    sign_checkpoint,
)
from depesha.register.entry import Entry
from depesha.register.errors import LogDamagedError, OutOfRangeError
from depesha.register.ports import CheckpointStore, Leaf, LogStore
from depesha.register.proof import TlogProof
from depesha.register.tree import (
    NodeKey,
    NodeReader,
    completed_nodes,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_hash,
    wanted,
)
from depesha.register.witness import attach_cosignature

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Log:
    """A register over a store; it holds no state of its own, so a rollback leaves none behind."""

    origin: str
    store: LogStore

    def size(self) -> int:
        """Return how many entries there are."""
        return self.store.size()

    def append(self, entry: Entry) -> int:
        """Add an entry at the end; return its index."""
        return self.append_all([entry]).start

    def append_all(self, entries: Iterable[Entry]) -> range:
        """Add entries at the end in this order; return their indexes.

        Raises:
            LogConflictError: Somebody else appended meanwhile.
        """
        first = self.store.size()
        leaves = [_leaf(entry) for entry in entries]
        frontier = self._fetch(_merged_peaks(first, first + len(leaves)))
        made: list[tuple[NodeKey, bytes]] = []
        for index, leaf in enumerate(leaves, start=first):
            frontier[0, index] = leaf.digest
            completed = completed_nodes(index, leaf.digest, _reader(frontier))
            frontier.update(completed)
            made.extend(completed)
        self.store.append(first, leaves, made)
        return range(first, first + len(leaves))

    def entry(self, index: int) -> Entry:
        """Return one entry.

        Raises:
            OutOfRangeError: The register is shorter.
        """
        if not 0 <= index < self.store.size():
            raise OutOfRangeError("there is no such entry")
        leaves = self.store.leaves(index, index + 1)
        if index not in leaves:
            raise LogDamagedError("the entry is missing", index=index)
        return Entry.from_bytes(leaves[index].entry)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Sum the register up as it was at `size`, or as it is now; this signs nothing.

        Raises:
            OutOfRangeError: The register is shorter.
        """
        size = self._require_size(size)
        root = self._read(lambda node: root_hash(size, node))
        return Checkpoint(origin=self.origin, size=size, root=root)

    def inclusion_proof(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the hashes from entry `index` to the root at `size`, or at the present size.

        Raises:
            OutOfRangeError: The register is shorter, or the entry came after this size.
        """
        size = self._require_size(size)
        if not 0 <= index < size:
            raise OutOfRangeError("there is no such entry at this size")
        return self._read(lambda node: inclusion_path(index, size, node))

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> tuple[bytes, ...]:
        """Return the hashes that show the register at `old_size` unchanged at `new_size`.

        Raises:
            OutOfRangeError: The register is shorter, or the old size is the larger one.
        """
        new_size = self._require_size(new_size)
        if not 0 <= old_size <= new_size:
            raise OutOfRangeError("a consistency proof goes from a smaller size to a larger")
        return self._read(lambda node: consistency_path(old_size, new_size, node))

    def _require_size(self, size: int | None) -> int:
        present = self.store.size()
        if size is None:
            return present
        if not 0 <= size <= present:
            raise OutOfRangeError("the register is shorter")
        return size

    def _read(self, plan: Callable[[NodeReader], T]) -> T:
        return plan(_reader(self._fetch(wanted(plan))))

    def _fetch(self, keys: Sequence[NodeKey]) -> dict[NodeKey, bytes]:
        return dict(self.store.nodes(keys)) if keys else {}


@dataclass(frozen=True, slots=True)
class CheckpointBook:
    """The checkpoints the register's owner has signed, and who cosigned them."""

    log: Log
    store: CheckpointStore

    def issue(
        self,
        signer: Ed25519Signer,
        at: datetime,
        *,
        post_quantum: MLDSACosignatureSigner | None = None,
    ) -> SignedCheckpoint:
        """Sign the register as it is now, unless that was done at this size already.

        What was signed before is checked first: a register that was set back, by a restored
        backup perhaps, or whose entries were changed, is not signed again.

        Args:
            signer: The register's key; its name is the origin.
            at: Now, in UTC.
            post_quantum: A second key under the same name, to sign with as well.

        Raises:
            LogDamagedError: The register contradicts the newest checkpoint signed for it.
        """
        present = self.log.checkpoint()
        newest = self.newest()
        if newest is not None:
            self._require_unchanged(newest.checkpoint, present.size)
            if newest.checkpoint.size == present.size:
                return newest
        note = sign_checkpoint(present, signer)
        if post_quantum is not None:
            note = countersign(note, post_quantum, at)
        self.store.keep_checkpoint(present.size, note, at)
        return SignedCheckpoint(checkpoint=present, note=note)

    def newest(self) -> SignedCheckpoint | None:
        """Return the newest checkpoint signed, without cosignatures; None before the first."""
        note = self.store.checkpoint()
        return None if note is None else SignedCheckpoint.kept(note)

    def note(self, size: int) -> bytes:
        """Return the note signed at this size with all cosignatures on it.

        Raises:
            OutOfRangeError: No checkpoint was signed at this size.
        """
        note = self._bare_note(size)
        for line in self.store.cosignatures(size):
            note = append_signature(note, line)
        return note

    def attach(self, size: int, line: str, cosigner: Verifier) -> bytes:
        """Verify a cosignature on the checkpoint of this size and keep it; return the whole note.

        The same line may come twice; of two from one cosigner the later is kept.

        Raises:
            OutOfRangeError: No checkpoint was signed at this size.
            CipherError: The line is not this cosigner's valid signature.
        """
        attach_cosignature(self._bare_note(size), line, cosigner)
        self.store.keep_cosignature(size, cosigner.name, line)
        return self.note(size)

    def prove(self, index: int, size: int) -> TlogProof:
        """Make the proof that is kept beside a record: its entry under a signed checkpoint.

        Raises:
            OutOfRangeError: No checkpoint was signed at this size, or the entry came later.
        """
        hashes = self.log.inclusion_proof(index, size)
        return TlogProof(index=index, hashes=hashes, note=self.note(size))

    def _bare_note(self, size: int) -> bytes:
        note = self.store.checkpoint(size)
        if note is None:
            raise OutOfRangeError("no checkpoint was signed at this size")
        return note

    def _require_unchanged(self, signed: Checkpoint, present_size: int) -> None:
        if signed.size > present_size:
            raise LogDamagedError("the entry is missing, but was signed", index=present_size)
        if self.log.checkpoint(signed.size) != signed:
            raise LogDamagedError("this or a later entry was changed after signing", index=0)


def _leaf(entry: Entry) -> Leaf:
    data = entry.to_bytes()
    return Leaf(data, leaf_hash(data))


def _merged_peaks(first: int, stop: int) -> list[NodeKey]:
    """Return which subtrees of the tree at size `first` get a parent on the way to `stop`."""
    peaks = wanted(lambda node: root_hash(first, node))
    return [(level, index) for level, index in peaks if (index + 2) << level <= stop]


def _reader(found: dict[NodeKey, bytes]) -> NodeReader:
    def node(level: int, index: int) -> bytes:
        try:
            return found[level, index]
        except KeyError:
            reason = f"the subtree of level {level} is missing"
            raise LogDamagedError(reason, index=index << level) from None

    return node
