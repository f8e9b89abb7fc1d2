"""The layouts in which digital archives present a record, and the front matter of each.

A layout finds the pieces (title, date, citation, summary, language, contents) by its own marks;
what the pieces say is read by `citation` and `titles`. A text in no known layout is all body.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from depesha.telegram.records.citation import (
    CitationFacts,
    read_citation,
    read_holdings,
    read_translator,
)
from depesha.telegram.records.dates import read_date
from depesha.telegram.records.stated import SourceText, Span, Stated

FRONT_MATTER_LIMIT = 40_000
_LABELS = ("Citation", "Summary", "Credits", "Original Language", "Contents")
_LABEL = re.compile(rf"^[ \t*]*({'|'.join(_LABELS)}):[ \t*]*", re.MULTILINE)
_LABEL_IN_LINE = re.compile(rf"(?:^|\s)({'|'.join(_LABELS)}):")
_CONTENTS_NOTE = re.compile(
    r"\s*(?:[A-Z][a-z]+\s+Translation|Translation\s+-\s+[A-Z][a-z]+|[A-Z][a-z]+\s+Transcript)\b"
)
_BEHIND_BODY = frozenset({"Author(s):", "Document Information"})
_BEHIND_LABELS = ("Source", "Original Classification", "Language", "Record ID")
_LANGUAGE = re.compile(r"[A-Z][a-z]+")
_NO_CITATION = CitationFacts()
_CREDIT = "This document was made possible with support from"
# Date, title, body and summary stand above the first label behind the body.
_FEWEST_BLOCKS = 4
# A body of several lines in one block cannot be taken for a summary of single lines.
_FEWEST_LINES = 5
_MOST_SUMMARY = 2
_TEMPLATE = re.compile(
    r"^Title:[ ]+(?P<title>[^\n]+)\n\s*Author:[^\n]*\n\s*Date:[^\n]*?Source:\.?[ ]+(?:Source:[ ]+)?"
    r"(?P<source>[^\n]+)",
    re.MULTILINE,
)
_RECORD_ID = re.compile(r"\d{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The pieces of a record's presentation, and what is left for the body."""

    title: Span | None = None
    date: Stated[str] | None = None
    citation: CitationFacts = _NO_CITATION
    summary: Stated[str] | None = None
    original_language: Stated[str] | None = None
    record_id: Stated[str] | None = None
    body: Span


def read_front_matter(source: SourceText) -> FrontMatter:
    """Read the front matter in the first layout whose marks the text bears."""
    for layout in _LAYOUTS:
        found = layout(source)
        if found is not None:
            return found
    return FrontMatter(body=source.whole)


def _labelled(source: SourceText) -> FrontMatter | None:
    """Labels before the body: Citation, Summary, Original Language, Contents."""
    is_one_line = source.text.count("\n", 0, FRONT_MATTER_LIMIT) < len(_LABELS)
    pattern = _LABEL_IN_LINE if is_one_line else _LABEL
    pieces = _label_pieces(source, pattern)
    if pieces is None:
        return None
    citation = read_citation(source, pieces["Citation"])
    contents = pieces["Contents"]
    note = _CONTENTS_NOTE.match(source.text, contents.start)
    return FrontMatter(
        title=citation.title,
        date=citation.date,
        citation=citation,
        summary=source.words(pieces["Summary"]) if "Summary" in pieces else None,
        original_language=_word(source, pieces.get("Original Language"), _LANGUAGE),
        record_id=citation.record_id,
        body=Span(contents.start if note is None else note.end(), contents.end),
    )


def _label_pieces(source: SourceText, pattern: re.Pattern[str]) -> dict[str, Span] | None:
    """Cut at the labels; None unless each stands once, in order, from Citation to Contents."""
    found: list[re.Match[str]] = []
    for match in pattern.finditer(source.text, 0, FRONT_MATTER_LIMIT):
        found.append(match)
        if match[1] == "Contents":
            break
    names = [match[1] for match in found]
    if names != [label for label in _LABELS if label in names]:
        return None
    if names[:1] != ["Citation"] or names[-1:] != ["Contents"]:
        return None
    ends = [match.start() for match in found[1:]] + [len(source.text)]
    return {match[1]: Span(match.end(), end) for match, end in zip(found, ends, strict=True)}


def _web_page(source: SourceText) -> FrontMatter | None:
    """Date and title above the body; summary, source, language and record id below it."""
    blocks = source.blocks(source.whole)
    behind = _first_block(source, blocks)
    if behind is None or behind < _FEWEST_BLOCKS or max(map(len, blocks[:2])) > 1:
        return None
    date = read_date(source.cut(blocks[0][0]))
    if date is None:
        return None
    first = 3 if source.cut(blocks[2][0]).startswith(_CREDIT) else 2
    front = FrontMatter(
        title=blocks[1][0],
        date=source.stated(date, blocks[0][0]),
        body=Span(blocks[first][0].start, blocks[behind - 1][-1].end),
    )
    return _behind_body(
        source, blocks[behind:], _without_summary(source, blocks[first:behind], front)
    )


def _without_summary(
    source: SourceText, blocks: list[list[Span]], front: FrontMatter
) -> FrontMatter:
    """Part the summary from the body, where the body is one block and the summary single lines."""
    body, *summary = blocks
    if len(body) < _FEWEST_LINES or len(summary) > _MOST_SUMMARY or not summary:
        return front
    if max(map(len, summary)) > 1:
        return front
    words = source.words(Span(summary[0][0].start, summary[-1][0].end))
    return replace(front, summary=words, body=Span(body[0].start, body[-1].end))


def _first_block(source: SourceText, blocks: list[list[Span]]) -> int | None:
    for place, block in enumerate(blocks):
        if len(block) == 1 and source.cut(block[0]) in _BEHIND_BODY:
            return place
    return None


def _behind_body(source: SourceText, blocks: list[list[Span]], front: FrontMatter) -> FrontMatter:
    labelled: dict[str, Span] = {}
    for block, after in pairwise(blocks):
        label = source.cut(block[0])
        if len(block) == 1 and label in _BEHIND_LABELS:
            labelled[label] = Span(after[0].start, after[-1].end)
    kept = labelled.get("Source")
    if kept is not None:
        citation = CitationFacts(
            holdings=read_holdings(source, kept), translator=read_translator(source, kept)
        )
        front = replace(front, citation=citation)
    return replace(
        front,
        original_language=_word(source, labelled.get("Language"), _LANGUAGE),
        record_id=_word(source, labelled.get("Record ID"), _RECORD_ID),
    )


def _word(source: SourceText, span: Span | None, pattern: re.Pattern[str]) -> Stated[str] | None:
    if span is None:
        return None
    words = source.words(span)
    return words if words is not None and pattern.fullmatch(words.value) else None


def _template(source: SourceText) -> FrontMatter | None:
    """Title, Author, Date and Source above the body, the last two side by side in columns."""
    match = _TEMPLATE.search(source.text, 0, FRONT_MATTER_LIMIT)
    if match is None:
        return None
    kept = Span(*match.span("source"))
    return FrontMatter(
        title=source.trim(Span(*match.span("title"))),
        citation=CitationFacts(holdings=read_holdings(source, kept)),
        body=Span(match.end(), len(source.text)),
    )


_LAYOUTS: tuple[Callable[[SourceText], FrontMatter | None], ...] = (
    _labelled,
    _web_page,
    _template,
)
