"""How issued books live in SQL: on their way inside covers, taken, and closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from depesha.base import Digest, SeriesSerials
from depesha.channel.adapters.rows import require_one
from depesha.channel.adapters.tables import books_issued, pages_issued
from depesha.channel.padbook import BookUse
from depesha.channel.stores import IssuedBook, PageState


@dataclass(frozen=True, slots=True)
class SqlBookLives:
    """A `BookLives` inside the caller's transaction."""

    connection: Connection

    def every(self, holder: str | None = None) -> Sequence[IssuedBook]:
        """Return the books that are not closed, oldest first."""
        live = func.count().filter(pages_issued.c.state == PageState.LIVE.value)
        rows = (
            select(books_issued, live.label("live"), func.count().label("size"))
            .join(pages_issued, pages_issued.c.book == books_issued.c.book)
            .where(books_issued.c.closed_at.is_(None))
            .group_by(books_issued.c.book)
            .order_by(books_issued.c.issued_at, books_issued.c.book)
        )
        if holder is not None:
            rows = rows.where(books_issued.c.holder == holder)
        return [
            IssuedBook(
                book=row.book,
                holder=row.holder,
                note=bytes(row.note),
                use=BookUse(row.use),
                issued_at=row.issued_at,
                not_after=row.not_after,
                size=row.size,
                live=row.live,
                is_travelling=row.travelling,
                carried=(row.carried_series, row.carried_serial) if row.carried_serial else None,
            )
            for row in self.connection.execute(rows)
        ]

    def send(self, book: str) -> None:
        """Let a book travel inside covers until one of them is acknowledged."""
        self._change(book, travelling=True)

    def carried(self, book: str, series: int, serial: int) -> None:
        """Note the cover that carries it."""
        self._change(book, carried_series=series, carried_serial=serial)

    def arrived(self, holder: str, have: SeriesSerials) -> None:
        """Note that these covers arrived: the books that they carried travel no more."""
        # Compared here and not by the engine: a correspondent may name any number of runs.
        on_the_way = select(
            books_issued.c.book, books_issued.c.carried_series, books_issued.c.carried_serial
        ).where(
            books_issued.c.holder == holder,
            books_issued.c.travelling,
            books_issued.c.carried_serial.is_not(None),
        )
        for book, series, serial in self.connection.execute(on_the_way).all():
            if have.has(series, serial):
                self._change(book, travelling=False)

    def stop(self, holder: str) -> None:
        """Let no book travel to a station any more."""
        change = update(books_issued).where(books_issued.c.holder == holder)
        self.connection.execute(change.values(travelling=False))

    def close(self, book: str, at: datetime) -> Sequence[Digest]:
        """Close a book: its live pages become spent and are returned, to be burnt.

        Raises:
            ChannelStoreError: The book was not issued here, or is closed already.
        """
        change = (
            update(books_issued)
            .where(books_issued.c.book == book, books_issued.c.closed_at.is_(None))
            .values(closed_at=at, fetch=None, travelling=False)
        )
        require_one(self.connection.execute(change).rowcount, "the book")
        is_live = (pages_issued.c.book == book, pages_issued.c.state == PageState.LIVE.value)
        keys = self.connection.execute(select(pages_issued.c.key).where(*is_live)).scalars().all()
        self.connection.execute(
            update(pages_issued).where(*is_live).values(state=PageState.SPENT.value, spent_at=at)
        )
        return keys

    def _change(self, book: str, **values: object) -> None:
        change = update(books_issued).where(books_issued.c.book == book).values(**values)
        require_one(self.connection.execute(change).rowcount, "the book")
