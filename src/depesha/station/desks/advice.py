"""What a cover says about registers and receipts, followed in the arrival's own transaction.

A telegram is never lost because the advice beside it is bad: what cannot be believed is stamped
as an incident, evidence is kept, and nothing is cosigned.
"""

from datetime import datetime

from depesha.base import DepeshaError
from depesha.channel import Peer, channel_id
from depesha.register import (
    ConsistencyProof,
    EvidenceError,
    RollbackError,
    StaleProofError,
    observe,
)
from depesha.station.desks.keeping import stamp
from depesha.station.desks.registering import keep_evidence
from depesha.station.work import Work
from depesha.telegram import Cover


def follow_advice(
    work: Work, record_id: str, peer: Peer, cover: Cover, *, by: str, at: datetime, is_late: bool
) -> None:
    """Take in the acknowledgements, the checkpoint and the cosignature that a cover carries.

    A cover that comes late, after one with a higher serial, rightly shows an older checkpoint: a
    courier that reorders must not make an honest correspondent look like one who went back.
    """
    _acknowledge(work, peer, cover, at=at)
    for follow in (_observe, _attach):
        try:
            follow(work, peer, cover)
        except StaleProofError:
            # The correspondent does not know yet how far we have followed it; the cosignature
            # on our next cover tells it, and its proof after that begins there.
            continue
        except DepeshaError as error:
            if isinstance(error, RollbackError) and is_late:
                continue
            # A smaller checkpoint may have been overtaken on the way: it asks for a look, and by
            # itself convicts nobody.
            if isinstance(error, EvidenceError) and not isinstance(error, RollbackError):
                keep_evidence(work, peer.card.register, error, at=at)
            stamp(work, record_id, "incident", by=by, at=at, note=error.code)


def _acknowledge(work: Work, peer: Peer, cover: Cover, *, at: datetime) -> None:
    """Stamp our copies that the correspondent says it has received."""
    channel = channel_id(cover.receiver.hex(), cover.sender.hex())
    for copy in work.copies.unacknowledged(channel, cover.series):
        if copy.serial in cover.have:
            work.copies.mark_acknowledged(copy.object_digest)
            stamp(work, copy.record_id, "acknowledged", by=peer.card.call_sign.text, at=at)


def _observe(work: Work, peer: Peer, cover: Cover) -> None:
    if cover.checkpoint is None or cover.consistency is None:
        return
    proof = ConsistencyProof(old_size=cover.consistency.old_size, hashes=cover.consistency.hashes)
    observe(work.witnessed, cover.checkpoint, proof, peer.card.register)


def _attach(work: Work, peer: Peer, cover: Cover) -> None:
    if cover.cosignature is None:
        return
    size = cover.cosignature.size
    line = cover.cosignature.line.decode("utf-8", "replace")
    work.checkpoints.attach(size, line, peer.card.witness)
    work.cosigned.remember(peer.card.fingerprint, size)
