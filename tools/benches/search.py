"""Keeping, indexing and finding records, beside plain SQLite FTS5.

Ours is the archive in its SQLCipher store, opened as a station opens it, asked as a station asks:
the query is parsed, the best twenty come back with title and marked snippet. The peer is Python's
own SQLite, as durable and without a key: title and text in FTS5 with its own tokenizer, ranked by
bm25, with title and snippet. It has a table of dates and nothing else of a record.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import Engine
from tools.benches import corpus
from tools.benches.measure import Bench, Effort, Limit, Peer, Side, Supply

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
WITHIN = round(1 / 1.3, 2)
RARE, MIDDLE, OFTEN = range(6000, 6016), range(200, 216), range(40, 56)
CREATE_PLAIN = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
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
def importing(folder: Path, _: Effort) -> Iterator[tuple[Bench, ...]]:
    """Keep and index records, 500 in a commit."""
    with _our_store(folder) as engine, _plain_store(folder) as plain:
        ours, theirs = (Supply(partial(_next, corpus.records())) for _ in range(2))
        peer = Side(
            name=PLAIN,
            prepare=theirs.refill,
            work=lambda: _keep_plain(plain, theirs.take()),
            units=BATCH,
        )
        yield (
            Bench(
                title=f"keep and index records, {BATCH} in a commit",
                ours=Side(
                    name="Depesha",
                    prepare=ours.refill,
                    work=lambda: _keep(engine, ours.take()),
                    units=BATCH,
                ),
                peers=(Peer(side=peer, reach=0.5),),
            ),
        )


@contextmanager
def finding(folder: Path, effort: Effort) -> Iterator[tuple[Bench, ...]]:
    """Ask questions of several kinds; then judge by the slow answers, and by the worst words."""
    with _our_store(folder) as engine, _plain_store(folder) as plain:
        waiting = islice(corpus.records(), effort.records)
        while batch := _next(waiting):
            _keep(engine, batch)
            _keep_plain(plain, batch)
        top = f"search {effort.records:,} records, top {TOP}"
        asked = [
            Bench(
                title=f"{top}: {kind}",
                ours=Side(name="Depesha", work=_our_asking(engine, questions)),
                peers=(
                    Peer(side=Side(name=PLAIN, work=_plain_asking(plain, questions)), reach=WITHIN),
                ),
            )
            for kind, questions in _questions().items()
        ]
        mixed = _our_asking(engine, [each for kind in _questions().values() for each in kind])
        common = [(corpus.word(rank), ()) for rank in range(8)]
        yield (
            *asked,
            _slow(f"{top}: 99 of 100 answers", mixed, 50),
            _slow(f"{top}: the commonest words", _our_asking(engine, common), 150),
        )


def _questions() -> dict[str, Sequence[Question]]:
    pairs = [
        f"{corpus.word(one)} {corpus.word(two)}" for one, two in zip(MIDDLE, OFTEN, strict=True)
    ]
    texts = [corpus.record(number).text.split() for number in range(len(RARE))]
    half_year = ("1950-01-01", "1950-06-30")
    return {
        "a rare word": [(corpus.word(rank), ()) for rank in RARE],
        "two words": [(pair, ()) for pair in pairs],
        "a phrase": [(f'"{words[50]} {words[51]}"', ()) for words in texts],
        "the beginning of words": [(f"{corpus.word(rank)[:4]}*", ()) for rank in RARE],
        "a word within dates": [(corpus.word(rank), half_year) for rank in MIDDLE],
    }


def _slow(title: str, work: Callable[[], object], milliseconds: float) -> Bench:
    limit = Limit(name=f"{milliseconds:g} ms", milliseconds=milliseconds)
    ours = Side(name="Depesha", work=work, percentile=99)
    return Bench(title=title, ours=ours, peers=(Peer(side=limit, reach=1),))


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


def _plain_asking(plain: sqlite3.Connection, questions: Sequence[Question]) -> Callable[[], object]:
    asked = cycle([(ASK_DATES if span else ASK_WORDS, (words, *span)) for words, span in questions])

    def ask() -> int:
        statement, values = next(asked)
        return len(plain.execute(statement, values).fetchall())

    return ask


def _next(records: Iterator[Record]) -> list[Record]:
    return list(islice(records, BATCH))


@contextmanager
def _our_store(folder: Path) -> Iterator[Engine]:
    engine = open_engine(folder / "archive.db", KEY, create=True, wipe_memory=False)
    try:
        with engine.begin() as connection:
            tables.metadata.create_all(connection)
            create_search_table(connection)
            for unit in corpus.UNITS:
                SqlArchiveStore(connection).units.add(unit)
        yield engine
    finally:
        engine.dispose()


def _keep(engine: Engine, records: list[Record]) -> None:
    with engine.begin() as connection:
        SqlArchiveStore(connection).records.add(records)
        Fts5SearchIndex(connection).add(records)


@contextmanager
def _plain_store(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as connection:
        for statement in CREATE_PLAIN:
            connection.execute(statement)
        yield connection


def _keep_plain(connection: sqlite3.Connection, records: list[Record]) -> None:
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
