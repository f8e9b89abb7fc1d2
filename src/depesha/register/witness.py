"""Counter-witnessing: when a correspondent's checkpoint is accepted, and what is said of it.

The rules are those of C2SP tlog-witness `add-checkpoint`, without its HTTP; keeping the newest
accepted checkpoint durable *before* a cosignature leaves is the caller's transaction. A witness
that lost its store is retired with its key, never started again from nothing.
"""

from datetime import datetime

from depesha.cipher import (
    CosignatureSigner,
    MLDSACosignatureSigner,
    Verifier,
    append_signature,
    open_note,
)
from depesha.register.advice import ConsistencyProof
from depesha.register.checkpoint import Checkpoint, SignedCheckpoint
from depesha.register.errors import (
    ForkError,
    ProofError,
    RollbackError,
    StaleProofError,
)
from depesha.register.ports import WitnessStore
from depesha.register.tree import EMPTY_ROOT, verify_consistency


def advance(
    known: SignedCheckpoint | None,
    note: bytes,
    proof: ConsistencyProof,
    log_verifier: Verifier,
) -> SignedCheckpoint:
    """Accept a correspondent's checkpoint as the newest one, or say why not.

    1. The note is signed by the correspondent's key, under its origin.
    2. The checkpoint is not smaller than the newest known one.
    3. At the size of the newest known one it has the same root.
    4. The proof starts at the size of the newest known one (0 before the first).
    5. An empty register has the root of nothing; from size 0 the proof is empty.
    6. The proof shows that the known tree is the beginning of the new one.

    Steps 2 and 3 come before the proof is looked at: two signed notes that contradict each other
    are evidence, however bad the proof beside them.

    Args:
        known: The newest checkpoint accepted from this origin; None before the first.
        note: The checkpoint's note as received.
        proof: The consistency proof that came with it.
        log_verifier: The key of the correspondent's register.

    Raises:
        CipherError, CheckpointFormatError, OriginError: Step 1, as `open_checkpoint` has it.
        RollbackError: Step 2; carries both notes.
        ForkError: Step 3; carries both notes.
        StaleProofError: Step 4; carries the size to start from.
        ProofError: Steps 5 and 6.
    """
    new = SignedCheckpoint.verify(note, log_verifier)
    if known is not None:
        _require_same_history(known, new)
    old_size = 0 if known is None else known.checkpoint.size
    if proof.old_size != old_size:
        raise StaleProofError(old_size)
    if new.checkpoint.size == 0 and new.checkpoint.root != EMPTY_ROOT:
        raise ProofError("an empty register has the root of nothing")
    _require_growth(known.checkpoint if known else None, new.checkpoint, proof)
    return new


def observe(
    store: WitnessStore, note: bytes, proof: ConsistencyProof, log_verifier: Verifier
) -> SignedCheckpoint:
    """Accept a correspondent's checkpoint and put it in the place of the newest known one.

    Where this raises, nothing was stored. An EvidenceError is to be kept with
    `keep_evidence` in a transaction of its own.

    Raises:
        LogConflictError: Another checkpoint of this origin was accepted meanwhile.
        Whatever `advance` raises.
    """
    origin = log_verifier.name
    known_note = store.newest(origin)
    known = None if known_note is None else SignedCheckpoint.kept(known_note)
    new = advance(known, note, proof, log_verifier)
    if known is None or new.checkpoint != known.checkpoint:
        old_size = None if known is None else known.checkpoint.size
        store.advance(origin, old_size, new.checkpoint.size, note)
    return new


def cosign(
    accepted: SignedCheckpoint, signer: CosignatureSigner | MLDSACosignatureSigner, at: datetime
) -> str:
    """Return the signature line that says: at this time this was the newest tree seen.

    Args:
        accepted: What `observe` has returned and the caller has made durable.
        signer: The witness's key.
        at: Now, in UTC.
    """
    return signer.cosign(accepted.text, at)


def attach_cosignature(note: bytes, line: str, cosigner: Verifier) -> bytes:
    """Verify a cosignature on one's own checkpoint and return the note with it.

    Raises:
        CipherError: The line is malformed, or not this cosigner's valid signature on the note.
    """
    cosigned = append_signature(note, line)
    open_note(cosigned, [cosigner])
    return cosigned


def _require_same_history(known: SignedCheckpoint, new: SignedCheckpoint) -> None:
    if known.checkpoint.origin != new.checkpoint.origin:
        raise ValueError("the known checkpoint is of another origin")
    if new.checkpoint.size < known.checkpoint.size:
        raise RollbackError(
            "the checkpoint is smaller than one before it", known_note=known.note, note=new.note
        )
    same_size = new.checkpoint.size == known.checkpoint.size
    if same_size and new.checkpoint.root != known.checkpoint.root:
        raise ForkError("one size has two roots", known_note=known.note, note=new.note)


def _require_growth(known: Checkpoint | None, new: Checkpoint, proof: ConsistencyProof) -> None:
    if known is None or known.size == 0:
        if proof.hashes:
            raise ProofError("from size zero the proof is empty")
        return
    verify_consistency(known.size, known.root, new.size, new.root, proof.hashes)
