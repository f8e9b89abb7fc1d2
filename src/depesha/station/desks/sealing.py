"""Sealing one object: a page, a serial, a cover, an envelope, in the caller's transaction.

Telegrams and service texts are sealed alike, and so are repeats: a repeat keeps its serial and
takes a new page. Page pointer, serial, cover and sealed bytes become durable in one transaction,
before anything leaves; carrying them is the courier's (PROTOCOL 2 to 6).
"""

from dataclasses import dataclass, field
from datetime import datetime

from depesha.base import Digest, SeriesSerials
from depesha.channel import (
    ChannelPolicy,
    Envelope,
    OutgoingSerial,
    OwedFact,
    PadBookExhaustedError,
    Peer,
    Receipt,
    TakenPage,
    channel_id,
    read_checked,
    seal_envelope,
    write_checked,
)
from depesha.cipher import make_check, sign_note, unverified_text
from depesha.register import SignedCheckpoint, cosign
from depesha.station.desks.minutes import copy_of
from depesha.station.desks.registering import consistency_for
from depesha.station.desks.timing import TELL_AGAIN_AFTER, is_due
from depesha.station.errors import ModeRefusedError, NoPadError, QuarantinedError
from depesha.station.held import Direction, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import CheckpointCosignature, Consistency, Cover, Mode, Precedence

# Facts and books go along with a cover once, and again with a later one if that was not
# acknowledged meanwhile.
_CARRY_AGAIN_AFTER = 8
_FACTS_IN_A_COVER = 100
_BOOKS_IN_A_COVER = 2
# December's last telegrams are acknowledged in January.
_SERIES_IN_A_COVER = 2
# A register may claim to be larger than a cover can say. No true one is: it goes without.
_SIZE_LIMIT = 10**18 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is sealed: a text as it travels, and what its cover says of it.

    `record_id` names the telegram, or the service text when `is_service`.
    """

    record_id: str
    text: bytes = field(repr=False)
    mode: Mode
    precedence: Precedence
    copy_number: int = 1
    copies: int = 1
    enclosures: tuple[bytes, ...] = field(default=(), repr=False)
    is_service: bool = False
    is_padded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """One clerk sealing within one transaction."""

    office: Office
    work: Work
    clerk: str
    at: datetime

    def seal(self, peer: Peer, matter: Matter, *, again: SealedCopy | None = None) -> SealedCopy:
        """Seal to the next page of a correspondent, and queue the object for its carrier.

        Args:
            peer: The correspondent.
            matter: What is sealed.
            again: The copy that this one repeats: it gives the serial, and no other is used.

        Raises:
            QuarantinedError: After a restore the correspondent has not answered yet.
            CardValidityError: Its card does not hold now.
            ModeRefusedError: The channel takes no unsigned telegrams.
            NoPadError: No page is left, and no period key is held or allowed.
        """
        station = peer.card.fingerprint
        if self.work.restores.is_open(station):
            raise QuarantinedError("restored from a backup: ask this post where it stands first")
        peer.card.require_valid(self.at)
        policy = self.work.channel.policies.of(station)
        if matter.mode is Mode.UNSIGNED and not policy.allows_unsigned:
            raise ModeRefusedError("the channel takes signed telegrams only")
        way_out = channel_id(self.office.keyring.fingerprint, station)
        taken, is_period_key = self._take(way_out, policy)
        serial = self._serial(way_out, again)
        cover = self._cover(peer, matter, taken, serial, again)
        file = self._authenticate(cover, taken)
        if again is None:
            named = Digest.of(file) if matter.mode is Mode.SIGNED else None
            self.work.channel.outgoing.put(serial.advanced(named))
        sealed = seal_envelope(
            Envelope(
                cover=file,
                telegram=matter.text,
                enclosures=matter.enclosures,
                is_padded=matter.is_padded,
            ),
            taken.page,
        )
        self.work.channel.outbox.queue(
            sealed, channel=way_out, serial=cover.serial, address=taken.book.address, at=self.at
        )
        copy = copy_of(
            cover,
            file,
            record_id=matter.record_id,
            sealed=sealed,
            direction=Direction.SENT,
            is_service=matter.is_service,
            is_period_key=is_period_key,
        )
        self.work.copies.add(copy)
        return copy

    def _take(self, way_out: str, policy: ChannelPolicy) -> tuple[TakenPage, bool]:
        """Take the next page; where none is left, the period key if the policy allows it."""
        held = self.work.channel.held
        try:
            return held.take(way_out, self.at), False
        except PadBookExhaustedError:
            if not policy.allows_period_key:
                raise NoPadError("no pad, no telegram: this post must send a new book") from None
        try:
            return held.period(way_out, self.at), True
        except PadBookExhaustedError:
            raise NoPadError("no page and no period key: this post must send a new book") from None

    def _serial(self, way_out: str, again: SealedCopy | None) -> OutgoingSerial:
        if again is not None:
            return OutgoingSerial(
                channel=way_out,
                series=f"{again.series:04}",
                following=again.serial,
                previous=_named_by(again),
            )
        series = f"{self.at.year:04}"
        state = self.work.channel.outgoing.state(way_out, series)
        return state or OutgoingSerial(channel=way_out, series=series, following=1)

    def _cover(
        self,
        peer: Peer,
        matter: Matter,
        taken: TakenPage,
        serial: OutgoingSerial,
        again: SealedCopy | None,
    ) -> Cover:
        own, theirs = self.office.keyring.fingerprint, peer.card.fingerprint
        issued = self.work.checkpoints.issue(self.office.keyring.register, self.at)
        proof = consistency_for(self.work, theirs, issued)
        series, number = int(serial.series), serial.following
        return Cover(
            channel=bytes.fromhex(serial.channel),
            series=series,
            serial=number,
            repeat=again.repeat + 1 if again else 0,
            copy_number=matter.copy_number,
            copies=matter.copies,
            sender=bytes.fromhex(own),
            receiver=bytes.fromhex(theirs),
            book=bytes.fromhex(taken.book.book),
            page=taken.number,
            minute=Digest.of(matter.text),
            previous=serial.previous if matter.mode is Mode.SIGNED else None,
            mode=matter.mode,
            sealed=self.at,
            clerk=self.clerk,
            precedence=matter.precedence,
            have=self._have(channel_id(theirs, own)),
            receipt=self._receipt(channel_id(theirs, own), (series, number), again),
            fresh=self._fresh(theirs, (series, number), again),
            checkpoint=issued.note,
            consistency=Consistency(old_size=proof.old_size, hashes=proof.hashes),
            cosignature=self._cosignature(peer),
        )

    def _authenticate(self, cover: Cover, taken: TakenPage) -> bytes:
        """Write the cover file: a signed note, or the text with a check that proves nothing."""
        if cover.mode is Mode.SIGNED:
            return sign_note(cover.to_text(), [self.office.keyring.identity])
        text = cover.to_bytes()
        return write_checked(text, make_check(self.office.keyring.seal, taken.page.check_key, text))

    def _have(self, way_back: str) -> SeriesSerials:
        ledgers = self.work.channel.incoming.ledgers(way_back)
        newest = sorted(ledgers)[-_SERIES_IN_A_COVER:]
        return SeriesSerials.of({int(series): ledgers[series].received for series in newest})

    def _receipt(
        self, way_back: str, place: tuple[int, int], again: SealedCopy | None
    ) -> bytes | None:
        """Write the facts that no cover has told yet, or that are due again.

        A repeat takes along what its first sealing took, and nothing else: either of the two may
        be what arrives, and is acknowledged under the one serial.
        """
        dues = self.work.channel.dues
        owed = [
            one
            for one in dues.owed(way_back)
            if (one.carried == place if again else self._is_to_be_told(one))
        ][:_FACTS_IN_A_COVER]
        if not owed:
            return None
        dues.told(owed, *place, due=self.at + TELL_AGAIN_AFTER)
        facts = tuple(one.fact for one in owed)
        return Receipt(channel=way_back, facts=facts).to_text().encode()

    def _is_to_be_told(self, owed: OwedFact) -> bool:
        return owed.carried is None or is_due(owed.due, self.at)

    def _fresh(
        self, holder: str, place: tuple[int, int], again: SealedCopy | None
    ) -> tuple[bytes, ...]:
        """Take along the books that travel, unless a cover just before took them.

        A repeat takes those of its first sealing, as with facts.
        """
        lives = self.work.channel.lives
        travelling = [
            book
            for book in lives.every(holder)
            if book.is_travelling
            and (book.carried == place if again else _is_carried_anew(book.carried, *place))
        ][:_BOOKS_IN_A_COVER]
        for book in travelling:
            lives.carried(book.book, *place)
        return tuple(book.note for book in travelling)

    def _cosignature(self, peer: Peer) -> CheckpointCosignature | None:
        """Cosign the newest checkpoint that the correspondent has shown, if it has shown one."""
        note = self.work.witnessed.newest(peer.card.register.name)
        if note is None:
            return None
        accepted = SignedCheckpoint.kept(note)
        if accepted.checkpoint.size > _SIZE_LIMIT:
            return None
        line = cosign(accepted, self.office.keyring.witness, self.at)
        return CheckpointCosignature(size=accepted.checkpoint.size, line=line.encode())


def words_for(copy: SealedCopy, call_sign: str) -> str:
    """Say in a stamp what was sealed to whom, and how if not by the rule."""
    words = [f"No. {copy.serial} of {copy.series} to {call_sign}"]
    if copy.repeat:
        words.append(f"repeat {copy.repeat}")
    if copy.is_period_key:
        words.append("no page: period key")
    return ", ".join(words)


def cover_text(copy: SealedCopy) -> str:
    """Return the text of a cover that this station wrote itself."""
    if copy.mode == Mode.SIGNED.value:
        return unverified_text(copy.cover)
    return read_checked(copy.cover)[0].decode()


def _named_by(copy: SealedCopy) -> Digest | None:
    return Cover.from_text(cover_text(copy)).previous


def _is_carried_anew(carried: tuple[int, int] | None, series: int, serial: int) -> bool:
    if carried is None or carried[0] != series:
        return True
    return serial - carried[1] >= _CARRY_AGAIN_AFTER
