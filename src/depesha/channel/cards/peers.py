"""The stations whose cards are believed here, and the port to the store that keeps them.

The port works inside a transaction that the caller began and will commit or roll back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from depesha.channel.cards.card import Card
from depesha.channel.cards.history import CardHistory
from depesha.channel.cards.revocation import Revocation


class Relation(StrEnum):
    """How a card came to be believed."""

    OWN = "own"
    COMPARED = "compared"
    COUNTERSIGNED = "countersigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A station whose card is pinned; `note` is the card as it was received."""

    card: Card
    note: bytes = field(repr=False)
    relation: Relation
    pinned_at: datetime
    retired_at: datetime | None = None


class PeerStore(Protocol):
    """The pinned cards, those before them, and the revocations."""

    def pin(self, peer: Peer) -> None:
        """Pin a card; for a station already pinned, keep its old card as one before.

        Raises:
            RevokedError: The station was retired, or its identity key is revoked.
            ChannelStoreError: Another station, retired or not, has this call-sign or one that gives
                the same key names and register origin.
        """

    def find(self, fingerprint: str) -> Peer:
        """Return a peer, retired or not; an unknown one is refused."""

    def by_call_sign(self, call_sign: str) -> Peer:
        """Return the peer, not retired, with a call-sign.

        Raises:
            RevokedError: It was retired, or its key was revoked.
            ChannelStoreError: It is unknown.
        """

    def named(self, call_sign: str) -> Peer:
        """Return the peer with a call-sign, retired or not; an unknown one is refused."""

    def everyone(self) -> Sequence[Peer]:
        """Return all peers that are not retired, by call-sign."""

    def history(self, fingerprint: str) -> CardHistory:
        """Return all cards of a station, retired or not, and what is revoked of it."""

    def note_of(self, fingerprint: str, edition: int) -> bytes:
        """Return the signed note of one edition of a card; an unknown one is refused."""

    def require_believed(self, card: Card) -> None:
        """Refuse a station that was given up, known or not, whatever the card looks like.

        Raises:
            RevokedError: It was retired, or the identity key of this card is revoked.
        """

    def retire(self, fingerprint: str, at: datetime) -> None:
        """Take a station out of use; its card and its call-sign stay, for its old telegrams."""

    def revoke(self, revocation: Revocation, note: bytes, at: datetime) -> None:
        """Keep a revocation for ever, of a station known or not; the same again changes nothing."""

    def revocation_notes(self, fingerprint: str) -> Sequence[bytes]:
        """Return the signed notes of the revocations of a station, first entered first."""
