"""How a keyring changes: people come and go, and the identity and the seal key are rolled over."""

from dataclasses import replace

from depesha.cipher import Ed25519Signer, Ed25519Verifier
from depesha.station.errors import HomeError
from depesha.station.keyring import Keyring, draw_people, draw_seeds

_ROLLED = ("identity", "seal")


def with_people(
    keyring: Keyring, *, releasers: tuple[str, ...] = (), clerks: tuple[str, ...] = ()
) -> Keyring:
    """Draw keys for more people; who has one keeps it.

    Raises:
        InputError: A name cannot name a key.
    """
    return replace(
        keyring,
        releasers={**draw_people(releasers), **keyring.releasers},
        clerks={**draw_people(clerks), **keyring.clerks},
    )


def without(keyring: Keyring, key: str) -> Keyring:
    """Destroy the key of a releaser or clerk, by the name that stands on the card."""
    slug = keyring.call_sign.slug
    return replace(
        keyring,
        releasers={one: s for one, s in keyring.releasers.items() if f"{slug}/{one}" != key},
        clerks={one: s for one, s in keyring.clerks.items() if f"{slug}/clerk/{one}" != key},
    )


def beginning_rollover(keyring: Keyring) -> Keyring:
    """Draw the next identity and seal keys, beside the present ones, which stay in use."""
    return replace(keyring, following=draw_seeds(_ROLLED))


def rolled_over(keyring: Keyring) -> Keyring:
    """Put the next keys in the place of the present ones, which are destroyed."""
    return replace(keyring, seeds={**keyring.seeds, **keyring.following}, following={})


def settled(keyring: Keyring, identity: Ed25519Verifier) -> Keyring:
    """Return the keyring that fits the station's own newest card, after whatever crash.

    A roll-over puts the next keys into the key file, then enters the card that names them, then
    gives the old ones up. The card decides on which side of the change the station is.

    Raises:
        HomeError: The card names neither the present nor the next key.
    """
    for one in (keyring, rolled_over(keyring)):
        if Ed25519Signer(one.call_sign.slug, one.seeds["identity"]).verifier == identity:
            return one
    raise HomeError("the key file does not fit the station's own card: it is another's or old")
