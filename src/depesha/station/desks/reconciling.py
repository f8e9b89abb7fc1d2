"""After a restore: the restored station asks, its correspondent answers, and both mend the channel.

A restored station does not know which serials and pages it used since its backup was made. It seals
nothing to a correspondent until that one has said what it saw; then it goes on beyond everything
that may have been used (PROTOCOL 12). Question and answer are signed notes and travel by hand: the
channel is not used before it is mended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from depesha.base import instant_from_text, instant_to_text
from depesha.channel import (
    BookUse,
    IncomingLedger,
    OutgoingSerial,
    Peer,
    RestoreAnswer,
    RestoreAsk,
    RestoreRefusedError,
    channel_id,
    open_restore_answer,
    open_restore_ask,
    sign_restore_answer,
    sign_restore_ask,
)
from depesha.cipher import random_bytes
from depesha.register import SignedCheckpoint
from depesha.station.actor import Actor, Role, require
from depesha.station.errors import WrongStateError
from depesha.station.held import Direction, HeldService, Restored
from depesha.station.office import Office
from depesha.station.work import Work

_ASK, _ANSWER = "restore-ask", "restore-answer"
_SERVICE_ID_SIZE = 16
# A period key seals any number of objects. No house seals so many to one post while its backup is
# being put back; what comes beyond is refused there as a clash and kept.
_PERIOD_MARGIN = 256
# Office numbers go on by as much, for every correspondent: no single one may use them up.
_SKIP_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What an answer changed: how far serials went on, and what was lost with the backup.

    `skipped` counts the serials that are used or given up, by series. `lost_entries` counts the
    entries that the correspondent has seen in our register and that the backup did not have.
    """

    station: str
    skipped: Mapping[int, int]
    pages_given_up: int
    lost_entries: int


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Mends channels after a restore, at either end."""

    office: Office

    def open_cases(self) -> tuple[tuple[str, Restored], ...]:
        """Return the correspondences to which nothing is sealed yet, by call-sign."""
        with self.office.reading() as work:
            cases = [
                (work.channel.peers.find(one.station).card.call_sign.text, one)
                for one in work.restores.open()
            ]
        return tuple(sorted(cases, key=lambda case: case[0]))

    def ask(self, call_sign: str, *, by: Actor) -> bytes:
        """Write the question of a restored station to one correspondent, to be carried by hand.

        Raises:
            NotPermittedError: The actor is no registrar.
            WrongStateError: This correspondence is not in quarantine.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            if not work.restores.is_open(peer.card.fingerprint):
                raise WrongStateError("this correspondence is not in quarantine")
            own = work.channel.peers.find(self.office.keyring.fingerprint).card
            way_out = channel_id(own.fingerprint, peer.card.fingerprint)
            newest = work.checkpoints.newest()
            ask = RestoreAsk(
                station=own.fingerprint,
                peer=peer.card.fingerprint,
                at=now,
                sent=tuple(
                    (int(one.series), one.following - 1)
                    for one in work.channel.outgoing.every(way_out)
                    if one.following > 1
                ),
                checkpoint_size=newest.checkpoint.size if newest else 0,
            )
            self._keep(work, peer, Direction.SENT, _ASK, ask.to_text().encode(), now)
        return sign_restore_ask(ask, self.office.keyring.identity, station=own)

    def answer(self, note: bytes, call_sign: str, *, by: Actor) -> bytes:
        """Answer a restored correspondent: what came from it, and which pages it may have used.

        Sync first, so that what lies at the relay is counted. The pages that it issued to this
        station are given up: it cannot open them any more.

        Raises:
            NotPermittedError: The actor is no registrar.
            ChannelError: The question is not one that this correspondent asked of this station.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        own = self.office.keyring.fingerprint
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            station = peer.card.fingerprint
            ask = open_restore_ask(note, station=peer.card, peer=own)
            is_new = not _was_answered(work, station, note)
            if is_new:
                self._keep(work, peer, Direction.RECEIVED, _ASK, note, now)
            highest, live = _seen(work, channel_id(station, own)), _usable_by(work, station)
            answer = RestoreAnswer(
                station=station,
                peer=own,
                at=now,
                ask=ask.digest,
                highest=tuple((year, serial) for year, serial in highest.items() if serial),
                live_pages=live,
                checkpoint=work.witnessed.newest(peer.card.register.name),
            )
            _announce(work, channel_id(station, own), {now.year: 0, **highest}, live)
            # The same question may be carried twice: the pages that came since then are good.
            if is_new:
                _give_up(work, channel_id(own, station), station)
            card = work.channel.peers.find(own).card
        return sign_restore_answer(answer, self.office.keyring.identity, peer=card)

    def mend(self, note: bytes, call_sign: str, *, by: Actor) -> Mended:
        """Take an answer: go on beyond all that may have been used, and end the quarantine.

        All pages held for that way are given up, and all books issued for the way back are closed:
        their secrets are in no backup. Both sides issue new books after this.

        Raises:
            NotPermittedError: The actor is no registrar.
            WrongStateError: This correspondence is not in quarantine, or was never asked.
            ChannelError: The answer is not that of this correspondent to the last question.
        """
        require(by, Role.REGISTRAR)
        now = self.office.clock.now()
        own = self.office.keyring.fingerprint
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
            station = peer.card.fingerprint
            asked = _asked_since_restore(work, station)
            answer = open_restore_answer(
                note, peer=peer.card, ask=RestoreAsk.from_text(asked.text.decode())
            )
            self._keep(work, peer, Direction.RECEIVED, _ANSWER, note, now)
            way_out = channel_id(own, station)
            skipped = _skip_serials(work, way_out, answer, now)
            if sum(skipped.values()) > _SKIP_LIMIT:
                raise RestoreRefusedError("the answer claims far more than a post ever lost")
            _skip_numbers(work, now.year, sum(skipped.values()))
            given_up = work.channel.held.void(way_out)
            for book in work.channel.lives.every(station):
                work.channel.lives.close(book.book, now)
            work.restores.settle(station, instant_to_text(now))
            lost = _lost_entries(work, answer)
        return Mended(
            station=call_sign, skipped=skipped, pages_given_up=given_up, lost_entries=lost
        )

    def _keep(
        self, work: Work, peer: Peer, direction: Direction, kind: str, text: bytes, at: datetime
    ) -> None:
        work.services.add(
            HeldService(
                service_id=random_bytes(_SERVICE_ID_SIZE).hex(),
                direction=direction,
                station=peer.card.fingerprint,
                kind=kind,
                text=text,
                at=instant_to_text(at),
            )
        )


def _was_answered(work: Work, station: str, ask: bytes) -> bool:
    heard = (one for one in work.services.of_station(station) if one.kind == _ASK)
    return any(one.direction is Direction.RECEIVED and one.text == ask for one in heard)


def _asked_since_restore(work: Work, station: str) -> HeldService:
    """Return the newest question, if this restore asked it.

    A backup may hold the question of a restore before; its answer would give serials twice.
    """
    since = [one.since for one in work.restores.open() if one.station == station]
    asked = work.services.newest(station, Direction.SENT, _ASK)
    if asked is None or not since or instant_from_text(asked.at) < instant_from_text(since[0]):
        raise WrongStateError("this correspondence was not asked, or is mended already")
    return asked


def _seen(work: Work, way_in: str) -> dict[int, int]:
    """Return the highest serial of each series that came, was voided or was announced."""
    ledgers = work.channel.incoming.ledgers(way_in)
    return {
        int(series): max(ledger.announced, ledger.settled.highest or 0)
        for series, ledger in sorted(ledgers.items())
    }


def _announce(work: Work, way_in: str, highest: Mapping[int, int], live_pages: int) -> None:
    """Count what was answered as announced by the restored station: it goes on behind it.

    An object on its way may still use up a page without raising the highest serial. A second
    answer must not be lower for that, or a second restore would give a serial twice.
    """
    for year, serial in highest.items():
        series = f"{year:04}"
        ledger = work.channel.incoming.ledger(way_in, series) or IncomingLedger()
        announced = ledger.with_announced(serial + live_pages)
        work.channel.incoming.put_ledger(way_in, series, announced)


def _give_up(work: Work, way_out: str, station: str) -> None:
    """Give up what only the station of before could open, or would use a second time.

    That is its pages, and what is sealed to them and has not left: each is sealed again when it is
    asked for. And books of ours that travel to it: the station may have used their pages already,
    and no longer knows that it did.
    """
    work.channel.held.void(way_out)
    work.channel.outbox.withdraw_all(way_out)
    work.channel.lives.stop(station)


def _usable_by(work: Work, station: str) -> int:
    """Count what the station may have sealed that has not come: a page each, and a margin."""
    books = work.channel.lives.every(station)
    margin = _PERIOD_MARGIN if any(book.use is BookUse.PERIOD for book in books) else 0
    return sum(book.live for book in books if book.use is BookUse.ONCE) + margin


def _skip_serials(work: Work, way_out: str, answer: RestoreAnswer, at: datetime) -> dict[int, int]:
    """Go on, in every series, behind the highest serial seen and all pages that may be used."""
    outgoing = work.channel.outgoing
    highest = dict(answer.highest)
    ours = {int(state.series): state for state in outgoing.every(way_out)}
    skipped = {}
    for series in sorted({*highest, *ours, at.year}):
        state = ours.get(series) or OutgoingSerial(
            channel=way_out, series=f"{series:04}", following=1
        )
        seen = max(highest.get(series, 0), state.following - 1)
        following = seen + answer.live_pages + 1
        if following > state.following:
            outgoing.put(_unchained(state).jumped(following))
            skipped[series] = following - state.following
    return skipped


def _unchained(state: OutgoingSerial) -> OutgoingSerial:
    """Forget the last cover: what really was the last one is not known here."""
    return OutgoingSerial(
        channel=state.channel,
        series=state.series,
        first=state.first,
        following=state.following,
    )


def _skip_numbers(work: Work, year: int, count: int) -> None:
    """Go on in every office series of the year: each lost copy may have borne a number of it."""
    for series in work.series.of_year(year):
        work.series.start(year, series, work.series.next(year, series) + count)


def _lost_entries(work: Work, answer: RestoreAnswer) -> int:
    """Count the entries of our register that the correspondent saw and the backup lacks."""
    if answer.checkpoint is None:
        return 0
    own = work.channel.peers.find(answer.station).card
    seen = SignedCheckpoint.verify(answer.checkpoint, own.register)
    return max(0, seen.checkpoint.size - work.log.size())
