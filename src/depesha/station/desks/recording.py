"""Historic records at a station's table: read, explained, and made into a draft to be played."""

from dataclasses import dataclass

from depesha.base import BaseFormatError
from depesha.station.draft import Draft
from depesha.station.errors import InputError
from depesha.telegram import (
    TelegramError,
    draft_from_record,
    parse_record,
    points_from_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What one value of a record was read from: the field, the words, line and column."""

    name: str
    verbatim: str
    line: int
    column: int


def parse_record_text(text: str) -> dict[str, object]:
    """Read a historic record; return what it states, in the shapes of a record index.

    Raises:
        RecordError: The text is no record, or too large.
    """
    return dict(parse_record(text).to_index())


def explain_record(text: str) -> tuple[Explained, ...]:
    """Return what every value was read from, in the order of the text.

    Raises:
        RecordError: The text is no record, or too large.
    """
    return tuple(
        Explained(
            name=one.field, verbatim=one.verbatim, line=one.place.line, column=one.place.column
        )
        for one in parse_record(text).explain()
    )


def draft_of_record(text: str, *, sender: str | None = None) -> Draft:
    """Make a draft of a historic record, to be sent to a station as if it were written today.

    What the record does not state is left out; only the office that sends must be known.

    Raises:
        RecordError, TelegramFormatError: The text is no record, or has no body to send.
        InputError: The record states no sender, and none is given.
    """
    parts = draft_from_record(parse_record(text))
    originator = sender or parts.originator
    if originator is None:
        raise InputError("the record does not say who sent it: say in whose name it is sent")
    return Draft(
        sender=originator,
        via=parts.via,
        final=parts.final_addressee,
        form=parts.conveyance.form.value if parts.conveyance else None,
        instruction=parts.conveyance.instruction if parts.conveyance else None,
        signature=parts.signature,
        series=parts.number.series if parts.number else "",
        points=tuple((point.label or "", point.text) for point in parts.points),
    )


def draft_of_text(text: str, *, sender: str) -> Draft:
    """Make a draft of plain paragraphs with one empty line between; numbers stay as typed.

    Raises:
        InputError: The text is empty, or holds what no telegram can.
    """
    try:
        points = points_from_text(text.strip("\n") + "\n")
    except (TelegramError, BaseFormatError) as error:
        raise InputError(f"the text cannot be sent: {error}") from error
    return Draft(sender=sender, points=tuple((point.label or "", point.text) for point in points))
