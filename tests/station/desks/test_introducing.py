from collections.abc import Iterator
from pathlib import Path

import pytest

from depesha.channel import (
    Relation,
    Standing,
    draw_fingerprint,
    picture_of_card,
    picture_of_fingerprint,
    ungroup_fingerprint,
)
from depesha.cipher import Ed25519Signer
from tests.station.houses import House
from tests.station.looking import everything
from tests.station.refusals import refused
from tests.station.trio import Trio, found_trio, meet, open_trio, take


@pytest.fixture(scope="module")
def founded_trio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_trio(tmp_path_factory.mktemp("trio"))


@pytest.fixture
def trio(founded_trio: Path, tmp_path: Path) -> Iterator[Trio]:
    with open_trio(founded_trio, tmp_path) as opened:
        yield opened


def countersigned(trio: Trio, house: House) -> bytes:
    desk = house.station.introducing
    return trio.centre.station.introducing.countersign(
        desk.card(), fingerprint=desk.fingerprint(), by=trio.centre.clerk
    )


def test_a_card_is_believed_by_its_fingerprint_alone(trio: Trio) -> None:
    """Never at first sight: what was read out in person must be the card's, whole."""
    theirs, desk = trio.river.station.introducing, trio.harbour.station.introducing
    card, right = theirs.card(), theirs.fingerprint()
    before = everything(trio.harbour)

    for wrong in ("", right[:-1], desk.fingerprint(), right[::-1], theirs.words()[:-1]):
        with refused("channel.card_trust"):
            desk.introduce(card, fingerprint=wrong, by=trio.harbour.clerk)
    with refused("channel.card_trust"):
        desk.introduce(card, by=trio.harbour.clerk)
    altered = bytearray(card)
    altered[-20] ^= 1
    with refused("channel.signed_text"):
        desk.introduce(bytes(altered), fingerprint=right, by=trio.harbour.clerk)
    assert everything(trio.harbour) == before

    peer = desk.introduce(card, fingerprint=right, by=trio.harbour.clerk)
    assert peer.relation is Relation.COMPARED
    assert [one.card.call_sign.text for one in desk.posts()] == ["POST RIVER"]


def test_digits_and_words_are_one_fingerprint(trio: Trio) -> None:
    """Whichever form people use, they compare the same number."""
    desk = trio.river.station.introducing
    forms = {ungroup_fingerprint(form) for form in (desk.fingerprint(), desk.words())}
    assert forms == {trio.river.office.keyring.fingerprint}
    assert meet(trio.harbour, trio.river).card.comparison in forms


def test_codes_are_drawn_of_the_fingerprint_and_the_card(trio: Trio) -> None:
    """What is drawn is the own fingerprint, and the edition of the card that is asked for."""
    desk, own = trio.river.station.introducing, trio.river.office.keyring.fingerprint
    trio.river.station.keys.renew(by=trio.river.clerk)
    assert desk.drawing() == draw_fingerprint(own)
    assert desk.picture() == picture_of_fingerprint(own)
    assert desk.card_picture(1) == picture_of_card(desk.card(1))
    assert desk.card_picture() == picture_of_card(desk.card()) != desk.card_picture(1)


def test_a_stations_own_card_is_no_correspondent(trio: Trio) -> None:
    """A station does not correspond with itself, nor does a centre introduce itself."""
    with refused("station.input"):
        meet(trio.centre, trio.centre)
    with refused("station.input"):
        countersigned(trio, trio.centre)


def test_a_second_station_of_one_name_is_refused(trio: Trio, tmp_path: Path) -> None:
    """A call-sign is one station's; another under it is not pinned over the first."""
    meet(trio.harbour, trio.river)
    before = everything(trio.harbour)
    others = found_trio(tmp_path / "others")
    with open_trio(others, tmp_path / "opened") as opened, refused("channel.store"):
        meet(trio.harbour, opened.river)
    assert everything(trio.harbour) == before


def test_a_card_out_of_date_is_refused_and_announced_before(trio: Trio) -> None:
    """A card holds for a year and a day, and thirty days before its end it is said."""
    desk = trio.harbour.station.introducing
    meet(trio.harbour, trio.river)
    assert [one.standing for one in desk.posts()] == [Standing.VALID]
    trio.clock.pass_time(days=337)
    assert [one.standing for one in desk.posts()] == [Standing.ENDING]
    trio.clock.pass_time(days=30)
    assert [one.standing for one in desk.posts()] == [Standing.OVER]
    with refused("channel.card_validity"):
        meet(trio.centre, trio.river)
    with refused("channel.card_validity"):
        countersigned(trio, trio.river)


def test_a_pinned_centre_introduces(trio: Trio) -> None:
    """Its signature takes the place of one's own comparison, once it is itself pinned."""
    note = countersigned(trio, trio.river)
    with refused("channel.card_trust"):
        take(trio.harbour, note)
    meet(trio.harbour, trio.centre)

    peer = take(trio.harbour, note)

    assert peer.relation is Relation.COUNTERSIGNED
    assert peer.card.call_sign.text == "POST RIVER"
    with refused("channel.card_trust"):
        take(trio.river, trio.harbour.station.introducing.card())


def test_a_comparison_stands_above_an_introduction(trio: Trio) -> None:
    """Who compares later what a centre introduced has compared."""
    meet(trio.harbour, trio.centre)
    take(trio.harbour, countersigned(trio, trio.river))
    assert meet(trio.harbour, trio.river).relation is Relation.COMPARED
    assert take(trio.harbour, countersigned(trio, trio.river)).relation is Relation.COMPARED
    with refused("channel.card_trust"):
        trio.harbour.station.introducing.introduce(
            trio.river.station.introducing.card(),
            fingerprint=trio.centre.station.introducing.words(),
            by=trio.harbour.clerk,
        )


def test_only_a_centre_in_its_days_introduces(trio: Trio) -> None:
    """A post countersigns nothing; a retired centre, or one out of date, introduces nobody."""
    desk = trio.river.station.introducing
    with refused("station.input"):
        trio.harbour.station.introducing.countersign(
            desk.card(), fingerprint=desk.words(), by=trio.harbour.clerk
        )
    with refused("channel.card_trust"):
        trio.centre.station.introducing.countersign(
            desk.card(),
            fingerprint=trio.harbour.station.introducing.words(),
            by=trio.centre.clerk,
        )
    note = countersigned(trio, trio.river)
    meet(trio.harbour, trio.centre)
    trio.harbour.station.introducing.retire("THE CENTRE", by=trio.harbour.clerk)
    with refused("channel.card_trust"):
        take(trio.harbour, note)


def test_a_centre_out_of_date_introduces_nobody(trio: Trio) -> None:
    """A signature of a centre whose own card has run out is worth nothing."""
    meet(trio.harbour, trio.centre)
    trio.clock.pass_time(days=300)
    trio.river.station.keys.renew(by=trio.river.clerk)
    note = countersigned(trio, trio.river)
    trio.clock.pass_time(days=70)
    with refused("channel.card_trust"):
        take(trio.harbour, note)
    with refused("channel.card_validity"):
        countersigned(trio, trio.river)


def test_what_was_retired_is_never_pinned_again(trio: Trio) -> None:
    """Neither by the same card, nor by the next, compared or not; nor introduced from here."""
    meet(trio.centre, trio.river)
    trio.centre.station.introducing.retire("POST RIVER", by=trio.centre.clerk)
    with refused("channel.revoked"):
        meet(trio.centre, trio.river)
    with refused("channel.revoked"):
        countersigned(trio, trio.river)
    trio.river.station.keys.renew(by=trio.river.clerk)
    with refused("channel.revoked"):
        take(trio.centre, trio.river.station.introducing.card())
    with trio.centre.office.transaction() as work, refused("channel.revoked"):
        work.channel.peers.by_call_sign("POST RIVER")
    assert trio.centre.station.introducing.posts() == ()
    with refused("station.input"):
        trio.centre.station.introducing.retire("THE CENTRE", by=trio.centre.clerk)


def test_the_card_names_every_key_for_its_purpose(trio: Trio) -> None:
    """Releasers and clerks stand on it by their names, and no key twice."""
    card = meet(trio.harbour, trio.river).card
    keyring = trio.river.office.keyring
    assert [key.name for key in card.releasers] == ["post-river/okonjo"]
    assert [key.name for key in card.clerks] == ["post-river/clerk/calder"]
    assert card.clerks[0] == keyring.clerk("Calder").verifier
    assert card.releasers[0] == keyring.releaser("okonjo").verifier
    assert card.seal == keyring.seal.public
    assert card.post_quantum == keyring.post_quantum.verifier
    assert isinstance(keyring.identity, Ed25519Signer)
    assert card.identity == keyring.identity.verifier


def test_introducing_is_the_registrars(trio: Trio) -> None:
    """Nobody else answers for a card, one's own centre's included."""
    desk, card = trio.centre.station.introducing, trio.river.station.introducing
    with refused("station.not_permitted"):
        desk.introduce(card.card(), fingerprint=card.words(), by=trio.centre.releaser)
    with refused("station.not_permitted"):
        desk.countersign(card.card(), fingerprint=card.words(), by=trio.centre.releaser)
    with refused("station.not_permitted"):
        desk.retire("POST RIVER", by=trio.centre.releaser)
