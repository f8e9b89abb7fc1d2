"""Pinned cards in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from depesha.base import CallSign
from depesha.channel.adapters.rows import require_one, require_row, storing
from depesha.channel.adapters.tables import peers
from depesha.channel.card import open_card
from depesha.channel.errors import ChannelStoreError
from depesha.channel.stores import Peer, Relation


@dataclass(frozen=True, slots=True)
class SqlPeerStore:
    """A `PeerStore` inside the caller's transaction."""

    connection: Connection

    @storing()
    def pin(self, peer: Peer) -> None:
        """Pin a card; for a fingerprint already pinned, replace its note.

        Raises:
            ChannelStoreError: Another station, retired or not, has this call-sign or one with the
                same slug.
        """
        fingerprint = peer.card.fingerprint
        self._require_free(peer.card.call_sign, fingerprint)
        values = {
            "call_sign": peer.card.call_sign.text,
            "note": peer.note,
            "relation": peer.relation.value,
            "pinned_at": peer.pinned_at,
            "retired_at": peer.retired_at,
        }
        known = update(peers).where(peers.c.fingerprint == fingerprint).values(values)
        if self.connection.execute(known).rowcount == 0:
            self.connection.execute(insert(peers).values(fingerprint=fingerprint, **values))

    def find(self, fingerprint: str) -> Peer:
        """Return a peer, retired or not.

        Raises:
            ChannelStoreError: It is unknown.
        """
        row = self.connection.execute(
            select(peers).where(peers.c.fingerprint == fingerprint)
        ).one_or_none()
        return _read(require_row(row, "the station"))

    def by_call_sign(self, call_sign: str) -> Peer:
        """Return the peer, not retired, with a call-sign.

        Raises:
            ChannelStoreError: It is unknown.
        """
        return _read(require_row(self._named(call_sign), "the call-sign"))

    def everyone(self) -> Sequence[Peer]:
        """Return all peers that are not retired, by call-sign."""
        rows = select(peers).where(peers.c.retired_at.is_(None)).order_by(peers.c.call_sign)
        return [_read(row) for row in self.connection.execute(rows)]

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

    def _named(self, call_sign: str) -> Row[Any] | None:
        return self.connection.execute(
            select(peers).where(peers.c.call_sign == call_sign, peers.c.retired_at.is_(None))
        ).one_or_none()


def _read(row: Row[Any]) -> Peer:
    # The note is verified again at each reading: the store is trusted to keep, not to vouch.
    return Peer(
        card=open_card(row.note, fingerprint=row.fingerprint),
        note=row.note,
        relation=Relation(row.relation),
        pinned_at=row.pinned_at,
        retired_at=row.retired_at,
    )
