"""The long-lived secrets of one station, each for one purpose (PROTOCOL section 1).

None of them opens a sealed telegram: those open with pad pages, which live elsewhere and burn.
Every secret is drawn by itself; none is derived from another.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from depesha.base import BaseFormatError, CallSign
from depesha.channel import fingerprint_of, is_person
from depesha.cipher import (
    CosignatureSigner,
    Ed25519Signer,
    HybridRecipient,
    MLDSACosignatureSigner,
    SealKey,
    random_bytes,
)
from depesha.station.errors import HomeError, InputError

_SEED_SIZE = 32
_SEEDS = ("identity", "register", "witness", "post-quantum", "seal", "database", "pages")
_REVOKED = b"revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Every key of a station: of its identity, register, witness, seal, people and stores.

    `station` is the fingerprint of the first identity key, the station's name for life.
    `archive` is only the public half: the archivist keeps the other, outside the station.
    `following` holds, while a roll-over is under way, the keys that the next card will name.
    """

    call_sign: CallSign
    station: str
    archive: HybridRecipient
    seeds: Mapping[str, bytes] = field(repr=False)
    releasers: Mapping[str, bytes] = field(repr=False)
    clerks: Mapping[str, bytes] = field(repr=False)
    following: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    is_revoked: bool = False

    @classmethod
    def generate(
        cls,
        call_sign: CallSign,
        archive: HybridRecipient,
        releasers: tuple[str, ...],
        clerks: tuple[str, ...] = (),
    ) -> Self:
        """Draw every secret of a new station; `releasers` and `clerks` are key names' last words.

        Raises:
            InputError: Two people would have one key, or a name cannot name a key.
        """
        seeds = draw_seeds(_SEEDS)
        return cls(
            call_sign=call_sign,
            station=fingerprint_of(Ed25519Signer(call_sign.slug, seeds["identity"]).verifier),
            archive=archive,
            seeds=seeds,
            releasers=draw_people(releasers),
            clerks=draw_people(clerks),
        )

    def to_secrets(self) -> dict[str, bytes]:
        """Name each value for the key file; `from_secrets` reads them back."""
        named = {f"seed.{name}": seed for name, seed in self.seeds.items()}
        named |= {f"releaser.{name}": seed for name, seed in self.releasers.items()}
        named |= {f"clerk.{name}": seed for name, seed in self.clerks.items()}
        named |= {f"next.{name}": seed for name, seed in self.following.items()}
        named["call-sign"] = self.call_sign.text.encode()
        named["station"] = self.station.encode()
        named["archive"] = self.archive.to_text().encode()
        if self.is_revoked:
            named["identity-state"] = _REVOKED
        return named

    @classmethod
    def from_secrets(cls, secrets: Mapping[str, bytes]) -> Self:
        """Read the values of a key file.

        Raises:
            HomeError: A value is missing or of the wrong kind.
        """
        try:
            keyring = cls(
                call_sign=CallSign(secrets["call-sign"].decode()),
                station=secrets["station"].decode(),
                archive=HybridRecipient.from_text(secrets["archive"].decode()),
                seeds={name: secrets[f"seed.{name}"] for name in _SEEDS},
                releasers=_named(secrets, "releaser."),
                clerks=_named(secrets, "clerk."),
                following=_named(secrets, "next."),
                is_revoked=secrets.get("identity-state") == _REVOKED,
            )
        except (KeyError, UnicodeDecodeError, BaseFormatError) as error:
            raise HomeError("the key file lacks a value that every station has") from error
        return keyring

    @property
    def identity(self) -> Ed25519Signer:
        """Signs cards, pad books and covers.

        Raises:
            HomeError: The station revoked its identity: it signs nothing any more.
        """
        if self.is_revoked:
            raise HomeError("this station revoked its identity and signs nothing any more")
        return Ed25519Signer(self.call_sign.slug, self.seeds["identity"])

    @property
    def fingerprint(self) -> str:
        """The fingerprint that names this station for life; channels and numbers hang on it."""
        return self.station

    @property
    def seal(self) -> SealKey:
        """Makes the checks of unsigned covers; it signs nothing and opens nothing."""
        return SealKey.from_bytes(self.seeds["seal"])

    @property
    def register(self) -> Ed25519Signer:
        """Signs the register's checkpoints; its name is the register's origin."""
        return Ed25519Signer(f"{self.call_sign.slug}/register", self.seeds["register"])

    @property
    def witness(self) -> CosignatureSigner:
        """Cosigns the checkpoints of correspondents."""
        return CosignatureSigner(f"{self.call_sign.slug}/witness", self.seeds["witness"])

    @property
    def post_quantum(self) -> MLDSACosignatureSigner:
        """Cosigns the register's own checkpoints against a later quantum computer."""
        name = f"{self.call_sign.slug}/post-quantum"
        return MLDSACosignatureSigner(name, self.seeds["post-quantum"])

    def releaser(self, name: str) -> Ed25519Signer:
        """Signs the minutes that this person releases.

        Raises:
            HomeError: The person has no releaser key here.
        """
        if name not in self.releasers:
            raise HomeError("this person has no releaser key at this station")
        return Ed25519Signer(f"{self.call_sign.slug}/{name}", self.releasers[name])

    def clerk(self, name: str) -> Ed25519Signer:
        """Signs the stamps of this person, named in full or as in the name of the key.

        Raises:
            HomeError: The person has no clerk's key here.
        """
        key = key_name(name)
        if key not in self.clerks:
            raise HomeError("this person has no clerk's key at this station")
        return Ed25519Signer(f"{self.call_sign.slug}/clerk/{key}", self.clerks[key])


class KeyCabinet(Protocol):
    """Where the keyring of an open station lies."""

    @property
    def keyring(self) -> Keyring:
        """The keys as they were last kept."""

    def keep(self, keyring: Keyring) -> None:
        """Put a changed keyring in the place of the one before; durable when it returns."""


def key_name(name: str) -> str:
    """Return the last word of the name of a person's key.

    It is made of the name's ASCII letters and digits; a name that has none gets a word drawn from
    its digest, so that two people never share one by accident.
    """
    plain = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in name)
    word = "-".join(plain.lower().split())
    return word if is_person(word) else f"p-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _named(secrets: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
    return {
        name.removeprefix(kind): seed for name, seed in secrets.items() if name.startswith(kind)
    }


def draw_people(names: tuple[str, ...]) -> dict[str, bytes]:
    """Draw a key for each of these people.

    Raises:
        InputError: Two would have one key, or a name cannot name a key.
    """
    if len(set(names)) != len(names):
        raise InputError("two people would sign with one key: name them apart")
    if not all(is_person(name) for name in names):
        raise InputError("a key is named by lower-case letters and digits, such as a-lind")
    return draw_seeds(names)


def draw_seeds(names: tuple[str, ...]) -> dict[str, bytes]:
    """Draw a seed for each name, each by itself."""
    return {name: random_bytes(_SEED_SIZE) for name in names}
