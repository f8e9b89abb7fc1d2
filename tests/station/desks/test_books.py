"""Pad books between two stations: durable before they are known, begun once, taken once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from depesha.channel import (
    BookUse,
    IncomingLedger,
    PadBook,
    PadBookFormatError,
    Peer,
    sign_book,
)
from depesha.cipher import PageSecret
from depesha.station.desks.books import accept_book, enter_book, make_book
from tests.station.acting import peer_of, way
from tests.station.houses import PAGES, House, Pair, draft_to
from tests.station.looking import everything, live_pages
from tests.station.refusals import refused


def made(pair: Pair, **changes: object) -> tuple[PadBook, bytes]:
    """A book of the port for the north that nothing knows of yet."""
    now = pair.clock.now()
    order = {"pages": 2, "not_before": now, "not_after": now + timedelta(days=9), **changes}
    return make_book(pair.port.office, peer_of(pair.port, pair.north), **order)  # type: ignore[arg-type]


def accepted(house: House, peer: Peer, note: bytes) -> bool:
    own, now = house.office.keyring.fingerprint, house.clock.now()
    with house.office.transaction() as work:
        return accept_book(work, note, peer, holder=own, at=now)[1]


def renamed(pair: Pair, made_before: PadBook, **changes: object) -> bytes:
    """The same book with other words in it, signed by its issuer."""
    with pair.port.office.reading() as work:
        card = work.channel.peers.find(pair.port.office.keyring.fingerprint).card
    changed = replace(made_before, **changes)  # type: ignore[arg-type]
    return sign_book(changed, pair.port.office.keyring.identity, issuer=card)


def test_secrets_are_durable_before_anything_knows_the_book(pair: Pair) -> None:
    """A crash right after leaves secrets that nobody uses, and no book without its secrets."""
    before = everything(pair.port)
    book, _ = made(pair)
    after = everything(pair.port)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"pages"}
    assert {page.digest().to_text() for page in book.pages} <= live_pages(pair.port)


def test_a_book_that_cannot_be_leaves_no_secret(pair: Pair) -> None:
    """It is refused before its secrets are kept."""
    pages = live_pages(pair.port)
    for changes in ({"pages": 0}, {"not_after": pair.clock.now()}):
        with pytest.raises(PadBookFormatError):
            made(pair, **changes)
    with pytest.raises(PadBookFormatError):
        made(pair, pages=2, use=BookUse.PERIOD)
    assert live_pages(pair.port) == pages


def test_the_first_book_begins_the_ledger_and_no_other_does(pair: Pair) -> None:
    """A later book neither moves the first serial nor forgets what was received."""
    way_in = way(pair.north, pair.port)
    with pair.port.office.transaction() as work:
        work.channel.incoming.put_ledger(way_in, "2031", IncomingLedger(first=7).with_received(7))
        work.channel.incoming.put_ledger(way_in, "2030", IncomingLedger(first=3))
    book, note = made(pair, first_serial=40)
    with pair.port.office.transaction() as work:
        enter_book(work, book, note, pair.clock.now(), fetch=None)
        ledgers = work.channel.incoming.ledgers(way_in)
    assert (ledgers["2031"].first, ledgers["2031"].received.to_text()) == (7, "7")
    assert set(ledgers) == {"2030", "2031"}


def test_a_book_of_another_year_begins_that_years_series(pair: Pair) -> None:
    """At both ends, at the serial that the book says."""
    pair.clock.pass_time(days=305)
    book, note = made(pair, first_serial=40)
    with pair.port.office.transaction() as work:
        enter_book(work, book, note, pair.clock.now(), fetch=None)
        ledger = work.channel.incoming.ledger(book.channel, "2032")
    assert ledger == IncomingLedger(first=40)
    assert accepted(pair.north, peer_of(pair.north, pair.port), note)
    with pair.north.office.reading() as work:
        state = work.channel.outgoing.state(book.channel, "2032")
    assert state is not None
    assert (state.first, state.following) == (40, 40)


def test_a_later_book_does_not_set_numbers_back(pair: Pair) -> None:
    """The serials of a series go on, whatever first serial a new book names."""
    pair.north.sealed(draft_to(pair.port.name))
    _, note = made(pair, first_serial=1)
    assert accepted(pair.north, peer_of(pair.north, pair.port), note)
    with pair.north.office.reading() as work:
        state = work.channel.outgoing.state(way(pair.north, pair.port), "2031")
    assert state is not None
    assert state.following == 2


def test_the_very_same_book_again_is_no_news(pair: Pair) -> None:
    """It may come by hand and in a cover, in two covers, or from a second courier."""
    _, note = made(pair)
    peer = peer_of(pair.north, pair.port)
    assert accepted(pair.north, peer, note)
    before = everything(pair.north)
    assert not accepted(pair.north, peer, note)
    assert everything(pair.north) == before
    (status,) = pair.north.station.correspondence.pads()
    assert status.left == PAGES + 2


def test_a_page_is_not_taken_under_a_second_name(pair: Pair) -> None:
    """Neither by another book of the same pages, nor by another book of the same name."""
    book, note = made(pair)
    peer = peer_of(pair.north, pair.port)
    accepted(pair.north, peer, note)
    before = everything(pair.north)
    fresh = tuple(PageSecret.generate().page for _ in book.pages)
    for again in (
        renamed(pair, book, book="c" * 32),
        renamed(pair, book, pages=fresh),
        renamed(pair, book, book="c" * 32, pages=(*fresh, book.pages[0])),
    ):
        with refused("channel.padbook_refused"):
            accepted(pair.north, peer, again)
    assert everything(pair.north) == before


def test_a_book_has_its_place_among_ours_too(pair: Pair) -> None:
    """Where its name is that of a book issued here, a page would have two meanings."""
    with pair.north.office.reading() as work:
        (own,) = work.channel.lives.every()
    book, _ = made(pair)
    with refused("channel.padbook_refused"):
        accepted(pair.north, peer_of(pair.north, pair.port), renamed(pair, book, book=own.book))


def test_a_book_for_somebody_else_or_past_its_day_is_not_taken(pair: Pair) -> None:
    """It is of no use here, whoever signed it."""
    book, note = made(pair)
    peer = peer_of(pair.north, pair.port)
    with refused("channel.padbook_refused"):
        accepted(pair.north, peer, renamed(pair, book, holder="d" * 64))
    with refused("channel.signed_text"):
        accepted(pair.north, peer_of(pair.north, pair.north), note)
    pair.clock.pass_time(days=9)
    with refused("channel.padbook_refused"):
        accepted(pair.north, peer, note)


def test_a_book_of_a_retired_station_is_not_taken(pair: Pair) -> None:
    """It is believed no more than its covers."""
    _, note = made(pair)
    desk = pair.north.station
    desk.introducing.retire(pair.port.name, by=pair.north.clerk)
    with refused("channel.revoked"):
        desk.correspondence.accept(note, issuer=pair.port.name, by=pair.north.clerk)
