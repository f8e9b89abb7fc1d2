"""Liaison: what a person says to a correspondent about their channel, ahead of its time.

Each of these goes by itself when it is due (`duties`); here a person does not wait. What is sealed
is carried by the next round, or by a pouch.
"""

from dataclasses import dataclass

from depesha.base import SerialRanges, SeriesSerials
from depesha.channel import Notice, NoticeKind, channel_id
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.links import other_station
from depesha.station.desks.services import recap_text, send_service
from depesha.station.desks.timing import ASK_AGAIN_AFTER
from depesha.station.errors import WrongStateError
from depesha.station.held import SealedCopy
from depesha.station.office import Office

_ASKED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Liaison:
    """Sends a recap, or a request to repeat, now."""

    office: Office

    def recap(self, call_sign: str, *, by: Actor) -> SealedCopy:
        """Say to a correspondent how far this station has counted, and what it has.

        Raises:
            NotPermittedError: The actor is no clerk.
            InputError: It is this station itself.
            NoPadError, QuarantinedError, CardValidityError: As sealing a telegram has it.
        """
        require(by, Role.CLERK)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = other_station(work, call_sign)
            text = recap_text(work, self.office, peer, now)
            return send_service(work, self.office, peer, text, clerk=by.name, at=now)

    def ask(self, call_sign: str, *, by: Actor) -> SeriesSerials:
        """Ask a correspondent to repeat what is missing; return which serials were named.

        Raises:
            NotPermittedError: The actor is no clerk.
            WrongStateError: Nothing is missing, or nothing can be asked of that post.
            InputError: It is this station itself.
            NoPadError, QuarantinedError, CardValidityError: As sealing a telegram has it.
        """
        require(by, Role.CLERK)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = other_station(work, call_sign)
            if work.channel.policies.of(peer.card.fingerprint).one_way:
                raise WrongStateError("it is a one-way post: nothing can be asked of it")
            way_in = channel_id(peer.card.fingerprint, self.office.keyring.fingerprint)
            gaps = work.channel.dues.gaps(way_in)[:_ASKED_AT_ONCE]
            if not gaps:
                raise WrongStateError("nothing is missing from that post")
            serials = SeriesSerials.of(
                {
                    year: SerialRanges.of(one.serial for one in gaps if one.series == year)
                    for year in {gap.series for gap in gaps}
                }
            )
            text = Notice(
                kind=NoticeKind.REPEAT, channel=way_in, at=now, serials=serials, text=None
            )
            send_service(work, self.office, peer, text, clerk=by.name, at=now)
            for gap in gaps:
                work.channel.dues.asked(gap, now + ASK_AGAIN_AFTER)
        return serials
