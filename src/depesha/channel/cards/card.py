"""The card of a station: who it is, and which keys speak for it (docs/formats/card.md).

A card is a signed note, signed by the identity key that it names. That proves only that the
holder of the key wrote it; when it is believed is said in `trust`.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from depesha.base import CallSign, instant_to_text, require_utc
from depesha.channel.errors import CardFormatError, CardValidityError
from depesha.channel.fields import (
    FieldReader,
    decimal,
    fingerprint,
    is_fingerprint,
    note_key,
    require_same_key,
    unbase64,
    write_fields,
)
from depesha.cipher import (
    CipherError,
    CosignatureVerifier,
    Ed25519Signer,
    Ed25519Verifier,
    MLDSACosignatureVerifier,
    require_seal_public,
    sign_note,
)

LABEL = "depesha/1 card"
# What every party may know of every other: nothing that is sent is kept by one side alone.
FILING = "this station files everything that it sends and receives"
PERSON_LIMIT = 64
EDITION_LIMIT = 999_999_999
WARNING_DAYS = 30
_WORDS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_RESERVED = frozenset({"register", "witness", "post-quantum", "clerk"})
_SEAL_SIZE = 32


class Purpose(StrEnum):
    """What a station is for; only a centre's signature can introduce others."""

    POST = "post"
    CENTRE = "centre"


class Standing(StrEnum):
    """Where the present day stands in a card's days."""

    EARLY = "early"
    VALID = "valid"
    ENDING = "ending"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The keys of one station, how long they hold, and which edition of its card this is.

    Each key is named below the call-sign, and no key stands twice: a signature made for one
    purpose can never be read as made for another. `fingerprint` names the station for as long
    as it lives: it is that of its first identity key, and channels and numbers hang on it.
    `comparison` is what two people compare; it covers the present identity key as well.
    """

    call_sign: CallSign
    purpose: Purpose
    edition: int = 1
    fingerprint: str
    identity: Ed25519Verifier
    register: Ed25519Verifier
    witness: CosignatureVerifier
    post_quantum: MLDSACosignatureVerifier
    seal: bytes
    releasers: tuple[Ed25519Verifier, ...] = ()
    clerks: tuple[Ed25519Verifier, ...] = ()
    valid_from: datetime
    valid_until: datetime
    comparison: str = field(init=False)

    def __post_init__(self) -> None:
        _require_keys(self)
        _require_names(self)
        _require_edition(self)
        if require_utc(self.valid_from) >= require_utc(self.valid_until):
            raise CardFormatError("the card ends before it begins")
        object.__setattr__(self, "comparison", comparison_of(self.fingerprint, self.identity))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `trust`.

        Raises:
            CardFormatError: The text is anything else.
        """
        fields = FieldReader(text, label=LABEL, error=CardFormatError)
        return cls(
            call_sign=fields.value("call-sign", CallSign),
            purpose=fields.value("purpose", Purpose),
            edition=fields.value("edition", decimal),
            fingerprint=fields.value("station", fingerprint),
            identity=fields.value("identity", note_key),
            register=fields.value("register", note_key),
            witness=fields.value("witness", CosignatureVerifier.from_vkey),
            post_quantum=fields.value("post-quantum", MLDSACosignatureVerifier.from_vkey),
            seal=fields.value("seal", lambda value: unbase64(value, _SEAL_SIZE)),
            releasers=tuple(_read_keys(fields, "releaser")),
            clerks=tuple(_read_keys(fields, "clerk")),
            valid_from=_read_filing(fields)("valid-from"),
            valid_until=fields.last(fields.instant("valid-until")),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = [
            ("call-sign", self.call_sign.text),
            ("purpose", self.purpose.value),
            ("edition", str(self.edition)),
            ("station", self.fingerprint),
            ("identity", self.identity.to_vkey()),
            ("register", self.register.to_vkey()),
            ("witness", self.witness.to_vkey()),
            ("post-quantum", self.post_quantum.to_vkey()),
            ("seal", base64.b64encode(self.seal).decode()),
            *(("releaser", releaser.to_vkey()) for releaser in self.releasers),
            *(("clerk", clerk.to_vkey()) for clerk in self.clerks),
            ("filing", FILING),
            ("valid-from", instant_to_text(self.valid_from)),
            ("valid-until", instant_to_text(self.valid_until)),
        ]
        return write_fields(LABEL, fields)

    def standing(self, at: datetime) -> Standing:
        """Tell where `at` stands in the card's days: `ENDING` within thirty days of their end."""
        if at < self.valid_from:
            return Standing.EARLY
        if at >= self.valid_until:
            return Standing.OVER
        is_ending = at >= self.valid_until - timedelta(days=WARNING_DAYS)
        return Standing.ENDING if is_ending else Standing.VALID

    def require_valid(self, at: datetime) -> None:
        """Refuse the card outside its days.

        Raises:
            CardValidityError: `at` is before `valid_from`, or not before `valid_until`.
        """
        if self.standing(at) in {Standing.EARLY, Standing.OVER}:
            raise CardValidityError(
                f"the card holds from {instant_to_text(self.valid_from)} "
                f"until {instant_to_text(self.valid_until)}"
            )


def fingerprint_of(identity: Ed25519Verifier) -> str:
    """Return the fingerprint of a station's first identity key and of the key's name."""
    return hashlib.sha256(f"depesha/1 fingerprint\n{identity.to_vkey()}\n".encode()).hexdigest()


def comparison_of(station: str, identity: Ed25519Verifier) -> str:
    """Return what two people compare: the station's name for life and its present identity key.

    While the station has its first identity key the fingerprint covers both, and is it.
    """
    if station == fingerprint_of(identity):
        return station
    text = f"depesha/1 comparison\n{station}\n{identity.to_vkey()}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def sign_card(card: Card, signer: Ed25519Signer, *, former: Ed25519Signer | None = None) -> bytes:
    """Write the signed note of a card with the identity key it names.

    Args:
        card: The card.
        signer: The identity key that the card names.
        former: At a roll-over, the identity key that the card takes the place of.

    Raises:
        SignedTextError: `signer` is another key.
    """
    require_same_key(signer, card.identity)
    return sign_note(card.to_text(), [signer, former] if former else [signer])


def _read_keys(fields: FieldReader, name: str) -> Iterator[Ed25519Verifier]:
    while fields.has(name):
        yield fields.value(name, note_key)


def _read_filing(fields: FieldReader) -> Callable[[str], datetime]:
    if fields.text("filing") != FILING:
        raise CardFormatError("the card does not say that the station files everything")
    return fields.instant


def _require_keys(card: Card) -> None:
    try:
        require_seal_public(card.seal)
    except CipherError as error:
        raise CardFormatError("the seal key is not a sound one") from error
    keys = [card.seal, card.witness.public, card.post_quantum.public]
    plain = (card.identity, card.register, *card.releasers, *card.clerks)
    keys += [key.public for key in plain]
    if len(set(keys)) != len(keys):
        raise CardFormatError("one key stands twice on the card")
    if len(card.releasers) > PERSON_LIMIT or len(card.clerks) > PERSON_LIMIT:
        raise CardFormatError(f"more than {PERSON_LIMIT} releasers or clerks")


def _require_names(card: Card) -> None:
    slug = card.call_sign.slug
    names = (card.identity.name, card.register.name, card.witness.name, card.post_quantum.name)
    if names != (slug, f"{slug}/register", f"{slug}/witness", f"{slug}/post-quantum"):
        raise CardFormatError("a key is not named for the call-sign")
    for keys, place in ((card.releasers, slug), (card.clerks, f"{slug}/clerk")):
        people = [key.name.removeprefix(f"{place}/") for key in keys]
        if any(f"{place}/{one}" != key.name for one, key in zip(people, keys, strict=True)):
            raise CardFormatError("a person's key is not named for the call-sign")
        if not all(is_person(one) for one in people) or len(set(people)) != len(people):
            raise CardFormatError("a person's key is misnamed, or two have one name")


def is_person(name: str) -> bool:
    """Tell whether a name may end the name of a releaser's or clerk's key."""
    return is_slug(name) and name not in _RESERVED


def is_slug(name: str) -> bool:
    """Tell whether a name is words of lower-case letters and digits, joined by single hyphens."""
    return _WORDS.fullmatch(name) is not None


def _require_edition(card: Card) -> None:
    if not is_fingerprint(card.fingerprint) or not 1 <= card.edition <= EDITION_LIMIT:
        raise CardFormatError("the station is not named by 64 digits, or the edition by a number")
    if card.edition == 1 and card.fingerprint != fingerprint_of(card.identity):
        raise CardFormatError("a first edition is named by its own identity key")
