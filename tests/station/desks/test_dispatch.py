from depesha.base import Digest
from depesha.channel import channel_id
from depesha.cipher import unverified_text
from depesha.station import Addressee, BookOrder
from depesha.telegram import Cover
from tests.station.houses import (
    NORTH,
    PAGES,
    PORT,
    Founded,
    Pair,
    acquaint,
    draft_to,
    found,
    open_house,
)
from tests.station.looking import everything
from tests.station.refusals import refused


def covers(pair: Pair) -> list[Cover]:
    """The covers of all copies that the north has sealed, by serial."""
    lines = pair.north.station.reading.telegrams()
    copies = [
        copy
        for line in lines
        for copy in pair.north.station.reading.telegram(line.record_id).copies
    ]
    texts = (unverified_text(copy.cover) for copy in sorted(copies, key=lambda one: one.serial))
    return [Cover.from_text(text) for text in texts]


def test_each_copy_takes_the_next_serial_and_the_next_page(pair: Pair) -> None:
    """Serials run without a gap, pages in order, and each cover names the one before it."""
    for text in ("One.", "Two.", "Three."):
        pair.north.sealed(draft_to(PORT, text))

    made = covers(pair)
    notes = [
        copy.cover
        for line in pair.north.station.reading.telegrams()
        for copy in pair.north.station.reading.telegram(line.record_id).copies
    ]
    assert [(one.serial, one.page) for one in made] == [(1, 1), (2, 2), (3, 3)]
    assert [one.previous for one in made] == [None, Digest.of(notes[0]), Digest.of(notes[1])]
    assert [one.copy_number for one in made] == [1, 1, 1]


def test_sealing_is_durable_before_anything_leaves(pair: Pair) -> None:
    """Pointer, serial, cover and bytes are in the store; the relay has heard nothing yet."""
    pair.relay.calls.clear()
    pair.north.sealed(draft_to(PORT))

    own, theirs = (house.office.keyring.fingerprint for house in (pair.north, pair.port))
    way = channel_id(own, theirs)
    with pair.north.office.transaction() as work:
        queued = work.channel.outbox.waiting()
        state = work.channel.outgoing.state(way, "2031")
        (book,) = work.channel.held.usable(way, pair.clock.now())
    assert pair.relay.calls == []
    assert [one.serial for one in queued] == [1]
    assert state is not None
    assert (state.following, book.left) == (2, PAGES - 1)


def test_a_second_click_seals_nothing(pair: Pair) -> None:
    """A telegram is sealed once: no second page, no second serial."""
    held = pair.north.sealed(draft_to(PORT))
    before = everything(pair.north)

    with refused("station.wrong_state"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)

    assert everything(pair.north) == before


def test_what_arrived_is_not_sent_on(pair: Pair) -> None:
    """A telegram of somebody else's is not sealed again as if it were ours."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (record_id,) = pair.sync(pair.port)

    with refused("station.wrong_state"):
        pair.port.station.dispatch.seal(record_id, by=pair.port.clerk)
    with refused("station.not_found"):
        pair.port.station.dispatch.seal("0" * 32, by=pair.port.clerk)


def test_without_a_page_nothing_is_sealed(pair: Pair) -> None:
    """No pad, no telegram: the number stays, and neither serial nor state moves."""
    for _ in range(PAGES):
        pair.north.sealed(draft_to(PORT))
    held = pair.north.released(draft_to(PORT))
    before = everything(pair.north)

    with refused("station.no_pad"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
    assert everything(pair.north) == before

    book = pair.port.station.correspondence.issue(BookOrder(call_sign=NORTH), by=pair.port.clerk)
    pair.north.station.correspondence.accept(book, issuer=PORT, by=pair.north.clerk)
    (copy,) = pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
    assert (copy.serial, copy.page) == (PAGES + 1, 1)


def test_a_book_out_of_date_seals_nothing(pair: Pair) -> None:
    """Pages have a last day, and so have cards."""
    held = pair.north.released(draft_to(PORT))
    pair.clock.pass_time(days=61)
    with refused("station.no_pad"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
    pair.clock.pass_time(days=400)
    with refused("channel.card_validity"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)


def test_all_copies_are_sealed_or_none(founded: Founded, pair: Pair) -> None:
    """Where one of two stations has no page, the other's page and serial stay unused."""
    home = pair.north.home.with_name("river")
    found(home, "POST RIVER", pair.clock)
    river = open_house(home, pair.relay, pair.clock)
    card, fingerprint = (
        river.station.introducing.card(),
        river.station.introducing.fingerprint(),
    )
    pair.north.station.introducing.introduce(card, fingerprint=fingerprint, by=pair.north.clerk)
    draft = draft_to(PORT, info=(Addressee(call_sign="POST RIVER"),))
    held = pair.north.released(draft)
    before = everything(pair.north)

    with refused("station.no_pad"):
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
    assert everything(pair.north) == before

    acquaint(pair.north.station, river.station, None)
    copies = pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
    assert [(one.copy_number, one.serial) for one in copies] == [(1, 1), (2, 1)]
    assert len({one.station for one in copies}) == 2
    river.station.close()


def test_serials_begin_again_with_the_year(pair: Pair) -> None:
    """A series of serials is a year's, and the year stands in its name."""
    pair.north.sealed(draft_to(PORT))
    pair.clock.pass_time(days=305)
    for here, there in ((pair.north, pair.port),):
        book = there.station.correspondence.issue(BookOrder(call_sign=here.name), by=there.clerk)
        here.station.correspondence.accept(book, issuer=there.name, by=here.clerk)
    pair.north.sealed(draft_to(PORT))

    assert [(one.series, one.serial) for one in covers(pair)] == [(2031, 1), (2032, 1)]


def test_a_copy_that_never_was_cannot_be_given_up(pair: Pair) -> None:
    """Neither that of another post, nor one that left: nothing is voided, and nothing withdrawn."""
    held = pair.north.sealed(draft_to(PORT))
    desk, clerk = pair.north.station.dispatch, pair.north.clerk
    before = everything(pair.north)
    with refused("station.input"):
        desk.void(held.record_id, NORTH, by=clerk)
    assert everything(pair.north) == before
    pair.sync(pair.north)
    with refused("station.wrong_state"):
        desk.void(held.record_id, PORT, by=clerk)


def test_a_copy_given_up_never_leaves(pair: Pair) -> None:
    """Its bytes are gone from the outbox; the telegram stays in the register and in the file."""
    held = pair.north.sealed(draft_to(PORT))
    size = pair.north.register_size()
    pair.north.station.dispatch.void(held.record_id, PORT, by=pair.north.clerk)
    pair.sync(pair.north)
    assert pair.waiting() == []
    assert pair.north.register_size() == size
    view = pair.north.station.reading.telegram(held.record_id)
    assert [stamp.kind for stamp in view.stamps][-1] == "voided"
    assert [copy.serial for copy in view.copies] == [1]
