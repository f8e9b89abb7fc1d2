"""Pad books in SQL: those held, with their pointers, and those issued, with the spent list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, update

from depesha.base import Digest
from depesha.channel.adapters.rows import (
    address_columns,
    read_address,
    require_one,
    require_row,
    storing,
)
from depesha.channel.adapters.tables import (
    books_held,
    books_issued,
    pages_held,
    pages_issued,
)
from depesha.channel.errors import ChannelStoreError, PadBookExhaustedError
from depesha.channel.mailbox import Capability, MailboxKeys
from depesha.channel.padbook import BookUse, HeldBook, PadBook
from depesha.channel.stores import IssuedMailbox, IssuedPage, PageState, TakenPage
from depesha.cipher import HybridRecipient, Page


@dataclass(frozen=True, slots=True)
class SqlHeldBookStore:
    """A `HeldBookStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def accept(self, book: PadBook, note: bytes, at: datetime) -> None:
        """Keep a book that `require_usable` let pass.

        Raises:
            ChannelStoreError: The book, or one of its pages, is there already, or this station
                issued a book of that name: where a page is named by book and number, the two would
                be confused.
        """
        if self.has(book.book) or self.offered([page.digest() for page in book.pages]):
            raise ChannelStoreError("the book, or a page of it, is in the store already")
        if _has(self.connection, books_issued, book.book):
            raise ChannelStoreError("the book has the name of one that was issued here")
        self.connection.execute(
            insert(books_held).values(
                book=book.book,
                channel=book.channel,
                issuer=book.issuer,
                note=note,
                size=len(book.pages),
                use=book.use.value,
                next_page=1,
                not_before=book.not_before,
                not_after=book.not_after,
                accepted_at=at,
                **address_columns(book.address),
            )
        )
        pages = [_held_page(book, number) for number in range(1, len(book.pages) + 1)]
        self.connection.execute(insert(pages_held), pages)

    def has(self, book: str) -> bool:
        """Tell whether a book was ever accepted."""
        return _has(self.connection, books_held, book)

    def note(self, book: str) -> bytes | None:
        """Return the signed note of a book as it was accepted, if it was."""
        found = select(books_held.c.note).where(books_held.c.book == book)
        note = self.connection.execute(found).scalar_one_or_none()
        return None if note is None else bytes(note)

    def offered(self, keys: Collection[Digest]) -> Mapping[Digest, str]:
        """Return the issuer of each of these page keys that was ever offered."""
        rows = select(pages_held.c.key, pages_held.c.issuer).where(pages_held.c.key.in_(keys))
        return {row.key: row.issuer for row in self.connection.execute(rows)}

    def usable(
        self, channel: str, at: datetime, *, use: BookUse = BookUse.ONCE
    ) -> Sequence[HeldBook]:
        """Return the books with pages left that are valid at `at`, first accepted first."""
        rows = (
            select(books_held)
            .where(books_held.c.channel == channel, books_held.c.next_page <= books_held.c.size)
            .where(books_held.c.use == use.value)
            .order_by(books_held.c.accepted_at, books_held.c.not_after, books_held.c.book)
        )
        books = [_read_held(row) for row in self.connection.execute(rows)]
        return [book for book in books if book.may_be_used(at)]

    def take(self, channel: str, at: datetime) -> TakenPage:
        """Take the next page and move the pointer.

        Raises:
            PadBookExhaustedError: No book of the channel has a page to give.
            ChannelStoreError: Somebody else moved the pointer meanwhile.
        """
        books = self.usable(channel, at)
        if not books:
            raise PadBookExhaustedError("no book of the channel has a page to give")
        number, moved = books[0].take(at)
        page = self._page(moved.book, number)
        # The pointer moves only from where it was read, so no page is ever taken twice.
        change = (
            update(books_held)
            .where(books_held.c.book == moved.book, books_held.c.next_page == number)
            .values(next_page=moved.next_page)
        )
        require_one(self.connection.execute(change).rowcount, "the page")
        self._drop(moved.book, number)
        return TakenPage(number=number, page=page, book=moved)

    def period(self, channel: str, at: datetime) -> TakenPage:
        """Take the period key that lives longest; nothing is used up.

        Raises:
            PadBookExhaustedError: No period key of the channel is valid.
        """
        books = self.usable(channel, at, use=BookUse.PERIOD)
        if not books:
            raise PadBookExhaustedError("no period key of the channel is valid")
        book = max(books, key=lambda one: one.not_after)
        number, _ = book.take(at)
        return TakenPage(number=number, page=self._page(book.book, number), book=book)

    def void(self, channel: str) -> int:
        """Give up all pages not yet used, as after a restore; return how many."""
        is_open = (books_held.c.channel == channel, books_held.c.next_page <= books_held.c.size)
        left = self.connection.execute(
            select(func.sum(books_held.c.size + 1 - books_held.c.next_page)).where(*is_open)
        ).scalar_one()
        self.connection.execute(
            update(books_held).where(*is_open).values(next_page=books_held.c.size + 1)
        )
        return int(left or 0)

    def _page(self, book: str, number: int) -> Page:
        row = self.connection.execute(
            select(pages_held.c.recipient, pages_held.c.check_key).where(
                pages_held.c.book == book, pages_held.c.number == number
            )
        ).one()
        return Page(HybridRecipient(bytes(row.recipient)), bytes(row.check_key))

    def _drop(self, book: str, number: int) -> None:
        self.connection.execute(
            update(pages_held)
            .where(pages_held.c.book == book, pages_held.c.number == number)
            .values(recipient=None, check_key=None)
        )


@dataclass(frozen=True, slots=True)
class SqlIssuedBookStore:
    """An `IssuedBookStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def issue(
        self, book: PadBook, note: bytes, at: datetime, *, fetch: MailboxKeys | None = None
    ) -> None:
        """Keep a book about to leave, and the right to fetch from its mailbox.

        Raises:
            ChannelStoreError: The book, or a page of it, was issued before, or a book of that name
                is held here.
        """
        for table in (books_issued, books_held):
            if _has(self.connection, table, book.book):
                raise ChannelStoreError("a book of this name is in the store already")
        keys = [page.digest() for page in book.pages]
        known = select(pages_issued.c.key).where(pages_issued.c.key.in_(keys))
        if self.connection.execute(known).first() is not None:
            raise ChannelStoreError("a page of the book was issued before")
        self.connection.execute(
            insert(books_issued).values(
                book=book.book,
                holder=book.holder,
                note=note,
                use=book.use.value,
                not_after=book.not_after,
                fetch=fetch.to_fetch.value if fetch and book.address else None,
                issued_at=at,
                travelling=False,
                **address_columns(book.address),
            )
        )
        live = [
            {"key": key, "book": book.book, "number": number, "state": PageState.LIVE.value}
            for number, key in enumerate(keys, 1)
        ]
        self.connection.execute(insert(pages_issued), live)

    def page(self, key: Digest) -> IssuedPage:
        """Return a page ever issued.

        Raises:
            ChannelStoreError: It was not.
        """
        row = self.connection.execute(_issued().where(pages_issued.c.key == key)).one_or_none()
        return _read_issued(require_row(row, "the page"))

    def note(self, book: str) -> bytes:
        """Return the signed note of a book.

        Raises:
            ChannelStoreError: The book was not issued here.
        """
        row = self.connection.execute(
            select(books_issued.c.note).where(books_issued.c.book == book)
        ).one_or_none()
        return bytes(require_row(row, "the book").note)

    def live(self, holder: str | None = None) -> Sequence[IssuedPage]:
        """Return the live pages, of one holder or of all, oldest book first, in page order."""
        rows = _issued().where(pages_issued.c.state == PageState.LIVE.value)
        if holder is not None:
            rows = rows.where(books_issued.c.holder == holder)
        return [_read_issued(row) for row in self.connection.execute(rows)]

    def spend(self, key: Digest, at: datetime) -> None:
        """Mark a page as used, for ever.

        Raises:
            ChannelStoreError: It was never issued, or is spent already.
        """
        change = (
            update(pages_issued)
            .where(pages_issued.c.key == key, pages_issued.c.state == PageState.LIVE.value)
            .values(state=PageState.SPENT.value, spent_at=at)
        )
        require_one(self.connection.execute(change).rowcount, "the page")

    def spent(self, keys: Collection[Digest]) -> frozenset[Digest]:
        """Return which of these page keys are spent."""
        rows = select(pages_issued.c.key).where(
            pages_issued.c.key.in_(keys), pages_issued.c.state == PageState.SPENT.value
        )
        return frozenset(self.connection.execute(rows).scalars())

    def mailboxes(self) -> Sequence[IssuedMailbox]:
        """Return the mailboxes of all books that are not closed, each once."""
        rows = (
            select(books_issued)
            .where(books_issued.c.closed_at.is_(None), books_issued.c.fetch.is_not(None))
            .order_by(books_issued.c.issued_at, books_issued.c.book)
        )
        found = [_read_mailbox(row) for row in self.connection.execute(rows)]
        return list({(one.relay, one.keys.name): one for one in reversed(found)}.values())[::-1]


def _has(connection: Connection, table: Table, book: str) -> bool:
    found = select(table.c.book).where(table.c.book == book)
    return connection.execute(found).one_or_none() is not None


def _held_page(book: PadBook, number: int) -> dict[str, object]:
    page = book.page(number)
    return {
        "key": page.digest(),
        "book": book.book,
        "number": number,
        "issuer": book.issuer,
        "recipient": page.recipient.public,
        "check_key": page.check_key,
    }


def _read_held(row: Row[Any]) -> HeldBook:
    return HeldBook(
        book=row.book,
        channel=row.channel,
        size=row.size,
        use=BookUse(row.use),
        next_page=row.next_page,
        not_before=row.not_before,
        not_after=row.not_after,
        address=read_address(row),
    )


def _issued() -> Any:  # noqa: ANN401
    return (
        select(pages_issued, books_issued.c.holder, books_issued.c.use)
        .join(books_issued, books_issued.c.book == pages_issued.c.book)
        .order_by(books_issued.c.issued_at, books_issued.c.book, pages_issued.c.number)
    )


def _read_issued(row: Row[Any]) -> IssuedPage:
    return IssuedPage(
        key=row.key,
        book=row.book,
        number=row.number,
        holder=row.holder,
        state=PageState(row.state),
        use=BookUse(row.use),
    )


def _read_mailbox(row: Row[Any]) -> IssuedMailbox:
    keys = MailboxKeys(
        name=row.mailbox,
        deposit=Capability(bytes(row.deposit)),
        fetch=Capability(bytes(row.fetch)),
    )
    return IssuedMailbox(book=row.book, holder=row.holder, relay=row.relay, keys=keys)
