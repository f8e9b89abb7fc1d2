import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.cipher import CosignatureSigner, Ed25519Verifier, open_note, sign_note
from depesha.register import (
    EMPTY_ROOT,
    Advice,
    Checkpoint,
    ConsistencyProof,
    EvidenceError,
    ForkError,
    ProofError,
    RollbackError,
    SignedCheckpoint,
    StaleProofError,
    advance,
    attach_cosignature,
    cosign,
    observe,
    sign_checkpoint,
)
from tests.register.memory import MemoryWitnessStore
from tests.register.samples import (
    NOON,
    ORIGIN,
    OWNER,
    OWNER_POST_QUANTUM,
    STRANGER,
    WITNESSES,
    log_of,
)
from tests.support import shared

LOG = log_of(20)
KEY = OWNER.verifier
FROM_ZERO = ConsistencyProof(old_size=0)


def signed(size: int, root: bytes | None = None) -> SignedCheckpoint:
    honest = LOG.checkpoint(size)
    checkpoint = Checkpoint(origin=ORIGIN, size=size, root=root or honest.root)
    return SignedCheckpoint(checkpoint=checkpoint, note=sign_checkpoint(checkpoint, OWNER))


def proof(old: int, new: int) -> ConsistencyProof:
    return ConsistencyProof(old_size=old, hashes=LOG.consistency_proof(old, new))


STATUS = {
    "cipher.note_format": 403,  # One published signature is spoilt in its base64 as well.
    "cipher.signature": 403,
    "cipher.no_known_signature": 403,
    "register.origin": 404,
    "register.rollback": 400,
    "register.stale_proof": 409,
    "register.fork": 409,
    "register.proof": 422,
}


def published_calls() -> list[tuple[str, int]]:
    """Read the calls and their status; one of the published steps holds two calls."""
    case = json.loads(shared("vectors/tlog/witness-add-checkpoint.json").read_text())
    calls: list[tuple[str, int]] = []
    for step in case["steps"]:
        body, *rest = step["request_body"].split("```\n")
        if rest:
            status = int(rest[0].split("HTTP ")[1][:3])
            calls.append((body, status))
            body = rest[1]
        calls.append((body, step["status"]))
    return calls


def test_published_calls() -> None:
    """The calls of another implementation's witness test have the same outcomes here."""
    case = json.loads(shared("vectors/tlog/witness-add-checkpoint.json").read_text())
    key = Ed25519Verifier(case["log_origin"], bytes.fromhex(case["log_ed25519_key_hex"]))
    witness = CosignatureSigner(case["witness_name"], bytes(32))
    store, calls = MemoryWitnessStore(), published_calls()
    assert len(calls) >= len(case["steps"])

    for body, status in calls:
        advice = Advice.from_bytes(body.encode())
        assert advice.to_bytes() == body.encode()
        if status == 200:
            accepted = observe(store, advice.note, advice.proof, key)
            assert cosign(accepted, witness, NOON).startswith(f"— {case['witness_name']} ")
            continue

        with pytest.raises(DepeshaError) as refused:
            observe(store, advice.note, advice.proof, key)

        assert STATUS[refused.value.code] == status


@given(st.lists(st.integers(0, 20), min_size=1, max_size=6).map(sorted))
def test_growing_register_is_accepted(sizes: list[int]) -> None:
    """A register that only grows is accepted at every step, also where it stands still."""
    store, old = MemoryWitnessStore(), 0
    for size in sizes:
        note = signed(size).note
        assert observe(store, note, proof(old, size), KEY) == SignedCheckpoint.kept(note)
        assert store.newest(ORIGIN) == note
        old = size


def test_smaller_checkpoint_is_a_rollback() -> None:
    """A register that became shorter is refused, with both notes as evidence."""
    with pytest.raises(RollbackError) as refused:
        advance(signed(9), signed(8).note, proof(8, 8), KEY)
    assert refused.value.code == "register.rollback"
    assert (refused.value.known_note, refused.value.note) == (signed(9).note, signed(8).note)


def test_two_roots_at_one_size_are_a_fork() -> None:
    """Two roots at one size are refused, with both notes as evidence."""
    forged = signed(9, bytes(32))
    with pytest.raises(ForkError) as refused:
        advance(signed(9), forged.note, proof(9, 9), KEY)
    assert refused.value.code == "register.fork"
    assert (refused.value.known_note, refused.value.note) == (signed(9).note, forged.note)


@pytest.mark.parametrize("forged", [signed(8), signed(9, bytes(32))], ids=["shorter", "forked"])
def test_bad_proof_does_not_hide_evidence(forged: SignedCheckpoint) -> None:
    """Contradicting notes are named as evidence whatever proof came beside them."""
    for bad in (FROM_ZERO, ConsistencyProof(old_size=99, hashes=(bytes(32),))):
        with pytest.raises(EvidenceError):
            advance(signed(9), forged.note, bad, KEY)


def test_rewritten_register_is_refused() -> None:
    """A larger tree that doesn't begin with the known one is refused."""
    with pytest.raises(ProofError):
        advance(signed(9), signed(12, bytes(32)).note, proof(9, 12), KEY)
    with pytest.raises(ProofError):
        advance(signed(9), signed(12).note, ConsistencyProof(old_size=9), KEY)


def test_proof_from_elsewhere_names_where_to_start() -> None:
    """A proof from another size than the newest known one says which size is wanted."""
    with pytest.raises(StaleProofError) as refused:
        advance(signed(9), signed(12).note, proof(8, 12), KEY)
    assert refused.value.known_size == 9
    with pytest.raises(StaleProofError) as refused:
        advance(None, signed(12).note, proof(8, 12), KEY)
    assert refused.value.known_size == 0


@pytest.mark.parametrize("known", [None, signed(0)], ids=["first", "empty"])
def test_from_nothing_the_proof_is_empty(known: SignedCheckpoint | None) -> None:
    """From nothing, a checkpoint is taken as it is, and a proof of nothing is refused."""
    assert advance(known, signed(5).note, FROM_ZERO, KEY) == signed(5)
    stuffed = ConsistencyProof(old_size=0, hashes=(bytes(32),))
    with pytest.raises(ProofError):
        advance(known, signed(5).note, stuffed, KEY)


def test_empty_register_has_the_root_of_nothing() -> None:
    """A checkpoint of size zero is accepted with the one root it can have."""
    assert advance(None, signed(0).note, FROM_ZERO, KEY).checkpoint.root == EMPTY_ROOT
    with pytest.raises(ProofError):
        advance(None, signed(0, bytes(32)).note, FROM_ZERO, KEY)


def test_stranger_is_not_witnessed() -> None:
    """A checkpoint signed by another key is refused before anything in it is used."""
    note = sign_note(LOG.checkpoint(5).to_text(), [STRANGER])
    with pytest.raises(DepeshaError) as refused:
        advance(None, note, FROM_ZERO, KEY)
    assert refused.value.code == "cipher.no_known_signature"


def test_known_checkpoint_of_another_origin_is_a_mistake() -> None:
    """To compare two registers with each other is a mistake of the program."""
    other = Checkpoint(origin=STRANGER.name, size=5, root=bytes(32))
    known = SignedCheckpoint(checkpoint=other, note=sign_checkpoint(other, STRANGER))
    with pytest.raises(ValueError, match="another origin"):
        advance(known, signed(5).note, proof(5, 5), KEY)


def test_refused_checkpoint_changes_nothing() -> None:
    """After a refusal the newest accepted note is the one from before."""
    store = MemoryWitnessStore()
    observe(store, signed(9).note, FROM_ZERO, KEY)
    for note in (signed(8).note, signed(9, bytes(32)).note, signed(12, bytes(32)).note):
        with pytest.raises(DepeshaError):
            observe(store, note, proof(9, 12), KEY)
        assert store.newest(ORIGIN) == signed(9).note


def test_cosignature_goes_home() -> None:
    """The owner verifies the line a witness sent, and puts it on the note."""
    accepted = advance(None, signed(9).note, FROM_ZERO, KEY)
    witness = WITNESSES[0]
    note = attach_cosignature(accepted.note, cosign(accepted, witness, NOON), witness.verifier)
    opened = open_note(note, [KEY, witness.verifier])
    assert [found.timestamp for found in opened.signatures] == [None, NOON]


def test_foreign_cosignature_is_not_attached() -> None:
    """A line on another checkpoint, or by another witness, is refused."""
    line = cosign(signed(8), WITNESSES[0], NOON)
    with pytest.raises(DepeshaError) as refused:
        attach_cosignature(signed(9).note, line, WITNESSES[0].verifier)
    assert refused.value.code == "cipher.signature"
    with pytest.raises(DepeshaError) as refused:
        attach_cosignature(signed(8).note, line, WITNESSES[1].verifier)
    assert refused.value.code == "cipher.no_known_signature"


def test_published_example_has_a_real_signature() -> None:
    """The published calls are signed with the published key, or the test above says nothing."""
    body, _ = published_calls()[0]
    line = Advice.from_bytes(body.encode()).note.decode().splitlines()[-1]
    assert len(b64decode(line.split(" ")[2])) == 4 + 64


def test_post_quantum_witness() -> None:
    """A witness may cosign with ML-DSA-44."""
    line = cosign(signed(9), OWNER_POST_QUANTUM, NOON)
    note = attach_cosignature(signed(9).note, line, OWNER_POST_QUANTUM.verifier)
    assert len(note) > 2420
