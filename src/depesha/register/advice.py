"""The register advice: "here is my newest checkpoint, and the proof that it only grew".

The statement and its bytes are those of a C2SP tlog-witness `add-checkpoint` request; here it
travels inside telegrams instead of HTTP. The answer is a cosignature line (`witness`).
"""

from dataclasses import dataclass
from typing import Self

from depesha.register.errors import AdviceFormatError
from depesha.register.spelling import HASH_SIZE, is_size, read_hash, read_size, write_base64

STEPS_LIMIT = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """The hashes that lead from the tree of `old_size` to a checkpoint's; unverified."""

    old_size: int
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not is_size(self.old_size):
            raise AdviceFormatError("the old size is negative, or 2^63 or more", line=1)
        if len(self.hashes) > STEPS_LIMIT:
            raise AdviceFormatError("a consistency proof has at most 63 hashes", line=2)
        if any(len(digest) != HASH_SIZE for digest in self.hashes):
            raise AdviceFormatError("a hash is 32 bytes", line=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A checkpoint's note offered for cosigning; nothing in it is verified yet."""

    proof: ConsistencyProof
    note: bytes

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the one byte form; the note is taken as it is, to be verified as received.

        Raises:
            AdviceFormatError: The bytes are anything else.
        """
        head, separator, note = data.partition(b"\n\n")
        if not separator or not note:
            raise AdviceFormatError("there is no checkpoint", line=1)
        first, *steps = head.decode("ascii", "replace").split("\n")
        if not first.startswith("old "):
            raise AdviceFormatError("expected `old` and a size", line=1)
        try:
            old_size = read_size(first.removeprefix("old "))
        except ValueError as error:
            raise AdviceFormatError(str(error), line=1) from None
        hashes = tuple(_read_step(step, line) for line, step in enumerate(steps, start=2))
        return cls(proof=ConsistencyProof(old_size=old_size, hashes=hashes), note=note)

    def to_bytes(self) -> bytes:
        """Write the one byte form."""
        lines = [f"old {self.proof.old_size}", *map(write_base64, self.proof.hashes)]
        return "\n".join(lines).encode() + b"\n\n" + self.note


def _read_step(step: str, line: int) -> bytes:
    try:
        return read_hash(step)
    except ValueError as error:
        raise AdviceFormatError(str(error), line=line) from None
