"""The promises of the search index, kept by FTS5 in the encrypted store and by one in memory."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from depesha.archive import (
    Holding,
    ItemNotFoundError,
    Party,
    QueryFormatError,
    Record,
    RecordDate,
    Role,
    SchemaBehindError,
    SearchIndex,
    Title,
    parse_query,
)
from depesha.archive.adapters import search_fts5, tables
from depesha.archive.adapters.engine import open_engine
from depesha.archive.adapters.search_fts5 import (
    SEARCH_TABLE,
    Fts5SearchIndex,
    create_search_table,
)
from depesha.archive.adapters.store import SqlArchiveStore
from tests.archive.fakes import MemorySearchIndex
from tests.archive.samples import UNITS, number, record

RECORDS = (
    record(
        1,
        title=Title(devised="Ciphered telegram from Feng Xi [Stalin] to Kim Il Sung (via Shtykov)"),
        date=RecordDate(edtf="1950-08-28"),
        identifiers=(number("483/sh"),),
        parties=(
            Party(role=Role.ORIGINATOR, name="Feng Xi", identification="Stalin"),
            Party(role=Role.ACTION, name="Kim Il Sung"),
            Party(role=Role.VIA, name="Shtykov"),
        ),
        text="Do not scatter the air force. Bridges matter. 致朴宪永同志",
        holdings=(
            Holding(verbatim="APRF, Fond 45", archive="APRF", levels=(("fonds", "45"),)),
            Holding(verbatim="AVPRF, Fond 059a", archive="AVPRF", levels=(("fonds", "059A"),)),
        ),
    ),
    record(
        2,
        title=Title(devised="Telegram from Shtykov to Fyn Si [Stalin]"),
        date=RecordDate(edtf="1950-08-31"),
        identifiers=(number("1001"),),
        parties=(
            Party(role=Role.ORIGINATOR, name="Shtykov"),
            Party(role=Role.ACTION, name="Fyn Si", identification="Stalin"),
        ),
        text="To No. 483/sh. Kim asked to write. The bridge. Штыков в Пхеньяне. 박헌영 동지",
    ),
    record(
        3,
        title=Title(devised="Report on the air"),
        date=RecordDate(edtf="195X"),
        text="Sung by Il and Kim, air, bridge bridge bridge.",
    ),
    record(4, title=Title(devised="Undated note"), text="bridge"),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("search")
    engine = open_engine(folder / "store.db", bytes(32), create=True, wipe_memory=False)
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        create_search_table(connection)
        store = SqlArchiveStore(connection)
        for unit in UNITS:
            store.units.add(unit)
        store.records.add(RECORDS)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give each test a transaction of its own, undone at its end."""
    with engine.connect() as connection:
        yield connection


def index_of(kind: str, connection: Connection) -> SearchIndex:
    store = SqlArchiveStore(connection)
    if kind == "memory":
        return MemorySearchIndex(units=store.units, records=store.records)
    return Fts5SearchIndex(connection)


@pytest.fixture(params=["fts5", "memory"])
def index(request: pytest.FixtureRequest, connection: Connection) -> SearchIndex:
    index = index_of(request.param, connection)
    index.add(RECORDS)
    return index


def found(index: SearchIndex, words: str, limit: int = 20) -> list[int]:
    hits = index.search(parse_query(words), limit).hits
    return [int(hit.record_id, 16) for hit in hits]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("bridge", {2, 3, 4}),
        ("BRIDGE", {2, 3, 4}),
        ("bri*", {1, 2, 3, 4}),
        ('"kim il sung"', {1}),
        ("kim il sung", {1, 3}),
        ('"air force"', {1}),
        ('"air fo"', set()),
        ("no:483/sh", {1}),
        ("no:483", {1}),
        ("483/sh", {1, 2}),
        ("no:1001", {2}),
        ("from:stalin", {1}),
        ("to:stalin", {2}),
        ('from:"feng xi"', {1}),
        ("from:shtykov", {2}),
        ("shtykov", {1, 2}),
        ("штыков", {2}),
        ("ШТЫКОВ", {2}),
        ("朴宪永", {1}),
        ("宪永", {1}),
        ("宪", {1}),
        ("志", {1}),
        ("永宪", set()),
        ("박헌영", {2}),
        ("헌영", {2}),
        ("bridge date:1950", {2, 3}),
        ("date:1950-08-28", {1, 3}),
        ("date:1950-08-29..", {2, 3}),
        ("date:..1949", set()),
        ("date:..1950-08-28", {1, 3}),
        ("date:1960..", set()),
        ("fonds:45", {1, 2, 3, 4}),
        ("fonds:059a", {1}),
        ("fonds:46", set()),
        ("fonds:059A bridges date:1950", {1}),
        ("aprf", {1}),
        ("nothing", set()),
        ("NEAR(bridge, air)", set()),
        ("bridge AND air", {3}),
        ("bridge air", {3}),
    ],
)
def test_a_query_finds_what_it_asks(index: SearchIndex, words: str, places: set[int]) -> None:
    """Words, phrases, beginnings, fields, dates and fonds, in every script."""
    assert set(found(index, words)) == places


def test_the_best_comes_first(index: SearchIndex) -> None:
    """The record that says a word most often leads, scores fall, and the limit holds."""
    result = index.search(parse_query("bridge"), 20)

    assert result.is_ranked
    assert int(result.hits[0].record_id, 16) in {3, 4}
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert found(index, "bridge", limit=1) == found(index, "bridge")[:1]


def test_a_hit_says_what_it_is(index: SearchIndex) -> None:
    """A hit bears the record's title and the marked words of its text."""
    (hit,) = index.search(parse_query("scatter"), 20).hits

    assert hit.title == RECORDS[0].title.shown
    assert "not [scatter] the" in hit.snippet.to_text()


def test_dates_alone_are_not_ranked(index: SearchIndex) -> None:
    """A query without words shows the records filed last first."""
    result = index.search(parse_query("date:1950"), 2)

    assert not result.is_ranked
    assert [int(hit.record_id, 16) for hit in result.hits] == [3, 2]
    assert {hit.score for hit in result.hits} == {0.0}


def test_a_removed_record_is_not_found(index: SearchIndex) -> None:
    """Removal and purge take a record's words away; removing again is harmless."""
    for _ in range(2):
        index.remove(f"{3:032x}")
    index.remove(f"{77:032x}")
    index.purge()

    assert set(found(index, "bridge")) == {2, 4}


def test_indexing_again_replaces(index: SearchIndex) -> None:
    """A record indexed anew is found by its new words and no longer by the old."""
    index.add([replace(RECORDS[3], text="ferry")])

    assert found(index, "ferry") == [4]
    assert 4 not in found(index, "bridge")


def test_only_kept_records_are_indexed(index: SearchIndex) -> None:
    """A record the store does not keep cannot be found, so it is not indexed."""
    with pytest.raises(ItemNotFoundError):
        index.add([record(77)])


TEXTS = st.lists(
    st.sampled_from(["kim", "il", "sung", "483/sh", "朴宪永", "宪", "박헌", "Kimé", "air"]),
    max_size=6,
).map(" ".join)
ASKED = st.lists(
    st.sampled_from(
        ["kim", '"kim il"', "宪永", "宪", "ki*", "483", "no:483/sh", '"sung air"', "air"]
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(st.lists(TEXTS, min_size=1, max_size=4), ASKED)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_engine_finds_what_a_plain_reader_finds(
    connection: Connection, texts: list[str], asked: str
) -> None:
    """FTS5 and a reader who looks every record through agree on what is found."""
    records = [replace(kept, text=each) for kept, each in zip(RECORDS, texts, strict=False)]
    answers = []
    for kind in ("fts5", "memory"):
        index = index_of(kind, connection)
        index.add(RECORDS)
        index.add(records)
        answers.append(set(found(index, asked)))
    assert answers[0] == answers[1]


@given(st.text() | st.lists(st.sampled_from('"*(): {}^+-/.,a1京\0')).map("".join))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_words_break_the_engine(connection: Connection, words: str) -> None:
    """Whatever is typed is answered or refused as a query, never as a fault of the store."""
    index = Fts5SearchIndex(connection)
    try:
        query = parse_query(words)
    except QueryFormatError:
        return
    index.search(query, 5)


def test_a_missing_index_is_to_be_rebuilt(connection: Connection) -> None:
    """An index that is not there is refused by name, and rebuilding brings everything back."""
    index = Fts5SearchIndex(connection)
    connection.execute(text(f"DROP TABLE {SEARCH_TABLE}"))
    with pytest.raises(SchemaBehindError):
        index.search(parse_query("bridge"), 5)
    with pytest.raises(SchemaBehindError):
        index.add(RECORDS)

    index.rebuild(SqlArchiveStore(connection).records.all())

    assert set(found(index, "bridge")) == {2, 3, 4}


def test_purged_words_are_gone_from_the_index(connection: Connection) -> None:
    """After a purge no page of the index holds a removed record's words."""
    index = Fts5SearchIndex(connection)
    index.add(RECORDS)
    held = text(f"SELECT block FROM {SEARCH_TABLE}_data")  # noqa: S608  a constant name

    def words() -> bytes:
        return b"".join(row[0] for row in connection.execute(held))

    # The engine writes its pages when a savepoint begins, at the latest.
    with connection.begin_nested():
        assert b"undated" in words()
    index.remove(f"{4:032x}")
    index.purge()
    assert b"undated" not in words()


@pytest.fixture
def many(connection: Connection) -> list[Record]:
    """More records with the word "common" than are ranked, and few with the word "rare"."""
    records = [
        record(
            place,
            text="common often" + " rare" * (place % 1000 == 0),
            date=RecordDate(edtf="1950" if place % 500 == 0 else "1960"),
        )
        for place in range(100, 100 + search_fts5.COMMON + search_fts5.NARROW)
    ]
    SqlArchiveStore(connection).records.add(records)
    Fts5SearchIndex(connection).add(records)
    return records


def test_very_common_words_are_demanded_but_not_weighed(
    connection: Connection, many: list[Record]
) -> None:
    """Common words alone show what was filed last; beside a rare word they only narrow."""
    index = Fts5SearchIndex(connection)
    rare = {int(each.record_id, 16) for each in many if "rare" in each.text}
    early = [int(each.record_id, 16) for each in many if each.date.edtf == "1950"]
    last = int(many[-1].record_id, 16)

    for words in ("common", "common often", '"common often"', "com*", "common date:1955.."):
        result = index.search(parse_query(words), 3)
        assert not result.is_ranked, words
        assert [int(hit.record_id, 16) for hit in result.hits] == [last, last - 1, last - 2], words
    assert found(index, "common date:1950", limit=3) == early[:-4:-1]
    assert found(index, "common date:1940") == []
    assert found(index, "common fonds:45", limit=1) == [last]
    for words in ("rare", "rare common", '"often rare"', "rare common date:1950..1960"):
        result = index.search(parse_query(words), 50)
        assert result.is_ranked, words
        assert {int(hit.record_id, 16) for hit in result.hits} == rare, words
