"""Watching: what asks for a person's attention, and how one correspondence stands.

Everything here is computed from what is kept, at the moment it is asked for; nothing is stored.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from depesha.base import instant_from_text, instant_to_text
from depesha.channel import (
    ChainBrokenError,
    Peer,
    QuarantinedObject,
    Relation,
    RevokedError,
    Standing,
)
from depesha.station.desks.alarms import NEWS, Alarm, AlarmKind, Urgency, alarms_of, urgency_of
from depesha.station.desks.following import ANSWERED, Due, dues_of, facts_of, marks_of
from depesha.station.desks.links import ChannelView, Link, channel_view, other_station
from depesha.station.desks.minutes import minute_of
from depesha.station.desks.pouching import ADDED
from depesha.station.errors import ArrivalError
from depesha.station.held import Direction, HeldTelegram
from depesha.station.office import Office
from depesha.station.work import Work

# What only a person can judge at once: two histories, or another text under a number.
_GRAVE = frozenset({ArrivalError.code, ChainBrokenError.code, RevokedError.code})
_DEALT_WITH = frozenset({"handed", "conveyed", ANSWERED})
_INCIDENTS = {
    "incident": "brought along something that was refused",
    ADDED: "came in a pouch whose waybill does not name it",
}
_NAMED = 5
_PLACES = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Watching:
    """Computes alarms, and sums correspondences up."""

    office: Office

    def alarms(self) -> tuple[Alarm, ...]:
        """Return every alarm, the most urgent first, then the oldest."""
        with self.office.reading() as work:
            links = [self._link(work, peer) for peer in self._peers(work)]
            found = [alarm for link in links for alarm in alarms_of(link)]
            found += self._house(work, links)
        return tuple(sorted(found, key=_place))

    def channel(self, call_sign: str) -> ChannelView:
        """Return everything about the traffic with one correspondent.

        Raises:
            ChannelStoreError: There is no such correspondent.
            InputError: It is this station itself.
        """
        with self.office.reading() as work:
            return channel_view(self._link(work, other_station(work, call_sign)))

    def _link(self, work: Work, peer: Peer) -> Link:
        now = self.office.clock.now()
        return Link(work=work, peer=peer, own=self.office.keyring.fingerprint, now=now)

    def _peers(self, work: Work) -> Sequence[Peer]:
        return [one for one in work.channel.peers.everyone() if one.relation is not Relation.OWN]

    def _house(self, work: Work, links: Sequence[Link]) -> Iterator[Alarm]:
        """Yield the alarms that are about no single correspondence."""
        now = self.office.clock.now()
        yield from _quarantine(work.channel.quarantine.open_cases())
        yield from _clock(links, now)
        yield from _own_card(work, self.office.keyring.fingerprint, now)
        telegrams = work.telegrams.all()
        yield from _incidents(work, telegrams, now)
        yield from self._overdue(work, telegrams, now)

    def _overdue(
        self, work: Work, telegrams: Sequence[HeldTelegram], now: datetime
    ) -> Iterator[Alarm]:
        """Yield an alarm for each precedence with telegrams for our action that are past due.

        It looks back to the beginning of the last year.
        """
        late: dict[str, list[tuple[Due, HeldTelegram]]] = defaultdict(list)
        for one in telegrams:
            if one.direction is Direction.RECEIVED and one.year >= now.year - 1:
                for due in dues_of(one, minute_of(one), self.office.keyring.call_sign):
                    if due.is_action and due.at <= now and not _is_dealt_with(work, one):
                        late[due.precedence].append((due, one))
        for precedence, found in late.items():
            yield _overdue_alarm(precedence, found)


def _is_dealt_with(work: Work, telegram: HeldTelegram) -> bool:
    stamps = work.telegrams.stamps(telegram.record_id)
    facts = facts_of(work, telegram, stamps)
    return bool(marks_of(stamps)) or any(one.at for one in facts if one.kind in _DEALT_WITH)


def _overdue_alarm(precedence: str, found: Sequence[tuple[Due, HeldTelegram]]) -> Alarm:
    since = min(due.at for due, _ in found)
    named = ", ".join(f"No. {one.number} of {one.originator}" for _, one in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return Alarm(
        kind=AlarmKind.OVERDUE,
        urgency=urgency_of(precedence),
        station=None,
        since=since,
        words=f"{named}{more}, {precedence}, for this station's action, {_are(len(found))} neither "
        f"handed over, conveyed nor answered; the first was due {instant_to_text(since)}. Hand "
        "them to their addressee, or answer them.",
    )


def _quarantine(cases: Sequence[QuarantinedObject]) -> Iterator[Alarm]:
    by_code: dict[str, list[QuarantinedObject]] = defaultdict(list)
    for case in cases:
        by_code[case.code].append(case)
    for code, own in by_code.items():
        objects = "1 object lies" if len(own) == 1 else f"{len(own)} objects lie"
        yield Alarm(
            kind=AlarmKind.QUARANTINE,
            urgency=Urgency.URGENT if code in _GRAVE else Urgency.ATTENTION,
            station=None,
            since=own[0].refused_at,
            words=f"{objects} in quarantine, refused as {code}. Nothing of it was believed or "
            "deleted. Look at each, and settle it once you know what it was.",
        )


def _clock(links: Sequence[Link], now: datetime) -> Iterator[Alarm]:
    """Yield an alarm where the clock stands before the newest thing that this station sealed."""
    sealed = [copy.sealed_at for link in links if (copy := link.newest_sent())]
    newest = max(map(instant_from_text, sealed), default=now)
    if newest > now:
        yield Alarm(
            kind=AlarmKind.CLOCK,
            urgency=Urgency.URGENT,
            station=None,
            since=None,
            words=f"The clock says {instant_to_text(now)}, and this station sealed something at "
            f"{instant_to_text(newest)}. Set the clock right before anything else is released.",
        )


def _own_card(work: Work, own: str, now: datetime) -> Iterator[Alarm]:
    card = work.channel.peers.find(own).card
    if card.standing(now) in {Standing.ENDING, Standing.OVER}:
        is_over = card.standing(now) is Standing.OVER
        until = instant_to_text(card.valid_until)
        yield Alarm(
            kind=AlarmKind.ENDING,
            urgency=Urgency.URGENT if is_over else Urgency.ATTENTION,
            station=None,
            since=card.valid_until if is_over else None,
            words=f"This station's own card {'ended' if is_over else 'ends'} {until}: what it "
            "seals after that is refused. Make the next card and give it to every correspondent.",
        )


def _incidents(work: Work, telegrams: Sequence[HeldTelegram], now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each incident on what came in of late, newest first.

    The register is in the order of entering: the first telegram that is old ends the search.
    """
    for one in reversed(telegrams):
        stamps = work.telegrams.stamps(one.record_id)
        if stamps and instant_from_text(stamps[-1].at) < now - NEWS:
            return
        for stamp in stamps:
            if stamp.kind in _INCIDENTS:
                yield Alarm(
                    kind=AlarmKind.INCIDENT,
                    urgency=Urgency.ATTENTION,
                    station=None,
                    since=instant_from_text(stamp.at),
                    words=f"No. {one.number} of {one.originator} {_INCIDENTS[stamp.kind]}"
                    f"{f' [{stamp.note}]' if stamp.note else ''}. The telegram itself was verified "
                    "and is filed. Ask its post what it sent.",
                )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _place(alarm: Alarm) -> tuple[int, str, str, str]:
    since = instant_to_text(alarm.since) if alarm.since else ""
    return _PLACES.index(alarm.urgency), since, alarm.kind.value, alarm.words
