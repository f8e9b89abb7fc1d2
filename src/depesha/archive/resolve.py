"""Finding the record that a reference means, by the number its author's office gave it.

The key of a telegram is (originator, series, year, number); most references state less. A part
that both sides state must agree; a part that one side leaves out is not filled in. So a look-up
never chooses: several candidates are ambiguous, none is not held, and every target says how much
of the key agreed (RECORDS sections 1 and 2).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from depesha.archive.dates import UNDATED, DateSpan
from depesha.archive.record import IdentifierType, Record, RecordStatus, Role
from depesha.archive.reference import (
    Certainty,
    Reference,
    ReferenceKind,
    ReferenceStatus,
    Target,
)
from depesha.archive.tokens import fold
from depesha.base import Digest, OriginatorNumber

_STATUS_OF = {
    RecordStatus.HELD: ReferenceStatus.RESOLVED,
    RecordStatus.VOIDED: ReferenceStatus.VOIDED,
    RecordStatus.WITHHELD: ReferenceStatus.WITHHELD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record under one of its outgoing office numbers."""

    record_id: str
    number: OriginatorNumber
    originators: tuple[str, ...] = ()
    year: int | None = None
    span: DateSpan = UNDATED
    status: RecordStatus = RecordStatus.HELD
    minute_digest: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a look-up found: the targets, and what they add up to."""

    status: ReferenceStatus
    targets: tuple[Target, ...] = ()

    def applied_to(self, reference: Reference) -> Reference:
        """Return the reference with what was found written into it; its words stay."""
        return replace(reference, status=self.status, targets=self.targets)


def candidates_of(record: Record) -> Iterator[Candidate]:
    """Yield the record under each of its office numbers; transmission numbers do not count."""
    for identifier in record.identifiers:
        if identifier.type is IdentifierType.REGISTER and identifier.number is not None:
            named = record.names(Role.ORIGINATOR)
            yield Candidate(
                record_id=record.record_id,
                number=identifier.number,
                originators=(identifier.originator,) if identifier.originator else named,
                year=identifier.year,
                span=record.date.span,
                status=record.status,
                minute_digest=record.minute_digest,
            )


def resolve(
    reference: Reference, citing: Record, candidates: Iterable[Candidate]
) -> Resolution | None:
    """Look up what `reference`, which stands in `citing`, means; None if it states no number.

    A range is resolved when every number in it is found once; when only some are, the status is
    not-held and the targets are those that were found.

    Args:
        reference: The reference, as parsed.
        citing: The record it stands in: a record cites nothing later than itself.
        candidates: Records with office numbers; those with other numbers are passed over.
    """
    if reference.number is None:
        return None
    agreeing = [
        (candidate, _target(reference, citing, candidate))
        for candidate in candidates
        if _may_mean(reference, citing, candidate)
    ]
    proved = [pair for pair in agreeing if _is_same_minute(reference, pair[0])]
    found = proved or agreeing
    targets = tuple(
        target
        for _, target in sorted(found, key=lambda pair: (pair[0].number.serial, pair[0].record_id))
    )
    return Resolution(status=_status(reference, [pair[0] for pair in found]), targets=targets)


def _status(reference: Reference, found: Sequence[Candidate]) -> ReferenceStatus:
    by_serial: dict[int, list[Candidate]] = {}
    for candidate in found:
        by_serial.setdefault(candidate.number.serial, []).append(candidate)
    if any(not _is_one_telegram(same) for same in by_serial.values()):
        return ReferenceStatus.AMBIGUOUS
    if len(by_serial) < _count(reference):
        return ReferenceStatus.NOT_HELD
    if all(candidate.status is found[0].status for candidate in found):
        return _STATUS_OF[found[0].status]
    return ReferenceStatus.RESOLVED


def _count(reference: Reference) -> int:
    if reference.number is None or reference.last is None:
        return 1
    return reference.last - reference.number.serial + 1


def _is_one_telegram(same: Sequence[Candidate]) -> bool:
    """Copies of one telegram, as a centre keeps them, are known by their minute's digest."""
    first = same[0].minute_digest
    if len(same) == 1:
        return True
    return first is not None and all(candidate.minute_digest == first for candidate in same)


def _may_mean(reference: Reference, citing: Record, candidate: Candidate) -> bool:
    return (
        _has_number(reference, candidate.number)
        and candidate.record_id != citing.record_id
        and _agree(reference.year, candidate.year)
        and _agree(reference.digest, candidate.minute_digest)
        and _originator_agrees(reference, candidate) is not False
        and not candidate.span.is_after(citing.date.span)
    )


def _has_number(reference: Reference, number: OriginatorNumber) -> bool:
    if reference.number is None or number.series != reference.number.series:
        return False
    first = reference.number.serial
    return first <= number.serial <= (reference.last or first)


def _agree(stated: object, held: object) -> bool:
    return stated is None or held is None or stated == held


def _originator_agrees(reference: Reference, candidate: Candidate) -> bool | None:
    """Compare the originators, None where either side states none."""
    if reference.originator is None or not candidate.originators:
        return None
    return fold(reference.originator) in {fold(name) for name in candidate.originators}


def _is_same_minute(reference: Reference, candidate: Candidate) -> bool:
    return reference.digest is not None and reference.digest == candidate.minute_digest


def _target(reference: Reference, citing: Record, candidate: Candidate) -> Target:
    certainty, warrant = _judge(reference, citing, candidate)
    return Target(record_id=candidate.record_id, certainty=certainty, warrant=warrant)


def _judge(reference: Reference, citing: Record, candidate: Candidate) -> tuple[Certainty, str]:
    if _is_same_minute(reference, candidate):
        return Certainty.CERTAIN, "the digest of the minute agrees"
    originator = bool(_originator_agrees(reference, candidate))
    year = reference.year is not None and reference.year == candidate.year
    if originator and year:
        return Certainty.CERTAIN, "originator, series, year and number agree"
    if originator:
        return Certainty.PROBABLE, "originator, series and number agree; no year to compare"
    if year:
        return Certainty.PROBABLE, "series, year and number agree; no originator to compare"
    if _answers_its_addressee(reference, citing, candidate):
        return Certainty.PROBABLE, "series and number agree; the reply goes to the originator"
    return Certainty.POSSIBLE, "series and number agree; neither originator nor year to compare"


def _answers_its_addressee(reference: Reference, citing: Record, candidate: Candidate) -> bool:
    """A reply goes to whoever wrote what it answers."""
    addressees = {fold(name) for name in citing.names(Role.ACTION, Role.FINAL)}
    return reference.kind is ReferenceKind.REPLY and any(
        fold(name) in addressees for name in candidate.originators
    )
