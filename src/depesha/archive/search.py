"""What a search returns, and the words under which a record is found.

The index keeps no text, so the piece that shows why a record was found is cut from the record's
own text and marked in Python. A snippet is a row of fragments and never markup: each face marks
them in its own way, and escapes as it must.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from depesha.archive.query import Clause, Query
from depesha.archive.record import Record, Role
from depesha.archive.tokens import Piece, is_run, pieces

SNIPPET_WIDTH = 200
_LEAD = 60


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text, and whether it is what was asked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """The fragments in order; joined they are a stretch of the text with its line breaks gone."""

    fragments: tuple[Fragment, ...] = ()
    goes_before: bool = False
    goes_after: bool = False

    def to_text(self, before: str = "[", after: str = "]") -> str:
        """Write the snippet in one line with the matches between `before` and `after`."""
        body = "".join(
            f"{before}{each.text}{after}" if each.is_match else each.text for each in self.fragments
        )
        return f"{'… ' if self.goes_before else ''}{body}{' …' if self.goes_after else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One record found. A higher score is a better match; 0 where the result is not ranked."""

    record_id: str
    title: str
    snippet: Snippet
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The hits, best first; or, not ranked, latest filed first.

    A query of nothing but very common words, or of dates and fonds alone, is not ranked: weighing
    every record in the archive would take long and say little.
    """

    hits: tuple[SearchHit, ...] = ()
    is_ranked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedWords:
    """The texts of a record by the column of the index they go to."""

    title: str
    numbers: str
    senders: str
    addressees: str
    names: str
    text: str


def indexed_words(record: Record) -> IndexedWords:
    """Return the words under which `record` is found."""
    titles = (record.title.devised, record.title.formal)
    held = (holding.verbatim for holding in record.holdings)
    return IndexedWords(
        title=_lines(*titles),
        numbers=_lines(*(identifier.verbatim for identifier in record.identifiers)),
        senders=_lines(*record.names(Role.ORIGINATOR)),
        addressees=_lines(*record.names(Role.ACTION, Role.INFO, Role.FINAL)),
        names=_lines(*record.names(Role.VIA)),
        text=_lines(record.abstract, *record.markings, record.text, *held),
    )


def make_snippet(text: str, query: Query, *, width: int = SNIPPET_WIDTH) -> Snippet:
    """Cut the stretch of `text` about the first match, or its beginning where nothing matches."""
    first = next(_matches(text, query), (0, 0))[0]
    start = _word_start(text, max(0, first - _LEAD)) if first > _LEAD else 0
    end = min(len(text), start + width)
    if end < len(text):
        end = _word_end(text, start, end)
    inside = [(low, high) for low, high in _matches(text[start:end], query)]
    return Snippet(tuple(_fragments(text[start:end], inside)), start > 0, end < len(text))


def _fragments(text: str, matches: list[tuple[int, int]]) -> Iterator[Fragment]:
    place = 0
    for low, high in matches:
        if low > place:
            yield Fragment(_one_line(text[place:low]))
        yield Fragment(_one_line(text[low:high]), is_match=True)
        place = high
    if place < len(text):
        yield Fragment(_one_line(text[place:]))


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + _LEAD)
    return place if space < 0 else space + 1


def _word_end(text: str, start: int, place: int) -> int:
    space = text.rfind(" ", start, place)
    return place if space <= start else space


def _matches(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Yield where the words asked for stand; a word of a phrase is marked wherever it stands."""
    words = {token for clause in query.clauses for token in clause.tokens[:-1]}
    words |= {clause.tokens[-1] for clause in query.clauses if not clause.is_prefix}
    starts = tuple(clause.tokens[-1] for clause in query.clauses if clause.is_prefix)
    runs = tuple(_run(clause) for clause in query.clauses if is_run(clause.tokens[0]))
    for piece in pieces(text):
        folded = piece.folded
        if piece.is_run:
            yield from _in_run(piece, runs)
        elif folded in words or folded.startswith(starts) or words.intersection(folded.split("/")):
            yield piece.start, piece.end


def _run(clause: Clause) -> str:
    """Put the bigrams of a clause together again."""
    run = clause.tokens[0]
    for token in clause.tokens[1:]:
        if not is_run(token):
            break
        run += token[1:]
    return run


def _in_run(piece: Piece, runs: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    if len(piece.folded) != piece.end - piece.start:
        return  # Folding changed the length, so that places no longer correspond.
    place = 0
    while place < len(piece.folded):
        found = (len(run) for run in runs if piece.folded.startswith(run, place))
        length = max(found, default=0)
        if length:
            yield piece.start + place, piece.start + place + length
        place += length or 1


def _lines(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)
