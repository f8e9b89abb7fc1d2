"""A reference from one record to another, and what is known of its targets (RECORDS section 2)."""

from dataclasses import dataclass
from enum import StrEnum

from depesha.archive.canonical import require_identifier, require_written_line
from depesha.archive.errors import ArchiveFormatError
from depesha.base import Digest, OriginatorNumber


class ReferenceKind(StrEnum):
    """What a record does with the one it refers to."""

    REPLY = "reply"
    CITES = "cites"
    CORRECTS = "corrects"
    CANCELS = "cancels"
    SUPERSEDES = "supersedes"


class ReferenceStatus(StrEnum):
    """How a look-up ended."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    NOT_HELD = "not-held"
    VOIDED = "voided"
    WITHHELD = "withheld"


class Certainty(StrEnum):
    """How much of the key agrees: all of it, part of it, or number and series alone."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A record that a reference may mean, how certainly, and what that rests on."""

    record_id: str
    certainty: Certainty
    warrant: str

    def __post_init__(self) -> None:
        require_identifier(self.record_id)
        require_written_line(self.warrant, what="warrant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Words that point to another record, and as much of its key as they state.

    `last` ends a range of serials ("your No. 1112-1126"). `status` is None until somebody has
    looked, and stays None where the words state no number.
    """

    verbatim: str
    kind: ReferenceKind
    number: OriginatorNumber | None = None
    last: int | None = None
    originator: str | None = None
    year: int | None = None
    digest: Digest | None = None
    targets: tuple[Target, ...] = ()
    status: ReferenceStatus | None = None

    def __post_init__(self) -> None:
        require_written_line(self.verbatim, what="reference")
        if self.originator is not None:
            require_written_line(self.originator, what="originator")
        if self.last is not None and (self.number is None or self.last <= self.number.serial):
            raise ArchiveFormatError("a range of numbers ends after it begins")
