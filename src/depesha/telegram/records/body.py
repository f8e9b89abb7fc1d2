"""The body of a historic record: what stands on lines of its own above and below the text.

Only a line that can mean one thing is read. The shape of a ciphered telegram, with its office,
addressee and instruction, is read by `ciphered`; here is what every shape shares.
"""

import re
from dataclasses import dataclass, field

from depesha.telegram.records.dates import DAY_FIRST, read_date
from depesha.telegram.records.facts import (
    OUTGOING_NUMBER,
    RecordCopies,
    RecordNumber,
    RecordPoint,
    RecordReference,
)
from depesha.telegram.records.stated import SourceText, Span, Stated, one_line

LINE_LIMIT = 400
HEADING_LINES = 12
_SIGNATURE_LIMIT = 60
_FEWEST_POINTS = 2
_OUTGOING = re.compile(r"No\.\s+(\d{1,9}(?:/[a-z]{1,8})?)")
_REPLY = re.compile(r"(To\s+(?:your\s+)?No\.\s+(\d{1,9}(?:/[a-z]{1,8})?))\.?")
_COPY = re.compile(r"Copy\s+No\.\s+([1-9]\d{0,3})\s+[Tt]o\s+(\S[^.,;]{0,59})\.?")
_COPY_OF = re.compile(r"(?:Copy\s+)?No\.\s+([1-9]\d{0,3})\s+of\s+([1-9]\d{0,3})\s+copies")
_PLACE_AND_DATE = re.compile(rf"(?:\S.*?\s{{10,}})?([A-Z]\w+(?:[ -][A-Z]\w+)?),\s+({DAY_FIRST})\.?")
_LABELLED = re.compile(r"([1-9]\d{0,2}\.(?:\s+\[sic\])?)\s+(\S.*)", re.DOTALL)
_LABEL = re.compile(r"^[ \t\f*]*([1-9]\d{0,2})([.\uff0e])\s", re.MULTILINE)
_CLASSIFICATION = re.compile(
    r"(top\s+secret|strictly\s+secret|secret|confidential|restricted|unclassified)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The lines below the text: signature, date, outgoing number, copies."""

    signature: Stated[str] | None = None
    date: Stated[str] | None = None
    number: Stated[RecordNumber] | None = None
    copies: tuple[Stated[RecordCopies], ...] = ()
    blocks: list[list[Span]] = field(default_factory=list)


def read_classification(source: SourceText, lines: list[Span]) -> tuple[Stated[str], ...]:
    """Read a classification that stands alone in the first line."""
    match = _CLASSIFICATION.fullmatch(_line(source, lines[0])) if lines else None
    if match is None:
        return ()
    span = Span(lines[0].start, lines[0].start + match.end(1))
    return (source.stated(match[1], span),)


def read_place_from(source: SourceText, lines: list[Span], date: str | None) -> Stated[str] | None:
    """Read the place in a line `Place, 28 August 1950`, if the date is that of the record."""
    for line in lines[:HEADING_LINES]:
        match = _PLACE_AND_DATE.fullmatch(_line(source, line))
        if match is not None and date is not None and read_date(match[2]) == date:
            return source.stated(match[1], _group(line, match, 1))
    return None


def read_copy_of(source: SourceText, lines: list[Span]) -> Stated[RecordCopies] | None:
    """Read a heading line `No. 2 of 40 copies`."""
    for line in lines[:HEADING_LINES]:
        if match := _COPY_OF.fullmatch(_line(source, line)):
            return source.stated(RecordCopies(total=int(match[2]), copy_number=int(match[1])), line)
    return None


def read_replies(source: SourceText, lines: list[Span]) -> tuple[Stated[RecordReference], ...]:
    """Read heading lines `To No. 483/sh.`, by which a reply cites what it answers."""
    return tuple(
        source.stated(
            RecordReference(raw=one_line(match[1]), number=match[2]), _group(line, match, 1)
        )
        for line in lines[:HEADING_LINES]
        if (match := _REPLY.fullmatch(_line(source, line)))
    )


def count_points(source: SourceText, body: Span) -> Stated[int] | None:
    """Count numbered points, if the numbers at line starts run on without a doubt."""
    matches = list(_LABEL.finditer(source.text, body.start, body.end))
    numbers = [int(match[1]) for match in matches]
    # Where the first paragraph bears no number, the second is the first to be numbered.
    if len(numbers) < _FEWEST_POINTS or numbers[0] > _FEWEST_POINTS:
        return None
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return None
    # Numbers that begin late are those of a list or of notes; a full-width stop is a heading's.
    is_late = 4 * (matches[0].start() - body.start) > body.end - body.start
    if is_late or any(match[2] != "." for match in matches):
        return None
    return source.stated(len(numbers), Span(*matches[-1].span(1)))


def read_points(source: SourceText, blocks: list[list[Span]]) -> tuple[Stated[RecordPoint], ...]:
    """Read every block as one paragraph, with the label it begins with."""
    return tuple(_point(source, Span(block[0].start, block[-1].end)) for block in blocks)


def is_labelled(source: SourceText, block: list[Span]) -> bool:
    """Tell whether a block begins with the number of a point."""
    return _LABELLED.match(source.text, block[0].start, block[-1].end) is not None


def read_closing(source: SourceText, blocks: list[list[Span]]) -> Closing:
    """Read the lines below the text, and return the blocks that are left above them."""
    if not blocks:
        return Closing()
    last = blocks[-1]
    first = len(last)
    while first > 0 and _is_closing_line(_line(source, last[first - 1])):
        first -= 1
    lines = last[first:]
    above = [*blocks[:-1], *([last[:first]] if first else [])]
    if not lines:
        return Closing(blocks=blocks)
    signature = _signature(source, above)
    return Closing(
        signature=signature,
        date=_closing_date(source, lines),
        number=_outgoing_number(source, lines),
        copies=_copies(source, lines),
        blocks=above if signature is None else above[:-1],
    )


def _is_closing_line(text: str) -> bool:
    patterns = (_OUTGOING, _COPY, _COPY_OF)
    return read_date(text) is not None or any(pattern.fullmatch(text) for pattern in patterns)


def _signature(source: SourceText, blocks: list[list[Span]]) -> Stated[str] | None:
    if not blocks or len(blocks[-1]) != 1 or is_labelled(source, blocks[-1]):
        return None
    words = source.words(blocks[-1][0])
    if words is None or len(words.value) > _SIGNATURE_LIMIT or words.value[-1] in ".!?:;,":
        return None
    return words


def _closing_date(source: SourceText, lines: list[Span]) -> Stated[str] | None:
    dates = [(read_date(source.cut(line)), line) for line in lines]
    found = [(date, line) for date, line in dates if date is not None]
    return source.stated(*found[0]) if len(found) == 1 else None


def _outgoing_number(source: SourceText, lines: list[Span]) -> Stated[RecordNumber] | None:
    matches = [(_OUTGOING.fullmatch(_line(source, line)), line) for line in lines]
    found = [(match[1], line) for match, line in matches if match is not None]
    if len(found) != 1:
        return None
    return source.stated(RecordNumber(number=found[0][0], what=OUTGOING_NUMBER), found[0][1])


def _copies(source: SourceText, lines: list[Span]) -> tuple[Stated[RecordCopies], ...]:
    return tuple(
        source.stated(
            RecordCopies(
                recipients=((one_line(match[2]), 1),),
                copy_number=int(match[1]),
                note=f"only copy no. {match[1]} is named",
            ),
            line,
        )
        for line in lines
        if (match := _COPY.fullmatch(_line(source, line)))
    )


def _point(source: SourceText, span: Span) -> Stated[RecordPoint]:
    text = source.cut(span)
    match = _LABELLED.fullmatch(text)
    label, words = (None, text) if match is None else (one_line(match[1]), match[2])
    return source.stated(RecordPoint(label=label, text=one_line(words)), span)


def _line(source: SourceText, line: Span) -> str:
    """Return a line for matching; one that is too long to be a heading or closing is empty."""
    return source.cut(line) if line.end - line.start <= LINE_LIMIT else ""


def _group(line: Span, match: re.Match[str], group: int) -> Span:
    return Span(line.start + match.start(group), line.start + match.end(group))
