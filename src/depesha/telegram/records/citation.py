"""Citations as digital archives print them: title, date, publisher, holdings, reprint, address.

    "Title", August 28, 1950, Some Digital Archive, HOLDINGS. Reprinted in … Translated by … <url>

A citation is read from its beginning; what does not follow this order is left out.
"""

import re
from dataclasses import dataclass

from depesha.telegram.records.dates import MONTH_FIRST, read_date
from depesha.telegram.records.facts import Publication
from depesha.telegram.records.holdings import Holding, parse_holdings
from depesha.telegram.records.stated import SourceText, Span, Stated, one_line

CITATION_LIMIT = 4_000
_TITLE_AND_DATE = re.compile(
    rf"[\"\u201c](?P<title>\S.*?),?[\"\u201d],?\s+(?P<date>{MONTH_FIRST}),\s+", re.DOTALL
)
_PUBLISHER = re.compile(r"[^,]*\b(?:Digital\s+Archive|Edition),\s+")
_END_OF_HOLDINGS = re.compile(
    r"\.?\s+(?:Reprinted|Translated|Contributed|Obtained|Published)\b|,\s+published\s+in\b"
    r"|;\s+translation\b|\.?\s+<?https?://|\.?\s*\Z"
)
_REPRINT = re.compile(
    r"\b(?:Reprinted|Published)\s+in\s+(?P<before>[^()]*?),\s+Vol\.\s+(?P<volume>\w+)"
    r"(?:,\s+Book\s+(?P<book>\w+))?(?:,\s+[^()]*)?\s+\([^()]*\),\s+pp?\.\s+(?P<pages>\d+(?:-\d+)?)",
)
_NAME = r"(?:[A-Z][\w\u2019'-]*\.?\s+){1,3}?[A-Z][\w\u2019'-]+"
_TRANSLATOR = re.compile(
    rf"\b(?:[Tt]ranslated(?:\s+for\s+[A-Z]+)?|translation\s+from\s+[A-Z][a-z]+)\s+by\s+"
    rf"(?P<name>{_NAME})(?=\.(?:\s|\Z)|\s*\Z|\s+<?https?://)"
)
_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?")
_RECORD_ID = re.compile(r"https?://[^\s<>]+/document/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationFacts:
    """What a citation says."""

    title: Span | None = None
    date: Stated[str] | None = None
    holdings: tuple[Stated[Holding], ...] = ()
    published: Stated[Publication] | None = None
    translator: Stated[str] | None = None
    url: Stated[str] | None = None
    record_id: Stated[str] | None = None


def read_citation(source: SourceText, citation: Span) -> CitationFacts:
    """Read a whole citation; what is not clear is left out."""
    citation = source.trim(citation)
    text = source.cut(citation)
    match = _TITLE_AND_DATE.match(text) if len(text) <= CITATION_LIMIT else None
    if match is None:
        return CitationFacts()
    rest = Span(citation.start + match.end(), citation.end)
    publisher = _PUBLISHER.match(source.cut(rest))
    date = read_date(match["date"])
    return CitationFacts(
        title=_span(citation, match, "title"),
        date=None if date is None else source.stated(date, _span(citation, match, "date")),
        # Without a publisher nothing shows where an archive's name with a comma begins.
        holdings=()
        if publisher is None
        else read_holdings(source, Span(rest.start + publisher.end(), rest.end)),
        published=read_reprint(source, rest),
        translator=read_translator(source, rest),
        url=_address(source, rest, _ADDRESS),
        record_id=_address(source, rest, _RECORD_ID),
    )


def read_holdings(source: SourceText, span: Span) -> tuple[Stated[Holding], ...]:
    """Read holdings from the beginning of a span, up to the sentence about something else."""
    text = source.cut(span)
    end = _END_OF_HOLDINGS.search(text) if len(text) <= CITATION_LIMIT else None
    if end is None:
        return ()
    held = Span(span.start, span.start + end.start())
    found: list[Stated[Holding]] = []
    place = held.start
    for holding in parse_holdings(source.cut(held)):
        start = source.text.index(holding.verbatim, place)
        place = start + len(holding.verbatim)
        found.append(source.stated(holding, Span(start, place)))
    return tuple(found)


def read_reprint(source: SourceText, span: Span) -> Stated[Publication] | None:
    """Read where the record was printed: editors, work, volume, book and pages."""
    match = _REPRINT.search(source.cut(span))
    if match is None:
        return None
    work = one_line(match["before"]).rpartition(", ")[2]
    publication = Publication(
        work=work, volume=match["volume"], book=match["book"], pages=match["pages"]
    )
    return source.stated(publication, Span(span.start + match.start(), span.start + match.end()))


def read_translator(source: SourceText, span: Span) -> Stated[str] | None:
    """Read the one translator that the span names; None if it names several."""
    matches = list(_TRANSLATOR.finditer(source.cut(span)))
    if len(matches) != 1:
        return None
    return source.words(_span(span, matches[0], "name"))


def _address(source: SourceText, span: Span, pattern: re.Pattern[str]) -> Stated[str] | None:
    matches = list(pattern.finditer(source.cut(span)))
    if len(matches) != 1:
        return None
    start, end = matches[0].span(1)
    return source.stated(matches[0][1], Span(span.start + start, span.start + end))


def _span(within: Span, match: re.Match[str], group: str) -> Span:
    return Span(within.start + match.start(group), within.start + match.end(group))
