"""Keeping, indexing and finding records, beside plain SQLite FTS5.

Ours is the archive in its SQLCipher store, opened as a station opens it, asked as a station asks:
the query is parsed, the best twenty come back with title and marked snippet. The peer is a table
of the same engine without a key: title and text in FTS5 with its own tokenizer, ranked by bm25,
with title and snippet. It has one column of dates and nothing else of a record.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as sqlcipher
from tools.benches import corpus
from tools.benches.measure import Bench, Effort, Limit, Peer, Side

from depesha.archive import Record, parse_query
from depesha.archive.adapters import tables
from depesha.archive.adapters.engine import READ_ONLY, open_engine
from depesha.archive.adapters.search_fts5 import Fts5SearchIndex, create_search_table
from depesha.archive.adapters.store import SqlArchiveStore

KEY = bytes(range(32))
TOP = 20
BATCH = 500
PLAIN = "plain SQLite FTS5"
# Within 1.3 times the peer's time.
WITHIN = 1 / 1.3
RARE, MIDDLE, OFTEN = range(6000, 6016), range(200, 216), range(40, 56)
CREATE_PLAIN = (
    "CREATE TABLE kept (place INTEGER PRIMARY KEY, day TEXT)",
    "CREATE INDEX by_day ON kept (day)",
    "CREATE VIRTUAL TABLE words USING fts5(title, text)",
)
ASK = "SELECT rowid, title, snippet(words, 1, '[', ']', '', 32), bm25(words) FROM words"
ASK_WORDS = f"{ASK} WHERE words MATCH ? ORDER BY rank LIMIT {TOP}"
WITHIN_DATES = "EXISTS (SELECT 1 FROM kept WHERE place = words.rowid AND day BETWEEN ? AND ?)"
ASK_DATES = f"{ASK} WHERE words MATCH ? AND {WITHIN_DATES} ORDER BY rank LIMIT {TOP}"
Question = tuple[str, tuple[str, ...]]


@contextmanager
def importing(folder: Path, _: Effort) -> Iterator[Bench]:
    """Keep and index records, 500 in a commit."""
    with _our_store(folder) as engine, _plain_store(folder) as plain:
        ours, theirs = corpus.records(), corpus.records()
        yield Bench(
            title="keep and index records, 500 in a commit",
            ours=Side(name="Depesha", work=lambda: _keep(engine, _next(ours)), units=BATCH),
            peers=(
                Peer(
                    side=Side(
                        name=PLAIN, work=lambda: _keep_plain(plain, _next(theirs)), units=BATCH
                    ),
                    reach=0.5,
                ),
            ),
        )


@contextmanager
def rare(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for one rare word."""
    with _asked(folder, effort, "a rare word", _plain_questions(RARE)) as bench:
        yield bench


@contextmanager
def two_words(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for two words of middling frequency."""
    pairs = [
        (f"{corpus.word(one)} {corpus.word(other)}", ())
        for one, other in zip(MIDDLE, OFTEN, strict=True)
    ]
    with _asked(folder, effort, "two words", pairs) as bench:
        yield bench


@contextmanager
def phrase(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for two words that stand side by side in some record."""
    texts = [corpus.record(number).text.split()[50:52] for number in range(16)]
    phrases = [(f'"{" ".join(text)}"', ()) for text in texts]
    with _asked(folder, effort, "a phrase", phrases) as bench:
        yield bench


@contextmanager
def prefix(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for the beginning of rather rare words."""
    beginnings = [(f"{corpus.word(rank)[:4]}*", ()) for rank in RARE]
    with _asked(folder, effort, "the beginning of words", beginnings) as bench:
        yield bench


@contextmanager
def dates(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for a word within half a year."""
    span = ("1950-01-01", "1950-06-30")
    questions = [(corpus.word(rank), span) for rank in MIDDLE]
    with _asked(folder, effort, "a word within dates", questions) as bench:
        yield bench


@contextmanager
def common(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Ask for the most frequent words of all."""
    questions = _plain_questions(range(8))
    limit = Limit(name="150 ms", milliseconds=150)
    with _asked(folder, effort, "the commonest words", questions, limit) as bench:
        yield bench


@contextmanager
def slowest(folder: Path, effort: Effort) -> Iterator[Bench]:
    """Judge ours by its slow answers, to every kind of question but the commonest words."""
    questions = [*_plain_questions(RARE), *_plain_questions(MIDDLE), *_plain_questions(OFTEN)]
    with _filled(folder, effort) as (engine, _):
        yield Bench(
            title=f"{_top(effort)}: 99 of 100 answers",
            ours=Side(name="Depesha", work=_our_asking(engine, questions), percentile=99),
            peers=(Peer(side=Limit(name="50 ms", milliseconds=50), reach=1),),
        )


@contextmanager
def _asked(
    folder: Path,
    effort: Effort,
    kind: str,
    questions: Sequence[Question],
    limit: Limit | None = None,
) -> Iterator[Bench]:
    with _filled(folder, effort) as (engine, plain):
        side = Side(name=PLAIN, work=_plain_asking(plain, questions))
        beside = (Peer(side=side, reach=None if limit else WITHIN),)
        bound = (Peer(side=limit, reach=1),) if limit else ()
        yield Bench(
            title=f"{_top(effort)}: {kind}",
            ours=Side(name="Depesha", work=_our_asking(engine, questions)),
            peers=(*beside, *bound),
        )


def _top(effort: Effort) -> str:
    return f"search {effort.records:,} records, top {TOP}"


def _plain_questions(ranks: range) -> list[Question]:
    return [(corpus.word(rank), ()) for rank in ranks]


def _our_asking(engine: Engine, questions: Sequence[Question]) -> Callable[[], object]:
    texts = cycle(
        [f"{words} date:{'..'.join(span)}" if span else words for words, span in questions]
    )
    reading = engine.execution_options(**{READ_ONLY: True})

    def ask() -> int:
        with reading.begin() as connection:
            found = Fts5SearchIndex(connection).search(parse_query(next(texts)), TOP)
            return len(found.hits)

    return ask


def _plain_asking(plain: Any, questions: Sequence[Question]) -> Callable[[], object]:  # noqa: ANN401
    asked = cycle([(ASK_DATES if span else ASK_WORDS, (words, *span)) for words, span in questions])

    def ask() -> int:
        statement, values = next(asked)
        return len(plain.execute(statement, values).fetchall())

    return ask


@contextmanager
def _filled(folder: Path, effort: Effort) -> Iterator[tuple[Engine, Any]]:
    with _our_store(folder) as engine, _plain_store(folder) as plain:
        waiting = islice(corpus.records(), effort.records)
        while batch := _next(waiting):
            _keep(engine, batch)
            _keep_plain(plain, batch)
        yield engine, plain


def _next(records: Iterator[Record]) -> list[Record]:
    return list(islice(records, BATCH))


@contextmanager
def _our_store(folder: Path) -> Iterator[Engine]:
    engine = open_engine(folder / "archive.db", KEY, create=True)
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            create_search_table(connection)
            units = SqlArchiveStore(connection).units
            units.add(corpus.FONDS)
            units.add(corpus.FILE)
        yield engine
    finally:
        engine.dispose()


def _keep(engine: Engine, records: list[Record]) -> None:
    with engine.begin() as connection:
        SqlArchiveStore(connection).records.add(records)
        Fts5SearchIndex(connection).add(records)


@contextmanager
def _plain_store(folder: Path) -> Iterator[Any]:
    connection = sqlcipher.connect(str(folder / "plain.db"), isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        for statement in CREATE_PLAIN:
            connection.execute(statement)
        yield connection
    finally:
        connection.close()


def _keep_plain(connection: Any, records: list[Record]) -> None:  # noqa: ANN401
    places = [int(record.record_id, 16) for record in records]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO kept (place, day) VALUES (?, ?)",
        [(place, record.date.edtf) for place, record in zip(places, records, strict=True)],
    )
    connection.executemany(
        "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
        [
            (place, record.title.shown, record.text)
            for place, record in zip(places, records, strict=True)
        ],
    )
    connection.execute("COMMIT")
