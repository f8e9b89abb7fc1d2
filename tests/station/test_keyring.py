import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import CallSign
from depesha.channel import fingerprint_of, is_person
from depesha.cipher import HybridRecipient
from depesha.station import new_identity
from depesha.station.desks.rekeying import beginning_rollover, rolled_over, settled
from depesha.station.keyring import Keyring, key_name
from tests.station.refusals import refused

ARCHIVE = HybridRecipient.from_text(new_identity()[1])


def keyring(*, releasers: tuple[str, ...] = ("okonjo",), clerks: tuple[str, ...] = ()) -> Keyring:
    return Keyring.generate(CallSign("POST HARBOUR"), ARCHIVE, releasers, clerks)


def test_every_purpose_has_a_key_of_its_own() -> None:
    """No two seeds are one, and no key is another's under another name."""
    ring = keyring(clerks=("calder", "weiss"))
    seeds = [*ring.seeds.values(), *ring.releasers.values(), *ring.clerks.values()]
    assert len(set(seeds)) == len(seeds) == 10
    names = [ring.identity.name, ring.register.name, ring.witness.name, ring.post_quantum.name]
    names += [ring.releaser("okonjo").name, ring.clerk("calder").name]
    assert names == [
        "post-harbour",
        "post-harbour/register",
        "post-harbour/witness",
        "post-harbour/post-quantum",
        "post-harbour/okonjo",
        "post-harbour/clerk/calder",
    ]


def test_a_keyring_is_kept_whole() -> None:
    """What is written into the key file reads back, in each of its states."""
    ring = keyring(clerks=("calder",))
    for one in (ring, beginning_rollover(ring), rolled_over(beginning_rollover(ring))):
        assert Keyring.from_secrets(one.to_secrets()) == one


@pytest.mark.parametrize(
    "name", ["seed.identity", "seed.seal", "seed.post-quantum", "station", "archive", "call-sign"]
)
def test_a_key_file_of_an_earlier_form_is_refused(name: str) -> None:
    """A keyring without one of its keys is no station's: nothing is made up for it."""
    secrets = keyring().to_secrets()
    del secrets[name]
    with refused("station.home"):
        Keyring.from_secrets(secrets)


def test_a_roll_over_changes_two_keys_and_not_the_name() -> None:
    """The name for life is the fingerprint of the first identity key, whatever comes after."""
    ring = keyring()
    assert ring.fingerprint == fingerprint_of(ring.identity.verifier)
    new = rolled_over(beginning_rollover(ring))
    assert new.fingerprint == ring.fingerprint
    changed = {name for name in ring.seeds if ring.seeds[name] != new.seeds[name]}
    assert changed == {"identity", "seal"}


def test_the_own_card_says_which_keys_are_in_use() -> None:
    """Of a roll-over that was cut off, the side on which the card stands is kept."""
    ring = keyring()
    half = beginning_rollover(ring)
    new = rolled_over(half)
    assert settled(half, ring.identity.verifier) == half
    assert settled(half, new.identity.verifier) == new
    with refused("station.home"):
        settled(ring, new.identity.verifier)


@pytest.mark.parametrize("names", [("a", "a"), ("A",), ("register",), ("",), ("a/b",)])
def test_a_key_that_cannot_be_named_is_not_drawn(names: tuple[str, ...]) -> None:
    """Two people never share a key, and every key can stand on a card."""
    with refused("station.input"):
        keyring(releasers=names)
    with refused("station.input"):
        keyring(clerks=names)


def test_a_person_without_a_key_signs_nothing() -> None:
    """Nobody signs with another's key for want of one."""
    ring = keyring(clerks=("calder",))
    assert ring.clerk("Calder").name == ring.clerk("calder").name
    with refused("station.home"):
        ring.releaser("calder")
    with refused("station.home"):
        ring.clerk("okonjo")


@given(st.text(max_size=40))
def test_every_name_gives_the_name_of_a_key(name: str) -> None:
    """Whatever a person is called, the key can stand on a card, and names itself."""
    key = key_name(name)
    assert is_person(key)
    assert key_name(key) == key


def test_names_without_letters_of_ours_are_told_apart() -> None:
    """Two people whose names have no ASCII letter do not share a key by accident."""
    assert len({key_name("Лебедев"), key_name("Орлов"), key_name("Register")}) == 3
    assert key_name("A. Okonjo-Lind") == "a-okonjo-lind"


def test_a_station_given_up_signs_nothing() -> None:
    """The mark is kept with the keys; what the station holds can still be read."""
    secrets = {**keyring().to_secrets(), "identity-state": b"revoked"}
    ring = Keyring.from_secrets(secrets)
    assert ring.fingerprint
    assert ring.to_secrets() == secrets
    with refused("station.home"):
        _ = ring.identity
