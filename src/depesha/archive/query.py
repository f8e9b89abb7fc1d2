"""What a reader may ask of the search, read into tokens.

A query is words, all of which must be found; `"a phrase"`; `begin*`; and the fields `no:483/sh`,
`from:name`, `to:name`, `date:1950-08..1951`, `fonds:45`. Nothing else has a meaning: `AND`, `NEAR(`
and brackets are read as the words in them.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from depesha.archive.dates import DateSpan, span_of
from depesha.archive.errors import ArchiveFormatError, QueryFormatError
from depesha.archive.tokens import fold, is_run, phrase_tokens, word_tokens

QUERY_LIMIT = 1000
CLAUSE_LIMIT = 32
PREFIX_MINIMUM = 2
_ITEM = re.compile(
    r'\s*(?:(?P<field>no|from|to|date|fonds):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))',
    re.IGNORECASE,
)
_DATES = re.compile(r"(?P<first>[0-9-]*)(?P<dots>\.\.)?(?P<last>[0-9-]*)", re.ASCII)

Value = TypeVar("Value")


class Field(StrEnum):
    """Where a clause looks; ANY is everywhere."""

    ANY = "any"
    NUMBER = "no"
    SENDER = "from"
    ADDRESSEE = "to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Tokens that stand next to one another; with `is_prefix` the last one may go on."""

    tokens: tuple[str, ...]
    field: Field = Field.ANY
    is_prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """All clauses must be found, in the days and the fonds given; at least one thing is asked."""

    clauses: tuple[Clause, ...] = ()
    dates: DateSpan | None = None
    fonds: str | None = None


def parse_query(text: str) -> Query:
    """Read what a person typed.

    Raises:
        QueryFormatError: Nothing is asked, a quotation mark or a date is not whole, or it is too
            long; the message never repeats the words.
    """
    if len(text) > QUERY_LIMIT:
        raise QueryFormatError(f"a query has at most {QUERY_LIMIT} characters")
    clauses: list[Clause] = []
    spans: list[DateSpan] = []
    fonds: list[str] = []
    for field, item, is_quoted in _items(text):
        if field == "date":
            spans.append(_read_dates(item))
        elif field == "fonds":
            fonds.append(_read_fonds(item))
        else:
            clauses.extend(_read_words(Field(field or "any"), item, is_quoted=is_quoted))
    if len(clauses) > CLAUSE_LIMIT:
        raise QueryFormatError(f"a query has at most {CLAUSE_LIMIT} words")
    if not (clauses or spans or fonds):
        raise QueryFormatError("nothing is asked: a query holds at least one letter or digit")
    return Query(clauses=tuple(clauses), dates=_only(spans, "date"), fonds=_only(fonds, "fonds"))


def _items(text: str) -> list[tuple[str | None, str, bool]]:
    items: list[tuple[str | None, str, bool]] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _ITEM.match(text, place)
        if match is None:
            raise QueryFormatError("a quotation mark is not closed")
        quoted = match["quoted"]
        items.append((
            match["field"].lower() if match["field"] else None,
            match["plain"] if quoted is None else quoted,
            quoted is not None,
        ))  # fmt: skip
        place = match.end()
    return items


def _read_words(field: Field, item: str, *, is_quoted: bool) -> list[Clause]:
    if is_quoted:
        tokens = phrase_tokens(item)
        return [Clause(tokens=tokens, field=field)] if tokens else []
    phrases = word_tokens(item)
    clauses = [Clause(tokens=tokens, field=field) for tokens in phrases]
    if item.endswith("*") and clauses:
        clauses[-1] = _prefix(clauses[-1])
    return [_widen_single(clause) for clause in clauses]


def _prefix(clause: Clause) -> Clause:
    last = clause.tokens[-1]
    if len(last) < PREFIX_MINIMUM and not is_run(last):
        raise QueryFormatError(f"the beginning of a word has at least {PREFIX_MINIMUM} letters")
    return Clause(tokens=clause.tokens, field=clause.field, is_prefix=True)


def _widen_single(clause: Clause) -> Clause:
    """Let one character of a run be found as the beginning of a bigram."""
    if len(clause.tokens) == 1 and len(clause.tokens[0]) == 1 and is_run(clause.tokens[0]):
        return Clause(tokens=clause.tokens, field=clause.field, is_prefix=True)
    return clause


def _read_dates(item: str) -> DateSpan:
    match = _DATES.fullmatch(item)
    if match is None or not (match["first"] or match["last"]):
        raise QueryFormatError("not a date: expected such as 1950-08 or 1950-08-28..1951")
    if not match["dots"]:
        return _read_day(item)
    first = _read_day(match["first"]).earliest if match["first"] else None
    last = _read_day(match["last"]).latest if match["last"] else None
    return _span(first, last)


def _span(first: date | None, last: date | None) -> DateSpan:
    try:
        return DateSpan(earliest=first, latest=last)
    except ArchiveFormatError as error:
        raise QueryFormatError(str(error)) from error


def _read_day(text: str) -> DateSpan:
    try:
        return span_of(text)
    except ArchiveFormatError as error:
        raise QueryFormatError(str(error)) from error


def _read_fonds(item: str) -> str:
    number = fold(item).strip()
    if not number or "\0" in number or not number.isprintable():
        raise QueryFormatError("not a fonds: expected its number, such as 45 or 059a")
    return number


def _only(values: list[Value], what: str) -> Value | None:
    if len(values) > 1:
        raise QueryFormatError(f"a query names one {what} only")
    return values[0] if values else None
