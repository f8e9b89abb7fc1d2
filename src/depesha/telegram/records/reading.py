"""Reading a historic record: right in what it says, silent on what the text does not say.

    layout (front_matter) -> title, citation -> body: heading, points, closing -> HistoricRecord

Any text is read; one without the marks of a known layout has a body and nothing else. The time
taken grows with the length of the text alone, and the length has a limit.
"""

import re
from dataclasses import replace

from depesha.base import BaseFormatError, decode
from depesha.telegram.errors import RecordFormatError, RecordTooLargeError
from depesha.telegram.records.body import (
    Closing,
    count_points,
    read_classification,
    read_closing,
    read_copy_of,
    read_place_from,
    read_points,
    read_replies,
)
from depesha.telegram.records.ciphered import CipheredHeading, read_ciphered_heading
from depesha.telegram.records.facts import RecordCopies, RecordParty
from depesha.telegram.records.front_matter import FrontMatter, read_front_matter
from depesha.telegram.records.historic import HistoricRecord
from depesha.telegram.records.stated import SourceText, Span, Stated
from depesha.telegram.records.titles import TitleFacts, read_title

RECORD_LIMIT_BYTES = 4 * 1024 * 1024
RECORD_LIMIT_LINES = 100_000
_ADDRESS_LIMIT = 80
_ADDRESS = re.compile(r"(?:To\s+)?(\S.*?)\.?", re.IGNORECASE)


def read_record(data: bytes) -> HistoricRecord:
    """Read the bytes of a record's text.

    Raises:
        RecordTooLargeError: There are more than 4 MiB, or more than 100,000 lines.
        RecordFormatError: They are not UTF-8.
    """
    if len(data) > RECORD_LIMIT_BYTES:
        raise RecordTooLargeError("the record is larger than 4 MiB")
    try:
        return parse_record(decode(data, what="the record"))
    except BaseFormatError as error:
        raise RecordFormatError(str(error)) from error


def parse_record(text: str) -> HistoricRecord:
    """Read a record's text.

    Raises:
        RecordTooLargeError: It is longer than 4 MiB, or has more than 100,000 lines.
    """
    if len(text) > RECORD_LIMIT_BYTES:
        raise RecordTooLargeError("the record is larger than 4 MiB")
    if text.count("\n") > RECORD_LIMIT_LINES:
        raise RecordTooLargeError("the record has more than 100,000 lines")
    source = SourceText(text)
    front = read_front_matter(source)
    titled = TitleFacts() if front.title is None else read_title(source, front.title)
    return _with_body(source, front, _with_title(source, front, titled))


def _with_title(source: SourceText, front: FrontMatter, titled: TitleFacts) -> HistoricRecord:
    recipients = tuple(_as_addressed(source, front.body, party) for party in titled.recipients)
    final = None
    if titled.via is not None and len(recipients) == 1:
        party = recipients[0]
        final = Stated(party.value.name, party.verbatim, party.place)
    return HistoricRecord(
        title=None if front.title is None else source.words(front.title),
        date=front.date,
        kind=titled.kind,
        sender=titled.sender,
        recipients=recipients,
        via=titled.via,
        final_addressee=final,
        place_from=titled.place_from,
        place_to=titled.place_to,
        holdings=front.citation.holdings,
        published=front.citation.published,
        translator=front.citation.translator,
        url=front.citation.url,
        record_id=front.record_id,
        original_language=front.original_language,
        summary=front.summary,
    )


def _with_body(source: SourceText, front: FrontMatter, record: HistoricRecord) -> HistoricRecord:
    blocks = source.blocks(front.body)
    lines = [line for block in blocks for line in block]
    record = replace(
        record,
        classification=read_classification(source, lines),
        references=read_replies(source, lines),
        copies=read_copy_of(source, lines),
        place_from=record.place_from
        or read_place_from(source, lines, record.date.value if record.date else None),
        point_count=None if front.title is None else count_points(source, front.body),
    )
    heading = read_ciphered_heading(source, blocks)
    if heading is not None:
        record = _with_heading(record, heading)
    closing = read_closing(source, blocks if heading is None else heading.blocks)
    record = replace(record, points=read_points(source, closing.blocks))
    return _with_closing(record, closing)


def _with_heading(record: HistoricRecord, heading: CipheredHeading) -> HistoricRecord:
    return replace(
        record,
        numbers=(heading.number,),
        place_to=record.place_to or heading.place_to,
        handling=heading.handling,
        office=heading.office,
        addressee_line=heading.addressee_line,
        instruction=heading.instruction,
        form=heading.form,
    )


def _with_closing(record: HistoricRecord, closing: Closing) -> HistoricRecord:
    number = () if closing.number is None else (closing.number,)
    return replace(
        record,
        numbers=(*record.numbers, *number),
        copies=record.copies or _sole_copy(closing.copies),
        signature=closing.signature,
        closing_date=closing.date,
    )


def _sole_copy(copies: tuple[Stated[RecordCopies], ...]) -> Stated[RecordCopies] | None:
    return copies[0] if len(copies) == 1 else None


def _as_addressed(
    source: SourceText, body: Span, party: Stated[RecordParty]
) -> Stated[RecordParty]:
    """Prefer the words of an address line, `To Comrade X.` or `Comrade X!`, to those of the title.

    A name that the title explains in brackets stays as the title writes it.
    """
    line = next((line for line in source.lines(_top(body)) if line), None)
    if line is None or line.end - line.start > _ADDRESS_LIMIT or party.value.real_name:
        return party
    match = _ADDRESS.fullmatch(source.cut(line))
    if match is None or not match[1].removesuffix("!").endswith(party.value.name):
        return party
    span = Span(line.start + match.start(1), line.start + match.end(1))
    return source.stated(replace(party.value, as_written=match[1]), span)


def _top(body: Span) -> Span:
    """The beginning of a body: enough for an address line, little enough to split again."""
    return Span(body.start, min(body.end, body.start + 10 * _ADDRESS_LIMIT))
