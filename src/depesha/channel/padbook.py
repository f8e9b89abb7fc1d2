"""The pad book: one-time pages that one station issues to one other (docs/formats/pad-book.md).

The issuer keeps the page secrets and will receive; the holder uses the pages, strictly in order,
one for each sealed copy. Only the holder can draw on the book, so no stranger can exhaust it.
Pure rules (PROTOCOL 4); the live secrets are kept behind `ports.PageSecretStore`.
"""

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from depesha.base import Digest, instant_to_text, require_utc
from depesha.channel.cards import Card
from depesha.channel.errors import (
    MailboxFormatError,
    PadBookExhaustedError,
    PadBookFormatError,
    PadBookRefusedError,
)
from depesha.channel.fields import (
    NONE,
    FieldReader,
    decimal,
    fingerprint,
    is_fingerprint,
    require_same_key,
    short_id,
    signed_text,
    unbase64,
    write_fields,
)
from depesha.channel.mailbox import Capability
from depesha.channel.relay_address import require_relay_address
from depesha.channel.serial import channel_id, require_serial
from depesha.cipher import Ed25519Signer, HybridRecipient, Page, random_bytes, sign_note

LABEL = "depesha/1 padbook"
PAGE_LIMIT = 512
DEFAULT_PAGES = 64
# Far beyond any paper channel, and far from the last serial: a book cannot use up a channel.
FIRST_SERIAL_LIMIT = 1_000_000
_BOOK_ID_SIZE = 16
_RECIPIENT_SIZE = 1216
_CHECK_KEY_SIZE = 32
PERIOD_LIMIT = timedelta(days=31)


class BookUse(StrEnum):
    """How often a page of a book may be sealed to."""

    ONCE = "once"
    """The rule: a page opens one file and is burnt."""
    PERIOD = "period"
    """The fallback: one page, a period key, that opens until its last day and is burnt then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxAddress:
    """Where the holder of a book deposits: a relay, a mailbox of it, and the right to deposit."""

    relay: str
    mailbox: str
    deposit: Capability = field(repr=False)

    def __post_init__(self) -> None:
        try:
            require_relay_address(self.relay)
        except MailboxFormatError as error:
            raise PadBookFormatError(str(error)) from error
        _require_short_id(self.mailbox, "the mailbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class PadBook:
    """Numbered one-time pages, bound to the station that issued them and the one that holds them.

    Pages count from 1. Within a book no key stands twice. A book for a period has one page, which
    is a period key: weaker, for it opens many files, and so it lives a month at the most.
    """

    book: str
    issuer: str
    holder: str
    first_serial: int = 1
    use: BookUse = BookUse.ONCE
    address: MailboxAddress | None = None
    not_before: datetime
    not_after: datetime
    pages: tuple[Page, ...] = field(repr=False)

    def __post_init__(self) -> None:
        _require_short_id(self.book, "the book")
        if not is_fingerprint(self.issuer) or not is_fingerprint(self.holder):
            raise PadBookFormatError("issuer and holder are fingerprints of 64 digits")
        if self.issuer == self.holder:
            raise PadBookFormatError("nobody issues a book to himself")
        if require_serial(self.first_serial) > FIRST_SERIAL_LIMIT:
            raise PadBookFormatError(f"a book begins at serial {FIRST_SERIAL_LIMIT} at the latest")
        if require_utc(self.not_before) >= require_utc(self.not_after):
            raise PadBookFormatError("the book ends before it begins")
        if not 1 <= len(self.pages) <= PAGE_LIMIT:
            raise PadBookFormatError(f"a book has from 1 to {PAGE_LIMIT} pages")
        _require_distinct(self.pages)
        if self.use is BookUse.PERIOD:
            _require_period(self)

    @property
    def channel(self) -> str:
        """The channel that the book serves: from its holder to its issuer."""
        return channel_id(self.holder, self.issuer)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `open_book`.

        Raises:
            PadBookFormatError: The text is anything else.
        """
        fields = FieldReader(text, label=LABEL, error=PadBookFormatError)
        return cls(
            book=fields.value("book", short_id),
            issuer=fields.value("issuer", fingerprint),
            holder=fields.value("holder", fingerprint),
            first_serial=fields.value("first-serial", decimal),
            use=fields.value("use", BookUse),
            address=_read_address(fields),
            not_before=fields.instant("not-before"),
            not_after=fields.instant("not-after"),
            pages=_read_pages(fields),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other. It holds the deposit right."""
        address = self.address
        fields = [
            ("book", self.book),
            ("issuer", self.issuer),
            ("holder", self.holder),
            ("first-serial", str(self.first_serial)),
            ("use", self.use.value),
            ("relay", address.relay if address else NONE),
            ("mailbox", address.mailbox if address else NONE),
            ("deposit", address.deposit.to_text() if address else NONE),
            ("not-before", instant_to_text(self.not_before)),
            ("not-after", instant_to_text(self.not_after)),
            ("pages", str(len(self.pages))),
            *(("page", _page_text(number, page)) for number, page in enumerate(self.pages, 1)),
        ]
        return write_fields(LABEL, fields)

    def page(self, number: int) -> Page:
        """Return one page.

        Raises:
            PadBookExhaustedError: The book has no such page.
        """
        if not 1 <= number <= len(self.pages):
            raise PadBookExhaustedError("the book has no such page")
        return self.pages[number - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBook:
    """A book in use by its holder: the pointer stands on the next page, and only moves on.

    The moved pointer is stored durably before anything sealed with the page leaves the house.
    The pages themselves lie with the store, so that taking one does not read them all.
    """

    book: str
    channel: str
    size: int
    use: BookUse = BookUse.ONCE
    next_page: int = 1
    not_before: datetime
    not_after: datetime
    address: MailboxAddress | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.next_page <= self.size + 1:
            raise PadBookExhaustedError("the pointer is outside the book")

    @classmethod
    def of(cls, book: PadBook) -> Self:
        """Begin a book at its first page."""
        return cls(
            book=book.book,
            channel=book.channel,
            size=len(book.pages),
            use=book.use,
            not_before=book.not_before,
            not_after=book.not_after,
            address=book.address,
        )

    @property
    def left(self) -> int:
        """How many pages are unused."""
        return self.size + 1 - self.next_page

    @property
    def is_low(self) -> bool:
        """True once a third of the pages, or less, is left: time to ask for a new book."""
        return self.left * 3 <= self.size

    def may_be_used(self, at: datetime) -> bool:
        """Tell whether a page is left and the book is valid at `at`."""
        return self.left > 0 and self.not_before <= at < self.not_after

    def take(self, at: datetime) -> tuple[int, "HeldBook"]:
        """Return the number of the next page, and the book with its pointer moved past it.

        A period key is taken without moving anything.

        Raises:
            PadBookExhaustedError: No page is left, or the book is not valid at `at`.
        """
        if self.left == 0:
            raise PadBookExhaustedError("no page of the book is left")
        if not self.may_be_used(at):
            raise PadBookExhaustedError("the book is not valid at this time")
        if self.use is BookUse.PERIOD:
            return self.next_page, self
        return self.next_page, replace(self, next_page=self.next_page + 1)


def new_book_id() -> str:
    """Draw the name of a new book: 32 random digits."""
    return random_bytes(_BOOK_ID_SIZE).hex()


def sign_book(book: PadBook, signer: Ed25519Signer, *, issuer: Card) -> bytes:
    """Write the signed note of a book with the issuer's identity key.

    Raises:
        SignedTextError: `signer` is not the issuer's identity key.
        PadBookRefusedError: The book names another issuer.
    """
    require_same_key(signer, issuer.identity)
    _require_issuer(book, issuer)
    return sign_note(book.to_text(), [signer])


def open_book(note: bytes, *, issuer: Card, holder: str) -> PadBook:
    """Return a book that this issuer signed for this holder.

    Whether it may be used is decided by `require_usable`.

    Raises:
        SignedTextError: The issuer's identity key did not sign it.
        PadBookFormatError: The signed text is not a pad book.
        PadBookRefusedError: It names another issuer, or was issued to another holder.
    """
    text = signed_text(note, issuer.identity)
    book = PadBook.from_text(text)
    _require_issuer(book, issuer)
    if book.holder != holder:
        raise PadBookRefusedError("the book was issued to another station")
    return book


def require_usable(
    book: PadBook, *, at: datetime, spent: Collection[Digest], offered: Mapping[Digest, str]
) -> None:
    """Refuse an authentic book that would break a rule, in the order: time, old pages, others'.

    Args:
        book: A book that `open_book` returned.
        at: The time of acceptance.
        spent: Page keys ever used, by anyone, kept for good.
        offered: Page keys of every book ever accepted, and the fingerprint of its issuer.

    Raises:
        PadBookRefusedError: The book is past its day, or offers a key a second time.
    """
    if at >= book.not_after:
        raise PadBookRefusedError("the book is past its last day")
    for key in (page.digest() for page in book.pages):
        if offered.get(key, book.issuer) != book.issuer:
            raise PadBookRefusedError("the book offers a page of another station")
        if key in spent or key in offered:
            raise PadBookRefusedError("the book offers a page that was offered or used before")


def _require_issuer(book: PadBook, issuer: Card) -> None:
    if book.issuer != issuer.fingerprint:
        raise PadBookRefusedError("the book names another issuer than the one who signed")


def _require_period(book: PadBook) -> None:
    if len(book.pages) != 1:
        raise PadBookFormatError("a book for a period has one page")
    if book.not_after - book.not_before > PERIOD_LIMIT:
        raise PadBookFormatError(f"a period key lives at most {PERIOD_LIMIT.days} days")


def _require_short_id(text: str, what: str) -> None:
    try:
        short_id(text)
    except ValueError:
        raise PadBookFormatError(f"{what} is not named by 32 lower-case digits") from None


def _require_distinct(pages: Sequence[Page]) -> None:
    recipients = {page.recipient.public for page in pages}
    if len(recipients) != len(pages) or len({page.check_key for page in pages}) != len(pages):
        raise PadBookFormatError("one key stands on two pages")


def _page_text(number: int, page: Page) -> str:
    recipient = base64.b64encode(page.recipient.public).decode()
    return f"{number} {recipient} {base64.b64encode(page.check_key).decode()}"


def _read_pages(fields: FieldReader) -> tuple[Page, ...]:
    count = fields.value("pages", decimal)
    if count > PAGE_LIMIT:
        raise PadBookFormatError(f"a book has from 1 to {PAGE_LIMIT} pages")
    pages = tuple(fields.value("page", _page_reader(number)) for number in range(1, count + 1))
    return fields.last(pages)


def _page_reader(number: int) -> Callable[[str], Page]:
    def read(text: str) -> Page:
        found, recipient, check_key = text.split(" ")
        if decimal(found) != number:
            raise ValueError("pages are numbered in order from 1")
        return Page(
            recipient=HybridRecipient(unbase64(recipient, _RECIPIENT_SIZE)),
            check_key=unbase64(check_key, _CHECK_KEY_SIZE),
        )

    return read


def _read_address(fields: FieldReader) -> MailboxAddress | None:
    relay = fields.optional("relay", str)
    mailbox = fields.optional("mailbox", short_id)
    deposit = fields.optional("deposit", Capability.from_text)
    if relay is None and mailbox is None and deposit is None:
        return None
    if relay is None or mailbox is None or deposit is None:
        raise PadBookFormatError("relay, mailbox and deposit are all named, or none of them")
    return MailboxAddress(relay=relay, mailbox=mailbox, deposit=deposit)
