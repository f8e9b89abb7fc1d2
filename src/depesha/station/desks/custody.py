"""Custody: who holds which numbered copy, from its issue to its end (PROTOCOL 7).

That a copy was issued or received is written by sealing and opening. A copy is a thing that
somebody holds, on paper or as a file; whatever happens to it, the record stays.
"""

from dataclasses import dataclass

from depesha.base import BaseFormatError, instant_to_text, require_line
from depesha.channel import FactKind
from depesha.station.actor import Actor, Role, require, require_second
from depesha.station.desks.facts import owe_fact_of_record
from depesha.station.desks.keeping import stamp
from depesha.station.errors import InputError, WrongStateError
from depesha.station.held import CustodyEvent, CustodyKind, Direction
from depesha.station.office import Office
from depesha.station.work import Work

HANDED = FactKind.HANDED.value
_WORDS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class CustodyDesk:
    """Hands telegrams over in the house, and follows each numbered copy."""

    office: Office

    def hand(self, record_id: str, *, to: str, by: Actor) -> None:
        """Write down that the addressee in the house was given a telegram.

        Its sender is told so, if the channel's policy tells such facts; never to whom.

        Raises:
            NotPermittedError: The actor is no clerk.
            WrongStateError: The telegram was not received here, or that person has it.
            InputError: The name cannot be written down.
        """
        require(by, Role.CLERK)
        note = f"to {_line(to, what='the name')}"
        now = self.office.clock.now()
        with self.office.transaction() as work:
            if work.telegrams.get(record_id).direction is not Direction.RECEIVED:
                raise WrongStateError("only a telegram that was received here is handed over")
            stamps = work.telegrams.stamps(record_id)
            if any((one.kind, one.note) == (HANDED, note) for one in stamps):
                raise WrongStateError("this person was given the telegram before")
            stamp(work, record_id, HANDED, by=by.name, at=now, note=note)
            owe_fact_of_record(work, record_id, FactKind.HANDED, by=by.name, at=now)

    def custody(self, record_id: str) -> tuple[CustodyEvent, ...]:
        """Return all that happened to the copies of a telegram, in order.

        Raises:
            NotFoundError: There is no such telegram.
        """
        with self.office.reading() as work:
            work.telegrams.get(record_id)
            return work.custody.of_record(record_id)

    def return_copy(
        self, record_id: str, copy_number: int, *, by: Actor, note: str = ""
    ) -> CustodyEvent:
        """Write down that a numbered copy came back from its holder.

        Raises:
            NotPermittedError: The actor is no registrar.
            WrongStateError: The copy was returned or destroyed before.
            InputError: No copy of that number is in custody, or the note cannot be written down.
        """
        require(by, Role.REGISTRAR)
        words = _line(note, what="the note") if note else ""
        return self._add(record_id, copy_number, CustodyKind.RETURNED, words, by)

    def destroy_copy(
        self, record_id: str, copy_number: int, *, reason: str, witness: Actor, by: Actor
    ) -> CustodyEvent:
        """Write down that a numbered copy was destroyed, before a second person; for ever.

        Raises:
            NotPermittedError: The actor is no registrar.
            TwoPersonsError: The witness is the actor.
            WrongStateError: The copy was destroyed before.
            InputError: No copy of that number is in custody, or the reason cannot be written down.
        """
        require(by, Role.REGISTRAR)
        require_second(witness, first=by.name)
        words = f"{_line(reason, what='the reason')}; witness: {witness.name}"
        return self._add(record_id, copy_number, CustodyKind.DESTROYED, words, by)

    def _add(
        self, record_id: str, copy_number: int, kind: CustodyKind, note: str, by: Actor
    ) -> CustodyEvent:
        with self.office.transaction() as work:
            work.telegrams.get(record_id)
            last = _last(work, record_id, copy_number)
            if last.kind in {kind, CustodyKind.DESTROYED}:
                raise WrongStateError(f"the copy was {last.kind.value} before")
            event = CustodyEvent(
                record_id=record_id,
                copy_number=copy_number,
                kind=kind,
                holder=last.holder,
                by=by.name,
                at=instant_to_text(self.office.clock.now()),
                note=note,
            )
            work.custody.add(event)
        return event


def _last(work: Work, record_id: str, copy_number: int) -> CustodyEvent:
    own = [one for one in work.custody.of_record(record_id) if one.copy_number == copy_number]
    if not own:
        raise InputError("no copy of that number was issued or received here")
    return own[-1]


def _line(text: str, *, what: str) -> str:
    """Return words that a stamp or an event can hold."""
    try:
        require_line(text, what=what)
    except BaseFormatError as error:
        raise InputError(str(error)) from error
    if len(text) > _WORDS_LIMIT:
        raise InputError(f"{what} has more than {_WORDS_LIMIT} characters")
    return text
