"""The policy: whose registers count, and which witnesses must have seen them (C2SP tlog-policy).

A policy is a text of lines: `log` and `witness` name keys, `group` names some of the witnesses
and how many of them are enough, `quorum` names the witness or group that must have cosigned.
The names mean nothing outside the policy. Empty lines and lines that begin with `#` are kept as
they are; between the words of any other line stands exactly one space, so that a policy has one
spelling.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from depesha.cipher import VerifiedSignature, Verifier, open_note
from depesha.register.checkpoint import Checkpoint, SignedCheckpoint, require_owner
from depesha.register.errors import OriginError, QuorumError
from depesha.register.policy.lines import (
    NO_QUORUM,
    Group,
    KnownLog,
    PolicyLine,
    Quorum,
    Witness,
    check_lines,
    read_lines,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedCheckpoint:
    """A checkpoint that a policy accepts, and every signature of the policy's keys on it.

    A cosignature carries its `timestamp`: by then its witness had seen this checkpoint.
    """

    signed: SignedCheckpoint
    signatures: tuple[VerifiedSignature, ...]

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint itself."""
        return self.signed.checkpoint


@dataclass(frozen=True, slots=True)
class Policy:
    """What has to be signed, and by whom, before a checkpoint is believed.

    Every name is defined before it is used, no key stands twice, nobody is a member of two
    groups, and there is exactly one quorum.
    """

    lines: tuple[PolicyLine, ...]

    def __post_init__(self) -> None:
        check_lines(self.lines)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form.

        Raises:
            PolicyFormatError: The text is anything else, or names something undefined.
        """
        return cls(read_lines(text))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        return "".join(f"{line.to_line()}\n" for line in self.lines)

    @property
    def logs(self) -> tuple[Verifier, ...]:
        """The keys of the registers that count."""
        return tuple(line.verifier for line in self.lines if isinstance(line, KnownLog))

    @property
    def witnesses(self) -> tuple[Verifier, ...]:
        """The keys of the witnesses."""
        return tuple(line.verifier for line in self.lines if isinstance(line, Witness))

    def open_checkpoint(self, note: bytes) -> WitnessedCheckpoint:
        """Verify a checkpoint's note by this policy, then read it.

        Raises:
            CipherError: The note is malformed, a known key's signature is bad, or none is known.
            CheckpointFormatError: The signed text is not a checkpoint.
            OriginError: None of the policy's registers signed it, or one under another's origin.
            QuorumError: Too few witnesses cosigned.
        """
        opened = open_note(note, [*self.logs, *self.witnesses])
        checkpoint = Checkpoint.from_text(opened.text)
        signed = {(found.name, found.key_id) for found in opened.signatures}
        owners = [log for log in self.logs if _key(log) in signed]
        if not owners:
            raise OriginError("no known register signed the checkpoint")
        for owner in owners:
            require_owner(checkpoint, owner)
        self.require_quorum(opened.signatures)
        return WitnessedCheckpoint(
            signed=SignedCheckpoint(checkpoint=checkpoint, note=note),
            signatures=opened.signatures,
        )

    def require_quorum(self, signatures: Collection[VerifiedSignature]) -> None:
        """Check that the verified signatures on one checkpoint reach the quorum.

        A cosignature without a time doesn't say that its witness saw the newest tree, and
        counts for nothing.

        Raises:
            QuorumError: They do not.
        """
        timed = {(found.name, found.key_id) for found in signatures if found.timestamp}
        reached = {NO_QUORUM}
        for line in self.lines:
            if isinstance(line, Witness) and _key(line.verifier) in timed:
                reached.add(line.name)
            elif isinstance(line, Group):
                if len(reached.intersection(line.members)) >= line.threshold:
                    reached.add(line.name)
            elif isinstance(line, Quorum) and line.name not in reached:
                raise QuorumError("too few witnesses have cosigned the checkpoint")


def _key(verifier: Verifier) -> tuple[str, bytes]:
    return verifier.name, verifier.key_id
