"""The Merkle tree of RFC 9162 section 2.1: hashes, roots, and both kinds of proof.

Pure. Proofs are made over a reader of *complete subtrees*: `node(level, index)` is the hash over
the entries `index * 2**level` up to, not including, `(index + 1) * 2**level`; level 0 is the leaf
hashes. Every function asks for O(log n) of them. Which ones it asks for depends on sizes and
indexes alone, never on a hash, so a caller may collect the keys first (`wanted`).

Size zero is the callers' business: a consistency proof from nothing proves nothing, so
`verify_consistency` refuses it, while witnesses (C2SP tlog-witness) accept an empty one.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from hmac import compare_digest

from depesha.register.errors import ProofError
from depesha.register.spelling import HASH_SIZE

NodeKey = tuple[int, int]
NodeReader = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry's bytes into a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(size: int, node: NodeReader) -> bytes:
    """Return the root over the first `size` entries; of none, the hash of the empty string."""
    return _range_hash(0, size, node) if size else EMPTY_ROOT


def completed_nodes(size: int, leaf: bytes, node: NodeReader) -> list[tuple[NodeKey, bytes]]:
    """Return the subtrees above level 0 that become complete when `leaf` is entry `size`."""
    made: list[tuple[NodeKey, bytes]] = []
    digest, level = leaf, 0
    while size >> level & 1:
        digest = node_hash(node(level, (size >> level) - 1), digest)
        level += 1
        made.append(((level, size >> level), digest))
    return made


def inclusion_path(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return the hashes that lead from entry `index` to the root at `size`, leaf's sibling first.

    Raises:
        ValueError: There is no such entry at this size.
    """
    if not 0 <= index < size:
        raise ValueError("an inclusion proof is of an entry below the size")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(begin, middle, node))
            begin = middle
    return tuple(reversed(path))


def consistency_path(old_size: int, new_size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return the hashes that show the first `old_size` entries unchanged at `new_size`.

    From size zero, and between equal sizes, there is nothing to show: the path is empty.

    Raises:
        ValueError: The sizes are negative or in the wrong order.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError("a consistency proof goes from a smaller size to a larger")
    path: list[bytes] = []
    begin, end = 0, new_size
    while old_size not in (0, end):
        middle = begin + _split(end - begin)
        if old_size <= middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(begin, middle, node))
            begin = middle
    if begin:  # Else the verifier holds this hash: it is the old root itself.
        path.append(_range_hash(begin, end, node))
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the leaf hash `leaf` is entry `index` of the tree with this size and root.

    Raises:
        ProofError: It is not shown to be.
    """
    _require_hashes([leaf, root, *proof])
    if not 0 <= index < size:
        raise ProofError("the index is not below the size")
    place, last, digest = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if place & 1 or place == last:
            digest = node_hash(step, digest)
            place, last = _skip_missing(place, last)
        else:
            digest = node_hash(digest, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the inclusion proof is too short")
    _require_equal(digest, root, "the inclusion proof leads to another root")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree with the new size and root begins with the whole of the old one.

    Raises:
        ProofError: It is not shown to; or the old size is zero, where there is nothing to show.
    """
    if not 0 < old_size <= new_size:
        raise ProofError("a consistency proof goes from a size above zero to one not smaller")
    if old_size == new_size:
        if proof:
            raise ProofError("a consistency proof between equal sizes is empty")
        _require_equal(old_root, new_root, "equal sizes have different roots")
        return
    _require_hashes([old_root, new_root, *proof])
    steps = list(proof)
    if old_size & (old_size - 1) == 0:  # The old root is a node of the new tree.
        steps.insert(0, old_root)
    if not steps:
        raise ProofError("the consistency proof is too short")
    old_digest, new_digest = _climb(old_size, new_size, steps)
    _require_equal(old_digest, old_root, "the consistency proof leads to another old root")
    _require_equal(new_digest, new_root, "the consistency proof leads to another new root")


def wanted(plan: Callable[[NodeReader], object]) -> list[NodeKey]:
    """Return the keys that `plan` asks its reader for, in order and without doubles."""
    keys: dict[NodeKey, None] = {}

    def note_down(level: int, index: int) -> bytes:
        keys[level, index] = None
        return EMPTY_ROOT

    plan(note_down)
    return list(keys)


def _climb(old_size: int, new_size: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Walk up from the last subtree of the old tree; return the roots this leads to."""
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_digest = new_digest = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if place & 1 or place == last:
            old_digest = node_hash(step, old_digest)
            new_digest = node_hash(step, new_digest)
            place, last = _skip_missing(place, last)
        else:
            new_digest = node_hash(new_digest, step)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("the consistency proof is too short")
    return old_digest, new_digest


def _skip_missing(place: int, last: int) -> tuple[int, int]:
    """Pass the levels where the last subtree has no right neighbour and rises unchanged."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(width: int) -> int:
    """Return the largest power of two below `width`: where RFC 9162 divides a tree."""
    return 1 << (width - 1).bit_length() - 1


def _range_hash(begin: int, end: int, node: NodeReader) -> bytes:
    """Return the hash over entries `begin` up to `end`, which begin at a subtree's border."""
    peaks: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.append(node(level, begin >> level))
        begin += 1 << level
    digest = peaks.pop()
    while peaks:
        digest = node_hash(peaks.pop(), digest)
    return digest


def _require_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(digest) != HASH_SIZE for digest in hashes):
        raise ProofError("a hash is not 32 bytes")


def _require_equal(found: bytes, expected: bytes, reason: str) -> None:
    if not compare_digest(found, expected):
        raise ProofError(reason)
