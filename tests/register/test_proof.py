import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.register import (
    Policy,
    ProofError,
    ProofFormatError,
    QuorumError,
    TlogProof,
    verify_proof,
)
from tests.register.samples import NOON, OWNER, STRANGER, WITNESSES, book_of, entry, one_bit_flips
from tests.support import Vector, shared, vectors

PUBLISHED = json.loads(shared("vectors/tlog/proof-format.json").read_text())
WITNESS = WITNESSES[0]
LOG_ALONE = Policy.from_text(f"log {OWNER.verifier.to_vkey()}\nquorum none\n")
LOG_AND_WITNESS = Policy.from_text(
    f"log {OWNER.verifier.to_vkey()}\nwitness W {WITNESS.verifier.to_vkey()}\nquorum W\n"
)


def proof_of(index: int, size: int, *, cosigned: bool = False) -> TlogProof:
    book = book_of(size)
    signed = book.issue(OWNER, NOON)
    if cosigned:
        book.attach(size, WITNESS.cosign(signed.text, NOON), WITNESS.verifier)
    return book.prove(index, size)


@pytest.mark.parametrize("vector", vectors("register/tlog-proof"), ids=lambda vector: vector.name)
def test_proof_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert TlogProof.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(DepeshaError) as refused:
        TlogProof.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["name"])
def test_published_proof(case: dict[str, str | int | bool]) -> None:
    """Other implementations' proofs are read or refused as they say."""
    data = str(case["text"]).encode()
    if not case["ok"]:
        with pytest.raises(ProofFormatError):
            TlogProof.from_bytes(data)
        return

    proof = TlogProof.from_bytes(data)

    assert (proof.index, len(proof.hashes)) == (case["index"], case["hashes"])
    assert proof.to_bytes() == data


proofs = st.builds(
    TlogProof,
    index=st.integers(0, 2**63 - 1),
    hashes=st.lists(st.binary(min_size=32, max_size=32), max_size=4).map(tuple),
    note=st.binary(min_size=1),
    extra=st.none() | st.binary(min_size=1),
)


@given(proofs)
def test_proof_reads_back(proof: TlogProof) -> None:
    """Every proof has one byte form."""
    assert TlogProof.from_bytes(proof.to_bytes()) == proof


@given(st.binary() | proofs.map(TlogProof.to_bytes).map(lambda data: data.replace(b"A", b"\xff")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the parser fail in a way callers are not told about."""
    with suppress(ProofFormatError):
        assert TlogProof.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": 2**63},
        {"hashes": (b"short",)},
        {"hashes": (bytes(32),) * 64},
        {"note": b""},
        {"extra": b""},
    ],
    ids=str,
)
def test_impossible_proof_cannot_be_made(change: dict[str, object]) -> None:
    """What could not be read can't be built either."""
    fields: dict[str, Any] = {"index": 0, "hashes": (), "note": b"note", **change}
    with pytest.raises(ProofFormatError):
        TlogProof(**fields)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_every_entry_is_proved(size: int) -> None:
    """Each entry of a register has a proof that its policy accepts, with who signed and when."""
    for index in range(size):
        proof = TlogProof.from_bytes(proof_of(index, size, cosigned=True).to_bytes())
        seen = verify_proof(proof, entry(index), LOG_AND_WITNESS)
        assert seen.checkpoint.size == size
        assert [found.timestamp for found in seen.signatures] == [None, NOON]


def test_another_entry_is_not_proved() -> None:
    """A proof shows its own entry only."""
    with pytest.raises(ProofError):
        verify_proof(proof_of(3, 7), entry(4), LOG_ALONE)


def test_proof_without_the_quorum_is_refused() -> None:
    """A sound proof that the witnesses have not seen is not believed."""
    with pytest.raises(QuorumError):
        verify_proof(proof_of(3, 7), entry(3), LOG_AND_WITNESS)


def test_proof_under_an_unknown_register_is_refused() -> None:
    """A register that the policy doesn't name proves nothing."""
    policy = Policy.from_text(f"log {STRANGER.verifier.to_vkey()}\nquorum none\n")
    with pytest.raises(DepeshaError) as refused:
        verify_proof(proof_of(3, 7), entry(3), policy)
    assert refused.value.code == "cipher.no_known_signature"


def test_one_flipped_bit_is_refused() -> None:
    """No bit of a cosigned proof can change, wherever it stands."""
    proof = proof_of(2, 5, cosigned=True)
    verify_proof(proof, entry(2), LOG_AND_WITNESS)
    for flipped in one_bit_flips(proof.to_bytes()):
        with pytest.raises(DepeshaError) as refused:
            verify_proof(TlogProof.from_bytes(flipped), entry(2), LOG_AND_WITNESS)
        assert refused.value.code.partition(".")[0] in {"register", "cipher"}


def test_one_flipped_bit_of_the_entry_is_refused() -> None:
    """No bit of the entry can change under its proof."""
    proof = proof_of(2, 5)
    for flipped in one_bit_flips(entry(2).to_bytes()):
        with pytest.raises(DepeshaError):
            verify_proof(proof, type(entry(2)).from_bytes(flipped), LOG_ALONE)
