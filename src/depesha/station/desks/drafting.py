"""Drafting: a telegram is written by one person and released by another.

Releasing is where a draft becomes a telegram: it gets its number, its signature, its register
entry and its place in the file, in one transaction. Sealing is another step, at another desk.
"""

from dataclasses import dataclass

from depesha.base import BaseFormatError, Digest, OriginatorNumber, instant_to_text
from depesha.channel import Relation
from depesha.cipher import random_bytes, sign_note
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.cancelling import follow_cancellation
from depesha.station.desks.composing import compose
from depesha.station.desks.keeping import Keeping, keep, preserve, stamp
from depesha.station.desks.minutes import minute_of
from depesha.station.draft import Draft, DraftEntry, DraftState
from depesha.station.errors import InputError, ModeRefusedError, WrongStateError
from depesha.station.held import Direction, HeldTelegram
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Minute, Mode

_DRAFT_ID_SIZE = 16


@dataclass(frozen=True, slots=True)
class Drafting:
    """Writes drafts and releases them."""

    office: Office

    def write(self, draft: Draft, *, by: Actor) -> DraftEntry:
        """Keep a new draft.

        Raises:
            NotPermittedError: The actor is no drafter.
            InputError: The draft could never be released as it stands.
        """
        require(by, Role.DRAFTER)
        if not draft.action:
            raise InputError("a telegram needs at least one action addressee")
        entry = DraftEntry(
            draft_id=random_bytes(_DRAFT_ID_SIZE).hex(),
            state=DraftState.OPEN,
            draft=draft,
            drafted_by=by.name,
            drafted_at=instant_to_text(self.office.clock.now()),
        )
        with self.office.transaction() as work:
            for addressee in (*draft.action, *draft.info):
                _require_way(work, addressee.call_sign, draft.mode)
            _require_quiet_citation(work, draft)
            compose(entry, number=1, year=self.year(), released=self.office.clock.now())
            work.drafts.add(entry)
        return entry

    def drafts(self) -> tuple[DraftEntry, ...]:
        """Return all drafts, oldest first."""
        with self.office.reading() as work:
            return work.drafts.entries()

    def preview(self, draft_id: str) -> str:
        """Lay out the telegram as it would be released now; this changes nothing."""
        with self.office.reading() as work:
            entry = work.drafts.entry(draft_id)
            number = work.series.next(self.year(), entry.draft.series)
        now = self.office.clock.now()
        return compose(entry, number=number, year=self.year(), released=now).render()

    def release(self, draft_id: str, *, by: Actor) -> HeldTelegram:
        """Number a draft, sign its minute as `by`, register it and file the home copy.

        The number and the register entry are durable together; a refused release uses neither.

        Raises:
            NotPermittedError: The actor is no releaser.
            WrongStateError: The draft was released before.
            InputError: The draft cannot become a minute.
        """
        require(by, Role.RELEASER)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            entry = work.drafts.entry(draft_id)
            if entry.state is not DraftState.OPEN:
                raise WrongStateError("the draft was released before; it keeps its number")
            # What is cited may have arrived since the draft was written.
            _require_quiet_citation(work, entry.draft)
            number = work.series.take(now.year, entry.draft.series)
            minute = compose(entry, number=number, year=now.year, released=now)
            signer = self.office.keyring.releaser(work.people.releaser_key(by.name))
            note = sign_note(minute.to_text(), [signer])
            telegram = keep(work, self.office, self._keeping(entry, minute, note), at=now)
            own = self.office.keyring.fingerprint
            follow_cancellation(work, minute, telegram, own, at=now)
            work.drafts.advance(draft_id, DraftState.RELEASED)
            stamp(work, draft_id, "drafted", by=entry.drafted_by, at=minute.written)
            stamp(work, draft_id, "released", by=by.name, at=now)
        self.office.observe("released")
        # A crash from here on leaves the preservation copy waiting; the next round of carrying, or
        # the next check of the archive, puts it into the vault.
        preserve(self.office)
        return telegram

    def start_series(self, year: int, series: str, next_number: int, *, by: Actor) -> None:
        """Go on with an office series at a number, as when a paper register is continued.

        Raises:
            NotPermittedError: The actor is no registrar.
            WrongStateError: The series is already past that number.
            InputError: No telegram could bear that number.
        """
        require(by, Role.REGISTRAR)
        try:
            OriginatorNumber(next_number, series)
        except BaseFormatError as error:
            raise InputError(str(error)) from error
        with self.office.transaction() as work:
            work.series.start(year, series, next_number)

    def year(self) -> int:
        """Return the year in which a telegram released now is numbered."""
        return self.office.clock.now().year

    def _keeping(self, entry: DraftEntry, minute: Minute, note: bytes) -> Keeping:
        members = {"telegram.txt": note}
        for position, enclosure in enumerate(entry.draft.enclosures, start=1):
            members[f"enclosures/{position:02}"] = enclosure.data
        return Keeping(
            # The draft's own name, so that a release tried again after a crash writes the same
            # preservation copy and leaves none behind.
            record_id=entry.draft_id,
            direction=Direction.SENT,
            minute=minute,
            note=note,
            digest=Digest.of(note if minute.mode is Mode.SIGNED else minute.to_bytes()),
            members=members,
            correspondent=minute.stations[0],
            transmission=None,
            title=entry.draft.title,
        )


def _require_way(work: Work, call_sign: str, mode: str) -> None:
    """Refuse an addressee that this draft could never be sealed to."""
    peer = work.channel.peers.by_call_sign(call_sign)
    if peer.relation is Relation.OWN:
        raise InputError("a station does not send telegrams to itself")
    allows = work.channel.policies.of(peer.card.fingerprint).allows_unsigned
    if mode == Mode.UNSIGNED.value and not allows:
        raise ModeRefusedError("the channel takes signed telegrams only")


def _require_quiet_citation(work: Work, draft: Draft) -> None:
    """Refuse the digest of an unsigned telegram: it would be signed (PROTOCOL 15, no. 7)."""
    for citation in (draft.in_reply_to, draft.cancels, draft.supersedes):
        if citation is None or citation.digest is None:
            continue
        cited = work.telegrams.by_minute(citation.digest)
        if cited is not None and minute_of(cited).mode is Mode.UNSIGNED:
            raise InputError("an unsigned telegram is cited by its number alone, without digest")
