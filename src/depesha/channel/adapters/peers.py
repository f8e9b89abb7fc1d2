"""Pinned cards in SQL, with those before them and the revocations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from depesha.base import CallSign, Digest
from depesha.channel.adapters.rows import require_one, require_row, storing
from depesha.channel.adapters.tables import cards_before, peers, revocations
from depesha.channel.cards import (
    Card,
    CardHistory,
    Peer,
    Relation,
    Revocation,
    reopen_card,
)
from depesha.channel.errors import ChannelStoreError, RevokedError


@dataclass(frozen=True, slots=True)
class SqlPeerStore:
    """A `PeerStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def pin(self, peer: Peer) -> None:
        """Pin a card; for a station already pinned, keep its old card as one before.

        Raises:
            RevokedError: The station was retired, or its identity key is revoked.
            ChannelStoreError: Another station, retired or not, has this call-sign or one with the
                same slug.
        """
        fingerprint = peer.card.fingerprint
        self._require_free(peer.card.call_sign, fingerprint)
        self.require_believed(peer.card)
        known = self._row(fingerprint)
        values = {
            "call_sign": peer.card.call_sign.text,
            "note": peer.note,
            "relation": peer.relation.value,
            "pinned_at": peer.pinned_at,
            "retired_at": peer.retired_at,
        }
        if known is None:
            self.connection.execute(insert(peers).values(fingerprint=fingerprint, **values))
            return
        self._keep_before(_read(known).card, known.note, peer)
        change = update(peers).where(peers.c.fingerprint == fingerprint).values(values)
        self.connection.execute(change)

    def find(self, fingerprint: str) -> Peer:
        """Return a peer, retired or not.

        Raises:
            ChannelStoreError: It is unknown.
        """
        return _read(require_row(self._row(fingerprint), "the station"))

    def by_call_sign(self, call_sign: str) -> Peer:
        """Return the peer, not retired, with a call-sign.

        Raises:
            RevokedError: It was retired, or its key was revoked.
            ChannelStoreError: It is unknown.
        """
        peer = self.named(call_sign)
        if peer.retired_at is not None:
            raise RevokedError("the station is not believed any more: it was retired or revoked")
        return peer

    def named(self, call_sign: str) -> Peer:
        """Return the peer with a call-sign, retired or not.

        Raises:
            ChannelStoreError: It is unknown.
        """
        rows = select(peers).where(peers.c.call_sign == call_sign)
        return _read(require_row(self.connection.execute(rows).one_or_none(), "the call-sign"))

    def everyone(self) -> Sequence[Peer]:
        """Return all peers that are not retired, by call-sign."""
        rows = select(peers).where(peers.c.retired_at.is_(None)).order_by(peers.c.call_sign)
        return [_read(row) for row in self.connection.execute(rows)]

    def history(self, fingerprint: str) -> CardHistory:
        """Return all cards of a station, retired or not, and what is revoked of it.

        Raises:
            ChannelStoreError: It is unknown.
        """
        current = self.find(fingerprint).card
        before = (
            select(cards_before.c.note)
            .where(cards_before.c.fingerprint == fingerprint)
            .order_by(cards_before.c.edition)
        )
        notes = self.connection.execute(before).scalars()
        revoked = (
            select(revocations.c.key, revocations.c.revoked_from)
            .where(revocations.c.station == fingerprint)
            .order_by(revocations.c.revoked_from.desc())
        )
        return CardHistory(
            cards=(*(reopen_card(note, station=fingerprint) for note in notes), current),
            # The earliest of several comes last, and holds.
            revoked={row.key: row.revoked_from for row in self.connection.execute(revoked)},
        )

    def note_of(self, fingerprint: str, edition: int) -> bytes:
        """Return the signed note of one edition of a card.

        Raises:
            ChannelStoreError: There is none.
        """
        peer = self.find(fingerprint)
        if peer.card.edition == edition:
            return peer.note
        before = select(cards_before.c.note).where(
            cards_before.c.fingerprint == fingerprint, cards_before.c.edition == edition
        )
        row = require_row(self.connection.execute(before).one_or_none(), "that edition of the card")
        return bytes(row.note)

    def revoke(self, revocation: Revocation, note: bytes, at: datetime) -> None:
        """Keep a revocation for ever, of a station known or not; the same again changes nothing."""
        digest = Digest.of(note)
        known = select(revocations.c.key).where(revocations.c.note_digest == digest)
        if self.connection.execute(known).first() is not None:
            return
        entry = insert(revocations).values(
            note_digest=digest,
            station=revocation.station,
            key=revocation.key.to_vkey(),
            revoked_from=revocation.revoked_from,
            note=note,
            entered_at=at,
        )
        self.connection.execute(entry)

    def revocation_notes(self, fingerprint: str) -> Sequence[bytes]:
        """Return the signed notes of the revocations of a station, first entered first."""
        notes = (
            select(revocations.c.note)
            .where(revocations.c.station == fingerprint)
            .order_by(revocations.c.entered_at, revocations.c.note_digest)
        )
        return [bytes(note) for note in self.connection.execute(notes).scalars()]

    def require_believed(self, card: Card) -> None:
        """Refuse a station that was given up, known or not, whatever the card looks like.

        Raises:
            RevokedError: It was retired, or the identity key of this card is revoked.
        """
        row = self._row(card.fingerprint)
        dead = select(revocations.c.key).where(revocations.c.key == card.identity.to_vkey())
        is_revoked = self.connection.execute(dead).first() is not None
        if is_revoked or (row is not None and row.retired_at is not None):
            raise RevokedError("the station is not believed any more: it was retired or revoked")

    def retire(self, fingerprint: str, at: datetime) -> None:
        """Take a station out of use; its card and its call-sign stay, for its old telegrams.

        Raises:
            ChannelStoreError: The station is unknown, or retired already.
        """
        change = (
            update(peers)
            .where(peers.c.fingerprint == fingerprint, peers.c.retired_at.is_(None))
            .values(retired_at=at)
        )
        require_one(self.connection.execute(change).rowcount, "the station")

    def _require_free(self, call_sign: CallSign, fingerprint: str) -> None:
        # The slug names a station's keys and its register. Under one slug, two stations would be
        # held to one register's promises, also after one of them is retired.
        others = select(peers.c.call_sign).where(peers.c.fingerprint != fingerprint)
        taken = self.connection.execute(others).scalars()
        if any(CallSign(text).slug == call_sign.slug for text in taken):
            raise ChannelStoreError("the call-sign is another station's, or is too like one")

    def _keep_before(self, old: Card, note: bytes, peer: Peer) -> None:
        if old.edition == peer.card.edition:
            return
        before = insert(cards_before).values(
            fingerprint=old.fingerprint,
            edition=old.edition,
            note=note,
            superseded_at=peer.pinned_at,
        )
        self.connection.execute(before)

    def _row(self, fingerprint: str) -> Row[Any] | None:
        known = select(peers).where(peers.c.fingerprint == fingerprint)
        return self.connection.execute(known).one_or_none()


def _read(row: Row[Any]) -> Peer:
    # The note is verified again at each reading: the store is trusted to keep, not to vouch.
    return Peer(
        card=reopen_card(row.note, station=row.fingerprint),
        note=row.note,
        relation=Relation(row.relation),
        pinned_at=row.pinned_at,
        retired_at=row.retired_at,
    )
