"""The search index of the embedded store: an FTS5 table beside the records, encrypted as they are.

The table is contentless: it keeps no text, only the tokens that `tokens` makes, and its rows bear
the records' serials. It is derived and made anew by `rebuild`; its name ends in the tokenizer's
version, so that an index made by other rules is never asked.

Ranking (bm25) looks at every record that holds a word. A word in more than `COMMON` records says
little, so it is demanded but not weighed; if all words are as common, nothing is ranked, and the
records filed last are shown first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    delete,
    desc,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
)

from depesha.archive.adapters import tables
from depesha.archive.errors import ItemNotFoundError, SchemaBehindError
from depesha.archive.query import Clause, Field, Query
from depesha.archive.record import Record, Title
from depesha.archive.search import SearchHit, SearchResult, indexed_words, make_snippet
from depesha.archive.tokens import TOKENIZER_VERSION, fold, index_tokens
from depesha.archive.unit import Level

COMMON = 5_000
# A filter that leaves no more records than these is asked first.
NARROW = 2_000
BATCH = 200
SEARCH_TABLE = f"archive_search_{TOKENIZER_VERSION}"
COLUMNS = ("title", "numbers", "senders", "addressees", "names", "text")
WEIGHTS = (4, 8, 4, 4, 3, 1)
# Every token is made in Python; the engine's own tokenizer only parts them at spaces.
CREATE_SEARCH_TABLE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {SEARCH_TABLE} USING fts5({', '.join(COLUMNS)}, "
    "content = '', contentless_delete = 1, tokenize = \"ascii tokenchars '/'\")"
)

_INDEX = table(SEARCH_TABLE, column("rowid"), *(column(name) for name in COLUMNS))
_SCHEMA = table("sqlite_master", column("name"))
_ROWID: ColumnElement[int] = _INDEX.c.rowid
# The whole table as FTS5 names it in MATCH, in bm25 and in its commands.
_ALL: ColumnElement[str] = literal_column(SEARCH_TABLE)
# A unary plus keeps the planner from asking the index anew for each row of an inner query.
_SCANNED: ColumnElement[int] = literal_column(f"+{SEARCH_TABLE}.rowid")
_SCORE = (-func.bm25(_ALL, *(literal_column(str(weight)) for weight in WEIGHTS))).label("score")
_WHERE = {
    Field.ANY: "",
    Field.NUMBER: "numbers : ",
    Field.SENDER: "senders : ",
    Field.ADDRESSEE: "addressees : ",
}


@dataclass(frozen=True, slots=True)
class Fts5SearchIndex:
    """Finds records over an open connection; see `ports.SearchIndex`."""

    connection: Connection

    def add(self, records: Iterable[Record]) -> None:
        """Index records that the store keeps; see the port."""
        self._require_index()
        names = ", ".join(("rowid", *COLUMNS))
        places = ", ".join("?" * (len(COLUMNS) + 1))
        statement = f"INSERT OR REPLACE INTO {SEARCH_TABLE}({names}) VALUES ({places})"  # noqa: S608  constants
        waiting = iter(records)
        while batch := list(islice(waiting, BATCH)):
            serials = self._serials(batch)
            rows = [(serials[record.record_id], *_tokens(record)) for record in batch]
            self.connection.exec_driver_sql(statement, rows)

    def remove(self, record_id: str) -> None:
        """Take a record out of the index, before the store forgets it; see the port."""
        self._require_index()
        kept = tables.records
        serial = select(kept.c.serial).where(kept.c.record_id == record_id).scalar_subquery()
        self.connection.execute(delete(_INDEX).where(_INDEX.c.rowid == serial))

    def purge(self) -> None:
        """Clear the words of removed records out of the index; see the port.

        Removal leaves a mark only. Merging everything drops the words, and the store overwrites
        the pages they were on (`secure_delete`).
        """
        self._require_index()
        self.connection.exec_driver_sql(
            f"INSERT INTO {SEARCH_TABLE}({SEARCH_TABLE}) VALUES ('optimize')"  # noqa: S608  constants
        )

    def rebuild(self, records: Iterable[Record]) -> None:
        """Make the index anew out of all records."""
        self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {SEARCH_TABLE}")
        self.connection.exec_driver_sql(CREATE_SEARCH_TABLE)
        self.add(records)

    def search(self, query: Query, limit: int) -> SearchResult:
        """Return the best matches; see the port."""
        self._require_index()
        weighed = [clause for clause in query.clauses if not self._is_common(clause)]
        chosen = self._ranked(query, weighed) if weighed else self._latest(query)
        rows = self.connection.execute(chosen.limit(limit)).all()
        scores = {row[0]: float(row[1]) if weighed else 0.0 for row in rows}
        return SearchResult(hits=self._hits(scores, query), is_ranked=bool(weighed))

    def _require_index(self) -> None:
        named = select(_SCHEMA.c.name).where(_SCHEMA.c.name == SEARCH_TABLE)
        if self.connection.execute(named).first() is None:
            raise SchemaBehindError("the search index is missing or old: rebuild it")

    def _serials(self, batch: Sequence[Record]) -> dict[str, int]:
        kept = tables.records
        chosen = {record.record_id for record in batch}
        query = select(kept.c.record_id, kept.c.serial).where(kept.c.record_id.in_(chosen))
        serials = {row[0]: row[1] for row in self.connection.execute(query)}
        if len(serials) != len(chosen):
            raise ItemNotFoundError("the store keeps no such record")
        return serials

    def _is_common(self, clause: Clause) -> bool:
        """Tell whether each token of a clause stands in more than `COMMON` records."""
        return all(
            self._is_common_match(_phrase((token,), is_prefix=clause.is_prefix and is_last))
            for token, is_last in _with_last(clause.tokens)
        )

    def _is_common_match(self, words: str) -> bool:
        probe = select(_ROWID).where(_match(words)).limit(1).offset(COMMON)
        return self.connection.execute(probe).first() is not None

    def _ranked(self, query: Query, weighed: Sequence[Clause]) -> Select[int, float]:
        chosen = select(_ROWID, _SCORE).where(_match(_words(weighed)))
        if len(weighed) < len(query.clauses):
            demanded = select(_ROWID).where(_match(_words(query.clauses)))
            chosen = chosen.where(_SCANNED.in_(demanded.correlate(None)))
        if _is_filtered(query):
            chosen = chosen.where(self._within(query))
        return chosen.order_by(desc("score"), desc(_ROWID))

    def _latest(self, query: Query) -> Select[int]:
        serial = tables.records.c.serial
        filtered = select(serial).where(self._filter(query))
        if not query.clauses:
            return filtered.order_by(desc(serial))
        chosen = select(_ROWID).where(_match(_words(query.clauses))).order_by(desc(_ROWID))
        if not _is_filtered(query):
            return chosen
        narrow = self.connection.execute(filtered.limit(NARROW + 1)).scalars().all()
        if len(narrow) > NARROW:
            return chosen.where(self._within(query))
        # The index is walked once, between the first and the last of them: asking it for each of
        # them alone would begin at the start of a long list every time.
        bounds = _ROWID.between(min(narrow, default=0), max(narrow, default=0))
        return chosen.where(bounds, _SCANNED.in_(narrow))

    def _within(self, query: Query) -> ColumnElement[bool]:
        serial = tables.records.c.serial
        inner = select(serial).where(serial == _ROWID, self._filter(query))
        return inner.correlate(_INDEX).exists()

    def _filter(self, query: Query) -> ColumnElement[bool]:
        kept = tables.records
        conditions: list[ColumnElement[bool]] = []
        if query.dates is not None and query.dates.latest is not None:
            conditions.append(kept.c.earliest <= query.dates.latest.isoformat())
        if query.dates is not None and query.dates.earliest is not None:
            conditions.append(kept.c.latest >= query.dates.earliest.isoformat())
        if query.fonds is not None:
            conditions.append(self._in_fonds(query.fonds))
        return and_(true(), *conditions)

    def _in_fonds(self, number: str) -> ColumnElement[bool]:
        """Return the records in a fonds of our own, or held in one of another archive's."""
        units, held = tables.units, tables.holdings
        fonds = select(units.c.unit_id, units.c.number).where(units.c.level == Level.FONDS.value)
        roots = [row[0] for row in self.connection.execute(fonds) if fold(row[1]) == number]
        inside = select(units.c.unit_id).where(units.c.unit_id.in_(roots)).cte(recursive=True)
        inside = inside.union_all(
            select(units.c.unit_id).where(units.c.parent_id == inside.c.unit_id)
        )
        return or_(
            tables.records.c.unit_id.in_(select(inside.c.unit_id)),
            tables.records.c.record_id.in_(select(held.c.record_id).where(held.c.fonds == number)),
        )

    def _hits(self, scores: dict[int, float], query: Query) -> tuple[SearchHit, ...]:
        kept = tables.records
        columns = (kept.c.record_id, kept.c.title_devised, kept.c.title_formal, kept.c.text)
        chosen = select(kept.c.serial, *columns).where(kept.c.serial.in_(scores))
        found = {row[0]: row for row in self.connection.execute(chosen)}
        return tuple(
            SearchHit(
                record_id=found[serial].record_id,
                title=_title(found[serial].title_devised, found[serial].title_formal),
                snippet=make_snippet(found[serial].text, query),
                score=score,
            )
            for serial, score in scores.items()
        )


def create_search_table(connection: Connection) -> None:
    """Make the empty index, where there is none, as part of making a store's schema."""
    connection.execute(text(CREATE_SEARCH_TABLE))


def _tokens(record: Record) -> tuple[str, ...]:
    words = indexed_words(record)
    return tuple(" ".join(index_tokens(getattr(words, name))) for name in COLUMNS)


def _title(devised: str | None, formal: str | None) -> str:
    return Title(devised=devised, formal=formal).shown


def _is_filtered(query: Query) -> bool:
    return query.dates is not None or query.fonds is not None


def _match(words: str) -> ColumnElement[bool]:
    return _ALL.op("MATCH", is_comparison=True)(words)


def _words(clauses: Sequence[Clause]) -> str:
    return " AND ".join(
        _WHERE[clause.field] + _phrase(clause.tokens, is_prefix=clause.is_prefix)
        for clause in clauses
    )


def _phrase(tokens: Sequence[str], *, is_prefix: bool) -> str:
    """Write tokens as an FTS5 string: inside quotation marks nothing has a meaning but they."""
    quoted = " ".join(tokens).replace('"', '""')
    return f'"{quoted}" *' if is_prefix else f'"{quoted}"'


def _with_last(tokens: Sequence[str]) -> list[tuple[str, bool]]:
    return [(token, place == len(tokens) - 1) for place, token in enumerate(tokens)]
