"""What a cover says about registers and receipts, followed in the arrival's own transaction.

A telegram is never lost because the advice beside it is bad: what cannot be believed is stamped
as an incident, evidence is kept, and nothing is cosigned.
"""

from datetime import datetime

from depesha.archive import ArchiveError
from depesha.base import DepeshaError, SeriesSerials, decode
from depesha.channel import ChannelStoreError, Peer, Receipt, channel_id
from depesha.register import (
    ConsistencyProof,
    EvidenceError,
    LogStoreError,
    RollbackError,
    StaleProofError,
    observe,
)
from depesha.station.desks.arriving import Opened
from depesha.station.desks.books import accept_book
from depesha.station.desks.facts import take_receipt
from depesha.station.desks.keeping import stamp
from depesha.station.desks.registering import keep_evidence
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Cover

# A store that is full or damaged is no advice, and what was begun in it must not be committed.
_OWN_FAULTS = (ArchiveError, ChannelStoreError, LogStoreError)


def follow_advice(
    work: Work,
    office: Office,
    record_id: str | None,
    opened: Opened,
    *,
    by: str,
    at: datetime,
    is_late: bool,
) -> None:
    """Take in the acknowledgements, receipts, books, checkpoint and cosignature of a cover.

    A cover that comes late, after one with a higher serial, rightly shows an older checkpoint: a
    courier that reorders must not make an honest correspondent look like one who went back.
    An incident is stamped on the telegram `record_id`; a service text has no stamps.
    """
    peer, cover = opened.peer, opened.cover
    own = office.keyring.fingerprint
    acknowledge(work, peer, cover.have, own, at=at)
    for follow in (_take_receipt, _take_books, _observe, _attach):
        try:
            follow(work, peer, cover, at)
        except StaleProofError:
            # The correspondent does not know yet how far we have followed it; the cosignature
            # on our next cover tells it, and its proof after that begins there.
            continue
        except _OWN_FAULTS:
            raise
        except DepeshaError as error:
            if isinstance(error, RollbackError) and is_late:
                continue
            # A smaller checkpoint may have been overtaken on the way: it asks for a look, and by
            # itself convicts nobody.
            if isinstance(error, EvidenceError) and not isinstance(error, RollbackError):
                keep_evidence(work, peer.card.register, error, at=at)
            if record_id is not None:
                stamp(work, record_id, "incident", by=by, at=at, note=error.code)


def acknowledge(work: Work, peer: Peer, have: SeriesSerials, own: str, *, at: datetime) -> None:
    """Note which of our copies the correspondent says it has, and what they carried."""
    station = peer.card.fingerprint
    for copy in work.copies.unacknowledged(channel_id(own, station)):
        if have.has(copy.series, copy.serial):
            work.copies.mark_acknowledged(copy.object_digest)
            if not copy.is_service:
                stamp(work, copy.record_id, "acknowledged", by=peer.card.call_sign.text, at=at)
    work.channel.lives.arrived(station, have)
    work.channel.dues.settle(channel_id(station, own), have)


def _take_receipt(work: Work, peer: Peer, cover: Cover, at: datetime) -> None:
    if cover.receipt is not None:
        text = decode(cover.receipt, what="the receipt")
        take_receipt(work, peer, Receipt.from_text(text), cover.receiver.hex(), at=at)


def _take_books(work: Work, peer: Peer, cover: Cover, at: datetime) -> None:
    """Accept the pad books that a cover brings, as if they had come by hand; each once."""
    for note in cover.fresh:
        accept_book(work, note, peer, holder=cover.receiver.hex(), at=at)


def _observe(work: Work, peer: Peer, cover: Cover, _at: datetime) -> None:
    if cover.checkpoint is None or cover.consistency is None:
        return
    proof = ConsistencyProof(old_size=cover.consistency.old_size, hashes=cover.consistency.hashes)
    observe(work.witnessed, cover.checkpoint, proof, peer.card.register)


def _attach(work: Work, peer: Peer, cover: Cover, _at: datetime) -> None:
    if cover.cosignature is None:
        return
    size = cover.cosignature.size
    line = cover.cosignature.line.decode("utf-8", "replace")
    work.checkpoints.attach(size, line, peer.card.witness)
    work.cosigned.remember(peer.card.fingerprint, size)
