"""What the register refuses, and the code of each refusal.

    RegisterError                    register
    ├─ EntryFormatError              register.entry_format       bytes are not an entry
    ├─ CheckpointFormatError(line)   register.checkpoint_format  text is not a checkpoint
    ├─ OriginError                   register.origin             origin and key name differ
    ├─ AdviceFormatError(line)       register.advice_format      text is not a register advice
    ├─ ProofFormatError(line)        register.proof_format       text is not a tlog-proof
    ├─ PolicyFormatError(line)       register.policy_format      text is not a tlog-policy
    ├─ QuorumError                   register.quorum             too few witnesses cosigned
    ├─ ProofError                    register.proof              a proof does not lead to the root
    ├─ StaleProofError(known_size)   register.stale_proof        proof starts at another size
    ├─ EvidenceError(notes)          register.evidence           two signed notes contradict
    │  ├─ RollbackError              register.rollback           the register became shorter
    │  └─ ForkError                  register.fork               one size, two roots
    ├─ OutOfRangeError               register.out_of_range       beyond the end of the register
    ├─ LogDamagedError(index)        register.fsck               the store contradicts its entries
    └─ LogStoreError                 register.store              the store failed (retryable)
       └─ LogConflictError           register.conflict           somebody else wrote first

A note whose signature is bad or unknown is refused with the error of `depesha.cipher`.
"""

from depesha.base import DepeshaError


class RegisterError(DepeshaError):
    """The register, or a statement about it, cannot be believed."""

    code = "register"


class EntryFormatError(RegisterError):
    """The bytes are not an entry of a version this program knows."""

    code = "register.entry_format"


class _LineError(RegisterError):
    """A text is refused; says at which line, counted from 1, and why."""

    def __init__(self, reason: str, *, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


class CheckpointFormatError(_LineError):
    """The text is not a checkpoint."""

    code = "register.checkpoint_format"


class AdviceFormatError(_LineError):
    """The text is not a register advice."""

    code = "register.advice_format"


class ProofFormatError(_LineError):
    """The text is not a tlog-proof."""

    code = "register.proof_format"


class PolicyFormatError(_LineError):
    """The text is not a tlog-policy."""

    code = "register.policy_format"


class OriginError(RegisterError):
    """A checkpoint's origin is not the name of the key that signed it."""

    code = "register.origin"


class QuorumError(RegisterError):
    """The cosignatures on a checkpoint do not reach the policy's quorum."""

    code = "register.quorum"


class ProofError(RegisterError):
    """A Merkle proof does not lead to the root it should."""

    code = "register.proof"


class StaleProofError(RegisterError):
    """A consistency proof starts at another size than the newest one known here.

    `known_size` is where a new proof has to start.
    """

    code = "register.stale_proof"

    def __init__(self, known_size: int) -> None:
        super().__init__(f"the consistency proof must start at size {known_size}")
        self.known_size = known_size


class EvidenceError(RegisterError):
    """Two validly signed checkpoints of one register contradict each other.

    Both notes are carried as received, to be kept: together they convict the signer.
    """

    code = "register.evidence"

    def __init__(self, reason: str, *, known_note: bytes, note: bytes) -> None:
        super().__init__(reason)
        self.known_note = known_note
        self.note = note


class RollbackError(EvidenceError):
    """A checkpoint is smaller than one that was accepted before it."""

    code = "register.rollback"


class ForkError(EvidenceError):
    """Two checkpoints of one size have different roots."""

    code = "register.fork"


class OutOfRangeError(RegisterError):
    """An index or size lies beyond the end of the register."""

    code = "register.out_of_range"


class LogDamagedError(RegisterError):
    """The store contradicts its own entries or checkpoints; `index` is the first bad entry."""

    code = "register.fsck"

    def __init__(self, reason: str, *, index: int) -> None:
        super().__init__(f"entry {index}: {reason}")
        self.reason = reason
        self.index = index


class LogStoreError(RegisterError):
    """The store could not be read or written."""

    code = "register.store"
    retryable = True


class LogConflictError(LogStoreError):
    """Somebody else wrote to the register first; read again and repeat."""

    code = "register.conflict"
