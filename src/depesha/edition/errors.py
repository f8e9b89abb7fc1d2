"""What the edition refuses.

EditionError
├─ CommitmentFormatError       a text cannot be committed as it stands, or has no such path
├─ CommitmentMismatchError     an entry does not commit to the record that is held against it
├─ UndecidedError              a path is neither disclosed nor withheld, or both
├─ AlreadyDisclosedError       an earlier release disclosed what this one would withhold
├─ CitationError               a source cannot be cited as it stands
├─ PublicationError            a page cannot be made, or its folder cannot be written
└─ ReleaseError                a release is not believed; below it what the verifier says
   ├─ ReleaseDamagedError      the file is not the one that was written
   ├─ ReleaseFormatError       the file is whole, and no release
   ├─ SegmentAlteredError      a part of the text is not what was registered
   ├─ HeaderAlteredError       a field of the heading is not what was registered
   ├─ DecisionAlteredError     the decision is not the one that was registered
   ├─ NotInRegisterError       an entry does not stand in the register
   ├─ CheckpointFormatError    the checkpoint is not one
   ├─ CheckpointSignatureError a signature under the checkpoint fails or is missing
   ├─ QuorumError              too few witnesses cosigned
   ├─ PolicyFormatError        the policy is not one
   ├─ NoPolicyError            nobody is trusted, so nothing is proved
   └─ UnknownRegisterError     the policy does not name this register
"""

from depesha.base import DepeshaError


class EditionError(DepeshaError):
    """Something the edition refuses to let out, or to believe."""

    code = "edition"


class CommitmentFormatError(EditionError):
    """A text cannot be committed as it stands, or the commitment has no such path."""

    code = "edition.commitment_format"


class CommitmentMismatchError(EditionError):
    """A register's entry does not commit to this record, or not to this record alone."""

    code = "edition.commitment_mismatch"


class UndecidedError(EditionError):
    """A path is neither disclosed nor withheld, or it is both."""

    code = "edition.undecided"


class AlreadyDisclosedError(EditionError):
    """An earlier release disclosed what this one would withhold."""

    code = "edition.already_disclosed"


class CitationError(EditionError):
    """A source cannot be cited as it stands."""

    code = "edition.citation"


class PublicationError(EditionError):
    """A page cannot be made, or its folder cannot be written."""

    code = "edition.publication"


class ReleaseError(EditionError):
    """A release is not believed."""

    code = "edition.release"


class ReleaseDamagedError(ReleaseError):
    """The file is not, byte for byte, the one that was written."""

    code = "edition.release_damaged"


class ReleaseFormatError(ReleaseError):
    """The file is whole, and no release in its one spelling."""

    code = "edition.release_format"


class SegmentAlteredError(ReleaseError):
    """A part of the text is not what was registered."""

    code = "edition.segment_altered"


class HeaderAlteredError(ReleaseError):
    """A field of the heading is not what was registered."""

    code = "edition.header_altered"


class DecisionAlteredError(ReleaseError):
    """The decision (reasons, authority, dates) is not the one that was registered."""

    code = "edition.decision_altered"


class NotInRegisterError(ReleaseError):
    """The telegram or the decision does not stand in the register where it says."""

    code = "edition.not_in_register"


class CheckpointFormatError(ReleaseError):
    """What stands for a signed checkpoint is not one."""

    code = "edition.checkpoint_format"


class CheckpointSignatureError(ReleaseError):
    """A signature under the checkpoint fails, or the register's own is missing."""

    code = "edition.checkpoint_signature"


class QuorumError(ReleaseError):
    """Fewer witnesses cosigned the checkpoint than the policy demands."""

    code = "edition.quorum"


class PolicyFormatError(ReleaseError):
    """The policy is not one."""

    code = "edition.policy_format"


class NoPolicyError(ReleaseError):
    """The release agrees with itself; without a policy that proves nothing."""

    code = "edition.no_policy"


class UnknownRegisterError(ReleaseError):
    """The policy does not name the register that signed."""

    code = "edition.unknown_register"
