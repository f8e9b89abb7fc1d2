"""Opening: from a sealed object to a filed, registered telegram and a burnt page.

The order is PROTOCOL 4's. Each step says what a crash right after it leaves behind:

0. An object seen before goes straight to step 4; its telegram is here already.
1. The page is found, the envelope opened.           Everything is as it was.
2. The cover is verified, then read; so the minute.   Everything is as it was.
3. One commit files, registers, and marks the page as spent. The telegram is here once and for
   all. The live page still opens the object, until the next run burns it.
4. The preservation copy goes to the vault.           The next run keeps the same bytes again.
5. The page is burnt.                                 The next run burns it again.
6. The burning is noted; the courier then tells the carrier, which lists the object until then.

What is refused is never deleted: it lies in quarantine, sealed as it came, under its code.
"""

from dataclasses import dataclass, field
from datetime import datetime

from depesha.archive import StoreFaultError
from depesha.base import DepeshaError, Digest
from depesha.channel import (
    Arrival,
    Envelope,
    IncomingCover,
    IncomingLedger,
    IssuedPage,
    PadBook,
    PageStoreError,
    Peer,
    QuarantinedObject,
    ReceivedCover,
    channel_id,
    open_envelope,
    require_chain,
)
from depesha.cipher import open_note, unverified_text
from depesha.register import LogDamagedError
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.advice import follow_advice
from depesha.station.desks.keeping import Keeping, keep, preserve, stamp
from depesha.station.desks.minutes import copy_of, open_minute
from depesha.station.errors import ArrivalError, NotAddressedError
from depesha.station.held import Direction, HeldTelegram, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Cover, Minute, Mode

_ACCEPTED = frozenset({Arrival.NEXT, Arrival.GAP, Arrival.FILL, Arrival.REPEAT})
_RECORD_ID_DIGITS = 32
# Faults of this house, which say nothing about the object: it stays with its carrier.
_OWN_FAULTS = (StoreFaultError, PageStoreError, LogDamagedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one object: the telegram it brought, or the code it was refused with."""

    object_digest: str
    record_id: str | None = None
    number: str | None = None
    refused: str | None = None
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """One verified arrival: everything in it agrees with everything else in it."""

    sealed: bytes = field(repr=False)
    key: Digest
    peer: Peer
    envelope: Envelope
    cover: Cover
    minute: Minute


@dataclass(frozen=True, slots=True)
class Reception:
    """Opens what carriers bring."""

    office: Office

    def receive(self, sealed: bytes, *, by: Actor) -> Received:
        """Open one object, or put it into quarantine. Safe to repeat after any crash.

        When this returns, the object is durable here in one form or the other, and the carrier
        may be told.

        Raises:
            NotPermittedError: The actor is no clerk.
            Errors of the stores: nothing was taken, and the object stays with its carrier.
        """
        require(by, Role.CLERK)
        digest = Digest.of(sealed)
        with self.office.transaction() as work:
            known = work.copies.of_object(digest.to_text())
        # An object of our own that is brought back is no arrival: it opens with no page of ours.
        if known is not None and known.direction is Direction.RECEIVED:
            self._finish(digest)
            return Received(object_digest=digest.to_text(), record_id=known.record_id, is_new=False)
        try:
            opened = self._open(sealed)
            telegram = self._file(opened, by)
        except DepeshaError as error:
            if error.retryable or isinstance(error, _OWN_FAULTS):
                raise
            return self._quarantine(sealed, digest, error)
        self.office.observe("filed")
        self._finish(digest)
        return Received(
            object_digest=digest.to_text(),
            record_id=telegram.record_id,
            number=telegram.number,
        )

    def finish_all(self) -> None:
        """Do what a crash left undone: preserve what waits, burn what is spent."""
        with self.office.transaction() as work:
            unburnt = work.copies.unburnt()
        preserve(self.office)
        for copy in unburnt:
            self._burn(copy)

    def _open(self, sealed: bytes) -> _Opened:
        key, envelope = open_envelope(sealed, self.office.pages.load())
        with self.office.transaction() as work:
            page = work.channel.issued.page(key)
            peer = work.channel.peers.find(page.holder)
        cover = Cover.from_text(open_note(envelope.cover, [peer.card.identity]).text)
        minute_digest = Digest.of(envelope.telegram)
        _require_cover(cover, page, own=self.office.keyring.fingerprint)
        if cover.minute != minute_digest:
            raise ArrivalError("the cover was written for another minute")
        minute = open_minute(envelope.telegram, peer.card.releasers)
        self._require_minute(minute, cover, envelope)
        return _Opened(
            sealed=sealed,
            key=key,
            peer=peer,
            envelope=envelope,
            cover=cover,
            minute=minute,
        )

    def _require_minute(self, minute: Minute, cover: Cover, envelope: Envelope) -> None:
        # A reader not on the list sees a refusal, not a warning (PROTOCOL 15, no. 1).
        if self.office.keyring.call_sign not in minute.stations:
            raise NotAddressedError("the telegram is not addressed to this station")
        if (minute.mode, cover.mode) != (Mode.SIGNED, Mode.SIGNED):
            raise ArrivalError("cover and minute are signed, and one of them says otherwise")
        bound = [(one.size_bytes, one.digest) for one in minute.enclosures]
        if bound != [(len(data), Digest.of(data)) for data in envelope.enclosures]:
            raise ArrivalError("the enclosures are not those that the minute names")

    def _file(self, opened: _Opened, by: Actor) -> HeldTelegram:
        now = self.office.clock.now()
        cover = opened.cover
        with self.office.transaction() as work:
            telegram = work.telegrams.by_minute(cover.minute.to_text())
            if telegram is None:
                telegram = keep(work, self.office, self._keeping(opened), at=now)
            judged, missing = _enter_serial(work, opened, telegram.record_id, at=now)
            work.channel.issued.spend(opened.key, now)
            work.copies.add(
                copy_of(
                    cover,
                    opened.envelope.cover,
                    record_id=telegram.record_id,
                    sealed=opened.sealed,
                    direction=Direction.RECEIVED,
                )
            )
            follow_advice(
                work,
                telegram.record_id,
                opened.peer,
                cover,
                by=by.name,
                at=now,
                is_late=judged is Arrival.FILL,
            )
            sealed_at, name = cover.sealed, opened.peer.card.call_sign.text
            record_id = telegram.record_id
            stamp(work, record_id, "sealed", by=f"{cover.clerk}, {name}", at=sealed_at)
            stamp(work, record_id, "received", by=by.name, at=now, note=missing)
            stamp(work, record_id, "opened", by=by.name, at=now)
        return telegram

    def _keeping(self, opened: _Opened) -> Keeping:
        members = {"cover.txt": opened.envelope.cover, "telegram.txt": opened.envelope.telegram}
        for position, data in enumerate(opened.envelope.enclosures, start=1):
            members[f"enclosures/{position:02}"] = data
        return Keeping(
            record_id=Digest.of(opened.sealed).hex[:_RECORD_ID_DIGITS],
            direction=Direction.RECEIVED,
            minute=opened.minute,
            note=opened.envelope.telegram,
            members=members,
            correspondent=opened.peer.card.call_sign,
            transmission=str(opened.cover.serial),
            title=None,
        )

    def _finish(self, digest: Digest) -> None:
        preserve(self.office)
        with self.office.transaction() as work:
            copy = work.copies.of_object(digest.to_text())
        if copy is not None:
            self._burn(copy)

    def _burn(self, copy: SealedCopy) -> None:
        if copy.page_burnt:
            return
        with self.office.transaction() as work:
            book = PadBook.from_text(unverified_text(work.channel.issued.note(copy.book)))
        self.office.pages.burn([book.page(copy.page).digest()])
        self.office.observe("burnt")
        with self.office.transaction() as work:
            work.copies.mark_burnt(copy.object_digest)
        self.office.observe("noted")

    def _quarantine(self, sealed: bytes, digest: Digest, error: DepeshaError) -> Received:
        """Keep a refused object as it came: first its bytes, then the case that names them."""
        now = self.office.clock.now()
        self.office.quarantine.keep(digest.hex, sealed)
        refused = QuarantinedObject(
            object_digest=digest,
            code=error.code,
            kept_as=digest.hex,
            source="carrier",
            refused_at=now,
        )
        with self.office.transaction() as work:
            work.channel.quarantine.put(refused)
        self.office.observe("quarantined")
        return Received(object_digest=digest.to_text(), refused=error.code)


def _require_cover(cover: Cover, page: IssuedPage, *, own: str) -> None:
    sender = cover.sender.hex()
    if (cover.receiver.hex(), sender) != (own, page.holder):
        raise ArrivalError("the cover names other stations than its page")
    if (cover.book.hex(), cover.page) != (page.book, page.number):
        raise ArrivalError("the cover names another page than the one it is sealed to")
    if cover.channel.hex() != channel_id(sender, own):
        raise ArrivalError("the cover names another channel than its stations")


def _enter_serial(
    work: Work, opened: _Opened, record_id: str, *, at: datetime
) -> tuple[Arrival, str]:
    """Enter the serial in the channel's ledger; return what it is, and the words for a gap.

    Raises:
        ArrivalError: The serial has brought another telegram, was voided, or is too low.
        ChainBrokenError: The cover does not follow the one that was received before it.
    """
    cover, incoming = opened.cover, work.channel.incoming
    channel, series = cover.channel.hex(), f"{cover.series:04}"
    arrived = IncomingCover(
        serial=cover.serial,
        cover=Digest.of(opened.envelope.cover),
        minute=cover.minute,
        previous=cover.previous,
    )
    ledger = incoming.ledger(channel, series) or IncomingLedger()
    judged = ledger.judge(arrived, known=incoming.known(channel, series, cover.serial))
    if judged not in _ACCEPTED:
        raise ArrivalError(f"serial {cover.serial} is refused: {judged.value}")
    _require_neighbours(work, arrived, judged, channel, series)
    incoming.put_ledger(channel, series, ledger.with_received(cover.serial))
    incoming.record(
        ReceivedCover(
            channel=channel,
            series=series,
            cover=arrived,
            object_digest=Digest.of(opened.sealed),
            arrival=judged,
            record_id=record_id,
            received_at=at,
        )
    )
    if judged is not Arrival.GAP:
        return judged, ""
    return judged, f"missing before it: {ledger.gap_before(cover.serial).to_text()}"


def _require_neighbours(
    work: Work, arrived: IncomingCover, judged: Arrival, channel: str, series: str
) -> None:
    """Check the chain of covers where the neighbouring serial is known."""
    below, above = work.channel.incoming.beside(channel, series, arrived.serial)
    if judged is Arrival.REPEAT:
        above = None  # it was chained to the cover that this one repeats
    require_chain(
        arrived,
        before=below if below and below.serial == arrived.serial - 1 else None,
        after=above if above and above.serial == arrived.serial + 1 else None,
    )
