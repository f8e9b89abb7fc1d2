"""One correspondent and the two channels with it, looked at within one transaction."""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import SerialRanges
from depesha.channel import (
    ChannelPolicy,
    Gap,
    IncomingLedger,
    OutgoingSerial,
    OwedFact,
    Peer,
    Relation,
    RepeatAsked,
    channel_id,
)
from depesha.register import SignedCheckpoint
from depesha.station.desks.correspondence import PadStatus, pad_status
from depesha.station.errors import InputError
from depesha.station.held import Direction, SealedCopy
from depesha.station.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSent:
    """One yearly series of the way out: what was given, given up, and said to have arrived."""

    series: int
    first: int
    highest: int
    voided: SerialRanges
    acknowledged: SerialRanges


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesReceived:
    """One yearly series of the way in; `announced` is how far its sender said it had counted."""

    series: int
    first: int
    announced: int
    received: SerialRanges
    missing: SerialRanges
    voided: SerialRanges


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """All that is known of the traffic with one correspondent.

    `owed` are the facts that it is still to be told, `asked` the serials of ours that it asked to
    have again. `recap_sent` and `recap_received` say when the newest recap went and came. `seen`
    is the size of its register that is accepted here, `cosigned` how much of ours it has cosigned.
    """

    call_sign: str
    policy: ChannelPolicy
    pads: PadStatus
    sent: tuple[SeriesSent, ...]
    received: tuple[SeriesReceived, ...]
    gaps: tuple[Gap, ...]
    owed: tuple[OwedFact, ...]
    asked: tuple[RepeatAsked, ...]
    recap_sent: str | None
    recap_received: str | None
    seen: int
    cosigned: int
    is_quarantined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One correspondent as it stands at `now`; `own` is this station's fingerprint."""

    work: Work
    peer: Peer
    own: str
    now: datetime

    @property
    def name(self) -> str:
        """The correspondent's call-sign."""
        return self.peer.card.call_sign.text

    @property
    def station(self) -> str:
        """The correspondent's fingerprint."""
        return self.peer.card.fingerprint

    @property
    def way_out(self) -> str:
        """The channel on which this station sends."""
        return channel_id(self.own, self.station)

    @property
    def way_in(self) -> str:
        """The channel on which this station receives."""
        return channel_id(self.station, self.own)

    @property
    def policy(self) -> ChannelPolicy:
        """What is agreed for the traffic."""
        return self.work.channel.policies.of(self.station)

    @property
    def pads(self) -> PadStatus:
        """The pages left in both directions."""
        return pad_status(self.work, self.peer, self.own, self.now)

    def ledgers(self) -> tuple[tuple[int, IncomingLedger], ...]:
        """Return what came in, by series."""
        found = self.work.channel.incoming.ledgers(self.way_in)
        return tuple((int(series), found[series]) for series in sorted(found))

    def given(self) -> tuple[OutgoingSerial, ...]:
        """Return the series of the way out in which a serial was given."""
        every = self.work.channel.outgoing.every(self.way_out)
        return tuple(one for one in every if one.following > one.first)

    def newest_sent(self) -> SealedCopy | None:
        """Return the copy that was sealed under the highest serial, if it is kept here."""
        given = self.given()
        if not given:
            return None
        return self.copy_of(self.way_out, int(given[-1].series), given[-1].following - 1)

    def newest_received(self) -> SealedCopy | None:
        """Return the copy that was opened under the highest serial, if any was."""
        highest = [(series, one.received.highest) for series, one in self.ledgers()]
        for series, serial in reversed(highest):
            if serial is not None:
                return self.copy_of(self.way_in, series, serial)
        return None

    def copy_of(self, channel: str, series: int, serial: int) -> SealedCopy | None:
        """Return the last copy sealed or opened under a serial, repeats counted."""
        copies = self.work.copies.of_serial(channel, series, serial)
        return copies[-1] if copies else None

    def unacknowledged(self) -> tuple[SealedCopy, ...]:
        """Return the copies sent, by serial, of which the correspondent has not spoken.

        Of a copy that was repeated only the last is returned; one that was given up is left out.
        """
        latest: dict[tuple[int, int], SealedCopy] = {}
        for copy in self.work.copies.unacknowledged(self.way_out):
            place = (copy.series, copy.serial)
            if place not in latest or latest[place].repeat < copy.repeat:
                latest[place] = copy
        gone = {series: _voided(self, series) for series, _ in latest}
        return tuple(latest[place] for place in sorted(latest) if place[1] not in gone[place[0]])


def channel_view(link: Link) -> ChannelView:
    """Return everything about the traffic with one correspondent."""
    work = link.work
    recap_sent = work.services.newest(link.station, Direction.SENT, "recap")
    recap_received = work.services.newest(link.station, Direction.RECEIVED, "recap")
    seen = work.witnessed.newest(link.peer.card.register.name)
    return ChannelView(
        call_sign=link.name,
        policy=link.policy,
        pads=link.pads,
        sent=_sent(link),
        received=tuple(_received(series, ledger) for series, ledger in link.ledgers()),
        gaps=tuple(work.channel.dues.gaps(link.way_in)),
        owed=tuple(work.channel.dues.owed(link.way_in)),
        asked=tuple(work.channel.dues.repeats(link.way_out)),
        recap_sent=recap_sent.at if recap_sent else None,
        recap_received=recap_received.at if recap_received else None,
        seen=SignedCheckpoint.kept(seen).checkpoint.size if seen else 0,
        cosigned=work.cosigned.cosigned_size(link.station),
        is_quarantined=work.restores.is_open(link.station),
    )


def _sent(link: Link) -> tuple[SeriesSent, ...]:
    waiting = link.unacknowledged()
    found = []
    for given in link.given():
        series = int(given.series)
        voided = _voided(link, series)
        still = SerialRanges.of(one.serial for one in waiting if one.series == series)
        # What is neither given up nor waited for has arrived: the rest of all that was given.
        other = still.joined(voided.runs).including(given.following)
        found.append(
            SeriesSent(
                series=series,
                first=given.first,
                highest=given.following - 1,
                voided=voided,
                acknowledged=other.missing(first=given.first),
            )
        )
    return tuple(found)


def _voided(link: Link, series: int) -> SerialRanges:
    """Return the serials that this station gave up."""
    return link.work.channel.outgoing.voided(link.way_out, f"{series:04}")


def other_station(work: Work, call_sign: str) -> Peer:
    """Return a correspondent by its call-sign.

    Raises:
        ChannelStoreError: There is none.
        InputError: It is this station itself.
    """
    peer = work.channel.peers.by_call_sign(call_sign)
    if peer.relation is Relation.OWN:
        raise InputError("a station has no channel with itself")
    return peer


def _received(series: int, ledger: IncomingLedger) -> SeriesReceived:
    return SeriesReceived(
        series=series,
        first=ledger.first,
        announced=ledger.announced,
        received=ledger.received,
        missing=ledger.missing,
        voided=ledger.voided,
    )
