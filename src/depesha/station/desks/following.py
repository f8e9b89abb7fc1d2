"""What became of a telegram: six facts, when it is due, and what cancels it (PROTOCOL 7).

No fact is implied by another, so each stands by itself with who saw to it and when, or is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from depesha.archive import ReferenceKind
from depesha.base import CallSign, instant_to_text
from depesha.channel import FactKind
from depesha.station.desks.minutes import minute_of
from depesha.station.desks.timing import due_time
from depesha.station.held import Direction, HeldTelegram, Stamp
from depesha.station.work import Work
from depesha.telegram import Addressee, Minute

TAKEN, ANSWERED = "taken by relay", "answered"
# In the order in which they happen; the first is a relay's hint, and proves nothing.
FACTS = (TAKEN, *(kind.value for kind in FactKind), ANSWERED)
_MARKS = frozenset({"cancelled", "superseded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramFact:
    """One of the six facts; `by` and `at` are None where it is not known to have happened."""

    kind: str
    by: str | None = None
    at: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When one addressee is expected to have dealt with a telegram, by its own precedence."""

    station: str
    is_action: bool
    precedence: str
    at: datetime


def facts_of(
    work: Work, telegram: HeldTelegram, stamps: tuple[Stamp, ...]
) -> Iterator[TelegramFact]:
    """Yield the six facts in their order, each once for everybody who saw to it."""
    for kind in FACTS[:-1]:
        known = {one.actor: one for one in reversed(stamps) if one.kind == kind}
        for one in reversed(known.values()):
            yield TelegramFact(kind=kind, by=one.actor, at=one.at, note=one.note)
        if not known:
            yield TelegramFact(kind=kind)
    answers = answers_to(work, telegram.record_id)
    for answer in answers:
        at = instant_to_text(minute_of(answer).released)
        note = f"by No. {answer.number}"
        yield TelegramFact(kind=ANSWERED, by=answer.originator, at=at, note=note)
    if not answers:
        yield TelegramFact(kind=ANSWERED)


def answers_to(work: Work, record_id: str) -> tuple[HeldTelegram, ...]:
    """Return the telegrams here that reply to a telegram, in the order of the register."""
    records = work.archive.records
    replies = {
        record
        for record, position in work.archive.references.citing(record_id)
        if records.record(record).references[position].kind is ReferenceKind.REPLY
    }
    return tuple(sorted(map(work.telegrams.get, replies), key=lambda one: one.register_index))


def dues_of(telegram: HeldTelegram, minute: Minute, own: CallSign) -> Iterator[Due]:
    """Yield when each addressee is due; of a telegram received here only this station itself."""
    for addressees, is_action in ((minute.action, True), (minute.info, False)):
        for one in addressees:
            if telegram.direction is Direction.SENT or one.call_sign == own:
                yield _due(one, minute, is_action=is_action)


def marks_of(stamps: tuple[Stamp, ...]) -> tuple[str, ...]:
    """Return in words what cancels or supersedes a telegram, to be seen before it is read."""
    return tuple(f"{one.kind} {one.note} of {one.actor}" for one in stamps if one.kind in _MARKS)


def _due(one: Addressee, minute: Minute, *, is_action: bool) -> Due:
    return Due(
        station=one.call_sign.text,
        is_action=is_action,
        precedence=one.precedence.value,
        at=due_time(one.precedence, minute.released),
    )
