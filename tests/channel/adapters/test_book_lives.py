"""How issued books live: listed while open, travelling until acknowledged, closed for good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from depesha.base import SerialRanges, SeriesSerials
from depesha.channel import (
    BookUse,
    ChannelStore,
    ChannelStoreError,
    IssuedBook,
    PadBook,
    sign_book,
)
from tests.channel.stations import CENTRE, HARBOUR, NOW, PAGES, RIVER, book

HOLDER = RIVER.card.fingerprint
FIRST = replace(book(pages=2), book="b" * 32)
SECOND = replace(book(), book="a" * 32, pages=PAGES[2:4])
PERIOD = replace(
    book(),
    book="c" * 32,
    use=BookUse.PERIOD,
    not_after=book().not_before + timedelta(days=20),
    pages=PAGES[4:5],
)


def issue(store: ChannelStore, *books: PadBook) -> None:
    for day, one in enumerate(books):
        note = sign_book(one, HARBOUR.identity, issuer=HARBOUR.card)
        store.issued.issue(one, note, NOW + timedelta(days=day))


def state(store: ChannelStore, name: str) -> IssuedBook:
    (found,) = [one for one in store.lives.every() if one.book == name]
    return found


def test_open_books_are_listed_with_what_is_left_of_them(store: ChannelStore) -> None:
    """Oldest first, each with its note, its use, its days, and how many pages still live."""
    issue(store, FIRST, SECOND, PERIOD)
    store.issued.spend(SECOND.pages[0].digest(), NOW)

    every = store.lives.every()

    assert [(one.book, one.use, one.live, one.size) for one in every] == [
        (FIRST.book, BookUse.ONCE, 2, 2),
        (SECOND.book, BookUse.ONCE, 1, 2),
        (PERIOD.book, BookUse.PERIOD, 1, 1),
    ]
    assert every[0].note == sign_book(FIRST, HARBOUR.identity, issuer=HARBOUR.card)
    assert (every[0].issued_at, every[0].not_after) == (NOW, FIRST.not_after)
    assert not any(one.is_travelling or one.carried for one in every)


def test_books_are_listed_by_holder(store: ChannelStore) -> None:
    """Nobody gets another's book in a cover."""
    other = replace(SECOND, holder=CENTRE.card.fingerprint)
    issue(store, FIRST, other)
    assert [one.book for one in store.lives.every(HOLDER)] == [FIRST.book]
    assert [one.book for one in store.lives.every(other.holder)] == [other.book]
    assert store.lives.every(HARBOUR.card.fingerprint) == []


def test_a_book_travels_until_a_cover_with_it_is_acknowledged(store: ChannelStore) -> None:
    """A cover on its way is no arrival, and another's acknowledgement says nothing of it."""
    issue(store, FIRST, SECOND)
    store.lives.send(FIRST.book)
    store.lives.arrived(HOLDER, SeriesSerials.from_text("2031:1-99"))
    assert state(store, FIRST.book).is_travelling, "no cover took it yet"

    store.lives.carried(FIRST.book, 2031, 7)
    for holder, have in (
        (HOLDER, "none"),
        (HOLDER, "2031:1-6,8-9"),
        (HOLDER, "2030:7"),
        (CENTRE.card.fingerprint, "2031:7"),
    ):
        store.lives.arrived(holder, SeriesSerials.from_text(have))
        assert state(store, FIRST.book).is_travelling, have

    store.lives.arrived(HOLDER, SeriesSerials.from_text("2030:1-2 2031:6-7"))
    arrived = state(store, FIRST.book)
    assert (arrived.is_travelling, arrived.carried) == (False, (2031, 7))
    assert not state(store, SECOND.book).is_travelling


def test_only_the_last_cover_counts(store: ChannelStore) -> None:
    """A book that was carried anew is not known to have arrived by the cover before."""
    issue(store, FIRST)
    store.lives.send(FIRST.book)
    for serial in (7, 15):
        store.lives.carried(FIRST.book, 2031, serial)
    store.lives.arrived(HOLDER, SeriesSerials.from_text("2031:1-14"))
    assert state(store, FIRST.book).is_travelling


def test_a_closed_book_is_gone_with_its_pages(store: ChannelStore) -> None:
    """Its live pages are returned to be burnt, and are spent for ever; it travels no more."""
    issue(store, FIRST, SECOND)
    store.lives.send(FIRST.book)
    store.issued.spend(FIRST.pages[0].digest(), NOW)

    assert store.lives.close(FIRST.book, NOW) == [FIRST.pages[1].digest()]

    assert [one.book for one in store.lives.every()] == [SECOND.book]
    keys = [page.digest() for page in FIRST.pages]
    assert store.issued.spent(keys) == set(keys)
    assert [one.book for one in store.issued.live()] == [SECOND.book] * 2
    store.lives.arrived(HOLDER, SeriesSerials.from_text("2031:1"))


def test_a_book_that_is_used_up_is_listed_until_it_is_closed(store: ChannelStore) -> None:
    """Its mailbox may still hold what was deposited twice."""
    issue(store, FIRST)
    for page in FIRST.pages:
        store.issued.spend(page.digest(), NOW)
    assert state(store, FIRST.book).live == 0
    assert store.lives.close(FIRST.book, NOW) == []
    assert store.lives.every() == []


def test_what_was_never_issued_has_no_life(store: ChannelStore) -> None:
    """A book is not sent, carried or closed by a name alone, and not closed twice."""
    issue(store, FIRST)
    store.lives.close(FIRST.book, NOW)
    for call in (
        lambda: store.lives.send("e" * 32),
        lambda: store.lives.carried("e" * 32, 2031, 1),
        lambda: store.lives.close("e" * 32, NOW),
        lambda: store.lives.close(FIRST.book, NOW),
    ):
        with pytest.raises(ChannelStoreError):
            call()


def test_any_number_of_runs_is_compared(store: ChannelStore) -> None:
    """What a correspondent says to have may be as scattered as a text allows."""
    issue(store, FIRST, SECOND)
    for serial, name in ((3, FIRST.book), (4, SECOND.book)):
        store.lives.send(name)
        store.lives.carried(name, 2031, serial)
    scattered = SerialRanges(tuple((one, one) for one in range(1, 10_000, 2)))
    store.lives.arrived(HOLDER, SeriesSerials(((2031, scattered),)))
    assert not state(store, FIRST.book).is_travelling
    assert state(store, SECOND.book).is_travelling
