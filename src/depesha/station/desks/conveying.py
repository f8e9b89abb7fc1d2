"""Conveying: a telegram's text reaches somebody who is not on the system, and that is reported."""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import BaseFormatError, Digest, instant_to_text
from depesha.channel import FactKind
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.facts import owe_fact_of_record
from depesha.station.desks.keeping import stamp
from depesha.station.desks.minutes import minute_of
from depesha.station.errors import InputError, WrongStateError
from depesha.station.held import Direction, HeldTelegram
from depesha.station.office import Office
from depesha.telegram import (
    ConveyanceReport,
    FormUsed,
    Minute,
    Mode,
    Notes,
    Reference,
    ReferenceKind,
    TelegramError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What a conveying officer takes along: the order, and the text in the form it may be left."""

    number: str
    to: str
    via: str | None
    form: str
    instruction: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyed:
    """What a conveying officer reports; words as `ConveyanceReport` has them."""

    place: str
    form: str
    to: str | None = None
    at: datetime | None = None
    notes: str = "none"
    deviation: str | None = None
    reaction: str | None = None


@dataclass(frozen=True, slots=True)
class Conveying:
    """Gives the hand-over text and keeps the report."""

    office: Office

    def hand_over(self, record_id: str, *, by: Actor) -> HandOver:
        """Return the order and the text, which bears no number, signature or copy mark.

        Raises:
            NotPermittedError: The actor is no conveyor.
            WrongStateError: The telegram was not received here, or is for nobody off the system.
        """
        require(by, Role.CONVEYOR)
        with self.office.transaction() as work:
            telegram = work.telegrams.get(record_id)
            minute = _to_convey(telegram)
            now = self.office.clock.now()
            stamp(work, record_id, "taken for conveyance", by=by.name, at=now)
        return HandOver(
            number=telegram.number,
            to=minute.final_addressee or "",
            via=minute.via,
            form=minute.conveyance.form.value if minute.conveyance else "spoken",
            instruction=minute.conveyance.instruction if minute.conveyance else None,
            text=minute.handover_text(),
        )

    def report(self, record_id: str, conveyed: Conveyed, *, by: Actor, tell: bool = False) -> bytes:
        """Keep the report of conveyance; return its text, to be enclosed in the reply.

        A form that the instruction does not allow is taken only with a deviation stated.

        Args:
            record_id: The telegram.
            conveyed: What was done.
            by: The conveying officer.
            tell: Whether the sender is told, ahead of any reply, that it was conveyed; nothing
                but this word of a person ever tells it (PROTOCOL 15, no. 15).

        Raises:
            NotPermittedError: The actor is no conveyor.
            WrongStateError: The telegram was not received here, or is for nobody off the system.
            InputError: A value cannot stand in a report, or a deviation is not owned to.
        """
        require(by, Role.CONVEYOR)
        now = self.office.clock.now()
        with self.office.transaction() as work:
            telegram = work.telegrams.get(record_id)
            report = _report(telegram, _to_convey(telegram), conveyed, by=by.name, now=now)
            at, to = instant_to_text(report.at), report.to
            words = f"to {to} at {report.place}, {at}: {report.form.value}"
            stamp(work, record_id, FactKind.CONVEYED.value, by=by.name, at=now, note=words)
            if tell:
                owe_fact_of_record(
                    work, record_id, FactKind.CONVEYED, by=by.name, at=now, is_ordered=True
                )
        return report.to_bytes()


def _to_convey(telegram: HeldTelegram) -> Minute:
    minute = minute_of(telegram)
    if telegram.direction is not Direction.RECEIVED or minute.final_addressee is None:
        raise WrongStateError("only a telegram received for somebody off the system is conveyed")
    return minute


def _report(
    telegram: HeldTelegram, minute: Minute, conveyed: Conveyed, *, by: str, now: datetime
) -> ConveyanceReport:
    try:
        report = ConveyanceReport(
            telegram=Reference(
                kind=ReferenceKind.CITES,
                number=minute.number,
                originator=minute.originator,
                year=minute.year,
            ),
            # A report travels in a signed reply: it never names the digest of an unsigned minute.
            minute=Digest.from_text(telegram.minute_digest) if minute.mode is Mode.SIGNED else None,
            at=conveyed.at or now,
            place=conveyed.place,
            by=by,
            to=conveyed.to or minute.final_addressee or "",
            form=FormUsed(conveyed.form),
            notes=Notes(conveyed.notes),
            deviation=conveyed.deviation,
            reaction=conveyed.reaction,
        )
    except (TelegramError, BaseFormatError) as error:
        raise InputError(f"the report cannot be kept: {error}") from error
    except ValueError:
        # Its cause would repeat the word that was given, whatever it was.
        raise InputError("the form or the notes are not a word that a report knows") from None
    ordered = minute.conveyance
    if ordered and not report.form.follows(ordered.form) and report.deviation is None:
        raise InputError("the form is not one that was instructed: state the deviation and why")
    return report
