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

from depesha.base import BaseFormatError, DepeshaError, Digest
from depesha.channel import (
    BookUse,
    ChannelError,
    ChannelStoreError,
    IssuedBook,
    PadBook,
    PageStoreError,
    QuarantinedObject,
    open_envelope,
)
from depesha.cipher import CipherError, UnsupportedError, unverified_text
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.arriving import Arriving, Opened
from depesha.station.desks.entering import Entering, Received
from depesha.station.desks.keeping import preserve
from depesha.station.errors import (
    ArrivalError,
    ModeRefusedError,
    NotAddressedError,
    StoreConflictError,
)
from depesha.station.held import Direction, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import TelegramError

# A book that ended still opens what a courier brings late; after this its pages are burnt.
COURIER_GRACE = timedelta(days=45)
_OWN_FAULTS = (ChannelStoreError, PageStoreError, UnsupportedError)
_ITS_FAULTS = (
    CipherError,
    ChannelError,
    TelegramError,
    ArrivalError,
    NotAddressedError,
    ModeRefusedError,
    # What it says cannot be counted, or contradicts what is kept: it must not block all behind it.
    BaseFormatError,
    StoreConflictError,
)


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
            received = self._file(opened, by)
        except _OWN_FAULTS:
            raise
        except _ITS_FAULTS as error:
            # Another process of this station may have filed it since the first look.
            known = self._known(digest)
            return self._seen(digest, known) if known else self._quarantine(sealed, digest, error)
        self.office.observe("filed")
        self._finish(digest)
        return received

    def finish_all(self) -> None:
        """Do what a crash left undone, and what time asks for: preserve, burn, close old books."""
        preserve(self.office)
        with self.office.reading() as work:
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
        secrets = self.office.pages.load()
        key, envelope = open_envelope(sealed, secrets)
        with self.office.reading() as work:
            page = work.channel.issued.page(key)
            arriving = Arriving(
                call_sign=self.office.keyring.call_sign,
                fingerprint=self.office.keyring.fingerprint,
                at=self.office.clock.now(),
                peers=work.channel.peers.everyone(),
                policy=work.channel.policies.of(page.holder),
                history=work.channel.peers.history(page.holder),
            )
        return arriving.verify(sealed, page, secrets[key], envelope)

    def _file(self, opened: Opened, by: Actor) -> Received:
        now = self.office.clock.now()
        with self.office.transaction() as work:
            if opened.page.use is BookUse.ONCE:
                work.channel.issued.spend(opened.page.key, now)
            entering = Entering(work=work, office=self.office, opened=opened, by=by.name, at=now)
            return entering.enter()

    def _finish(self, digest: Digest) -> None:
        preserve(self.office)
        copy = self._known(digest)
        if copy is not None:
            self._burn(copy)

    def _burn(self, copy: SealedCopy) -> None:
        # A period key opens other files until its last day, and is burnt then.
        if copy.page_burnt or copy.is_period_key:
            return
        with self.office.reading() as work:
            book = _issued_book(work, copy.book)
        self.office.pages.burn([book.page(copy.page).digest()])
        self.office.observe("burnt")
        with self.office.transaction() as work:
            work.copies.mark_burnt(copy.object_digest)
        self.office.observe("noted")

    def _close_old_books(self) -> None:
        """Close books that nothing can come for any more, and burn the pages that are left.

        That is a book whose pages are all used; one past its last day and the courier's grace; and
        a period key past its last day. A crash between burning and closing burns nothing twice and
        closes the book the next time.
        """
        now = self.office.clock.now()
        with self.office.reading() as work:
            old = [book for book in work.channel.lives.every() if _is_over(book, now)]
        for one in old:
            book = PadBook.from_text(unverified_text(one.note))
            self.office.pages.burn([page.digest() for page in book.pages])
            with self.office.transaction() as work:
                work.channel.lives.close(one.book, now)

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


def _is_over(book: IssuedBook, now: datetime) -> bool:
    if book.use is BookUse.PERIOD:
        return book.not_after < now
    return book.live == 0 or book.not_after + COURIER_GRACE < now
