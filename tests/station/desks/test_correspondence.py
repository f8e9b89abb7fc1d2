import pytest

from depesha.channel import Capability
from depesha.cipher import Ed25519Signer
from depesha.station import BookOrder, RelayAdmission
from tests.station.houses import (
    NORTH,
    PAGES,
    PORT,
    RELAY,
    Pair,
    draft_to,
    found,
    open_house,
)
from tests.station.looking import everything, live_pages
from tests.station.refusals import refused


def test_a_card_is_believed_by_its_fingerprint_alone(pair: Pair) -> None:
    """Never at first sight: what was read out in person must be the card's, whole."""
    home = pair.north.home.with_name("river")
    found(home, "POST RIVER", pair.clock)
    river = open_house(home, pair.relay, pair.clock).station
    card, right = river.introducing.card(), river.introducing.fingerprint()
    north = pair.north.station.introducing
    before = everything(pair.north)

    for wrong in ("", right[:-1], pair.port.station.introducing.fingerprint(), right[::-1]):
        with refused("channel.card_trust"):
            north.introduce(card, fingerprint=wrong, by=pair.north.clerk)
    altered = bytearray(card)
    altered[-20] ^= 1
    with refused("channel.signed_text"):
        north.introduce(bytes(altered), fingerprint=right, by=pair.north.clerk)
    assert everything(pair.north) == before

    peer = north.introduce(card, fingerprint=right, by=pair.north.clerk)
    assert peer.card.call_sign.text == "POST RIVER"
    assert [one.card.call_sign.text for one in north.posts()] == [PORT, "POST RIVER"]
    river.close()


def test_a_stations_own_card_is_no_correspondent(pair: Pair) -> None:
    """A station does not correspond with itself."""
    desk = pair.north.station.introducing
    with refused("station.input"):
        desk.introduce(desk.card(), fingerprint=desk.fingerprint(), by=pair.north.clerk)


def test_a_second_station_of_one_name_is_refused(pair: Pair) -> None:
    """A call-sign is one station's; another under it is not pinned over the first."""
    home = pair.north.home.with_name("false")
    found(home, PORT, pair.clock)
    false = open_house(home, pair.relay, pair.clock).station
    before = everything(pair.north)

    with refused("channel.store"):
        pair.north.station.introducing.introduce(
            false.introducing.card(),
            fingerprint=false.introducing.fingerprint(),
            by=pair.north.clerk,
        )

    assert everything(pair.north) == before
    false.close()


def test_a_card_out_of_date_is_refused(pair: Pair) -> None:
    """A card holds for a year and a day."""
    pair.clock.pass_time(days=367)
    desk = pair.port.station.introducing
    with refused("channel.card_validity"):
        pair.north.station.introducing.introduce(
            desk.card(), fingerprint=desk.fingerprint(), by=pair.north.clerk
        )


def issued(pair: Pair, **changes: object) -> bytes:
    order = BookOrder(call_sign=NORTH, pages=3, **changes)  # type: ignore[arg-type]
    return pair.port.station.correspondence.issue(order, by=pair.port.clerk)


def test_pages_are_live_before_their_book_leaves(pair: Pair) -> None:
    """What is handed out can be opened here; both sides count alike."""
    before = live_pages(pair.port)
    book = issued(pair)
    assert len(live_pages(pair.port)) == len(before) + 3

    pair.north.station.correspondence.accept(book, issuer=PORT, by=pair.north.clerk)

    (here,) = pair.north.station.correspondence.pads()
    (there,) = pair.port.station.correspondence.pads()
    assert (here.call_sign, here.left, here.is_low) == (PORT, PAGES + 3, False)
    assert there.live == PAGES + 3


def test_a_low_pad_is_said(pair: Pair) -> None:
    """At a third of the last book an alarm is due."""
    for _ in range(PAGES - PAGES // 3):
        pair.north.sealed(draft_to(PORT))
    (status,) = pair.north.station.correspondence.pads()
    assert (status.left, status.is_low) == (PAGES // 3, True)


def test_a_book_is_accepted_once(pair: Pair) -> None:
    """A page that was offered before is refused, whichever book brings it."""
    book = issued(pair)
    desk = pair.north.station.correspondence
    desk.accept(book, issuer=PORT, by=pair.north.clerk)
    before = everything(pair.north)

    with refused("channel.padbook_refused"):
        desk.accept(book, issuer=PORT, by=pair.north.clerk)

    assert everything(pair.north) == before


def test_a_book_is_its_issuers_and_its_holders(pair: Pair) -> None:
    """Neither a book for another station, nor one that another key signed, is taken."""
    book = issued(pair)
    before = everything(pair.north)
    with refused("channel.store"):
        pair.north.station.correspondence.accept(book, issuer="POST RIVER", by=pair.north.clerk)
    for place in (40, len(book) // 2, len(book) - 20):
        altered = bytearray(book)
        altered[place] ^= 1
        with refused("channel.signed_text"):
            pair.north.station.correspondence.accept(
                bytes(altered), issuer=PORT, by=pair.north.clerk
            )
    assert everything(pair.north) == before
    with refused("channel.signed_text"):
        pair.port.station.correspondence.accept(book, issuer=NORTH, by=pair.port.clerk)


def test_a_book_that_comes_too_late_is_refused(pair: Pair) -> None:
    """A book past its last day brings no page."""
    book = issued(pair, days=1)
    pair.clock.pass_time(days=2)
    with refused("channel.padbook_refused"):
        pair.north.station.correspondence.accept(book, issuer=PORT, by=pair.north.clerk)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"days": 0}, "channel.padbook_format"),
        ({"days": -1}, "channel.padbook_format"),
        ({"first_serial": 0}, "channel.serial_format"),
        ({"call_sign": "POST RIVER"}, "channel.store"),
        ({"call_sign": PORT}, "channel.padbook_format"),
        ({"pages": 0}, "channel.padbook_format"),
    ],
)
def test_a_book_that_cannot_be_is_not_issued(
    pair: Pair, changes: dict[str, object], code: str
) -> None:
    """No page is made for a book that would be refused."""
    before = everything(pair.port)
    order = BookOrder(**{"call_sign": NORTH, "pages": 3, **changes})  # type: ignore[arg-type]

    with refused(code):
        pair.port.station.correspondence.issue(order, by=pair.port.clerk)

    assert everything(pair.port) == before


def test_a_relay_that_admits_nobody_opens_no_mailbox(pair: Pair) -> None:
    """Without the operator's token there is no book; the pages made for it are nobody's."""
    admission = RelayAdmission(address=RELAY, token=Capability.generate().to_text())
    with refused("channel.admission_denied"):
        issued(pair, relay=admission)
    with refused("channel.mailbox_format"):
        issued(pair, relay=RelayAdmission(address=RELAY, token="no token"))

    (status,) = pair.port.station.correspondence.pads()
    assert status.live == PAGES


def test_a_paper_channel_is_continued(pair: Pair) -> None:
    """A book may say with which number the channel goes on; both ends follow it."""
    home = pair.north.home.with_name("river")
    found(home, "POST RIVER", pair.clock)
    river = open_house(home, pair.relay, pair.clock)
    for here, there in ((pair.north, river), (river, pair.north)):
        here.station.introducing.introduce(
            there.station.introducing.card(),
            fingerprint=there.station.introducing.fingerprint(),
            by=here.clerk,
        )
    order = BookOrder(call_sign=NORTH, pages=2, first_serial=75021)
    book = river.station.correspondence.issue(order, by=river.clerk)
    pair.north.station.correspondence.accept(book, issuer="POST RIVER", by=pair.north.clerk)

    held = pair.north.sealed(draft_to("POST RIVER"))
    with pair.north.office.transaction() as work:
        (queued,) = work.channel.outbox.waiting()
    received = river.station.reception.receive(queued.sealed, by=river.clerk)

    line = river.station.reading.telegram(received.record_id or "").line
    assert line.transmissions == ("75021",)
    assert pair.north.station.reading.telegram(held.record_id).copies[0].serial == 75021
    stamps = river.station.reading.telegram(received.record_id or "").stamps
    assert [one.note for one in stamps if one.kind == "received"] == [""]
    river.station.close()


def test_a_releaser_that_is_not_on_the_card_is_not_believed(pair: Pair) -> None:
    """The card names who may release; the station's own key is not among them."""
    with pair.port.office.transaction() as work:
        card = work.channel.peers.by_call_sign(NORTH).card
    keyring = pair.north.office.keyring
    releasers = {one.to_vkey() for one in card.releasers}
    assert releasers == {keyring.releaser("okonjo").verifier.to_vkey()}
    assert isinstance(keyring.identity, Ed25519Signer)
    assert keyring.identity.verifier.to_vkey() not in releasers
