"""When a card is believed: compared, introduced by a centre, or as a successor (PROTOCOL 18).

Never at first sight. A station that is pinned already is believed by what is pinned: its next
card is signed by the identity key of the card before, and no comparison or centre replaces that.
"""

from collections.abc import Sequence
from functools import lru_cache

from depesha.channel.cards.card import Card, Purpose
from depesha.channel.errors import CardTrustError, SignedTextError
from depesha.channel.fields import signed_text
from depesha.cipher import CipherError, Ed25519Signer, append_signature, unverified_text


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
    return _self_signed(note).comparison


def claimed_station(note: bytes) -> str:
    """Return which station an untrusted card claims to be of, to look up what is pinned of it.

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
        if card.comparison != fingerprint:
            raise CardTrustError("the card is not the one that was compared")
        return card
    _require_countersigned(note, card, centres)
    return card


def open_successor(note: bytes, *, pinned: Card) -> Card:
    """Return the next card of a station whose card is pinned; the same card again is itself.

    Raises:
        CardTrustError: It is of another station, or older, or another card of the same edition; it
            names another call-sign, purpose, register or cosigner; or the pinned identity key did
            not sign it.
        ChannelError: The note is not a card signed by the key it names.
    """
    card = _self_signed(note)
    if card == pinned:
        return card
    _require_follows(card, pinned)
    try:
        signed_text(note, card.identity, pinned.identity)
    except SignedTextError:
        raise CardTrustError("the identity key known so far did not sign the new card") from None
    return card


def reopen_card(note: bytes, *, station: str) -> Card:
    """Read again a card that was believed and kept under its station's fingerprint.

    Raises:
        CardTrustError: It is the card of another station.
        ChannelError: The note is not a card signed by the key it names.
    """
    card = _self_signed(note)
    if card.fingerprint != station:
        raise CardTrustError("the card is kept under another station's fingerprint")
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


def _require_follows(card: Card, pinned: Card) -> None:
    if card.fingerprint != pinned.fingerprint:
        raise CardTrustError("the card is of another station than the one that is known")
    if card.edition <= pinned.edition:
        raise CardTrustError("a newer card of this station, or another of this edition, is known")
    lasting = ("call_sign", "purpose", "register", "witness", "post_quantum")
    if any(getattr(card, name) != getattr(pinned, name) for name in lasting):
        raise CardTrustError("a new card keeps call-sign, purpose, register and cosigners")
    if card.valid_from < pinned.valid_from:
        raise CardTrustError("the new card begins before the one it follows")


# A station reads the same few cards at every transaction, and a card is a frozen value.
@lru_cache(maxsize=256)
def _self_signed(note: bytes) -> Card:
    # The text is peeked at only to learn which key it claims; what is returned was verified
    # first and read afterwards, from the bytes that the signature covers.
    try:
        claimed = Card.from_text(unverified_text(note))
    except CipherError as error:
        raise SignedTextError("not a signed note") from error
    return Card.from_text(signed_text(note, claimed.identity))
