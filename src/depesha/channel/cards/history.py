"""Which of a station's keys are believed for something signed at a time (PROTOCOL 1).

A station's cards follow each other. What the old key signed before a roll-over stays good; what
it signs after is refused, with a margin for clocks; and what claims to be from before is taken
only while it can still be on its way, since a thief of the old key can write any date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from depesha.channel.cards.card import Card
from depesha.channel.errors import CardValidityError, RevokedError, SignedTextError
from depesha.channel.fields import signed_text
from depesha.cipher import Ed25519Verifier

# The old key still signs what was in hand when the new card began; clocks differ by as much.
ROLLOVER_MARGIN = timedelta(days=2)
# A pouch may be on the way for as long: longer than a pad book lives, or a relay keeps.
TRANSIT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHistory:
    """The cards of one station that were believed here, first edition first, and what is revoked.

    `revoked` has, by verifier key, the instant from which each is not believed.
    """

    cards: tuple[Card, ...]
    revoked: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def current(self) -> Card:
        """The newest card: what is sealed to the station goes by it."""
        return self.cards[-1]

    @property
    def is_revoked(self) -> bool:
        """True where the newest card must not be believed.

        Its identity key is revoked, or one before it was revoked when the next was not yet drawn:
        then that roll-over may be the thief's, and what follows from it is void.
        """
        for place, card in enumerate(self.cards):
            since = self.revoked.get(card.identity.to_vkey())
            later = [one for one in self.cards[place:] if one.identity != card.identity]
            if since is not None and (not later or since <= later[0].valid_from):
                return True
        return False

    def signed_by(self, note: bytes) -> tuple[str, Card]:
        """Return the text of a note and the newest card whose identity key signed it.

        The text says when it was signed; `require_in_force` is then for the caller to call.

        Raises:
            SignedTextError: No identity key that this station ever had signed it.
        """
        for card in reversed(self.cards):
            try:
                return signed_text(note, card.identity), card
            except SignedTextError:
                continue
        raise SignedTextError("no identity key of the station signed the note")

    def require_in_force(
        self, identity: Ed25519Verifier, *, signed: datetime, now: datetime
    ) -> None:
        """Refuse what an identity key signed at an instant at which it was not to sign.

        Raises:
            RevokedError: The key was revoked by then.
            CardValidityError: No card named the key then, or the key was given up so long ago
                that nothing it signed can still be on its way.
        """
        self.require_unrevoked(identity, at=signed)
        if not any(card.identity == identity for card in self.in_force(signed)):
            raise CardValidityError("no card of the station names the signing key for that time")
        if identity != self.current.identity and now >= self._given_up(identity) + TRANSIT:
            raise CardValidityError("the signing key was given up too long ago")

    def require_unrevoked(self, key: Ed25519Verifier, *, at: datetime) -> None:
        """Refuse a key from the instant on from which it is revoked.

        Raises:
            RevokedError: It is revoked at `at`.
        """
        since = self.revoked.get(key.to_vkey())
        if since is not None and at >= since:
            raise RevokedError("the key is revoked: what it signed from then on is not believed")

    def in_force(self, at: datetime) -> tuple[Card, ...]:
        """Return the cards that hold at `at`, newest first; two around a change of cards."""
        following = [*(card.valid_from + ROLLOVER_MARGIN for card in self.cards[1:]), None]
        return tuple(
            card
            for card, end in reversed(list(zip(self.cards, following, strict=True)))
            if card.valid_from <= at < card.valid_until and (end is None or at < end)
        )

    def releasers(self, at: datetime) -> tuple[Ed25519Verifier, ...]:
        """Return the keys that may release a minute at `at`."""
        return self._believed([key for card in self.in_force(at) for key in card.releasers], at)

    def clerks(self, at: datetime) -> tuple[Ed25519Verifier, ...]:
        """Return the keys that may stamp at `at`."""
        return self._believed([key for card in self.in_force(at) for key in card.clerks], at)

    def seal_keys(self, at: datetime) -> tuple[bytes, ...]:
        """Return the public seal keys for a check made at `at`; revoked with their identity key."""
        cards = self.in_force(at)
        believed = self._believed([card.identity for card in cards], at)
        return tuple(dict.fromkeys(card.seal for card in cards if card.identity in believed))

    def _believed(self, keys: list[Ed25519Verifier], at: datetime) -> tuple[Ed25519Verifier, ...]:
        since = {key: self.revoked.get(key.to_vkey()) for key in dict.fromkeys(keys)}
        return tuple(key for key, day in since.items() if day is None or at < day)

    def _given_up(self, identity: Ed25519Verifier) -> datetime:
        last = max(place for place, card in enumerate(self.cards) if card.identity == identity)
        return self.cards[last + 1].valid_from
