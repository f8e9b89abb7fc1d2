import hashlib
import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import verifier_from_vkey
from depesha.register import (
    EMPTY_ROOT,
    ProofError,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    open_checkpoint,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from depesha.register.tree import NodeReader, completed_nodes, wanted
from tests.support import shared

LIMIT = 200
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(LIMIT)]
OTHER = hashlib.sha256(b"other").digest()


def naive_root(leaves: list[bytes]) -> bytes:
    """Compute MTH as RFC 9162 section 2.1.1 defines it, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = max(2**power for power in range(9) if 2**power < len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:half]) + naive_root(leaves[half:])).digest()


def node_of(leaves: list[bytes]) -> NodeReader:
    def node(level: int, index: int) -> bytes:
        part = leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "only complete subtrees may be asked for"
        return naive_root(part)

    return node


NODE = node_of(LEAVES)
ROOTS = [naive_root(LEAVES[:size]) for size in range(LIMIT + 1)]


def merkle_cases(kind: str) -> list[Path]:
    found = sorted(shared(f"vectors/tlog/merkle/{kind}").rglob("*.json"))
    assert found
    return found


def hashes(values: list[str] | None) -> list[bytes]:
    return [b64decode(value) for value in values or []]


@pytest.mark.parametrize("path", merkle_cases("inclusion"), ids=lambda path: path.stem)
def test_published_inclusion_case(path: Path) -> None:
    """Other implementations' inclusion cases come out as they say."""
    case = json.loads(path.read_text())
    (leaf, root), proof = hashes([case["leafHash"] or "", case["root"] or ""]), case["proof"]
    if not case["wantErr"]:
        verify_inclusion(leaf, case["leafIdx"], case["treeSize"], root, hashes(proof))
        return

    with pytest.raises(ProofError):
        verify_inclusion(leaf, case["leafIdx"], case["treeSize"], root, hashes(proof))


@pytest.mark.parametrize("path", merkle_cases("consistency"), ids=lambda path: path.stem)
def test_published_consistency_case(path: Path) -> None:
    """Other implementations' consistency cases come out as they say."""
    case = json.loads(path.read_text())
    (old, new), proof = hashes([case["root1"] or "", case["root2"] or ""]), hashes(case["proof"])
    if not case["wantErr"]:
        verify_consistency(case["size1"], old, case["size2"], new, proof)
        return

    with pytest.raises(ProofError):
        verify_consistency(case["size1"], old, case["size2"], new, proof)


def static_log_entries() -> list[bytes]:
    data = shared("vectors/tlog/static-log/tile/entries/000.p/15").read_bytes()
    entries: list[bytes] = []
    while data:
        length = int.from_bytes(data[:2], "big")
        entries.append(data[2 : 2 + length])
        data = data[2 + length :]
    return entries


STATIC_SIZES = sorted(
    int(path.suffix[1:]) for path in shared("vectors/tlog/static-log").glob("checkpoint.*")
)


@pytest.mark.parametrize("size", STATIC_SIZES)
def test_published_log(size: int) -> None:
    """A log that another implementation wrote has our roots, and its checkpoints open."""
    key = json.loads(shared("vectors/tlog/static-log/key.json").read_text())
    note = shared(f"vectors/tlog/static-log/checkpoint.{size}").read_bytes()

    checkpoint = open_checkpoint(note, verifier_from_vkey(key["vkey"]))

    leaves = [leaf_hash(entry) for entry in static_log_entries()]
    assert (checkpoint.origin, checkpoint.size) == (key["origin"], size)
    assert root_hash(size, node_of(leaves)) == checkpoint.root


def test_static_log_is_whole() -> None:
    """All sixteen sizes of the published log, or as many as are at hand, were looked at."""
    assert len(static_log_entries()) == 15
    assert STATIC_SIZES


def test_hashes_have_their_prefixes() -> None:
    """A leaf can't pass for a node: they are hashed under different prefixes."""
    assert leaf_hash(b"abc") == hashlib.sha256(b"\x00abc").digest()
    assert node_hash(OTHER, EMPTY_ROOT) == hashlib.sha256(b"\x01" + OTHER + EMPTY_ROOT).digest()


@pytest.mark.parametrize("size", range(LIMIT + 1))
def test_root_is_that_of_the_definition(size: int) -> None:
    """The root over complete subtrees is the root of the recursive definition."""
    assert root_hash(size, NODE) == ROOTS[size]


def test_growing_makes_every_complete_subtree_once() -> None:
    """Appending one by one computes each complete subtree exactly when it becomes complete."""
    kept = {(0, index): leaf for index, leaf in enumerate(LEAVES)}
    for index, leaf in enumerate(LEAVES):
        for made, digest in completed_nodes(index, leaf, lambda *key: kept[key]):
            assert made not in kept
            kept[made] = digest
    expected = {
        (level, index): NODE(level, index) for level in range(8) for index in range(LIMIT >> level)
    }
    assert kept == expected


sizes = st.integers(1, LIMIT)


@given(size=sizes, data=st.data())
def test_inclusion_proof_verifies_and_no_other_does(size: int, data: st.DataObject) -> None:
    """A proof shows its own entry at its own place, and nothing beside it."""
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_path(index, size, NODE))

    verify_inclusion(LEAVES[index], index, size, ROOTS[size], proof)

    wrong_place = data.draw(st.integers(0, size).filter(lambda place: place != index))
    spoilt = [(LEAVES[index], wrong_place, size, ROOTS[size], proof)]
    spoilt.append((OTHER, index, size, ROOTS[size], proof))
    spoilt.append((LEAVES[index], index, size, ROOTS[size - 1], proof))
    spoilt.append((LEAVES[index], index, size, ROOTS[size], [*proof, OTHER]))
    spoilt += [(LEAVES[index], index, size, ROOTS[size], proof[:-1])] if proof else []
    for case in spoilt:
        with pytest.raises(ProofError):
            verify_inclusion(*case)


@given(new=sizes, data=st.data())
def test_consistency_proof_verifies_and_no_other_does(new: int, data: st.DataObject) -> None:
    """A proof shows one tree to begin another, and no other pair of trees."""
    old = data.draw(st.integers(1, new))
    proof = list(consistency_path(old, new, NODE))

    verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)

    spoilt = [(old, OTHER, new, ROOTS[new], proof), (old, ROOTS[old], new, OTHER, proof)]
    spoilt.append((old, ROOTS[old], new, ROOTS[new], [*proof, OTHER]))
    spoilt.append((old - 1, ROOTS[old - 1], new, ROOTS[new], [*proof, OTHER]))
    spoilt += [(old, ROOTS[old], new, ROOTS[new], proof[:-1])] if proof else []
    for step in range(len(proof)):
        changed = [*proof[:step], OTHER, *proof[step + 1 :]]
        spoilt.append((old, ROOTS[old], new, ROOTS[new], changed))
    for case in spoilt:
        with pytest.raises(ProofError):
            verify_consistency(*case)


@given(size=st.integers(1, 2**62), data=st.data())
def test_proofs_ask_for_few_subtrees(size: int, data: st.DataObject) -> None:
    """Proofs cost O(log n): twice the depth of the tree at the very most."""
    index = data.draw(st.integers(0, size - 1))
    depth = size.bit_length()
    assert len(wanted(lambda node: inclusion_path(index, size, node))) <= 2 * depth
    assert len(wanted(lambda node: consistency_path(index, size, node))) <= 2 * depth
    assert len(wanted(lambda node: root_hash(size, node))) <= depth


def test_nothing_is_shown_from_size_zero() -> None:
    """From nothing there is no proof to make, and none to believe."""
    assert consistency_path(0, 7, NODE) == ()
    with pytest.raises(ProofError):
        verify_consistency(0, EMPTY_ROOT, 7, ROOTS[7], [])


@pytest.mark.parametrize("place", [(-1, 5), (5, 5), (0, 0)])
def test_proof_of_no_entry_cannot_be_asked_for(place: tuple[int, int]) -> None:
    """To ask for a proof of an entry beyond the size is a mistake of the program."""
    with pytest.raises(ValueError, match="below the size"):
        inclusion_path(*place, NODE)


@pytest.mark.parametrize("pair", [(-1, 5), (6, 5)])
def test_proof_of_shrinking_cannot_be_asked_for(pair: tuple[int, int]) -> None:
    """To ask for a proof from a larger size to a smaller is a mistake of the program."""
    with pytest.raises(ValueError, match="from a smaller size"):
        consistency_path(*pair, NODE)
