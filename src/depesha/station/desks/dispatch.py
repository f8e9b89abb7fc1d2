"""Dispatch: one numbered copy of a released telegram for each station (PROTOCOL 2 to 6)."""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import Digest, SerialRanges, instant_to_text
from depesha.channel import Relation
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.keeping import stamp
from depesha.station.desks.minutes import minute_of, travelling
from depesha.station.desks.sealing import Matter, Sealing, words_for
from depesha.station.errors import InputError, WrongStateError
from depesha.station.held import (
    CustodyEvent,
    CustodyKind,
    Direction,
    HeldTelegram,
    SealedCopy,
    TelegramState,
)
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Addressee, Minute


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Seals released telegrams to their stations."""

    office: Office

    def seal(self, record_id: str, *, by: Actor, is_padded: bool = True) -> tuple[SealedCopy, ...]:
        """Seal every copy of a released telegram and queue it for its carrier.

        All copies are sealed or none: where one post has no page left, nothing is numbered.

        Args:
            record_id: The telegram.
            by: The clerk.
            is_padded: False only for what goes on paper, as QR sheets: it shows the length.

        Raises:
            NotPermittedError: The actor is no clerk.
            WrongStateError: The telegram came from elsewhere, or was sealed before.
            NoPadError: A post's book has no page for now: ask it for a new one.
            ModeRefusedError: A channel does not allow the telegram's mode.
            QuarantinedError: After a restore, a post has not answered yet.
        """
        require(by, Role.CLERK)
        at = self.office.clock.now()
        with self.office.transaction() as work:
            telegram = work.telegrams.get(record_id)
            if (telegram.direction, telegram.state) != (Direction.SENT, TelegramState.RELEASED):
                raise WrongStateError("only a telegram released here and not yet sealed is sealed")
            minute = minute_of(telegram)
            sealing = Sealing(office=self.office, work=work, clerk=by.name, at=at)
            copies = tuple(
                _seal_copy(sealing, telegram, minute, number, is_padded=is_padded)
                for number in range(1, len(minute.stations) + 1)
            )
            work.telegrams.advance(record_id, TelegramState.SEALED)
        self.office.observe("sealed")
        return copies

    def void(self, record_id: str, call_sign: str, *, by: Actor) -> SealedCopy:
        """Give up a copy that has not left the house: its serial becomes void, for ever.

        The telegram stays in the register and in the file. Its page stays used, and its serial is
        named as void in every recap. After a crash in the middle of carrying, a carrier may hold
        the copy all the same; its receiver then keeps it as an incident.

        Raises:
            NotPermittedError: The actor is no registrar.
            InputError: No copy went to that post.
            WrongStateError: The copy has left the house already.
        """
        require(by, Role.REGISTRAR)
        at = self.office.clock.now()
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            copy = _copy_to(work, record_id, peer.card.fingerprint)
            digest = Digest.from_text(copy.object_digest)
            if not work.channel.outbox.withdraw(copy.channel, copy.serial, digest):
                raise WrongStateError("the copy has left the house: cancel it by a telegram")
            void_serial(work, copy.channel, copy.series, copy.serial, at=at)
            words = f"No. {copy.serial} of {copy.series} to {call_sign}"
            stamp(work, record_id, "voided", by=by.name, at=at, note=words)
        return copy


def seal_again(sealing: Sealing, copy: SealedCopy) -> SealedCopy:
    """Seal a copy once more, under its serial and to a new page, as its receiver asked."""
    work = sealing.work
    telegram = work.telegrams.get(copy.record_id)
    again = _seal_copy(sealing, telegram, minute_of(telegram), copy.copy_number, again=copy)
    if copy.acknowledged:
        # It was received there once and lost again; what was acknowledged stays acknowledged.
        work.copies.mark_acknowledged(again.object_digest)
    return again


def _seal_copy(
    sealing: Sealing,
    telegram: HeldTelegram,
    minute: Minute,
    number: int,
    *,
    again: SealedCopy | None = None,
    is_padded: bool = True,
) -> SealedCopy:
    addressee = _addressees(minute)[number - 1]
    work = sealing.work
    peer = work.channel.peers.by_call_sign(addressee.call_sign.text)
    if peer.relation is Relation.OWN:
        raise InputError("a station does not send telegrams to itself")
    matter = Matter(
        record_id=telegram.record_id,
        text=travelling(telegram, minute.mode),
        mode=minute.mode,
        precedence=addressee.precedence,
        copy_number=number,
        copies=minute.distribution.stated_total or number,
        enclosures=tuple(one.data for one in work.drafts.enclosures(telegram.record_id)),
        is_padded=is_padded,
    )
    copy = sealing.seal(peer, matter, again=again)
    words = words_for(copy, peer.card.call_sign.text)
    stamp(work, copy.record_id, "sealed", by=sealing.clerk, at=sealing.at, note=words)
    if again is None:
        _issue(work, copy, peer.card.call_sign.text, sealing)
    return copy


def _issue(work: Work, copy: SealedCopy, holder: str, sealing: Sealing) -> None:
    work.custody.add(
        CustodyEvent(
            record_id=copy.record_id,
            copy_number=copy.copy_number,
            kind=CustodyKind.ISSUED,
            holder=holder,
            by=sealing.clerk,
            at=instant_to_text(sealing.at),
        )
    )


def void_serial(work: Work, channel: str, series: int, serial: int, *, at: datetime) -> None:
    """Declare one serial of ours void, for ever."""
    work.channel.outgoing.void(channel, f"{series:04}", SerialRanges(((serial, serial),)), at)


def _copy_to(work: Work, record_id: str, station: str) -> SealedCopy:
    for copy in work.copies.of_record(record_id):
        if copy.station == station and copy.direction is Direction.SENT:
            return copy
    raise InputError("no copy of this telegram went to that post")


def _addressees(minute: Minute) -> tuple[Addressee, ...]:
    return (*minute.action, *minute.info)
