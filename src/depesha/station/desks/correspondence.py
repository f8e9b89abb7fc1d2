"""Pad books: issued to a correspondent, and taken from one (PROTOCOL 4).

A book is believed by the pinned card of its issuer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from depesha.channel import (
    BookUse,
    Capability,
    ChannelError,
    ChannelPolicy,
    MailboxAddress,
    MailboxKeys,
    PadBook,
    PadBookRefusedError,
    Peer,
    Quota,
    channel_id,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.books import accept_book, enter_book, make_book
from depesha.station.office import Office
from depesha.station.work import Work

BOOK_DAYS = 60
DEFAULT_PAGES = 64
# Room for every page of a book as a telegram of some size, and for as many junk objects.
_QUOTA_OBJECTS_A_PAGE = 2
_QUOTA_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayAdmission:
    """Where mailboxes may be opened: a relay's address and the token its operator gave."""

    address: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookOrder:
    """What kind of book is to be issued, and for whom; a period key is a book of one page."""

    call_sign: str
    use: BookUse = BookUse.ONCE
    pages: int = DEFAULT_PAGES
    days: int = BOOK_DAYS
    first_serial: int = 1
    relay: RelayAdmission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PadStatus:
    """How many pages are left on the way to a correspondent, and how many it may still use.

    `period_until` is the last day of the period key that is held as a fallback, if one is.
    """

    call_sign: str
    left: int
    is_low: bool
    live: int
    period_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Pad books, given and taken."""

    office: Office

    def issue(self, order: BookOrder, *, by: Actor) -> bytes:
        """Make a pad book for one correspondent and return its signed note.

        The page secrets are durable before anything else, then the mailbox is opened, then the
        book is entered. A crash between leaves secrets or a mailbox that nobody uses.

        Raises:
            NotPermittedError: The actor is no clerk.
            PadBookFormatError: The number of pages, the days or the relay's address cannot be.
            ChannelError: The relay refused or did not answer; no book was issued.
        """
        require(by, Role.CLERK)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(order.call_sign)
            keys, address = _way(work, peer, order)
        book, note = make_book(
            self.office,
            peer,
            pages=order.pages,
            use=order.use,
            first_serial=order.first_serial,
            address=address,
            not_before=now,
            not_after=now + timedelta(days=order.days),
        )
        try:
            self._open_mailbox(order, keys)
        except ChannelError:
            # Every object that comes is tried against every live page: nobody will use these.
            self.office.pages.burn([page.digest() for page in book.pages])
            raise
        with self.office.transaction() as work:
            enter_book(work, book, note, now, fetch=keys)
        return note

    def accept(self, note: bytes, *, issuer: str, by: Actor) -> PadBook:
        """Take a pad book that a correspondent issued to this station.

        Raises:
            NotPermittedError: The actor is no clerk.
            SignedTextError, PadBookFormatError: The book is not what that correspondent signed.
            PadBookRefusedError: It is for another station, out of date, or offers an old page.
        """
        require(by, Role.CLERK)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(issuer)
            own = self.office.keyring.fingerprint
            book, is_new = accept_book(work, note, peer, holder=own, at=now)
            if not is_new:
                raise PadBookRefusedError("the book was accepted before; its pages are in use")
        return book

    def policy(self, call_sign: str) -> ChannelPolicy:
        """Return what is agreed for the channel with a correspondent."""
        with self.office.reading() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            return work.channel.policies.of(peer.card.fingerprint)

    def set_policy(self, call_sign: str, policy: ChannelPolicy, *, by: Actor) -> None:
        """Set what is agreed for the channel with a correspondent; each side sets its own.

        Raises:
            NotPermittedError: The actor is no registrar.
            ChannelStoreError: There is no such correspondent.
        """
        require(by, Role.REGISTRAR)
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            work.channel.policies.put(peer.card.fingerprint, policy)

    def pads(self) -> tuple[PadStatus, ...]:
        """Count the pages left in both directions, by correspondent."""
        now = self.office.clock.now()
        own = self.office.keyring.fingerprint
        with self.office.reading() as work:
            peers = [one for one in work.channel.peers.everyone() if one.card.fingerprint != own]
            return tuple(pad_status(work, peer, own, now) for peer in peers)

    def _open_mailbox(self, order: BookOrder, keys: MailboxKeys | None) -> None:
        if order.relay is None or keys is None:
            return
        quota = Quota(objects=order.pages * _QUOTA_OBJECTS_A_PAGE, size_bytes=_QUOTA_BYTES)
        token = Capability.from_text(order.relay.token)
        with self.office.relay(order.relay.address, token) as client:
            client.open(keys.name, keys.terms(quota))


def _way(
    work: Work, peer: Peer, order: BookOrder
) -> tuple[MailboxKeys | None, MailboxAddress | None]:
    """Draw a new mailbox where a relay is named; a period key takes over the newest one there is.

    Without either, what is sealed to the book goes by hand.
    """
    if order.relay is not None:
        keys, relay = MailboxKeys.generate(), order.relay.address
    else:
        own = [
            one for one in work.channel.issued.mailboxes() if one.holder == peer.card.fingerprint
        ]
        if order.use is BookUse.ONCE or not own:
            return None, None
        keys, relay = own[-1].keys, own[-1].relay
    return keys, MailboxAddress(relay=relay, mailbox=keys.name, deposit=keys.to_deposit)


def pad_status(work: Work, peer: Peer, own: str, now: datetime) -> PadStatus:
    """Count the pages left in both directions with one correspondent."""
    way_out = channel_id(own, peer.card.fingerprint)
    books = work.channel.held.usable(way_out, now)
    periods = work.channel.held.usable(way_out, now, use=BookUse.PERIOD)
    issued = work.channel.lives.every(peer.card.fingerprint)
    return PadStatus(
        call_sign=peer.card.call_sign.text,
        left=sum(book.left for book in books),
        is_low=all(book.is_low for book in books),
        live=sum(book.live for book in issued if book.use is BookUse.ONCE),
        period_until=max((one.not_after for one in periods), default=None),
    )
