"""A revocation: from which instant one key is not believed any more (docs/formats/revocation.md).

It is a signed note by the key itself, by the present identity key of its station, or by a centre
whose card is pinned. Nothing takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import instant_to_text, require_utc
from depesha.channel.cards.card import Card, Purpose, is_person, is_slug
from depesha.channel.errors import RevocationFormatError, SignedTextError
from depesha.channel.fields import (
    FieldReader,
    fingerprint,
    is_fingerprint,
    note_key,
    signed_text,
    write_fields,
)
from depesha.cipher import (
    CipherError,
    Ed25519Signer,
    Ed25519Verifier,
    sign_note,
    unverified_text,
)

LABEL = "depesha/1 revocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """One key of a station, and the instant from which it is not believed.

    `revoked_from` may lie before `written`: a theft is often found late. It never lies after.
    `by` is the station whose identity key signs.
    """

    station: str
    key: Ed25519Verifier
    revoked_from: datetime
    written: datetime
    by: str

    def __post_init__(self) -> None:
        if not is_fingerprint(self.station) or not is_fingerprint(self.by):
            raise RevocationFormatError("stations are named by fingerprints of 64 digits")
        if not _may_be_revoked(self.key.name):
            raise RevocationFormatError("the key is no identity, releaser's or clerk's key")
        if require_utc(self.revoked_from) > require_utc(self.written):
            raise RevocationFormatError("a key is not revoked in advance")

    @property
    def is_identity(self) -> bool:
        """True where the key is an identity key: then the station itself is not believed."""
        return "/" not in self.key.name

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `open_revocation`.

        Raises:
            RevocationFormatError: The text is anything else.
        """
        fields = FieldReader(text, label=LABEL, error=RevocationFormatError)
        return cls(
            station=fields.value("station", fingerprint),
            key=fields.value("key", note_key),
            revoked_from=fields.instant("from"),
            written=fields.instant("written"),
            by=fields.last(fields.value("by", fingerprint)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = [
            ("station", self.station),
            ("key", self.key.to_vkey()),
            ("from", instant_to_text(self.revoked_from)),
            ("written", instant_to_text(self.written)),
            ("by", self.by),
        ]
        return write_fields(LABEL, fields)


def sign_revocation(revocation: Revocation, signer: Ed25519Signer) -> bytes:
    """Write the signed note of a revocation with the identity key of the station `by`."""
    return sign_note(revocation.to_text(), [signer])


def open_revocation(note: bytes, *, known: Sequence[Card]) -> Revocation:
    """Return a revocation by somebody who may revoke that key.

    Args:
        note: The signed note as received.
        known: The pinned cards: the key's own station, if it is known, and the centres.

    Raises:
        SignedTextError: Nobody signed it who may: neither the key itself, where it is an identity
            key, nor the identity key of its station or of a pinned centre.
        RevocationFormatError: The text is not a revocation.
    """
    # Peeked at to learn whose keys to try; what is returned was verified first, then read.
    try:
        claimed = Revocation.from_text(unverified_text(note))
    except CipherError as error:
        raise SignedTextError("not a signed note") from error
    for key in _entitled(claimed, known):
        try:
            return Revocation.from_text(signed_text(note, key))
        except SignedTextError:
            continue
    raise SignedTextError("nobody signed the revocation who may revoke that key")


def _entitled(claimed: Revocation, known: Sequence[Card]) -> list[Ed25519Verifier]:
    keys = [claimed.key] if claimed.is_identity and claimed.by == claimed.station else []
    for card in known:
        is_own = card.fingerprint == claimed.station and _is_named_for(claimed.key, card)
        if card.fingerprint == claimed.by and (is_own or card.purpose is Purpose.CENTRE):
            keys.append(card.identity)
    return keys


def _may_be_revoked(name: str) -> bool:
    """Tell whether a key is `SLUG`, `SLUG/PERSON` or `SLUG/clerk/PERSON`."""
    station, *places = name.split("/")
    people = places[1:] if places[:1] == ["clerk"] else places
    is_whole = len(people) == 1 if places else True
    return is_slug(station) and is_whole and all(is_person(one) for one in people)


def _is_named_for(key: Ed25519Verifier, card: Card) -> bool:
    return key.name.partition("/")[0] == card.call_sign.slug
