"""Readers of texts that people write: base values, telegrams, historic records, searches."""

from tools.fuzzing.seeds import ours
from tools.fuzzing.target import Target, TwoSpellingsError, as_text, one_form, one_text, text

from depesha.archive import parse_query, span_of
from depesha.base import (
    CallSign,
    Digest,
    OriginatorNumber,
    SerialRanges,
    SeriesSerials,
    decode,
    instant_from_text,
    instant_to_text,
    require_block,
    require_line,
    require_name,
)
from depesha.telegram import (
    ConveyanceReport,
    Cover,
    Minute,
    Reference,
    ReferenceKind,
    draft_from_record,
    parse_holdings,
    points_from_text,
    points_to_text,
    read_record,
    require_heading,
)


def _instant(given: str) -> None:
    if instant_to_text(instant_from_text(given)) != given:
        raise TwoSpellingsError


def _line(given: str) -> None:
    require_line(given, what="the line")
    require_heading(given, what="the line")


def _block(data: bytes) -> None:
    block = require_block(decode(data, what="the block"), what="the block")
    points = points_from_text(block)
    if points_to_text(points) != block:
        raise TwoSpellingsError


def _minute(data: bytes) -> None:
    minute = Minute.from_bytes(data)
    if minute.to_bytes() != data:
        raise TwoSpellingsError
    minute.render()
    minute.handover_text()


def _record(data: bytes) -> str:
    record = read_record(data)
    draft_from_record(record)
    return " ".join(sorted(name for name, value in record.to_index().items() if value))


def _holdings(data: bytes) -> str:
    holdings = parse_holdings(as_text(data))
    for holding in holdings:
        holding.to_citation()
    read = [each.to_index() for each in holdings[:_SHOWN]]
    return " ".join(name for each in read if isinstance(each, dict) for name in each if each[name])


def _query(data: bytes) -> str:
    query = parse_query(as_text(data))
    return " ".join(clause.field.value for clause in query.clauses[:_SHOWN])


def _reference(given: str) -> Reference:
    return Reference.from_text(ReferenceKind.CITES, given)


_SHOWN = 12
NUMBERS = (b"483/sh", b"17", b"1/k")
NAMES = (b"POST HARBOUR", b"map.pdf", b"a-b_c.txt", b"con", b"NORTH-2 CENTRE")
LINES = (
    b"Head of the North Desk",
    "Mini\u0455ter".encode(),
    "\u0410\u043d\u043d\u0430 \u8d75".encode(),
)
HOLDINGS = (
    b"AVPRF, fond 059a, opis 5a, papka 11, delo 3, listy 15-18, 20ob.",
    b"RGASPI, f. 558, op. 11, d. 334, ll. 68-69.",
)
REFERENCES = (
    b"204 of POST HARBOUR 2031",
    b"204/k of POST HARBOUR 2031 sha256:" + b"a5" * 32,
    b"1 of Bureau of Affairs of 1999 2031",
)

TARGETS = (
    Target("digest", one_text(Digest.from_text), lambda: (b"sha256:" + b"a5" * 32,)),
    Target("instant", text(_instant), lambda: (b"2031-03-02T07:10Z", b"2031-03-02T07:10:05Z")),
    Target("number", one_text(OriginatorNumber.from_text), lambda: NUMBERS),
    Target("serials", one_text(SerialRanges.from_text), ours("base/serials")),
    Target("series", one_text(SeriesSerials.from_text), lambda: (b"2030:1-4,6 2031:1", b"none")),
    Target("call-sign", text(CallSign), lambda: NAMES),
    Target("file-name", text(require_name), lambda: NAMES),
    Target("line", text(_line), lambda: LINES),
    Target("points", _block, lambda: (b"1. One.\n\n2. [sic] Two\nlines.\n", b"Plain.\n")),
    Target("reference", one_text(_reference), lambda: REFERENCES),
    Target("minute", _minute, ours("telegram/minute")),
    Target("cover", one_form(Cover.from_bytes), ours("telegram/cover")),
    Target("conveyance", one_form(ConveyanceReport.from_bytes), ours("telegram/conveyance")),
    Target("record", _record, ours("telegram/record")),
    Target("holdings", _holdings, lambda: HOLDINGS),
    Target("query", _query, ours("archive/query")),
    Target("date", lambda data: span_of(as_text(data)), ours("archive/dates")),
)
