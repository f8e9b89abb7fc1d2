"""An index and a vault in memory, held to the same contract as the real ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from depesha.archive import (
    ArchiveFormatError,
    Clause,
    DuplicateError,
    Fault,
    Field,
    FixityError,
    FixityFault,
    ItemNotFoundError,
    Level,
    Query,
    Record,
    RecordStore,
    SearchHit,
    SearchResult,
    UnitStore,
    fold,
    index_tokens,
    indexed_words,
    make_snippet,
)
from depesha.base import BaseFormatError, Digest, require_name

_COLUMNS = {
    Field.ANY: ("title", "numbers", "senders", "addressees", "names", "text"),
    Field.NUMBER: ("numbers",),
    Field.SENDER: ("senders",),
    Field.ADDRESSEE: ("addressees",),
}


@dataclass
class MemorySearchIndex:
    """Looks every record through; ranks by how often the words stand in it."""

    units: UnitStore
    records: RecordStore
    indexed: dict[str, Record] = field(default_factory=dict)

    def add(self, records: Iterable[Record]) -> None:
        for each in records:
            self.records.record(each.record_id)
            self.indexed[each.record_id] = each

    def remove(self, record_id: str) -> None:
        self.indexed.pop(record_id, None)

    def purge(self) -> None:
        """Nothing stays behind in memory."""

    def search(self, query: Query, limit: int) -> SearchResult:
        found = [
            (float(sum(counts)), each)
            for each in reversed(self.indexed.values())
            if all(counts := [_count(clause, each) for clause in query.clauses])
            and self._is_within(query, each)
        ]
        found.sort(key=lambda pair: -pair[0])
        hits = tuple(
            SearchHit(
                record_id=each.record_id,
                title=each.title.shown,
                snippet=make_snippet(each.text, query),
                score=score,
            )
            for score, each in found[:limit]
        )
        return SearchResult(hits=hits, is_ranked=bool(query.clauses))

    def _is_within(self, query: Query, each: Record) -> bool:
        span = each.date.span
        if query.dates is not None and (
            each.date.edtf is None or span.is_after(query.dates) or query.dates.is_after(span)
        ):
            return False
        return query.fonds is None or query.fonds in self._fonds(each)

    def _fonds(self, each: Record) -> set[str]:
        path = self.units.tree("RM").path(each.unit_id)
        ours = {fold(unit.number) for unit in path if unit.level is Level.FONDS}
        return ours | {fold(held.fonds) for held in each.holdings if held.fonds}


def _count(clause: Clause, each: Record) -> int:
    words = indexed_words(each)
    return sum(
        _occurrences(clause, tuple(index_tokens(getattr(words, name))))
        for name in _COLUMNS[clause.field]
    )


def _occurrences(clause: Clause, tokens: tuple[str, ...]) -> int:
    size = len(clause.tokens)
    windows = (tokens[place : place + size] for place in range(len(tokens) - size + 1))
    if not clause.is_prefix:
        return sum(window == clause.tokens for window in windows)
    return sum(
        window[:-1] == clause.tokens[:-1] and window[-1].startswith(clause.tokens[-1])
        for window in windows
    )


@dataclass
class MemoryVault:
    """Keeps sealed objects in a dictionary; a test may damage them."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, sealed: bytes) -> Digest:
        if self.kept.setdefault(_name(name), sealed) != sealed:
            raise DuplicateError("taken")
        return Digest.of(sealed)

    def read(self, name: str, expected: Digest) -> bytes:
        if _name(name) not in self.kept:
            raise ItemNotFoundError("absent")
        if Digest.of(self.kept[name]) != expected:
            raise FixityError([FixityFault(name=name, fault=Fault.ALTERED)])
        return self.kept[name]

    def names(self) -> Iterator[str]:
        return iter(sorted(self.kept))


def _name(name: str) -> str:
    try:
        return require_name(name)
    except BaseFormatError as error:
        raise ArchiveFormatError(str(error)) from error
