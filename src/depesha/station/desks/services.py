"""Service texts: sealing them, and acting on those that come in (PROTOCOL 6, 7, 12).

A service text is the station's word on a channel and no telegram: it is kept and numbered, and not
entered in the register. Where the channel takes unsigned telegrams its service texts go unsigned
too, so that nothing signed ever speaks of what nobody is to prove.
"""

from datetime import datetime
from itertools import islice
from typing import assert_never

from depesha.base import SerialRanges, SeriesSerials, instant_to_text
from depesha.channel import (
    Gap,
    IncomingLedger,
    Notice,
    NoticeKind,
    Peer,
    Recap,
    Receipt,
    RepeatAsked,
    SentSeries,
    ServiceText,
    VoidNotice,
    Waybill,
    channel_id,
)
from depesha.cipher import append_signature, random_bytes
from depesha.register import cosign
from depesha.station.desks.advice import acknowledge
from depesha.station.desks.arriving import Opened
from depesha.station.desks.facts import take_receipt
from depesha.station.desks.sealing import Matter, Sealing
from depesha.station.desks.timing import ASK_AFTER
from depesha.station.held import Direction, HeldService, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Mode, Precedence

_SERVICE_ID_SIZE = 16
# A correspondent that lost more asks again once these have come.
_REPEATS_A_NOTICE = 256
# Each gap that is to be asked for costs a row; the ledger names all that is missing as runs.
_GAPS_KEPT = 2000


def send_service(
    work: Work, office: Office, peer: Peer, text: ServiceText, *, clerk: str, at: datetime
) -> SealedCopy:
    """Seal a service text to a correspondent and queue it, in the caller's transaction.

    Raises:
        As `Sealing.seal`.
    """
    station = peer.card.fingerprint
    service = HeldService(
        service_id=random_bytes(_SERVICE_ID_SIZE).hex(),
        direction=Direction.SENT,
        station=station,
        kind=kind_of(text),
        text=text.to_text().encode(),
        at=instant_to_text(at),
    )
    work.services.add(service)
    sealing = Sealing(office=office, work=work, clerk=clerk, at=at)
    allows_unsigned = work.channel.policies.of(station).allows_unsigned
    return sealing.seal(peer, _matter(service, Mode.UNSIGNED if allows_unsigned else Mode.SIGNED))


def seal_service_again(sealing: Sealing, peer: Peer, copy: SealedCopy) -> SealedCopy:
    """Seal a service text once more under its serial and in its mode, as its receiver asked.

    What went unsigned is never signed later: it may be a waybill that names unsigned telegrams.

    Raises:
        ModeRefusedError: It went unsigned, and the channel is signed only by now.
    """
    service = sealing.work.services.get(copy.record_id)
    return sealing.seal(peer, _matter(service, Mode.from_text(copy.mode)), again=copy)


def kind_of(text: ServiceText) -> str:
    """Return the word under which a service text is kept: its label's, or a notice's own."""
    match text:
        case Notice():
            return text.kind.value
        case Recap():
            return "recap"
        case Receipt():
            return "receipt"
        case VoidNotice():
            return "void"
        case Waybill():
            return "waybill"
    assert_never(text)


def recap_text(work: Work, office: Office, peer: Peer, at: datetime) -> Recap:
    """Say how far this station has counted, what it voided, and what it has received."""
    own, theirs = office.keyring.fingerprint, peer.card.fingerprint
    way_out, way_back = channel_id(own, theirs), channel_id(theirs, own)
    ledgers = work.channel.incoming.ledgers(way_back)
    issued, second = (
        work.checkpoints.issue(office.keyring.register, at),
        office.keyring.post_quantum,
    )
    return Recap(
        channel=way_out,
        at=at,
        sent=tuple(
            SentSeries(
                series=int(one.series),
                first=one.first,
                highest=one.following - 1,
                voided=work.channel.outgoing.voided(way_out, one.series),
            )
            for one in work.channel.outgoing.every(way_out)
            if one.following > one.first
        ),
        have=SeriesSerials.of({int(series): ledger.received for series, ledger in ledgers.items()}),
        void=SeriesSerials.of({int(series): ledger.voided for series, ledger in ledgers.items()}),
        # The correspondent keeps recaps: evidence of our register against a later quantum computer.
        checkpoint=append_signature(issued.note, cosign(issued, second, at)),
    )


def take_in(work: Work, office: Office, opened: Opened, service_id: str, *, at: datetime) -> None:
    """Keep a service text that came in and act on it, in the commit of its opening."""
    text, peer = opened.service, opened.peer
    if text is None:
        raise ValueError("the arrival brought no service text")
    work.services.add(
        HeldService(
            service_id=service_id,
            direction=Direction.RECEIVED,
            station=peer.card.fingerprint,
            kind=kind_of(text),
            text=opened.envelope.telegram,
            at=instant_to_text(at),
        )
    )
    _act(work, peer, text, office.keyring.fingerprint, at=at)


def _act(work: Work, peer: Peer, text: ServiceText, own: str, *, at: datetime) -> None:
    """Act on a text; one that speaks of another channel than its own changes nothing."""
    theirs = peer.card.fingerprint
    if isinstance(text, Recap) and text.channel == channel_id(theirs, own):
        _follow_recap(work, peer, text, own, at=at)
    elif isinstance(text, VoidNotice) and text.channel == channel_id(theirs, own):
        _void(work, text)
    elif isinstance(text, Receipt):
        take_receipt(work, peer, text, own, at=at)
    elif isinstance(text, Notice) and text.kind is NoticeKind.REPEAT:
        _note_request(work, text, channel_id(own, theirs), at=at)


def _matter(service: HeldService, mode: Mode) -> Matter:
    return Matter(
        record_id=service.service_id,
        text=service.text,
        mode=mode,
        precedence=Precedence.ROUTINE,
        is_service=True,
    )


def _follow_recap(work: Work, peer: Peer, recap: Recap, own: str, *, at: datetime) -> None:
    """Learn of serials that never came, and of voids; take in the acknowledgement."""
    acknowledge(work, peer, recap.have, own, at=at)
    # Only a station that was set back has forgotten voids; to any other they would be dictated.
    if work.services.newest(peer.card.fingerprint, Direction.SENT, "restore-ask") is not None:
        for year, serials in recap.void.series:
            _hear_voids(work, channel_id(own, peer.card.fingerprint), year, serials, at=at)
    for sent in recap.sent:
        series = f"{sent.series:04}"
        ledger = work.channel.incoming.ledger(recap.channel, series)
        known = ledger or IncomingLedger(first=sent.first)
        told = known.with_announced(sent.highest).with_voided(sent.voided)
        work.channel.incoming.put_ledger(recap.channel, series, told)
        _close_gaps(work, recap.channel, sent.series, told)
        note_missing(work, recap.channel, sent.series, told.missing, Precedence.ROUTINE, at=at)


def note_missing(
    work: Work,
    channel: str,
    series: int,
    missing: SerialRanges,
    precedence: Precedence,
    *,
    at: datetime,
) -> None:
    """Keep missing serials, to be asked for: the lowest, and no more than a channel has room for.

    What a correspondent says of its serials may be absurd; what finds no room now is noted by a
    later recap, once those before it have come.
    """
    kept = {(gap.series, gap.serial) for gap in work.channel.dues.gaps(channel)}
    serials = (serial for first, last in missing.runs for serial in range(first, last + 1))
    fresh = (serial for serial in serials if (series, serial) not in kept)
    due = at + ASK_AFTER[precedence]
    for serial in islice(fresh, max(0, _GAPS_KEPT - len(kept))):
        gap = Gap(channel=channel, series=series, serial=serial, seen_at=at, due=due)
        work.channel.dues.miss(gap)


def _hear_voids(
    work: Work, way_out: str, year: int, serials: SerialRanges, *, at: datetime
) -> None:
    """Take over voids of our own that only the other side still knows, as after a restore.

    They name no serial that was never given, and none that the other side has acknowledged.
    """
    state = work.channel.outgoing.state(way_out, f"{year:04}")
    if state is None:
        return
    given = [
        (max(first, state.first), min(last, state.following - 1)) for first, last in serials.runs
    ]
    named = (serial for first, last in given for serial in range(first, last + 1))
    known = SerialRanges.of(
        serial
        for serial in named
        if not any(copy.acknowledged for copy in work.copies.of_serial(way_out, year, serial))
    )
    if known.runs:
        work.channel.outgoing.void(way_out, f"{year:04}", known, at)


def _void(work: Work, notice: VoidNotice) -> None:
    series = f"{notice.series:04}"
    ledger = work.channel.incoming.ledger(notice.channel, series) or IncomingLedger()
    told = ledger.with_voided(notice.serials)
    work.channel.incoming.put_ledger(notice.channel, series, told)
    _close_gaps(work, notice.channel, notice.series, told)


def _close_gaps(work: Work, channel: str, series: int, ledger: IncomingLedger) -> None:
    settled = ledger.settled
    for gap in work.channel.dues.gaps(channel):
        if gap.series == series and gap.serial in settled:
            work.channel.dues.close_gap(channel, series, gap.serial)


def _note_request(work: Work, notice: Notice, way_out: str, *, at: datetime) -> None:
    """Keep which of our serials are asked for; those never given are none of ours."""
    if notice.channel != way_out:
        return
    left = _REPEATS_A_NOTICE
    for series, serials in notice.serials.series:
        state = work.channel.outgoing.state(way_out, f"{series:04}")
        if state is None:
            continue
        for first, last in serials.runs:
            for serial in range(max(first, state.first), min(last, state.following - 1) + 1):
                if left == 0:
                    return
                left -= 1
                asked = RepeatAsked(channel=way_out, series=series, serial=serial, asked_at=at)
                work.channel.dues.ask(asked)
