"""From a historic record to a draft: the parts that a telegram of today can take over.

Nothing is invented: what the record does not state is None, and the drafter supplies it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from depesha.base import OriginatorNumber
from depesha.telegram.brackets import Bracket, BracketKind, find_brackets
from depesha.telegram.custody import Distribution, DistributionEntry
from depesha.telegram.details import Conveyance
from depesha.telegram.points import Point, number_points
from depesha.telegram.records.facts import OUTGOING_NUMBER, RecordCopies, RecordReference
from depesha.telegram.records.historic import HistoricRecord
from depesha.telegram.records.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftParts:
    """What a record gives to a draft. Cover names stand without their identification.

    `replies_to` holds the numbers that the record cites as answered, as printed; which telegrams
    they are is for a resolver.
    """

    number: OriginatorNumber | None = None
    year: int | None = None
    originator: str | None = None
    via: str | None = None
    final_addressee: str | None = None
    conveyance: Conveyance | None = None
    replies_to: tuple[RecordReference, ...] = ()
    distribution: Distribution
    signature: str | None = None
    points: tuple[Point, ...]


def draft_from_record(record: HistoricRecord) -> DraftParts:
    """Take over from a record what a draft needs.

    Broken lines are joined and letters brought to normal form C; nothing else is changed, except
    that names leave their editors' brackets behind.

    Raises:
        TelegramFormatError: The record has no body, or one that no telegram can hold.
    """
    return DraftParts(
        number=_own_number(record),
        year=None if record.date is None else int(record.date.value[:4]),
        originator=None if record.sender is None else record.sender.value.name,
        via=_value(record.via),
        final_addressee=_value(record.final_addressee),
        conveyance=_conveyance(record),
        replies_to=tuple(reference.value for reference in record.references),
        distribution=_distribution(record),
        signature=None if record.signature is None else _without_brackets(record.signature.value),
        points=_points(record),
    )


def _value(stated: Stated[str] | None) -> str | None:
    return None if stated is None else stated.value


def _own_number(record: HistoricRecord) -> OriginatorNumber | None:
    for number in record.numbers:
        if number.value.what == OUTGOING_NUMBER:
            return OriginatorNumber.from_text(number.value.number)
    return None


def _conveyance(record: HistoricRecord) -> Conveyance | None:
    if record.form is None:
        return None
    return Conveyance(form=record.form.value, instruction=_value(record.instruction))


def _distribution(record: HistoricRecord) -> Distribution:
    copies = RecordCopies() if record.copies is None else record.copies.value
    if copies.copy_number is None or copies.recipients is None:
        return Distribution(stated_total=copies.total)
    entry = DistributionEntry(copy_number=copies.copy_number, holder=copies.recipients[0][0])
    return Distribution(stated_total=copies.total, entries=(entry,))


def _points(record: HistoricRecord) -> tuple[Point, ...]:
    who = record.sender
    known = (
        {} if who is None or who.value.real_name is None else {who.value.name: who.value.real_name}
    )
    paragraphs = []
    for point in record.points:
        label = "" if point.value.label is None else f"{point.value.label} "
        kept = _without(point.value.text, find_brackets(point.value.text, identifications=known))
        paragraphs.append(unicodedata.normalize("NFC", label + kept))
    return number_points(paragraphs)


def _without_brackets(text: str) -> str:
    return " ".join("".join(_pieces(text, find_brackets(text))).split())


def _without(text: str, brackets: tuple[Bracket, ...]) -> str:
    identifying = [each for each in brackets if each.kind is BracketKind.IDENTIFICATION]
    return "".join(_pieces(text, identifying))


def _pieces(text: str, brackets: Sequence[Bracket]) -> Iterator[str]:
    place = 0
    for bracket in brackets:
        yield text[place : bracket.start].removesuffix(" ")
        place = bracket.end
    yield text[place:]
