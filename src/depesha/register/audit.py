"""Checking a whole register again from its entries: what `verify` does to one's own store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from depesha.base import DepeshaError
from depesha.cipher import Verifier, append_signature, open_note
from depesha.register.checkpoint import Checkpoint, open_checkpoint
from depesha.register.entry import Entry
from depesha.register.errors import EntryFormatError, LogDamagedError
from depesha.register.ports import CheckpointStore, Leaf, LogStore
from depesha.register.tree import EMPTY_ROOT, NodeKey, completed_nodes, leaf_hash, root_hash

BATCH = 512


def verify_log(
    log: LogStore,
    checkpoints: CheckpointStore,
    log_verifier: Verifier,
    cosigners: Sequence[Verifier] = (),
) -> Checkpoint:
    """Recompute a register from its entries; compare every subtree and every checkpoint.

    Everything is read once, in batches; one hash a level stands in memory.

    Returns:
        What the register sums up to now.

    Raises:
        LogDamagedError: Names the first entry that cannot be believed: one that is missing,
            unreadable or unlike its leaf hash; the first below a subtree whose hash is not that
            of its entries; or the first that no sound checkpoint vouches for, where a checkpoint
            contradicts the entries, is not validly signed, or is larger than the register.
    """
    sizes = checkpoints.checkpoint_sizes()
    roots = _recompute(log, frozenset(sizes))
    size = max(roots)
    vouched = 0
    for signed_size in sizes:
        if signed_size > size:
            raise LogDamagedError("the entry is missing, but was signed", index=size)
        signed = _open(checkpoints, signed_size, [log_verifier, *cosigners], vouched)
        if (signed.size, signed.root) != (signed_size, roots[signed_size]):
            raise LogDamagedError("a signed checkpoint contradicts the entries", index=vouched)
        vouched = signed_size
    return Checkpoint(origin=log_verifier.name, size=size, root=roots[size])


@dataclass(frozen=True, slots=True)
class _Tree:
    """A tree that grows and keeps the newest complete subtree of each level; no other is needed."""

    newest: dict[int, bytes] = field(default_factory=dict)

    def node(self, level: int, _index: int) -> bytes:
        return self.newest[level]

    def grow(self, index: int, leaf: bytes) -> list[tuple[NodeKey, bytes]]:
        completed = completed_nodes(index, leaf, self.node)
        self.newest[0] = leaf
        self.newest.update((level, digest) for (level, _), digest in completed)
        return completed


def _recompute(store: LogStore, wanted_sizes: frozenset[int]) -> dict[int, bytes]:
    """Return the roots at the wanted sizes and at the last, from the entries alone."""
    tree, roots, size = _Tree(), {0: EMPTY_ROOT}, store.size()
    for start in range(0, size, BATCH):
        stop = min(start + BATCH, size)
        kept = store.leaves(start, stop)
        made: list[tuple[NodeKey, bytes]] = []
        for index in range(start, stop):
            made += tree.grow(index, _checked_leaf(kept, index))
            if index + 1 in wanted_sizes or index + 1 == size:
                roots[index + 1] = root_hash(index + 1, tree.node)
        _compare(store, made)
    return roots


def _checked_leaf(kept: Mapping[int, Leaf], index: int) -> bytes:
    if index not in kept:
        raise LogDamagedError("the entry is missing", index=index)
    leaf = kept[index]
    try:
        Entry.from_bytes(leaf.entry)
    except EntryFormatError as error:
        raise LogDamagedError(str(error), index=index) from error
    if leaf_hash(leaf.entry) != leaf.digest:
        raise LogDamagedError("the entry is not that of its leaf hash", index=index)
    return leaf.digest


def _compare(store: LogStore, made: Sequence[tuple[NodeKey, bytes]]) -> None:
    """Compare the kept subtrees with the computed ones.

    A wrong leaf makes all subtrees above it wrong: only those count that no wrong one below
    explains, and of these the leftmost is named.
    """
    kept = store.nodes([key for key, _ in made])
    wrong = {key for key, digest in made if kept.get(key) != digest}
    causes = [
        (index << level, level)
        for level, index in wrong
        if wrong.isdisjoint({(level - 1, 2 * index), (level - 1, 2 * index + 1)})
    ]
    if causes:
        first, level = min(causes)
        reason = f"the subtree of level {level} is missing or not that of its entries"
        raise LogDamagedError(reason, index=first)


def _open(
    store: CheckpointStore, size: int, verifiers: Sequence[Verifier], vouched: int
) -> Checkpoint:
    """Open the note kept at one size by all the keys given, the first of which must be on it."""
    note = store.checkpoint(size) or b""
    try:
        for line in store.cosignatures(size):
            note = append_signature(note, line)
        open_note(note, verifiers)
        return open_checkpoint(note, verifiers[0])
    except DepeshaError as error:
        raise LogDamagedError("a checkpoint is not validly signed", index=vouched) from error
