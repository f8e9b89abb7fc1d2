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

What is refused for its own fault is never deleted: it lies in quarantine, sealed as it came, under
its code. A fault of this house (a store, the page secrets, the index) is raised instead, and the
object stays with its carrier.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from depesha.base import DepeshaError, Digest
from depesha.channel import (
    Arrival,
    ChannelError,
    ChannelStoreError,
    IncomingCover,
    IncomingLedger,
    PadBook,
    PageStoreError,
    QuarantinedObject,
    ReceivedCover,
    open_envelope,
    require_chain,
)
from depesha.cipher import CipherError, UnsupportedError, random_bytes, unverified_text
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.advice import follow_advice
from depesha.station.desks.arriving import Arriving, Opened
from depesha.station.desks.keeping import Keeping, keep, preserve, stamp
from depesha.station.desks.minutes import copy_of
from depesha.station.errors import ArrivalError, NotAddressedError
from depesha.station.held import Direction, HeldTelegram, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import TelegramError

# A book that ended still opens what a courier brings late; after this its pages are burnt.
COURIER_GRACE = timedelta(days=45)
_ACCEPTED = frozenset({Arrival.NEXT, Arrival.GAP, Arrival.FILL, Arrival.REPEAT})
_RECORD_ID_SIZE = 16
_OWN_FAULTS = (ChannelStoreError, PageStoreError, UnsupportedError)
_ITS_FAULTS = (CipherError, ChannelError, TelegramError, ArrivalError, NotAddressedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one object: the telegram it brought, or the code it was refused with."""

    object_digest: str
    record_id: str | None = None
    number: str | None = None
    refused: str | None = None
    is_new: bool = True


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
        known = self._known(digest)
        if known is not None:
            return self._seen(digest, known)
        try:
            opened = self._open(sealed)
            telegram = self._file(opened, by)
        except _OWN_FAULTS:
            raise
        except _ITS_FAULTS as error:
            # Another process of this station may have filed it since the first look.
            known = self._known(digest)
            return self._seen(digest, known) if known else self._quarantine(sealed, digest, error)
        self.office.observe("filed")
        self._finish(digest)
        return Received(
            object_digest=digest.to_text(),
            record_id=telegram.record_id,
            number=telegram.number,
        )

    def finish_all(self) -> None:
        """Do what a crash left undone, and what time asks for: preserve, burn, close old books."""
        preserve(self.office)
        with self.office.transaction() as work:
            unburnt = work.copies.unburnt()
        for copy in unburnt:
            self._burn(copy)
        self._close_old_books()

    def _known(self, digest: Digest) -> SealedCopy | None:
        """Return the copy that this object was filed as; one of our own brought back is none."""
        with self.office.reading() as work:
            copy = work.copies.of_object(digest.to_text())
        return copy if copy is not None and copy.direction is Direction.RECEIVED else None

    def _seen(self, digest: Digest, known: SealedCopy) -> Received:
        self._finish(digest)
        return Received(object_digest=digest.to_text(), record_id=known.record_id, is_new=False)

    def _open(self, sealed: bytes) -> Opened:
        key, envelope = open_envelope(sealed, self.office.pages.load())
        with self.office.reading() as work:
            page = work.channel.issued.page(key)
            arriving = Arriving(
                call_sign=self.office.keyring.call_sign,
                fingerprint=self.office.keyring.fingerprint,
                at=self.office.clock.now(),
                peers=work.channel.peers.everyone(),
            )
        return arriving.verify(sealed, key, page, envelope)

    def _file(self, opened: Opened, by: Actor) -> HeldTelegram:
        now = self.office.clock.now()
        cover, note = opened.cover, opened.envelope.cover
        with self.office.transaction() as work:
            telegram = work.telegrams.by_minute(cover.minute.to_text())
            if telegram is None:
                telegram = keep(work, self.office, _keeping(opened), at=now)
            record_id = telegram.record_id
            judged, missing = _enter_serial(work, opened, record_id, at=now)
            work.channel.issued.spend(opened.key, now)
            work.copies.add(
                copy_of(
                    cover,
                    note,
                    record_id=record_id,
                    sealed=opened.sealed,
                    direction=Direction.RECEIVED,
                )
            )
            is_late = judged is Arrival.FILL
            follow_advice(work, record_id, opened.peer, cover, by=by.name, at=now, is_late=is_late)
            clerk = f"{cover.clerk}, {opened.peer.card.call_sign.text}"
            stamp(work, record_id, "sealed", by=clerk, at=cover.sealed)
            stamp(work, record_id, "received", by=by.name, at=now, note=missing)
            stamp(work, record_id, "opened", by=by.name, at=now)
        return telegram

    def _finish(self, digest: Digest) -> None:
        preserve(self.office)
        copy = self._known(digest)
        if copy is not None:
            self._burn(copy)

    def _burn(self, copy: SealedCopy) -> None:
        if copy.page_burnt:
            return
        with self.office.transaction() as work:
            book = _issued_book(work, copy.book)
        self.office.pages.burn([book.page(copy.page).digest()])
        self.office.observe("burnt")
        with self.office.transaction() as work:
            work.copies.mark_burnt(copy.object_digest)
        self.office.observe("noted")

    def _close_old_books(self) -> None:
        """Burn the pages that are left of books past their last day and the courier's grace.

        A crash between burning and closing burns nothing twice and closes the book the next time.
        """
        now = self.office.clock.now()
        with self.office.transaction() as work:
            books = {page.book for page in work.channel.issued.live()}
            old = [
                book for book in books if _issued_book(work, book).not_after + COURIER_GRACE < now
            ]
        for name in old:
            with self.office.transaction() as work:
                book = _issued_book(work, name)
            self.office.pages.burn([page.digest() for page in book.pages])
            with self.office.transaction() as work:
                work.channel.issued.close(name, now)

    def _quarantine(self, sealed: bytes, digest: Digest, error: DepeshaError) -> Received:
        """Keep a refused object as it came: first its bytes, then the case that names them."""
        self.office.quarantine.keep(digest.hex, sealed)
        refused = QuarantinedObject(
            object_digest=digest,
            code=error.code,
            kept_as=digest.hex,
            source="carrier",
            refused_at=self.office.clock.now(),
        )
        with self.office.transaction() as work:
            work.channel.quarantine.put(refused)
        self.office.observe("quarantined")
        return Received(object_digest=digest.to_text(), refused=error.code)


def _issued_book(work: Work, book: str) -> PadBook:
    """Read a book that this station signed itself."""
    return PadBook.from_text(unverified_text(work.channel.issued.note(book)))


def _keeping(opened: Opened) -> Keeping:
    texts = {"cover.txt": opened.envelope.cover, "telegram.txt": opened.envelope.telegram}
    return Keeping(
        # Drawn, and not made from the object: whoever recorded the traffic must not be able to
        # tell which published record it was.
        record_id=random_bytes(_RECORD_ID_SIZE).hex(),
        direction=Direction.RECEIVED,
        minute=opened.minute,
        note=opened.envelope.telegram,
        members={**texts, **opened.enclosed},
        correspondent=opened.peer.card.call_sign,
        transmission=str(opened.cover.serial),
        title=None,
    )


def _enter_serial(
    work: Work, opened: Opened, record_id: str, *, at: datetime
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
