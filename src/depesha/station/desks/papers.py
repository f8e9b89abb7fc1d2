"""The papers of a pouch: a recapitulation, and the waybill that names all else in it.

Both are service texts, sealed like any other object of the channel (PROTOCOL 6, 9).
"""

from depesha.base import Digest
from depesha.channel import Waybill
from depesha.station.desks.pouching import Papers
from depesha.station.desks.services import recap_text, send_service
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Mode


def seal_papers(work: Work, office: Office, papers: Papers) -> None:
    """Seal and queue the papers of a pouch in the transaction given; both, or neither.

    Raises:
        NoPadError: No page is left to seal them to.
        QuarantinedError, CardValidityError: Nothing may be sealed to this post now.
    """
    at, peer, clerk = office.clock.now(), papers.peer, papers.clerk
    recap = recap_text(work, office, peer, at)
    copy = send_service(work, office, peer, recap, clerk=clerk, at=at)
    named = {*papers.objects, Digest.from_text(copy.object_digest)}
    if copy.mode == Mode.SIGNED.value:
        # The channel took unsigned telegrams before: what is signed now names none (PROTOCOL 15).
        named = {one for one in named if not _is_unsigned(work, one)}
    waybill = Waybill(
        pouch=papers.label.value,
        at=at,
        objects=tuple(sorted(named, key=lambda digest: digest.value)),
    )
    send_service(work, office, peer, waybill, clerk=clerk, at=at)


def _is_unsigned(work: Work, digest: Digest) -> bool:
    copy = work.copies.of_object(digest.to_text())
    return copy is not None and copy.mode == Mode.UNSIGNED.value
