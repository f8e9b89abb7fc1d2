"""What asks for a person's attention on one correspondence, computed and never stored.

Each alarm names what, since when, and what to do. No alarm holds a text or an addressee in the
house: call-signs and numbers are all that it needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from depesha.base import SerialRanges, instant_from_text, instant_to_text
from depesha.channel import BookUse, Gap, Standing
from depesha.register import SignedCheckpoint
from depesha.station.desks.links import Link
from depesha.station.desks.timing import ACKNOWLEDGED_WITHIN, PAGES_END_SOON
from depesha.station.held import SealedCopy
from depesha.telegram import Precedence

# What cannot be undone or settled is news for so long; then it stands in the channel's view alone.
NEWS = timedelta(days=14)
_PRESSING = frozenset({Precedence.FLASH, Precedence.IMMEDIATE})
_PERIOD_ENDS_SOON = timedelta(days=3)
_NAMED = 5


class AlarmKind(StrEnum):
    """What an alarm is about; a face may say by it which command helps."""

    MISSING = "missing"
    VOIDED = "voided"
    UNACKNOWLEDGED = "unacknowledged"
    OVERDUE = "overdue"
    NO_PAD = "no_pad"
    PADS_LOW = "pads_low"
    PERIOD_KEY = "period_key"
    ENDING = "ending"
    QUARANTINE = "quarantine"
    RESTORED = "restored"
    EVIDENCE = "evidence"
    INCIDENT = "incident"
    CLOCK = "clock"


class Urgency(StrEnum):
    """How soon somebody must look, the most urgent first."""

    URGENT = "urgent"
    ATTENTION = "attention"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One matter for a person: `since` is None where nothing tells when it began."""

    kind: AlarmKind
    urgency: Urgency
    station: str | None
    since: datetime | None
    words: str


def alarms_of(link: Link) -> Iterator[Alarm]:
    """Yield every alarm about one correspondence."""
    if link.work.restores.is_open(link.station):
        yield _alarm(
            link,
            AlarmKind.RESTORED,
            Urgency.URGENT,
            f"This station was restored from a backup: nothing is sealed to {link.name} until that "
            "post has said which serials and which register it has seen.",
            since=_restored_since(link),
        )
    for find in (_missing, _voided, _unacknowledged, _pads, _period_keys, _endings, _evidence):
        yield from find(link)


def urgency_of(precedence: str) -> Urgency:
    """Return how soon somebody must look after a telegram of this precedence."""
    is_pressing = Precedence.from_text(precedence) in _PRESSING
    return Urgency.URGENT if is_pressing else Urgency.ATTENTION


def numbers(serials: SerialRanges) -> str:
    """Name serials in a sentence: the first runs, and how many serials are in the rest."""
    runs, rest = serials.runs[:_NAMED], serials.runs[_NAMED:]
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    more = sum(last - first + 1 for first, last in rest)
    return f"No. {named} and {more} more" if more else f"No. {named}"


def _missing(link: Link) -> Iterator[Alarm]:
    gaps = link.work.channel.dues.gaps(link.way_in)
    for series, ledger in link.ledgers():
        missing = ledger.missing
        if not missing.runs:
            continue
        own = [gap for gap in gaps if gap.series == series and gap.serial in missing]
        since = min((gap.seen_at for gap in own), default=None)
        yield _alarm(
            link,
            AlarmKind.MISSING,
            Urgency.URGENT if any(gap.asked for gap in own) else Urgency.ATTENTION,
            f"{numbers(missing)} of {series} from {link.name} "
            f"{'is' if _is_one(missing) else 'are'} missing{_between(link, series, missing)}"
            f"{_since(since)}. {_asked(link, own)}",
            since=since,
        )


def _asked(link: Link, gaps: list[Gap]) -> str:
    if link.policy.one_way:
        return "It is a one-way post and is not asked: tell it by another way."
    if not gaps:
        return "Ask for a repeat."
    due = instant_to_text(min(gap.due for gap in gaps))
    asked = max(gap.asked for gap in gaps)
    if not asked:
        return f"A repeat is asked for at the first round after {due}; ask sooner if it is urgent."
    times = "once" if asked == 1 else f"{asked} times"
    return f"A repeat was asked for {times}, and is again after {due}; try another way as well."


def _between(link: Link, series: int, missing: SerialRanges) -> str:
    """Say between which days a single run of missing serials was sealed, as far as is known."""
    if len(missing.runs) != 1:
        return ""
    ((first, last),) = missing.runs
    before = link.copy_of(link.way_in, series, first - 1)
    after = link.copy_of(link.way_in, series, last + 1)
    if before is None or after is None:
        return ""
    return f" between {before.sealed_at} and {after.sealed_at}"


def _voided(link: Link) -> Iterator[Alarm]:
    """Yield the serials that their sender gave up, while that is news.

    What told of them came under a higher serial; when that was sealed dates the news.
    """
    for series, ledger in link.ledgers():
        for first, last in ledger.voided.runs:
            _, above = link.work.channel.incoming.beside(link.way_in, f"{series:04}", last)
            told = link.copy_of(link.way_in, series, above.serial) if above else None
            if told is None or instant_from_text(told.sealed_at) < link.now - NEWS:
                continue
            run = SerialRanges(((first, last),))
            yield _alarm(
                link,
                AlarmKind.VOIDED,
                Urgency.NOTICE,
                f"{numbers(run)} of {series} from {link.name} {'is' if _is_one(run) else 'are'} "
                "void: that post gave the number up, and no telegram comes under it. Nothing is "
                "to be done; if you expected one, ask what became of it.",
                since=instant_from_text(told.sealed_at),
            )


def _unacknowledged(link: Link) -> Iterator[Alarm]:
    if link.policy.one_way:
        return
    late = [one for one in link.unacknowledged() if not one.is_service and _ends(one) <= link.now]
    if not late:
        return
    first = min(late, key=_ends)
    years = sorted({copy.series for copy in late})
    named = "; ".join(
        f"{numbers(SerialRanges.of(one.serial for one in late if one.series == year))} of {year}"
        for year in years
    )
    yield _alarm(
        link,
        AlarmKind.UNACKNOWLEDGED,
        urgency_of(first.precedence),
        f"{link.name} has not said that it has {named}. {_was_due(first)} Carry what still waits; "
        "if that was done, ask the post by another way whether it has them.",
        since=_ends(first),
    )


def _was_due(copy: SealedCopy) -> str:
    return (
        f"No. {copy.serial}, {copy.precedence}, was sealed {copy.sealed_at}, and word of it was "
        f"due {instant_to_text(_ends(copy))}."
    )


def _ends(copy: SealedCopy) -> datetime:
    """Return when word of a copy that was sent is overdue."""
    within = ACKNOWLEDGED_WITHIN[Precedence.from_text(copy.precedence)]
    return instant_from_text(copy.sealed_at) + within


def _pads(link: Link) -> Iterator[Alarm]:
    pads = link.pads
    if link.policy.one_way and not link.given():
        return  # Nothing is ever sent there.
    if pads.left == 0:
        if pads.period_until and link.policy.allows_period_key:
            until = instant_to_text(pads.period_until)
            then = f"What is sealed now goes under the weaker period key, which ends {until}."
        else:
            then = "Nothing can be sealed to it."
        words = f"No page is left to {link.name}. {then} Ask that post for a new book."
        yield _alarm(link, AlarmKind.NO_PAD, Urgency.URGENT, words)
    elif pads.is_low:
        left = "1 page is" if pads.left == 1 else f"{pads.left} pages are"
        yield _alarm(
            link,
            AlarmKind.PADS_LOW,
            Urgency.ATTENTION,
            f"{left} left to {link.name}, a third of the book or less. A new book comes with that "
            "post's covers; where it sends none, ask it for one.",
        )


def _period_keys(link: Link) -> Iterator[Alarm]:
    """Yield an alarm for each direction whose newest object went under a period key."""
    sent, received = link.newest_sent(), link.newest_received()
    if sent is not None and sent.is_period_key and link.pads.left == 0:
        yield _alarm(
            link,
            AlarmKind.PERIOD_KEY,
            Urgency.ATTENTION,
            f"No. {sent.serial} of {sent.series} to {link.name} was sealed to the period key, for "
            "want of a page: it can be opened until that key is destroyed.",
            since=instant_from_text(sent.sealed_at),
        )
    if received is not None and received.is_period_key:
        yield _alarm(
            link,
            AlarmKind.PERIOD_KEY,
            Urgency.ATTENTION,
            f"No. {received.serial} of {received.series} from {link.name} came under the period "
            "key: that post has no page of ours left. Issue it a book.",
            since=instant_from_text(received.sealed_at),
        )


def _endings(link: Link) -> Iterator[Alarm]:
    standing, until = link.peer.card.standing(link.now), link.peer.card.valid_until
    if standing is Standing.OVER:
        words = f"The card of {link.name} ended {instant_to_text(until)}: nothing is sealed to it "
        words += "and nothing new believed. Ask that post for its next card."
        yield _alarm(link, AlarmKind.ENDING, Urgency.URGENT, words, since=until)
    elif standing is Standing.ENDING:
        words = f"The card of {link.name} ends {instant_to_text(until)}. Ask for its next card."
        yield _alarm(link, AlarmKind.ENDING, Urgency.ATTENTION, words)
    pages, keys = (_last_days(link, use) for use in (BookUse.ONCE, BookUse.PERIOD))
    if pages and max(pages) <= link.now + PAGES_END_SOON:
        words = f"Every page left to {link.name} ends by {instant_to_text(max(pages))}. Ask that "
        words += "post for a new book."
        yield _alarm(link, AlarmKind.ENDING, Urgency.ATTENTION, words)
    if keys and max(keys) <= link.now + _PERIOD_ENDS_SOON:
        words = f"The period key to {link.name} ends {instant_to_text(max(keys))}, and its next "
        words += "one has not come. It comes with that post's covers; ask what keeps them."
        yield _alarm(link, AlarmKind.ENDING, Urgency.NOTICE, words)


def _last_days(link: Link, use: BookUse) -> list[datetime]:
    books = link.work.channel.held.usable(link.way_out, link.now, use=use)
    return [book.not_after for book in books]


def _evidence(link: Link) -> Iterator[Alarm]:
    """Yield an alarm where two signed checkpoints of the correspondent contradict each other."""
    found = link.work.witnessed.evidence(link.peer.card.register.name)
    if found:
        notes = (found[0].known_note, found[0].note)
        sizes = [SignedCheckpoint.kept(note).checkpoint.size for note in notes]
        yield _alarm(
            link,
            AlarmKind.EVIDENCE,
            Urgency.URGENT,
            f"{link.name} signed two registers that contradict each other, of {sizes[0]} and "
            f"{sizes[1]} entries. Both notes are kept. Speak to that post in person: it was put "
            "back to an earlier day, cloned, or forged.",
            since=found[0].at,
        )


def _restored_since(link: Link) -> datetime | None:
    begun = [one.since for one in link.work.restores.open() if one.station == link.station]
    return instant_from_text(begun[0]) if begun else None


def _alarm(
    link: Link, kind: AlarmKind, urgency: Urgency, words: str, *, since: datetime | None = None
) -> Alarm:
    return Alarm(kind=kind, urgency=urgency, station=link.name, since=since, words=words)


def _is_one(serials: SerialRanges) -> bool:
    return len(serials.runs) == 1 and serials.runs[0][0] == serials.runs[0][1]


def _since(since: datetime | None) -> str:
    return f", since {instant_to_text(since)}" if since else ""
