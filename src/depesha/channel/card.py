"""The card of a station: who it is, and which keys speak for it (docs/formats/card.md).

A card is a signed note, signed by the identity key that it names. That proves only that the
holder of the key wrote it. It is believed when a person compared the fingerprint, or when a
centre whose card is already pinned has countersigned it: never on first sight.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from depesha.base import CallSign, instant_to_text, require_utc
from depesha.channel.errors import (
    CardFormatError,
    CardTrustError,
    CardValidityError,
    SignedTextError,
)
from depesha.channel.fields import (
    FieldReader,
    is_fingerprint,
    note_key,
    require_same_key,
    signed_text,
    write_fields,
)
from depesha.cipher import (
    CipherError,
    CosignatureVerifier,
    Ed25519Signer,
    Ed25519Verifier,
    append_signature,
    sign_note,
    unverified_text,
)

LABEL = "depesha/1 card"
RELEASER_LIMIT = 64
_GROUP = 4
_GROUPS_SHOWN = 16
_PERSON = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_RESERVED = frozenset({"register", "witness"})


class Purpose(StrEnum):
    """What a station is for; only a centre's signature can introduce others."""

    POST = "post"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The keys of one station and how long they hold.

    Each key is named below the call-sign, and no key stands twice: a signature made for one
    purpose can never be read as made for another.
    """

    call_sign: CallSign
    purpose: Purpose
    identity: Ed25519Verifier
    register: Ed25519Verifier
    witness: CosignatureVerifier
    releasers: tuple[Ed25519Verifier, ...] = ()
    valid_from: datetime
    valid_until: datetime
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        _require_names(self)
        keys = [self.identity.public, self.register.public, self.witness.public]
        keys += [releaser.public for releaser in self.releasers]
        if len(set(keys)) != len(keys):
            raise CardFormatError("one key stands twice on the card")
        if len(self.releasers) > RELEASER_LIMIT:
            raise CardFormatError(f"more than {RELEASER_LIMIT} releasers")
        if require_utc(self.valid_from) >= require_utc(self.valid_until):
            raise CardFormatError("the card ends before it begins")
        object.__setattr__(self, "fingerprint", fingerprint_of(self.identity))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form. It says nothing about who signed: see `open_card`.

        Raises:
            CardFormatError: The text is anything else.
        """
        fields = FieldReader(text, label=LABEL, error=CardFormatError)
        return cls(
            call_sign=fields.value("call-sign", CallSign),
            purpose=fields.value("purpose", Purpose),
            identity=fields.value("identity", note_key),
            register=fields.value("register", note_key),
            witness=fields.value("witness", CosignatureVerifier.from_vkey),
            releasers=tuple(_read_releasers(fields)),
            valid_from=fields.instant("valid-from"),
            valid_until=fields.last(fields.instant("valid-until")),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = [
            ("call-sign", self.call_sign.text),
            ("purpose", self.purpose.value),
            ("identity", self.identity.to_vkey()),
            ("register", self.register.to_vkey()),
            ("witness", self.witness.to_vkey()),
            *(("releaser", releaser.to_vkey()) for releaser in self.releasers),
            ("valid-from", instant_to_text(self.valid_from)),
            ("valid-until", instant_to_text(self.valid_until)),
        ]
        return write_fields(LABEL, fields)

    def require_valid(self, at: datetime) -> None:
        """Refuse the card outside its days.

        Raises:
            CardValidityError: `at` is before `valid_from`, or not before `valid_until`.
        """
        if not self.valid_from <= at < self.valid_until:
            raise CardValidityError(
                f"the card holds from {instant_to_text(self.valid_from)} "
                f"until {instant_to_text(self.valid_until)}"
            )


def fingerprint_of(identity: Ed25519Verifier) -> str:
    """Return the fingerprint of a station: 64 digits over its identity key and the key's name."""
    return hashlib.sha256(f"depesha/1 fingerprint\n{identity.to_vkey()}\n".encode()).hexdigest()


def group_fingerprint(fingerprint: str) -> str:
    """Write a fingerprint for two people to read to each other: sixteen groups of four.

    All 64 digits are shown. A shorter text would be read more gladly and forged more cheaply.
    """
    return " ".join(
        fingerprint[place * _GROUP : (place + 1) * _GROUP] for place in range(_GROUPS_SHOWN)
    )


def ungroup_fingerprint(text: str) -> str:
    """Read a fingerprint as a person types it: spaces, line ends and capitals do not matter.

    Raises:
        CardTrustError: It is not 64 hexadecimal digits; a part of a fingerprint is not accepted.
    """
    fingerprint = "".join(text.split()).lower()
    if not is_fingerprint(fingerprint):
        raise CardTrustError("a fingerprint is 64 hexadecimal digits, and all are compared")
    return fingerprint


def sign_card(card: Card, signer: Ed25519Signer) -> bytes:
    """Write the signed note of a card with the identity key it names.

    Raises:
        SignedTextError: `signer` is another key.
    """
    require_same_key(signer, card.identity)
    return sign_note(card.to_text(), [signer])


def countersign_card(note: bytes, centre: Ed25519Signer) -> bytes:
    """Add a centre's signature, after a person at the centre compared the fingerprint.

    Raises:
        ChannelError: The note is not a card signed by the key it names.
    """
    card = _self_signed(note)
    try:
        return append_signature(note, centre.sign(card.to_text()))
    except CipherError as error:
        raise SignedTextError("the card cannot take this signature") from error


def claimed_fingerprint(note: bytes) -> str:
    """Return the fingerprint that an untrusted card claims, to be compared in person.

    Nothing else of such a card may be shown. What is compared must reach the person from its
    holder (face to face, or by a voice known), not together with the note.

    Raises:
        ChannelError: The note is not a card signed by the key it names.
    """
    return _self_signed(note).fingerprint


def open_card(note: bytes, *, fingerprint: str | None = None, centres: Sequence[Card] = ()) -> Card:
    """Return a card that can be believed; validity in time is `Card.require_valid`'s.

    Args:
        note: The signed note as received.
        fingerprint: The fingerprint that a person compared; it decides alone when given.
        centres: Pinned cards of centres; one that countersigned is enough.

    Raises:
        CardTrustError: The fingerprint differs, or no pinned centre countersigned.
        ChannelError: The note is not a card signed by the key it names.
    """
    card = _self_signed(note)
    if fingerprint is not None:
        if card.fingerprint != fingerprint:
            raise CardTrustError("the card is not the one that was compared")
        return card
    _require_countersigned(note, card, centres)
    return card


def _require_countersigned(note: bytes, card: Card, centres: Sequence[Card]) -> None:
    for centre in centres:
        if centre.purpose is not Purpose.CENTRE:
            continue
        try:
            signed_text(note, card.identity, centre.identity)
        except SignedTextError:
            continue
        return
    raise CardTrustError("the card was neither compared in person nor signed by a known centre")


def _self_signed(note: bytes) -> Card:
    # The text is peeked at only to learn which key it claims; what is returned was verified
    # first and read afterwards, from the bytes that the signature covers.
    try:
        claimed = Card.from_text(unverified_text(note))
    except CipherError as error:
        raise SignedTextError("not a signed note") from error
    return Card.from_text(signed_text(note, claimed.identity))


def _read_releasers(fields: FieldReader) -> Iterator[Ed25519Verifier]:
    while fields.has("releaser"):
        yield fields.value("releaser", note_key)


def _require_names(card: Card) -> None:
    slug = card.call_sign.slug
    expected = (slug, f"{slug}/register", f"{slug}/witness")
    if (card.identity.name, card.register.name, card.witness.name) != expected:
        raise CardFormatError("a key is not named for the call-sign")
    for releaser in card.releasers:
        place, _, person = releaser.name.rpartition("/")
        if place != slug or person in _RESERVED or not _PERSON.fullmatch(person):
            raise CardFormatError("a releaser's key is not named for the call-sign")
