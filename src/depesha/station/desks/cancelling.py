"""Cancelling and superseding: one telegram speaks of another, and nothing is removed (PROTOCOL 7).

Only the station that sent a telegram can cancel it. The mark stands on the telegram for whoever
opens it next, be it here already or still on its way.
"""

from datetime import datetime

from depesha.station.desks.keeping import stamp
from depesha.station.held import Cancellation, Direction, HeldTelegram
from depesha.station.work import Work
from depesha.telegram import Minute, ReferenceKind

_WORDS = {ReferenceKind.CANCELS: "cancelled", ReferenceKind.SUPERSEDES: "superseded"}


def follow_cancellation(
    work: Work, minute: Minute, telegram: HeldTelegram, station: str, *, at: datetime
) -> None:
    """Mark what a new telegram of a station cancels or supersedes, and remember it for what comes.

    A station is named by its fingerprint: that of the sender, or one's own.
    """
    for found in _cancellations(minute, telegram, station):
        work.cancellations.add(found)
        for other in work.telegrams.by_number(found.number):
            if (other.originator, other.year) == (found.originator, found.year):
                _mark(work, other, found, at=at)


def _cancellations(
    minute: Minute, telegram: HeldTelegram, station: str
) -> tuple[Cancellation, ...]:
    """Return what a telegram cancels or supersedes, each once, however often it says so."""
    found: dict[tuple[str, int, str], Cancellation] = {}
    for reference in minute.references:
        word, number = _WORDS.get(reference.kind), reference.number.to_text()
        if word is not None:
            found.setdefault(
                (reference.originator, reference.year, number),
                Cancellation(
                    kind=word,
                    station=station,
                    originator=reference.originator,
                    year=reference.year,
                    number=number,
                    by_record=telegram.record_id,
                    by_number=telegram.number,
                ),
            )
    return tuple(found.values())


def mark_cancelled(work: Work, telegram: HeldTelegram, *, at: datetime) -> None:
    """Mark a telegram that arrives after the one that cancels or supersedes it."""
    for found in work.cancellations.of(telegram.number, telegram.year):
        if found.originator == telegram.originator:
            _mark(work, telegram, found, at=at)


def _mark(work: Work, telegram: HeldTelegram, found: Cancellation, *, at: datetime) -> None:
    """Stamp the telegram, if the station that cancels it is the one that sent it."""
    by = work.telegrams.get(found.by_record)
    if telegram.direction is not by.direction:
        return
    copies = work.copies.of_record(telegram.record_id)
    if telegram.direction is Direction.SENT or any(one.station == found.station for one in copies):
        words = f"by No. {found.by_number}"
        stamp(work, telegram.record_id, found.kind, by=found.originator, at=at, note=words)
