"""The minute: the telegram itself, the same bytes in every copy (PROTOCOL section 3).

A minute is one text with one spelling, described in `docs/formats/minute.md`: a label, the heading
with one field on a line in a fixed order, an empty line, and the body. Signed, the text is the
text of a signed note; unsigned, it stands alone. Signing and sealing are not here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from depesha.base import (
    BaseFormatError,
    CallSign,
    OriginatorNumber,
    decode,
    instant_from_text,
    instant_to_text,
    require_block,
    require_utc,
)
from depesha.telegram.custody import Distribution, DistributionEntry, Enclosure
from depesha.telegram.details import Conveyance, Form, Mode, Reference, ReferenceKind
from depesha.telegram.errors import (
    FieldTooLongError,
    MinuteFormatError,
    TelegramFormatError,
    UnsupportedVersionError,
)
from depesha.telegram.headings import (
    HeadingReader,
    require_heading,
)
from depesha.telegram.parties import Addressee, Party, Precedence, Role
from depesha.telegram.points import Point, points_from_text, points_to_text
from depesha.telegram.rendering import render_handover, render_sheet
from depesha.telegram.serials import read_count, read_year

MINUTE_LABEL = "depesha/1 minute"
MINUTE_LIMIT_BYTES = 1024 * 1024
ENCLOSURE_LIMIT = 99
# More than any office writes, and few enough that a hostile minute is soon dealt with.
REFERENCE_LIMIT = 100
POINT_LIMIT = 1000
_SUBJECT = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*", re.ASCII)
_SUBJECT_LIMIT = 20
_NO_COPIES = Distribution()
_KINDS = tuple(ReferenceKind)
_OTHER_VERSION = re.compile(r"depesha/[0-9]{1,4} minute", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """A telegram, valid from construction: whatever can be built can be written and read back.

    `originator` is the office line or pseudonym in whose name it is written; with `year` and
    `number` it is the key by which other telegrams cite it. `action`, `info` and `exempt` are
    stations. `via` is the custodian there, and `final_addressee` the person off the system whom
    `conveyance` is about. `classification` and `caveats` are as sent and never edited.
    """

    number: OriginatorNumber
    year: int
    originator: str
    written: datetime
    released: datetime
    mode: Mode
    action: tuple[Addressee, ...]
    info: tuple[Addressee, ...] = ()
    exempt: tuple[CallSign, ...] = ()
    authority: str | None = None
    via: str | None = None
    final_addressee: str | None = None
    conveyance: Conveyance | None = None
    references: tuple[Reference, ...] = ()
    subjects: tuple[str, ...] = ()
    classification: str | None = None
    caveats: tuple[str, ...] = ()
    distribution: Distribution = _NO_COPIES
    enclosures: tuple[Enclosure, ...] = ()
    signature: str | None = None
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        try:
            read_year(str(self.year))
            _check_lines(self)
            _check_addressees(self)
            _check_order(self)
        except TelegramFormatError as error:
            if type(error) is TelegramFormatError:
                raise MinuteFormatError(error.reason) from error
            raise

    @staticmethod
    def from_bytes(data: bytes) -> "Minute":
        """Read the bytes of a minute. Where a signature belongs to them, verify that first.

        Raises:
            TelegramFormatError: The bytes are not a minute in its one spelling.
        """
        if len(data) > MINUTE_LIMIT_BYTES:
            raise FieldTooLongError("the minute is larger than 1 MiB")
        try:
            return Minute.from_text(decode(data, what="the minute"))
        except BaseFormatError as error:
            raise MinuteFormatError(str(error)) from error

    @staticmethod
    def from_text(text: str) -> "Minute":
        """Read the one text form.

        Raises:
            TelegramFormatError: The text is not a minute in its one spelling; most often a
                MinuteFormatError that names the line.
        """
        head, body = _split(text)
        try:
            minute = _read(HeadingReader(head, MinuteFormatError, first_line=2), body)
        except TelegramFormatError as error:
            if type(error) is TelegramFormatError:
                raise MinuteFormatError(error.reason) from error
            raise
        if minute.to_text() != text:
            raise MinuteFormatError("not written in its one spelling")
        return minute

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        heading = "".join(f"{name}: {value}\n" for name, value in self.heading())
        return f"{MINUTE_LABEL}\n{heading}\n{points_to_text(self.points)}"

    def to_bytes(self) -> bytes:
        """Write the one text form in UTF-8: what is signed, digested and sealed."""
        return self.to_text().encode()

    def heading(self) -> tuple[tuple[str, str], ...]:
        """Return every field of the heading with its text, in the order of the text form."""
        return tuple((name, value) for name, value in _heading(self) if value is not None)

    @property
    def precedence(self) -> Precedence:
        """The most urgent precedence for any action addressee."""
        return max((addressee.precedence for addressee in self.action), key=_urgency)

    @property
    def stations(self) -> tuple[CallSign, ...]:
        """Every station that gets a copy: action first, then information."""
        return tuple(addressee.call_sign for addressee in (*self.action, *self.info))

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody named in the heading, with the role each has."""
        return tuple(_parties(self))

    def handover_text(self) -> str:
        """Write the text that a final addressee may be left with: the points and nothing else.

        It bears no number, heading, date, signature or copy mark, nor a bracket that may say who
        a cover name stands for. The wording itself can still identify the telegram.
        """
        names = {party.name for party in self.parties} | {self.signature or ""}
        return render_handover(self.points, names=names)

    def render(self) -> str:
        """Lay the telegram out for a terminal or a printer, 80 columns wide."""
        return render_sheet(
            f"TELEGRAM No. {self.number.to_text()} of {self.year}",
            [pair for pair in self.heading() if pair[0] not in _PRINTED_ELSEWHERE],
            self.points,
            signature=self.signature,
            foot=[pair for pair in self.heading() if pair[0] in _PRINTED_AT_FOOT],
        )


def _urgency(precedence: Precedence) -> int:
    return precedence.urgency


_PRINTED_AT_FOOT = frozenset({"copies", "copy", "enclosure"})
_PRINTED_ELSEWHERE = _PRINTED_AT_FOOT | {"number", "year", "signature"}


def _parties(minute: Minute) -> Iterator[Party]:
    yield Party(role=Role.ORIGINATOR, name=minute.originator)
    for role, addressees in ((Role.ACTION, minute.action), (Role.INFO, minute.info)):
        for addressee in addressees:
            yield Party(role=role, name=addressee.call_sign.text, precedence=addressee.precedence)
    if minute.via is not None:
        yield Party(role=Role.VIA, name=minute.via)
    if minute.final_addressee is not None:
        yield Party(role=Role.FINAL, name=minute.final_addressee)


def _heading(minute: Minute) -> Iterator[tuple[str, str | None]]:
    yield "number", minute.number.to_text()
    yield "year", str(minute.year)
    yield "from", minute.originator
    yield "written", instant_to_text(minute.written)
    yield "released", instant_to_text(minute.released)
    yield "mode", minute.mode.value
    yield from (("action", addressee.to_text()) for addressee in minute.action)
    yield from (("info", addressee.to_text()) for addressee in minute.info)
    yield from (("exempt", call_sign.text) for call_sign in minute.exempt)
    yield "authority", minute.authority
    yield "via", minute.via
    yield "for", minute.final_addressee
    if minute.conveyance is not None:
        yield "convey", minute.conveyance.form.value
        yield "instruction", minute.conveyance.instruction
    yield from ((reference.kind.value, reference.to_text()) for reference in minute.references)
    yield from _heading_below_references(minute)


def _heading_below_references(minute: Minute) -> Iterator[tuple[str, str | None]]:
    yield from (("subject", subject) for subject in minute.subjects)
    yield "classification", minute.classification
    yield from (("caveat", caveat) for caveat in minute.caveats)
    if minute.distribution.stated_total is not None:
        yield "copies", str(minute.distribution.stated_total)
    yield from (("copy", entry.to_text()) for entry in minute.distribution.entries)
    yield from (("enclosure", enclosure.to_text()) for enclosure in minute.enclosures)
    yield "signature", minute.signature


def _split(text: str) -> tuple[list[str], str]:
    """Part the heading, without its label, from the body."""
    if len(text) > MINUTE_LIMIT_BYTES:
        raise FieldTooLongError("the minute is larger than 1 MiB")
    label = text.partition("\n")[0]
    if label != MINUTE_LABEL:
        if _OTHER_VERSION.fullmatch(label):
            raise UnsupportedVersionError("a minute of another version", line=1)
        raise MinuteFormatError("expected the label of a minute", line=1)
    try:
        require_block(text, what="the minute")
    except BaseFormatError as error:
        raise MinuteFormatError(str(error)) from error
    head, empty, body = text.partition("\n\n")
    if not empty:
        raise MinuteFormatError("no empty line between heading and body")
    return head.split("\n")[1:], body


def _read(reader: HeadingReader, body: str) -> Minute:
    """Read the fields in their order: Python evaluates the arguments from left to right."""
    return Minute(
        number=reader.one("number", OriginatorNumber.from_text),
        year=reader.one("year", read_year),
        originator=reader.one("from", str),
        written=reader.one("written", instant_from_text),
        released=reader.one("released", instant_from_text),
        mode=reader.one("mode", Mode.from_text),
        action=reader.several("action", Addressee.from_text),
        info=reader.several("info", Addressee.from_text),
        exempt=reader.several("exempt", CallSign),
        authority=reader.optional("authority", str),
        via=reader.optional("via", str),
        final_addressee=reader.optional("for", str),
        conveyance=_read_conveyance(reader),
        references=tuple(_read_references(reader)),
        subjects=reader.several("subject", str),
        classification=reader.optional("classification", str),
        caveats=reader.several("caveat", str),
        distribution=Distribution(
            stated_total=reader.optional("copies", read_count),
            entries=reader.several("copy", DistributionEntry.from_text),
        ),
        enclosures=reader.several("enclosure", Enclosure.from_text),
        signature=reader.optional("signature", str),
        points=_read_points(reader, body),
    )


def _read_conveyance(reader: HeadingReader) -> Conveyance | None:
    form = reader.optional("convey", Form.from_text)
    if form is None:
        return None
    return Conveyance(form=form, instruction=reader.optional("instruction", str))


def _read_references(reader: HeadingReader) -> Iterator[Reference]:
    for kind in ReferenceKind:
        yield from reader.several(kind.value, partial(Reference.from_text, kind))


def _read_points(reader: HeadingReader, body: str) -> tuple[Point, ...]:
    # What is left over in the heading is reported before anything about the body.
    reader.finish()
    return points_from_text(body)


def _check_lines(minute: Minute) -> None:
    for what, line in (
        ("from", minute.originator),
        ("authority", minute.authority),
        ("via", minute.via),
        ("for", minute.final_addressee),
        ("classification", minute.classification),
        ("signature", minute.signature),
    ):
        if line is not None:
            require_heading(line, what=what)
    for caveat in minute.caveats:
        require_heading(caveat, what="caveat")
    for subject in minute.subjects:
        if len(subject) > _SUBJECT_LIMIT or not _SUBJECT.fullmatch(subject):
            raise MinuteFormatError("a subject code is capital letters, digits and hyphens")


def _check_addressees(minute: Minute) -> None:
    if not minute.action:
        raise MinuteFormatError("no action addressee")
    named = [*minute.stations, *minute.exempt]
    if len(set(named)) < len(named):
        raise MinuteFormatError("a station is named twice among the addressees")
    if minute.conveyance is not None and minute.final_addressee is None:
        raise MinuteFormatError("a conveyance instruction without a final addressee")


def _check_order(minute: Minute) -> None:
    if require_utc(minute.released) < require_utc(minute.written):
        raise MinuteFormatError("released before it was written")
    kinds = [_KINDS.index(reference.kind) for reference in minute.references]
    if kinds != sorted(kinds):
        raise MinuteFormatError("references are not in the order of their kinds")
    if len({enclosure.name for enclosure in minute.enclosures}) < len(minute.enclosures):
        raise MinuteFormatError("two enclosures of one name")
    if len(minute.enclosures) > ENCLOSURE_LIMIT:
        raise MinuteFormatError("more than 99 enclosures")
    if len(minute.references) > REFERENCE_LIMIT or len(minute.points) > POINT_LIMIT:
        raise MinuteFormatError("more than 100 references, or more than 1000 points")
    if not minute.points:
        raise MinuteFormatError("no body")
    if any(point.sequence != place for place, point in enumerate(minute.points, start=1)):
        raise MinuteFormatError("points are not counted from 1 without a gap")
