from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from depesha.channel import CardHistory, open_card, open_revocation
from depesha.cipher import open_key_file
from depesha.station import Actor, BookOrder, KeyChange, KeyName
from depesha.station.desks.keys import Keys
from tests.station.houses import BEGIN, PASSPHRASE, House
from tests.station.looking import everything, live_pages
from tests.station.refusals import refused
from tests.station.trio import Trio, found_trio, meet, open_trio, take

WORK_FACTOR = b" 10\n"


@pytest.fixture(scope="module")
def founded_trio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_trio(tmp_path_factory.mktemp("trio"))


@pytest.fixture
def trio(founded_trio: Path, tmp_path: Path) -> Iterator[Trio]:
    with open_trio(founded_trio, tmp_path) as opened:
        meet(opened.harbour, opened.river)
        opened.clock.pass_time(days=30)
        yield opened


def history(here: House, there: House) -> CardHistory:
    with here.office.reading() as work:
        return work.channel.peers.history(there.office.keyring.fingerprint)


def kept_secrets(house: House) -> dict[str, bytes]:
    return open_key_file((house.home / "keys.age").read_bytes(), PASSPHRASE)


def test_a_renewed_card_is_taken_unseen(trio: Trio) -> None:
    """The pinned key signed it: a later end, the same name, the same fingerprint."""
    first = trio.river.station.introducing
    before, words = first.card(), first.words()

    note = trio.river.station.keys.renew(by=trio.river.clerk)

    card = take(trio.harbour, note).card
    assert (card.edition, card.valid_from) == (2, trio.clock.now())
    assert first.card() == note
    assert first.card(1) == before
    assert first.words() == words
    assert history(trio.harbour, trio.river).cards[0].edition == 1
    assert [one.card.edition for one in trio.harbour.station.introducing.posts()] == [2]
    with refused("channel.store"):
        first.card(3)


def test_an_older_card_does_not_come_back(trio: Trio) -> None:
    """Who replays the card before, or the same again, changes nothing."""
    old = trio.river.station.introducing.card()
    new = trio.river.station.keys.renew(by=trio.river.clerk)
    take(trio.harbour, new)
    take(trio.harbour, new)
    with refused("channel.card_trust"):
        take(trio.harbour, old)
    assert [card.edition for card in history(trio.harbour, trio.river).cards] == [1, 2]


def test_people_come_and_go_with_the_card(trio: Trio) -> None:
    """A key that is dropped is destroyed, one added is drawn, also under the same name."""
    keys, keyring = trio.river.station.keys, trio.river.office.keyring
    change = KeyChange(
        drop=("okonjo", "clerk/calder"), releasers=("okonjo", "a-lind"), clerks=("weiss",)
    )
    card = take(trio.harbour, keys.renew(change, by=trio.river.clerk)).card

    assert [key.name for key in card.releasers] == ["post-river/a-lind", "post-river/okonjo"]
    assert [key.name for key in card.clerks] == ["post-river/clerk/weiss"]
    now = trio.river.office.keyring
    assert card.releasers[1] == now.releaser("okonjo").verifier
    assert card.releasers[1] != keyring.releaser("okonjo").verifier
    with refused("station.home"):
        now.clerk("Calder")
    assert trio.again(trio.river).office.keyring == now


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (KeyChange(drop=("nobody",)), "station.not_found"),
        (KeyChange(drop=("register",)), "station.not_found"),
        (KeyChange(releasers=("A. Lind",)), "station.input"),
        (KeyChange(releasers=("clerk",)), "station.input"),
        (KeyChange(clerks=("a", "a")), "station.input"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(trio: Trio, change: KeyChange, code: str) -> None:
    """Neither the keys nor the card are touched."""
    before, secrets = everything(trio.river), kept_secrets(trio.river)
    with refused(code):
        trio.river.station.keys.renew(change, by=trio.river.clerk)
    assert (everything(trio.river), kept_secrets(trio.river)) == (before, secrets)


def test_a_roll_over_is_taken_unseen_and_keeps_the_name(trio: Trio) -> None:
    """New identity and seal keys; channels hang on a name that stays, people compare anew."""
    old = trio.river.office.keyring
    words = trio.river.station.introducing.words()

    note = trio.river.station.keys.rollover(by=trio.river.clerk)

    new, card = trio.river.office.keyring, take(trio.harbour, note).card
    assert card.identity == new.identity.verifier != old.identity.verifier
    assert card.seal == new.seal.public != old.seal.public
    assert card.fingerprint == old.fingerprint == new.fingerprint
    assert card.register == old.register.verifier
    assert trio.river.station.introducing.words() != words
    assert meet(trio.centre, trio.river).card == card
    assert trio.again(trio.river).office.keyring == new
    assert old.seeds["identity"] not in kept_secrets(trio.river).values()
    assert not any(name.startswith("next.") for name in kept_secrets(trio.river))
    assert WORK_FACTOR in (trio.river.home / "keys.age").read_bytes()[:200]


def test_old_things_verify_after_a_roll_over(trio: Trio) -> None:
    """What the old key signed stays good by the card before; it signs nothing new."""
    old = trio.river.office.keyring.identity
    take(trio.harbour, trio.river.station.keys.rollover(by=trio.river.clerk))
    known, now = history(trio.harbour, trio.river), trio.clock.now()
    known.require_in_force(old.verifier, signed=BEGIN, now=now)
    with refused("channel.card_validity"):
        later = now + timedelta(days=2)
        known.require_in_force(old.verifier, signed=later, now=later)


def test_a_missed_roll_over_is_made_good(trio: Trio) -> None:
    """Each key vouches for the next alone: who missed a card needs it before the newest."""
    keys = trio.river.station.keys
    keys.rollover(by=trio.river.clerk)
    newest = keys.rollover(by=trio.river.clerk)
    with refused("channel.card_trust"):
        take(trio.harbour, newest)
    assert take(trio.harbour, trio.river.station.introducing.card(2)).card.edition == 2
    assert take(trio.harbour, newest).card.edition == 3
    assert len(history(trio.harbour, trio.river).cards) == 3


def test_a_clock_set_back_writes_no_card(trio: Trio) -> None:
    """A card that begins before the one it follows would be refused by everybody."""
    trio.clock.pass_time(days=-31)
    before = everything(trio.river)
    for act in (trio.river.station.keys.renew, trio.river.station.keys.rollover):
        with refused("channel.card_trust"):
            act(by=trio.river.clerk)
    assert everything(trio.river) == before
    trio.clock.pass_time(days=31)
    assert trio.again(trio.river).office.keyring.identity == trio.river.office.keyring.identity


class PowerCutError(Exception):
    """The machine stops here."""


@pytest.mark.parametrize(
    ("step", "is_new"), [("next keys kept", False), ("next card entered", True)]
)
def test_a_roll_over_that_is_cut_off_ends_on_one_side(
    trio: Trio, step: str, *, is_new: bool
) -> None:
    """After a crash the station signs with the key that its own card names, and can go on."""

    def observe(name: str) -> None:
        if name == step:
            raise PowerCutError

    old = trio.river.office.keyring.identity
    with pytest.raises(PowerCutError):
        Keys(replace(trio.river.office, observe=observe)).rollover(by=trio.river.clerk)

    river = trio.again(trio.river)
    card = open_card(
        river.station.introducing.card(), fingerprint=history(river, river).current.comparison
    )
    assert card.identity == river.office.keyring.identity.verifier
    assert (card.identity != old.verifier) is is_new
    assert (old.seed in kept_secrets(river).values()) is not is_new
    take(trio.harbour, river.station.introducing.card())
    take(trio.harbour, river.station.keys.rollover(by=river.clerk))
    river.station.close()


def test_two_commands_do_not_change_the_keys_at_once(trio: Trio) -> None:
    """The second would destroy what the first drew: it is refused, and nothing is lost."""
    again = trio.again(trio.river)
    trio.river.station.keys.rollover(by=trio.river.clerk)
    with refused("station.busy"):
        again.station.keys.rollover(by=again.clerk)
    assert trio.again(again).office.keyring == trio.river.office.keyring


def test_keys_of_before_do_not_open_the_station(trio: Trio) -> None:
    """A key file from an old copy signs with a key that was given up: it is refused."""
    path = trio.river.home / "keys.age"
    old = path.read_bytes()
    trio.river.station.keys.rollover(by=trio.river.clerk)
    path.write_bytes(old)
    with refused("station.home"):
        trio.again(trio.river)


def test_a_station_gives_itself_up(trio: Trio) -> None:
    """It signs nothing any more; who takes the note retires it, burns its pages, and for ever."""
    order = BookOrder(call_sign="POST RIVER", pages=3)
    trio.harbour.station.correspondence.issue(order, by=trio.harbour.clerk)
    assert len(live_pages(trio.harbour)) == 3
    card = trio.river.station.introducing.card()

    note = trio.river.station.keys.revoke(KeyName(), since=BEGIN, by=trio.river.clerk)

    before = everything(trio.harbour)
    effect = trio.harbour.station.keys.examine(note)
    assert everything(trio.harbour) == before
    assert (effect.call_sign, effect.key) == ("POST RIVER", "post-river")
    assert (effect.retires, effect.live_pages) == (True, 3)
    assert (effect.signed_by, effect.revoked_from) == ("POST RIVER", BEGIN)

    assert trio.harbour.station.keys.believe(note, by=trio.harbour.clerk) == effect

    assert not live_pages(trio.harbour)
    assert trio.harbour.station.introducing.posts() == ()
    assert trio.harbour.station.keys.notes("POST RIVER") == [note]
    for house in (trio.harbour, trio.river):
        assert history(house, trio.river).is_revoked
    with refused("channel.revoked"):
        take(trio.harbour, card)
    with refused("channel.revoked"):
        history(trio.harbour, trio.river).require_in_force(
            history(trio.river, trio.river).current.identity, signed=BEGIN, now=BEGIN
        )
    river = trio.again(trio.river)
    for act in (river.station.keys.renew, river.station.keys.rollover):
        with refused("station.home"):
            act(by=river.clerk)
    with refused("station.home"):
        river.station.keys.revoke(KeyName(), by=river.clerk)
    assert river.station.keys.notes() == [note]
    river.station.close()


def test_taking_a_revocation_twice_changes_nothing(trio: Trio) -> None:
    """It is kept once, and what it burnt is burnt."""
    note = trio.river.station.keys.revoke(KeyName(), by=trio.river.clerk)
    desk = trio.harbour.station.keys
    desk.believe(note, by=trio.harbour.clerk)
    before = everything(trio.harbour)
    desk.believe(note, by=trio.harbour.clerk)
    assert everything(trio.harbour) == before


def test_a_releasers_key_is_given_up_alone(trio: Trio) -> None:
    """The station goes on, the key is destroyed, and what it signed before stays good."""
    keyring = trio.river.office.keyring
    releaser, clerk = keyring.releaser("okonjo"), keyring.clerk("Calder")
    desk, since = trio.river.station.keys, trio.clock.now()
    for name in ("okonjo", "clerk/calder"):
        note = desk.revoke(KeyName(name=name), by=trio.river.clerk)
        effect = trio.harbour.station.keys.believe(note, by=trio.harbour.clerk)
        assert (effect.retires, effect.live_pages) == (False, 0)

    known = history(trio.harbour, trio.river)
    earlier = since - timedelta(seconds=1)
    assert (known.releasers(earlier), known.clerks(earlier)) == (
        (releaser.verifier,),
        (clerk.verifier,),
    )
    assert known.releasers(since) == known.clerks(since) == ()
    with refused("station.home"):
        trio.river.office.keyring.releaser("okonjo")
    assert take(trio.harbour, desk.renew(by=trio.river.clerk)).card.releasers == ()


def test_an_old_identity_key_is_given_up_alone(trio: Trio) -> None:
    """Found stolen after the roll-over, it takes nothing with it; from before, the station."""
    desk = trio.river.station.keys
    take(trio.harbour, desk.rollover(by=trio.river.clerk))
    trio.clock.pass_time(days=3)
    old = KeyName(edition=1)
    note = desk.revoke(old, by=trio.river.clerk)
    assert not trio.harbour.station.keys.believe(note, by=trio.harbour.clerk).retires
    note = desk.revoke(old, since=BEGIN, by=trio.river.clerk)
    assert trio.harbour.station.keys.examine(note).retires
    assert not trio.river.office.keyring.is_revoked


def test_a_centre_gives_up_the_keys_of_a_post(trio: Trio) -> None:
    """For who has pinned it; also for a station that it has itself retired, or that is unknown."""
    meet(trio.centre, trio.river)
    trio.centre.station.introducing.retire("POST RIVER", by=trio.centre.clerk)
    name = KeyName(call_sign="POST RIVER")
    note = trio.centre.station.keys.revoke(name, since=BEGIN, by=trio.centre.clerk)
    with refused("channel.signed_text"):
        trio.harbour.station.keys.examine(note)
    meet(trio.harbour, trio.centre)

    effect = trio.harbour.station.keys.believe(note, by=trio.harbour.clerk)

    assert (effect.retires, effect.signed_by) == (True, "THE CENTRE")
    assert not trio.centre.office.keyring.is_revoked
    meet(trio.river, trio.centre)
    with refused("station.input"):
        trio.river.station.keys.believe(note, by=trio.river.clerk)


def test_a_revocation_reaches_who_does_not_know_the_station_yet(trio: Trio) -> None:
    """Its card is then never pinned, whoever introduces it."""
    note = trio.river.station.keys.revoke(KeyName(), by=trio.river.clerk)
    effect = trio.centre.station.keys.believe(note, by=trio.centre.clerk)
    assert (effect.call_sign, effect.signed_by, effect.retires) == (None, "post-river", False)
    with refused("channel.revoked"):
        meet(trio.centre, trio.river)


def test_nobody_else_gives_up_a_key(trio: Trio) -> None:
    """A post revokes its own keys, which a card of it must name, and not in advance."""
    desk, by = trio.harbour.station.keys, trio.harbour.clerk
    before = everything(trio.harbour)
    with refused("station.input"):
        desk.revoke(KeyName(call_sign="POST RIVER"), by=by)
    with refused("station.not_found"):
        desk.revoke(KeyName(call_sign="POST NOWHERE"), by=by)
    for key in (KeyName(name="nobody"), KeyName(edition=2), KeyName(name="register")):
        with refused("station.not_found"):
            desk.revoke(key, by=by)
    with refused("channel.revocation_format"):
        desk.revoke(KeyName(), since=trio.clock.now() + timedelta(days=1), by=by)
    assert everything(trio.harbour) == before
    assert not trio.harbour.office.keyring.is_revoked


def test_what_is_kept_of_a_revocation_is_the_note(trio: Trio) -> None:
    """It can be handed on, and whoever gets it verifies it again."""
    note = trio.river.station.keys.revoke(KeyName(), by=trio.river.clerk)
    (kept,) = trio.river.station.keys.notes()
    assert kept == note
    assert open_revocation(kept, known=()).station == trio.river.office.keyring.fingerprint


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, by: desk.renew(by=by),
        lambda desk, by: desk.rollover(by=by),
        lambda desk, by: desk.revoke(KeyName(), by=by),
        lambda desk, by: desk.believe(b"", by=by),
    ],
)
def test_keys_are_the_registrars(trio: Trio, act: Callable[[Keys, Actor], object]) -> None:
    """Nobody else changes or gives up a key, and a refusal changes nothing."""
    before, secrets = everything(trio.river), kept_secrets(trio.river)
    with refused("station.not_permitted"):
        act(trio.river.station.keys, trio.river.releaser)
    assert (everything(trio.river), kept_secrets(trio.river)) == (before, secrets)
