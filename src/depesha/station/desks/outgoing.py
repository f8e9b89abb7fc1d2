"""What waits in the outbox, and the note that a carrier has it: relay, pouch and paper alike."""

from collections.abc import Iterator

from depesha.base import Digest
from depesha.channel import OutgoingObject, Peer, channel_id
from depesha.station.desks.keeping import stamp
from depesha.station.office import Office
from depesha.station.work import Work

_BATCH = 100


def queued(office: Office) -> Iterator[OutgoingObject]:
    """Yield every object that waits, once each, and never more than a few of them in memory."""
    after = 0
    while True:
        with office.reading() as work:
            found = work.channel.outbox.waiting(after=after, limit=_BATCH)
        if not found:
            return
        yield from found
        after = found[-1].outbox_id


def waiting_for(office: Office, call_sign: str) -> tuple[Peer, list[OutgoingObject]]:
    """Return a post and what waits for it, by whatever carrier."""
    with office.reading() as work:
        peer = work.channel.peers.by_call_sign(call_sign)
    channel = channel_id(office.keyring.fingerprint, peer.card.fingerprint)
    return peer, [one for one in queued(office) if one.channel == channel]


def note_carried(work: Work, office: Office, one: OutgoingObject, kind: str, *, by: str) -> None:
    """Note in the caller's transaction that a carrier has an object: its telegram is stamped."""
    now = office.clock.now()
    copy = work.copies.of_object(Digest.of(one.sealed).to_text())
    work.channel.outbox.deposited(one.outbox_id, now)
    if copy is not None and not copy.is_service:
        stamp(work, copy.record_id, kind, by=by, at=now)
