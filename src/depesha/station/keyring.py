"""The long-lived secrets of one station, each for one purpose (PROTOCOL section 1).

None of them opens a sealed telegram: those open with pad pages, which live elsewhere and burn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from depesha.base import BaseFormatError, CallSign
from depesha.channel import fingerprint_of
from depesha.cipher import (
    CosignatureSigner,
    Ed25519Signer,
    HybridRecipient,
    random_bytes,
)
from depesha.station.errors import HomeError

_SEED_SIZE = 32
_SEEDS = ("identity", "register", "witness", "database", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Identity, register and witness keys; releasers' keys; the keys of the two stores.

    `archive` is only the public half: the archivist keeps the other, outside the station.
    """

    call_sign: CallSign
    archive: HybridRecipient
    seeds: Mapping[str, bytes] = field(repr=False)
    releasers: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def generate(
        cls, call_sign: CallSign, archive: HybridRecipient, releasers: tuple[str, ...]
    ) -> Self:
        """Draw every secret of a new station; `releasers` are key names' last words."""
        return cls(
            call_sign=call_sign,
            archive=archive,
            seeds={name: random_bytes(_SEED_SIZE) for name in _SEEDS},
            releasers={name: random_bytes(_SEED_SIZE) for name in releasers},
        )

    def to_secrets(self) -> dict[str, bytes]:
        """Name each value for the key file; `from_secrets` reads them back."""
        named = {f"seed.{name}": seed for name, seed in self.seeds.items()}
        named |= {f"releaser.{name}": seed for name, seed in self.releasers.items()}
        named["call-sign"] = self.call_sign.text.encode()
        named["archive"] = self.archive.to_text().encode()
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
                archive=HybridRecipient.from_text(secrets["archive"].decode()),
                seeds={name: secrets[f"seed.{name}"] for name in _SEEDS},
                releasers={
                    name.removeprefix("releaser."): seed
                    for name, seed in secrets.items()
                    if name.startswith("releaser.")
                },
            )
        except (KeyError, UnicodeDecodeError, BaseFormatError) as error:
            raise HomeError("the key file lacks a value that every station has") from error
        return keyring

    @property
    def identity(self) -> Ed25519Signer:
        """Signs cards, pad books and covers."""
        return Ed25519Signer(self.call_sign.slug, self.seeds["identity"])

    @property
    def fingerprint(self) -> str:
        """The fingerprint of this station, as others compare it."""
        return fingerprint_of(self.identity.verifier)

    @property
    def register(self) -> Ed25519Signer:
        """Signs the register's checkpoints; its name is the register's origin."""
        return Ed25519Signer(f"{self.call_sign.slug}/register", self.seeds["register"])

    @property
    def witness(self) -> CosignatureSigner:
        """Cosigns the checkpoints of correspondents."""
        return CosignatureSigner(f"{self.call_sign.slug}/witness", self.seeds["witness"])

    def releaser(self, name: str) -> Ed25519Signer:
        """Signs the minutes that this person releases.

        Raises:
            HomeError: The person has no releaser key here.
        """
        if name not in self.releasers:
            raise HomeError("this person has no releaser key at this station")
        return Ed25519Signer(f"{self.call_sign.slug}/{name}", self.releasers[name])
