"""The promises of the archive's store, kept by the encrypted store and by one in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from depesha.archive import (
    ArchiveFormatError,
    ArchiveStore,
    Certainty,
    Description,
    DuplicateError,
    Event,
    IdentifierType,
    Instantiation,
    ItemNotFoundError,
    Level,
    RecordDate,
    RecordSet,
    ReferenceStatus,
    Resolution,
    Target,
    Title,
    UnitOrderError,
    UnitTree,
    candidates_of,
)
from depesha.archive.adapters import tables
from depesha.archive.adapters.engine import open_engine, open_memory_engine
from depesha.archive.adapters.store import SqlArchiveStore
from depesha.base import Digest
from tests.archive.samples import (
    FILE,
    FONDS,
    INVENTORY,
    OTHER_FILE,
    UNITS,
    full_record,
    number,
    record,
)


def target(place: int) -> Target:
    return Target(record_id=f"{place:032x}", certainty=Certainty.POSSIBLE, warrant="number agrees")


def engine_of(kind: str, folder: Path) -> Engine:
    if kind == "memory":
        return open_memory_engine()
    return open_engine(folder / "store.db", bytes(32), create=True, wipe_memory=False)


@pytest.fixture(scope="module", params=["encrypted", "memory"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    engine = engine_of(request.param, tmp_path_factory.mktemp("store"))
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give each test a transaction of its own, undone at its end."""
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def store(connection: Connection) -> ArchiveStore:
    store = SqlArchiveStore(connection)
    for unit in UNITS:
        store.units.add(unit)
    return store


def test_units_are_read_back_as_a_tree(store: ArchiveStore) -> None:
    """The arrangement comes back as it was placed."""
    assert store.units.tree("RM") == UnitTree.of("RM", UNITS)
    assert store.units.unit(FILE.unit_id) == FILE
    with pytest.raises(ItemNotFoundError):
        store.units.unit(f"{77:032x}")


@pytest.mark.parametrize(
    ("unit", "refusal"),
    [
        (replace(FILE, unit_id=f"{9:032x}"), DuplicateError),
        (replace(FONDS, unit_id=f"{9:032x}"), DuplicateError),
        (replace(FILE, number="349"), DuplicateError),
        (replace(FILE, unit_id=f"{9:032x}", parent_id=FONDS.unit_id), UnitOrderError),
        (replace(FILE, unit_id=f"{9:032x}", parent_id=f"{77:032x}"), UnitOrderError),
        (replace(FILE, unit_id=f"{9:032x}", parent_id=None), UnitOrderError),
    ],
)
def test_a_unit_stands_where_it_may(
    store: ArchiveStore, unit: RecordSet, refusal: type[Exception]
) -> None:
    """A taken number or identifier, a wrong level and a missing parent are refused."""
    with pytest.raises(refusal):
        store.units.add(unit)
    assert len(store.units.tree("RM").units) == len(UNITS)


def test_a_unit_is_described_but_not_moved(store: ArchiveStore) -> None:
    """Title, dates and description may change; level, number and parent may not."""
    better = replace(
        FILE, title="Harbour, 1950", dates="1950/1953", description=Description(language="ru")
    )
    store.units.describe(better)
    assert store.units.unit(FILE.unit_id) == better

    for moved in (
        replace(FILE, number="350"),
        replace(FILE, level=Level.SERIES),
        replace(FILE, parent_id=FONDS.unit_id),
    ):
        with pytest.raises(UnitOrderError):
            store.units.describe(moved)
    with pytest.raises(ItemNotFoundError):
        store.units.describe(replace(FILE, unit_id=f"{77:032x}"))


def test_a_record_is_read_back_equal(store: ArchiveStore) -> None:
    """Every field comes back as it was kept, the source byte for byte."""
    found = Resolution(status=ReferenceStatus.AMBIGUOUS, targets=(target(1), target(3)))
    cited = found.applied_to(full_record(2).references[1])
    kept = [full_record(1), record(2, references=(cited,)), full_record(3)]
    store.records.add(kept)

    assert [store.records.record(each.record_id) for each in kept] == kept
    assert list(store.records.all()) == kept
    with pytest.raises(ItemNotFoundError):
        store.records.record(f"{77:032x}")


def test_many_records_come_in_the_order_they_came(store: ArchiveStore) -> None:
    """Reading goes on over any number of records, and can be narrowed to one unit."""
    kept = [
        record(place, unit_id=OTHER_FILE.unit_id if place % 3 else FILE.unit_id)
        for place in range(1000, 400, -1)
    ]
    store.records.add(iter(kept))

    assert list(store.records.all()) == kept
    assert list(store.records.all(FILE.unit_id)) == [
        each for each in kept if each.unit_id == FILE.unit_id
    ]
    assert list(store.records.all(FONDS.unit_id)) == []


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (record(1, title=full_record(1).title), DuplicateError),
        (full_record(5), DuplicateError),
        (record(6, unit_id=f"{77:032x}"), ItemNotFoundError),
        (record(6, unit_id=INVENTORY.unit_id), UnitOrderError),
    ],
)
def test_records_are_added_all_or_none(
    store: ArchiveStore, second: object, refusal: type[Exception]
) -> None:
    """One record that is refused takes the others of the call with it, and nothing before it."""
    store.records.add([record(1)])
    last = replace(full_record(5), record_id=f"{8:032x}")

    with pytest.raises(refusal):
        store.records.add([full_record(5), last, second])  # type: ignore[list-item]

    assert [each.record_id for each in store.records.all()] == [f"{1:032x}"]


def test_a_record_is_described_but_not_changed(store: ArchiveStore) -> None:
    """Title, date, languages, abstract, holdings and identifications may be said better."""
    kept = full_record(1)
    store.records.add([kept, record(2)])
    better = replace(
        kept,
        title=Title(devised="Better"),
        date=RecordDate(edtf="1950-08"),
        languages=(),
        abstract=None,
        holdings=kept.holdings[1:],
        parties=tuple(replace(party, identification="known") for party in kept.parties),
    )
    bare = replace(record(2), holdings=())

    store.records.describe(better)
    store.records.describe(bare)

    assert list(store.records.all()) == [better, bare]
    for changed in (
        replace(better, text="other"),
        replace(better, unit_id=OTHER_FILE.unit_id),
        replace(better, parties=better.parties[1:]),
        replace(better, events=()),
    ):
        with pytest.raises(ArchiveFormatError):
            store.records.describe(changed)
    with pytest.raises(ItemNotFoundError):
        store.records.describe(record(77))
    assert store.records.record(kept.record_id) == better


def test_a_record_is_refiled(store: ArchiveStore) -> None:
    """A record moves to another working file, and only to one in which records are filed."""
    store.records.add([record(1)])
    store.records.refile(f"{1:032x}", OTHER_FILE.unit_id)

    assert store.records.record(f"{1:032x}").unit_id == OTHER_FILE.unit_id
    with pytest.raises(UnitOrderError):
        store.records.refile(f"{1:032x}", FONDS.unit_id)
    with pytest.raises(ItemNotFoundError):
        store.records.refile(f"{77:032x}", FILE.unit_id)
    with pytest.raises(ItemNotFoundError):
        store.records.refile(f"{1:032x}", f"{77:032x}")


def test_copies_and_events_are_added_after_those_there(store: ArchiveStore) -> None:
    """What happens to a record is added to it in order; nothing is changed."""
    kept = full_record(1)
    store.records.add([kept, record(2)])
    copy = Instantiation(name="b", kind="home copy", digest=Digest.of(b"b"), size_bytes=1)
    event = Event(type="filed", agent="registrar", at=datetime(2031, 3, 2, 7, 10, tzinfo=UTC))

    store.records.add_instantiation(kept.record_id, copy)
    store.events.add(kept.record_id, event)
    store.events.add(f"{2:032x}", event)

    assert store.records.record(kept.record_id) == replace(
        kept, instantiations=(*kept.instantiations, copy), events=(*kept.events, event)
    )
    assert store.events.all(kept.record_id) == (*kept.events, event)
    assert store.events.all(f"{2:032x}") == (event,)
    with pytest.raises(DuplicateError):
        store.records.add_instantiation(f"{2:032x}", copy)
    with pytest.raises(ItemNotFoundError):
        store.records.add_instantiation(f"{77:032x}", replace(copy, name="c"))
    with pytest.raises(ItemNotFoundError):
        store.events.add(f"{77:032x}", event)


def test_candidates_are_what_the_pure_rule_says(store: ArchiveStore) -> None:
    """The store finds exactly the records that bear a number of the reference."""
    kept = [
        full_record(5),
        record(6, identifiers=(number("6"),), date=RecordDate(edtf="1950")),
        record(7, identifiers=(number("7/sh"), number("7"))),
        record(8, identifiers=(replace(number("8"), type=IdentifierType.TRANSMISSION),)),
        replace(
            full_record(9), record_id=f"{19:032x}", identifiers=(number("9"),), instantiations=()
        ),
        record(12),
    ]
    store.records.add(kept)
    reference = kept[0].references[1]
    expected = [
        candidate
        for each in kept
        for candidate in candidates_of(each)
        if candidate.number.series == "" and 5 <= candidate.number.serial <= 9
    ]

    found = store.references.candidates(reference)

    assert list(found) == expected
    assert [each.number.to_text() for each in found] == ["6", "7", "9"]
    assert store.references.candidates(kept[0].references[2]) == ()


def test_a_resolution_is_written_down(store: ArchiveStore) -> None:
    """Status and targets stay with the reference, replace the earlier ones, and are found back."""
    kept = full_record(1)
    store.records.add([kept, record(2), record(3)])
    targets = (target(2), target(3))
    assert store.references.unresolved() == ((kept.record_id, 0), (kept.record_id, 1))

    first = Resolution(status=ReferenceStatus.AMBIGUOUS, targets=targets)
    store.references.resolve(kept.record_id, 1, first)
    second = Resolution(status=ReferenceStatus.RESOLVED, targets=targets[1:])
    store.references.resolve(kept.record_id, 1, second)
    store.references.resolve(kept.record_id, 0, Resolution(status=ReferenceStatus.NOT_HELD))

    read = store.records.record(kept.record_id).references
    assert read == (
        replace(kept.references[0], status=ReferenceStatus.NOT_HELD),
        second.applied_to(kept.references[1]),
        kept.references[2],
    )
    assert store.references.citing(f"{3:032x}") == ((kept.record_id, 1),)
    assert store.references.citing(f"{2:032x}") == ()
    assert store.references.unresolved() == ((kept.record_id, 0),)


def test_a_resolution_needs_its_reference_and_targets(store: ArchiveStore) -> None:
    """A reference that is not there, or a target that is not, is refused."""
    kept = full_record(1)
    store.records.add([kept])
    absent = Target(record_id=f"{77:032x}", certainty=Certainty.CERTAIN, warrant="digest agrees")
    resolution = Resolution(status=ReferenceStatus.RESOLVED, targets=(absent,))

    with pytest.raises(ItemNotFoundError):
        store.references.resolve(kept.record_id, 9, Resolution(status=ReferenceStatus.NOT_HELD))
    with pytest.raises(ItemNotFoundError):
        store.references.resolve(kept.record_id, 0, resolution)


WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(WRITTEN, st.binary(max_size=40), st.lists(st.sampled_from(["ru", "zh-Hant", '"]', "'"])))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(
    connection: Connection, text: str, source: bytes, languages: list[str]
) -> None:
    """No text, in whatever script or quotation marks, is changed by keeping it."""
    store = SqlArchiveStore(connection)
    kept = record(1, text=text, abstract=text, source=source, languages=tuple(languages))
    savepoint = connection.begin_nested()
    for unit in UNITS:
        store.units.add(unit)

    store.records.add([kept])

    assert store.records.record(kept.record_id) == kept
    savepoint.rollback()
