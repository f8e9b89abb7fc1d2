"""The tlog-proof: one file that shows an entry is in a register (c2sp.org/tlog-proof@v1).

It carries the entry's place, the inclusion proof and the checkpoint's note, and is checked
offline against the entry and a policy. `extra` is signed by nobody: a verified proof says
nothing about it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from depesha.register.advice import STEPS_LIMIT
from depesha.register.entry import Entry
from depesha.register.errors import ProofFormatError
from depesha.register.policy import Policy, WitnessedCheckpoint
from depesha.register.spelling import (
    HASH_SIZE,
    is_size,
    read_base64,
    read_hash,
    read_size,
    write_base64,
)
from depesha.register.tree import verify_inclusion

PROOF_HEAD = "c2sp.org/tlog-proof@v1"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """A proof as it is kept beside a record; nothing in it is verified yet.

    `note` is the checkpoint's note as received; `extra` is None where there is none.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if self.extra == b"":
            raise ProofFormatError("extra data that is empty is left out", line=2)
        if not is_size(self.index):
            raise ProofFormatError("the index is negative, or 2^63 or more", line=2)
        if len(self.hashes) > STEPS_LIMIT:
            raise ProofFormatError("an inclusion proof has at most 63 hashes", line=3)
        if any(len(digest) != HASH_SIZE for digest in self.hashes):
            raise ProofFormatError("a hash is 32 bytes", line=3)
        if not self.note:
            raise ProofFormatError("there is no checkpoint", line=4 + len(self.hashes))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the one byte form; the checkpoint's note is taken as it is.

        Raises:
            ProofFormatError: The bytes are anything else.
        """
        head, separator, note = data.partition(b"\n\n")
        if not separator:
            raise ProofFormatError("there is no checkpoint", line=1)
        lines = head.decode("ascii", "replace").split("\n")
        if lines[0] != PROOF_HEAD:
            raise ProofFormatError("not a tlog-proof of version 1", line=1)
        extra = None
        if lines[1:] and lines[1].startswith("extra "):
            extra = _read(read_base64, lines[1], "extra ", 2)
        place = 1 if extra is None else 2
        index_line, *steps = lines[place:] or [""]
        return cls(
            index=_read(read_size, index_line, "index ", place + 1),
            hashes=tuple(
                _read(read_hash, step, "", line) for line, step in enumerate(steps, place + 2)
            ),
            note=note,
            extra=extra,
        )

    def to_bytes(self) -> bytes:
        """Write the one byte form; files of it end in `.tlog-proof`."""
        extra = [] if self.extra is None else [f"extra {write_base64(self.extra)}"]
        lines = [PROOF_HEAD, *extra, f"index {self.index}", *map(write_base64, self.hashes)]
        return "\n".join(lines).encode() + b"\n\n" + self.note


def verify_proof(proof: TlogProof, entry: Entry, policy: Policy) -> WitnessedCheckpoint:
    """Check that an entry is in a register the policy trusts, as witnesses saw it.

    In this order: the signatures on the checkpoint (owner and witnesses), the quorum, the
    inclusion. What comes back is for display: by whom this was seen, and when.

    Raises:
        CipherError: A known key's signature is bad, or no known key signed.
        CheckpointFormatError: The signed text is not a checkpoint.
        OriginError: None of the policy's registers signed under its own origin.
        QuorumError: Too few witnesses cosigned.
        ProofError: The entry is not shown to be in the tree.
    """
    seen = policy.open_checkpoint(proof.note)
    checkpoint = seen.checkpoint
    verify_inclusion(entry.leaf_hash, proof.index, checkpoint.size, checkpoint.root, proof.hashes)
    return seen


def _read(reader: Callable[[str], T], text: str, prefix: str, line: int) -> T:
    if not text.startswith(prefix):
        raise ProofFormatError(f"expected `{prefix.strip()}`", line=line)
    try:
        return reader(text.removeprefix(prefix))
    except ValueError as error:
        raise ProofFormatError(str(error), line=line) from None
