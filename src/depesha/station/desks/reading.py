"""Reading telegrams: what a person at the station is shown of one, and of all."""

from dataclasses import dataclass

from depesha.archive import Record
from depesha.base import BaseFormatError, Digest, OriginatorNumber
from depesha.station.desks.following import Due, TelegramFact, dues_of, facts_of, marks_of
from depesha.station.desks.minutes import minute_of
from depesha.station.desks.outgoing import waiting_for
from depesha.station.draft import Citation
from depesha.station.errors import InputError, NotFoundError
from depesha.station.held import CustodyEvent, Direction, HeldTelegram, SealedCopy, Stamp
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramLine:
    """One telegram in a list; `marks` say what cancels or supersedes it."""

    record_id: str
    direction: str
    state: str
    number: str
    originator: str
    year: int
    transmissions: tuple[str, ...]
    register_index: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedTelegram:
    """One citation: the number as cited, how it was resolved, and to which records."""

    kind: str
    cites: str
    status: str
    resolved_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramView:
    """One telegram with all that was done to it.

    `repeat` is the highest repeat sealed or opened, `is_period_key` whether any copy went without
    a page; `due` says by when each addressee is to deal with it, and `facts` what became of it.
    """

    line: TelegramLine
    mode: str
    is_period_key: bool
    repeat: int
    due: tuple[Due, ...]
    facts: tuple[TelegramFact, ...]
    custody: tuple[CustodyEvent, ...]
    sheet: str
    heading: tuple[tuple[str, str], ...]
    points: tuple[str, ...]
    minute_digest: str
    copies: tuple[SealedCopy, ...]
    stamps: tuple[Stamp, ...]
    citations: tuple[CitedTelegram, ...]
    enclosures: tuple[str, ...]
    record: Record


@dataclass(frozen=True, slots=True)
class Reading:
    """Lists and shows telegrams."""

    office: Office

    def telegrams(self) -> tuple[TelegramLine, ...]:
        """List every telegram in the order of the register."""
        with self.office.reading() as work:
            return tuple(_line(work, one) for one in work.telegrams.all())

    def telegram(self, record_id: str) -> TelegramView:
        """Show one telegram.

        Raises:
            NotFoundError: There is none of that name.
        """
        with self.office.reading() as work:
            held = work.telegrams.get(record_id)
            record = work.archive.records.record(record_id)
            minute = minute_of(held)
            copies = work.copies.of_record(record_id)
            stamps = work.telegrams.stamps(record_id)
            return TelegramView(
                line=_line(work, held),
                mode=minute.mode.value,
                is_period_key=any(copy.is_period_key for copy in copies),
                repeat=max((copy.repeat for copy in copies), default=0),
                due=tuple(dues_of(held, minute, self.office.keyring.call_sign)),
                facts=tuple(facts_of(work, held, stamps)),
                custody=work.custody.of_record(record_id),
                sheet=minute.render(),
                heading=minute.heading(),
                points=tuple(point.to_text() for point in minute.points),
                minute_digest=held.minute_digest,
                copies=copies,
                stamps=stamps,
                citations=_citations(record),
                enclosures=tuple(one.name for one in minute.enclosures),
                record=record,
            )

    def citation(self, name: str) -> Citation:
        """Return what a reply cites of a telegram held here: its key and its minute's digest.

        An unsigned telegram is cited without its digest, which in a signed reply would sign it by
        the back door (PROTOCOL 15, no. 7).

        Raises:
            NotFoundError, InputError: As `find` has it.
        """
        with self.office.reading() as work:
            held = work.telegrams.get(self._find(work, name))
        return Citation(
            number=held.number,
            originator=held.originator,
            year=held.year,
            digest=None if minute_of(held).mode is Mode.UNSIGNED else held.minute_digest,
        )

    def find(self, name: str) -> str:
        """Return the record of a telegram named by its number, such as 483/sh, or by its record.

        Raises:
            NotFoundError: There is none.
            InputError: Several telegrams bear that number: name the record instead.
        """
        with self.office.reading() as work:
            return self._find(work, name)

    def waiting_copy(self, record_id: str, call_sign: str) -> tuple[SealedCopy, bool]:
        """Return the copy of a telegram to one post, and whether it still waits for a carrier.

        Raises:
            InputError: No copy of the telegram went to that post.
        """
        peer, waiting = waiting_for(self.office, call_sign)
        with self.office.reading() as work:
            copies = work.copies.of_record(record_id)
        sent = [one for one in copies if one.station == peer.card.fingerprint]
        if not sent or sent[0].direction is not Direction.SENT:
            raise InputError("no copy of this telegram went to that post")
        digests = {Digest.of(one.sealed).to_text() for one in waiting}
        return sent[0], sent[0].object_digest in digests

    @staticmethod
    def _find(work: Work, name: str) -> str:
        try:
            OriginatorNumber.from_text(name)
        except BaseFormatError:
            return work.telegrams.get(name).record_id
        found = work.telegrams.by_number(name)
        if not found:
            raise NotFoundError("there is no telegram of that number here")
        if len(found) > 1:
            raise InputError("several telegrams bear that number: name one by its record")
        return found[0].record_id


def _line(work: Work, held: HeldTelegram) -> TelegramLine:
    copies = work.copies.of_record(held.record_id)
    return TelegramLine(
        record_id=held.record_id,
        direction=held.direction.value,
        state=held.state.value,
        number=held.number,
        originator=held.originator,
        year=held.year,
        transmissions=tuple(dict.fromkeys(str(copy.serial) for copy in copies)),
        register_index=held.register_index,
        marks=marks_of(work.telegrams.stamps(held.record_id)),
    )


def _citations(record: Record) -> tuple[CitedTelegram, ...]:
    return tuple(
        CitedTelegram(
            kind=reference.kind.value,
            cites=reference.number.to_text() if reference.number else reference.verbatim,
            status=reference.status.value if reference.status else "unknown",
            resolved_to=tuple(target.record_id for target in reference.targets),
        )
        for reference in record.references
    )
