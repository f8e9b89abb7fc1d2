"""Pad books between two stations: made by the receiver, accepted by the sender (PROTOCOL 4)."""

from datetime import datetime

from depesha.channel import (
    BookUse,
    ChannelStoreError,
    IncomingLedger,
    MailboxAddress,
    MailboxKeys,
    OutgoingSerial,
    PadBook,
    PadBookRefusedError,
    Peer,
    new_book_id,
    open_book,
    require_usable,
    sign_book,
)
from depesha.cipher import PageSecret
from depesha.station.office import Office
from depesha.station.work import Work


def make_book(
    office: Office,
    peer: Peer,
    *,
    pages: int,
    not_before: datetime,
    not_after: datetime,
    use: BookUse = BookUse.ONCE,
    first_serial: int = 1,
    address: MailboxAddress | None = None,
) -> tuple[PadBook, bytes]:
    """Draw the pages of a book for a correspondent and sign it; the secrets are durable.

    Nothing knows the book until `enter_book`: a crash between leaves secrets that nobody uses.

    Raises:
        PadBookFormatError: The number of pages, the days or the address cannot be.
    """
    secrets = [PageSecret.generate() for _ in range(pages)]
    with office.reading() as work:
        own = work.channel.peers.find(office.keyring.fingerprint).card
    book = PadBook(
        book=new_book_id(),
        issuer=own.fingerprint,
        holder=peer.card.fingerprint,
        first_serial=first_serial,
        use=use,
        address=address,
        not_before=not_before,
        not_after=not_after,
        pages=tuple(secret.page for secret in secrets),
    )
    note = sign_book(book, office.keyring.identity, issuer=own)
    office.pages.add(secrets)
    return book, note


def enter_book(
    work: Work, book: PadBook, note: bytes, at: datetime, *, fetch: MailboxKeys | None
) -> None:
    """Keep a book about to leave; where it begins a channel, its ledger begins with it."""
    work.channel.issued.issue(book, note, at, fetch=fetch)
    series = f"{book.not_before.year:04}"
    if work.channel.incoming.ledger(book.channel, series) is None:
        ledger = IncomingLedger(first=book.first_serial)
        work.channel.incoming.put_ledger(book.channel, series, ledger)


def accept_book(
    work: Work, note: bytes, peer: Peer, *, holder: str, at: datetime
) -> tuple[PadBook, bool]:
    """Take a book that a correspondent issued to this station; tell whether it was new.

    The very same book again changes nothing.

    Raises:
        SignedTextError, PadBookFormatError: The book is not what that correspondent signed.
        PadBookRefusedError: It is for another station, out of date, offers an old page, or has the
            name of another book.
        CardValidityError, RevokedError: Its key was not to sign books at that time.
    """
    history = work.channel.peers.history(peer.card.fingerprint)
    _, card = history.signed_by(note)
    book = open_book(note, issuer=card, holder=holder)
    history.require_in_force(card.identity, signed=book.not_before, now=at)
    if work.channel.held.note(book.book) == note:
        return book, False
    keys = [page.digest() for page in book.pages]
    require_usable(
        book,
        at=at,
        spent=work.channel.issued.spent(keys),
        offered=work.channel.held.offered(keys),
    )
    try:
        work.channel.held.accept(book, note, at)
    except ChannelStoreError as error:
        raise PadBookRefusedError("the book has the name of another that is here") from error
    series = f"{book.not_before.year:04}"
    if work.channel.outgoing.state(book.channel, series) is None:
        first = book.first_serial
        state = OutgoingSerial(channel=book.channel, series=series, first=first, following=first)
        work.channel.outgoing.put(state)
    return book, True
