"""Sealing: one numbered copy for each station, each to one page of its pad (PROTOCOL 2 to 6).

Pointer, serial, cover and sealed bytes become durable in one transaction, before anything leaves;
carrying them is the courier's.
"""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import Digest, SerialRanges
from depesha.channel import Envelope, OutgoingSerial, Peer, TakenPage, channel_id, seal_envelope
from depesha.cipher import sign_note
from depesha.register import SignedCheckpoint, cosign
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.keeping import stamp
from depesha.station.desks.minutes import copy_of, minute_of
from depesha.station.desks.registering import consistency_for
from depesha.station.errors import WrongStateError
from depesha.station.held import Direction, HeldTelegram, SealedCopy, TelegramState
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import (
    Addressee,
    CheckpointCosignature,
    Consistency,
    Cover,
    Minute,
)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Seals released telegrams to their stations."""

    office: Office

    def seal(self, record_id: str, *, by: Actor) -> tuple[SealedCopy, ...]:
        """Seal every copy of a released telegram and queue it for its carrier.

        All copies are sealed or none: where one post has no page left, nothing is numbered.

        Raises:
            NotPermittedError: The actor is no clerk.
            WrongStateError: The telegram came from elsewhere, or was sealed before.
            PadBookExhaustedError: A post's book has no page for now: ask it for a new one.
        """
        require(by, Role.CLERK)
        with self.office.transaction() as work:
            telegram = work.telegrams.get(record_id)
            if (telegram.direction, telegram.state) != (Direction.SENT, TelegramState.RELEASED):
                raise WrongStateError("only a telegram released here and not yet sealed is sealed")
            sealing = _Sealing(
                office=self.office,
                work=work,
                telegram=telegram,
                minute=minute_of(telegram),
                clerk=by.name,
                at=self.office.clock.now(),
            )
            copies = sealing.seal_all()
            work.telegrams.advance(record_id, TelegramState.SEALED)
        self.office.observe("sealed")
        return copies


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealing:
    """The sealing of one telegram: what is the same for all its copies."""

    office: Office
    work: Work
    telegram: HeldTelegram
    minute: Minute
    clerk: str
    at: datetime

    def seal_all(self) -> tuple[SealedCopy, ...]:
        addressees = (*self.minute.action, *self.minute.info)
        return tuple(
            self._seal_copy(number, addressee) for number, addressee in enumerate(addressees, 1)
        )

    def _seal_copy(self, number: int, addressee: Addressee) -> SealedCopy:
        channel = self.work.channel
        peer = channel.peers.by_call_sign(addressee.call_sign.text)
        peer.card.require_valid(self.at)
        way_out = channel_id(self.office.keyring.fingerprint, peer.card.fingerprint)
        taken = channel.held.take(way_out, self.at)
        serial = channel.outgoing.state(way_out, f"{self.at.year:04}") or OutgoingSerial(
            channel=way_out, series=f"{self.at.year:04}", following=1
        )
        cover = self._cover(number, addressee, peer, taken, serial)
        note = sign_note(cover.to_text(), [self.office.keyring.identity])
        channel.outgoing.put(serial.advanced(Digest.of(note)))
        sealed = seal_envelope(self._envelope(note), taken.page)
        channel.outbox.queue(
            sealed,
            channel=way_out,
            serial=serial.following,
            address=taken.book.address,
            at=self.at,
        )
        copy = copy_of(
            cover, note, record_id=self.telegram.record_id, sealed=sealed, direction=Direction.SENT
        )
        self.work.copies.add(copy)
        words = f"No. {copy.serial} of {copy.series} to {peer.card.call_sign.text}"
        stamp(self.work, copy.record_id, "sealed", by=self.clerk, at=self.at, note=words)
        return copy

    def _cover(
        self,
        number: int,
        addressee: Addressee,
        peer: Peer,
        taken: TakenPage,
        serial: OutgoingSerial,
    ) -> Cover:
        own, theirs = self.office.keyring.fingerprint, peer.card.fingerprint
        issued = self.work.checkpoints.issue(self.office.keyring.register, self.at)
        proof = consistency_for(self.work, theirs, issued)
        way_back = self.work.channel.incoming.ledger(channel_id(theirs, own), serial.series)
        return Cover(
            channel=bytes.fromhex(serial.channel),
            series=int(serial.series),
            serial=serial.following,
            copy_number=number,
            copies=self.minute.distribution.stated_total or number,
            sender=bytes.fromhex(own),
            receiver=bytes.fromhex(theirs),
            book=bytes.fromhex(taken.book.book),
            page=taken.number,
            minute=Digest.from_text(self.telegram.minute_digest),
            previous=serial.previous,
            mode=self.minute.mode,
            sealed=self.at,
            clerk=self.clerk,
            precedence=addressee.precedence,
            have=way_back.settled if way_back else SerialRanges(),
            checkpoint=issued.note,
            consistency=Consistency(old_size=proof.old_size, hashes=proof.hashes),
            cosignature=self._cosignature(peer),
        )

    def _envelope(self, cover: bytes) -> Envelope:
        enclosures = self.work.drafts.enclosures(self.telegram.record_id)
        return Envelope(
            cover=cover,
            telegram=self.telegram.minute,
            enclosures=tuple(one.data for one in enclosures),
        )

    def _cosignature(self, peer: Peer) -> CheckpointCosignature | None:
        """Cosign the newest checkpoint that the correspondent has shown, if it has shown one."""
        note = self.work.witnessed.newest(peer.card.register.name)
        if note is None:
            return None
        accepted = SignedCheckpoint.kept(note)
        line = cosign(accepted, self.office.keyring.witness, self.at)
        return CheckpointCosignature(size=accepted.checkpoint.size, line=line.encode())
