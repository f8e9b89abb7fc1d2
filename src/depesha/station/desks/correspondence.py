"""Correspondents: cards compared in person, and pad books exchanged after (PROTOCOL 4, 18).

A card is believed by its fingerprint as a person read it from the other station's own screen or
paper, never at first sight. A book is believed by the card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from depesha.channel import (
    Capability,
    Card,
    HeldBook,
    IncomingLedger,
    MailboxAddress,
    MailboxKeys,
    OutgoingSerial,
    PadBook,
    Peer,
    Purpose,
    Quota,
    Relation,
    channel_id,
    group_fingerprint,
    new_book_id,
    open_book,
    open_card,
    require_usable,
    sign_book,
    sign_card,
    ungroup_fingerprint,
)
from depesha.cipher import PageSecret
from depesha.station.actor import Actor, Role, require
from depesha.station.errors import InputError
from depesha.station.keyring import Keyring
from depesha.station.office import Office
from depesha.station.work import Work

CARD_DAYS = 366
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
    """What kind of book is to be issued, and for whom."""

    call_sign: str
    pages: int = DEFAULT_PAGES
    days: int = BOOK_DAYS
    first_serial: int = 1
    relay: RelayAdmission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PadStatus:
    """How many pages are left on the way to a correspondent, and how many it may still use."""

    call_sign: str
    left: int
    is_low: bool
    live: int


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Cards and pad books."""

    office: Office

    def card(self) -> bytes:
        """Return this station's own card, as pinned when the station was founded."""
        with self.office.reading() as work:
            return work.channel.peers.find(self.office.keyring.fingerprint).note

    def fingerprint(self) -> str:
        """Return this station's fingerprint in groups, to be read out to the other side."""
        return group_fingerprint(self.office.keyring.fingerprint)

    def introduce(self, note: bytes, *, fingerprint: str, by: Actor) -> Peer:
        """Pin a card whose fingerprint a person has compared.

        Raises:
            NotPermittedError: The actor is no registrar.
            CardTrustError: The card has another fingerprint, or what was typed is not a whole one.
            CardValidityError: The card does not hold today.
            ChannelStoreError: Another station has that call-sign here.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        card = open_card(note, fingerprint=ungroup_fingerprint(fingerprint))
        card.require_valid(now)
        if card.fingerprint == self.office.keyring.fingerprint:
            raise InputError("this is the station's own card")
        peer = Peer(card=card, note=note, relation=Relation.COMPARED, pinned_at=now)
        with self.office.transaction() as work:
            work.channel.peers.pin(peer)
        return peer

    def retire(self, call_sign: str, *, by: Actor) -> None:
        """Believe a station no more: nothing is sealed to it, and what it seals is refused.

        Its card stays for the telegrams that are held.

        Raises:
            NotPermittedError: The actor is no registrar.
            ChannelStoreError: There is no such correspondent.
            InputError: It is this station itself.
        """
        require(by, Role.REGISTRAR)
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            if peer.relation is Relation.OWN:
                raise InputError("a station does not retire itself")
            work.channel.peers.retire(peer.card.fingerprint, self.office.clock.now())
            live = work.channel.issued.live(peer.card.fingerprint)
        # A crash from here on leaves pages that open what nobody accepts any more; retiring again
        # is refused, and the books' own last day burns them.
        self.office.pages.burn([page.key for page in live])
        with self.office.transaction() as work:
            for book in {page.book for page in live}:
                work.channel.issued.close(book, self.office.clock.now())

    def posts(self) -> tuple[Peer, ...]:
        """Return every pinned correspondent by call-sign."""
        own = self.office.keyring.fingerprint
        with self.office.reading() as work:
            return tuple(
                peer for peer in work.channel.peers.everyone() if peer.card.fingerprint != own
            )

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
        keys = MailboxKeys.generate() if order.relay else None
        with self.office.transaction() as work:
            holder = work.channel.peers.by_call_sign(order.call_sign).card
            own = work.channel.peers.find(self.office.keyring.fingerprint).card
        secrets = [PageSecret.generate() for _ in range(order.pages)]
        book = PadBook(
            book=new_book_id(),
            issuer=own.fingerprint,
            holder=holder.fingerprint,
            first_serial=order.first_serial,
            address=_address(order, keys),
            not_before=now,
            not_after=now + timedelta(days=order.days),
            pages=tuple(secret.page for secret in secrets),
        )
        note = sign_book(book, self.office.keyring.identity, issuer=own)
        self.office.pages.add(secrets)
        self._open_mailbox(order, keys)
        with self.office.transaction() as work:
            work.channel.issued.issue(book, note, now, fetch=keys)
            _begin_incoming(work, book)
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
            card = work.channel.peers.by_call_sign(issuer).card
            book = open_book(note, issuer=card, holder=self.office.keyring.fingerprint)
            keys = [page.digest() for page in book.pages]
            require_usable(
                book,
                at=now,
                spent=work.channel.issued.spent(keys),
                offered=work.channel.held.offered(keys),
            )
            work.channel.held.accept(book, note, now)
            _begin_outgoing(work, book)
        return book

    def pads(self) -> tuple[PadStatus, ...]:
        """Count the pages left in both directions, by correspondent."""
        now = self.office.clock.now()
        own = self.office.keyring.fingerprint
        statuses = []
        for peer in self.posts():
            with self.office.reading() as work:
                books = work.channel.held.usable(channel_id(own, peer.card.fingerprint), now)
                live = work.channel.issued.live(peer.card.fingerprint)
            statuses.append(_status(peer.card.call_sign.text, books, len(live)))
        return tuple(statuses)

    def _open_mailbox(self, order: BookOrder, keys: MailboxKeys | None) -> None:
        if order.relay is None or keys is None:
            return
        quota = Quota(objects=order.pages * _QUOTA_OBJECTS_A_PAGE, size_bytes=_QUOTA_BYTES)
        token = Capability.from_text(order.relay.token)
        with self.office.relay(order.relay.address, token) as client:
            client.open(keys.name, keys.terms(quota))


def own_card(keyring: Keyring, purpose: Purpose, at: datetime) -> bytes:
    """Write and sign the card of a station that is being founded."""
    card = Card(
        call_sign=keyring.call_sign,
        purpose=purpose,
        identity=keyring.identity.verifier,
        register=keyring.register.verifier,
        witness=keyring.witness.verifier,
        releasers=tuple(keyring.releaser(name).verifier for name in sorted(keyring.releasers)),
        valid_from=at,
        valid_until=at + timedelta(days=CARD_DAYS),
    )
    return sign_card(card, keyring.identity)


def _address(order: BookOrder, keys: MailboxKeys | None) -> MailboxAddress | None:
    if order.relay is None or keys is None:
        return None
    return MailboxAddress(relay=order.relay.address, mailbox=keys.name, deposit=keys.to_deposit)


def _status(call_sign: str, books: Sequence[HeldBook], live: int) -> PadStatus:
    left = sum(book.left for book in books)
    is_low = all(book.is_low for book in books)
    return PadStatus(call_sign=call_sign, left=left, is_low=is_low, live=live)


def _begin_incoming(work: Work, book: PadBook) -> None:
    """Start the ledger where a paper channel is continued; an open ledger is left alone."""
    series = f"{book.not_before.year:04}"
    if work.channel.incoming.ledger(book.channel, series) is None:
        ledger = IncomingLedger(first=book.first_serial)
        work.channel.incoming.put_ledger(book.channel, series, ledger)


def _begin_outgoing(work: Work, book: PadBook) -> None:
    """Start the serials where the book says; a channel in use goes on with its own."""
    series = f"{book.not_before.year:04}"
    if work.channel.outgoing.state(book.channel, series) is None:
        state = OutgoingSerial(channel=book.channel, series=series, following=book.first_serial)
        work.channel.outgoing.put(state)
