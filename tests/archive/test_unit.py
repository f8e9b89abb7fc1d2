from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import (
    ArchiveFormatError,
    Description,
    DuplicateError,
    ItemNotFoundError,
    Level,
    RecordSet,
    UnitOrderError,
    UnitTree,
    require_filing,
    require_parent,
)
from tests.archive.samples import FILE, FONDS, INVENTORY, OTHER_FILE, UNITS

ALLOWED = {
    (Level.FONDS, None),
    (Level.INVENTORY, Level.FONDS),
    (Level.SERIES, Level.FONDS),
    (Level.SERIES, Level.INVENTORY),
    (Level.FILE, Level.INVENTORY),
    (Level.FILE, Level.SERIES),
    (Level.FOLDER, Level.FILE),
    (Level.ITEM, Level.FILE),
    (Level.ITEM, Level.FOLDER),
}
# A place for each level, such that every one of them stands where it may.
PARENTS = {
    Level.FONDS: None,
    Level.INVENTORY: Level.FONDS,
    Level.SERIES: Level.INVENTORY,
    Level.FILE: Level.SERIES,
    Level.FOLDER: Level.FILE,
    Level.ITEM: Level.FOLDER,
}


def _unit_id(level: Level) -> str:
    return f"{list(Level).index(level) + 1:032x}"


def _unit(level: Level) -> RecordSet:
    parent = PARENTS[level]
    return RecordSet(
        unit_id=_unit_id(level),
        level=level,
        number="1",
        title=level.value,
        parent_id=_unit_id(parent) if parent else None,
    )


CHAIN = {level: _unit(level) for level in Level}


@pytest.mark.parametrize(("level", "above"), list(product(Level, [None, *Level])))
def test_levels_stand_in_order(level: Level, above: Level | None) -> None:
    """A unit stands under the levels of the house's table and under no other."""
    order = list(Level)
    chain = order[: order.index(above) + 1] if above else []
    here = RecordSet(
        unit_id=f"{99:032x}",
        level=level,
        number="99",
        title="here",
        parent_id=CHAIN[above].unit_id if above else None,
    )
    units = [*(CHAIN[each] for each in chain), here]
    if (level, above) in ALLOWED:
        assert UnitTree.of("RM", units).path(f"{99:032x}")[-1].level is level
        return

    with pytest.raises(UnitOrderError):
        UnitTree.of("RM", units)


def test_the_reference_code_is_the_path() -> None:
    """A unit's code is the repository and the numbers from the fonds down."""
    tree = UnitTree.of("RM", reversed(UNITS))

    assert tree.reference_code(FILE.unit_id) == "RM/45/1/347"
    assert [unit.number for unit in tree.path(FILE.unit_id)] == ["45", "1", "347"]
    assert tree.children(INVENTORY.unit_id) == (FILE, OTHER_FILE)
    assert tuple(tree.walk()) == UNITS


def test_children_come_in_order_of_number() -> None:
    """2 comes before 10, and 59a after 59."""
    numbers = ["10", "2", "59a", "59", "x"]
    units = [
        RecordSet(unit_id=f"{place:032x}", level=Level.FONDS, number=number, title="t")
        for place, number in enumerate(numbers)
    ]

    ordered = UnitTree.of("RM", units).children(None)

    assert [unit.number for unit in ordered] == ["x", "2", "10", "59", "59a"]


def test_what_a_unit_leaves_unsaid_is_said_above() -> None:
    """Creator, access and language come from the nearest unit above; scope and content does not."""
    fonds = RecordSet(
        unit_id=FONDS.unit_id,
        level=Level.FONDS,
        number="45",
        title="North Desk",
        description=Description(
            creator="North Desk",
            access_conditions="closed",
            language="ru",
            scope_and_content="everything",
        ),
    )
    file = RecordSet(
        unit_id=FILE.unit_id,
        level=Level.FILE,
        number="347",
        title="Harbour",
        parent_id=INVENTORY.unit_id,
        description=Description(access_conditions="open"),
    )
    tree = UnitTree.of("RM", [fonds, INVENTORY, file])

    assert tree.description(file.unit_id) == Description(
        creator="North Desk", access_conditions="open", language="ru"
    )
    assert tree.description(fonds.unit_id) == fonds.description


def test_a_number_is_given_once_under_one_parent() -> None:
    """Two units that would share a reference code, or an identifier, are refused."""
    twin = RecordSet(
        unit_id=f"{9:032x}",
        level=Level.FILE,
        number="347",
        title="again",
        parent_id=INVENTORY.unit_id,
    )
    for units in ([*UNITS, twin], [*UNITS, FILE]):
        with pytest.raises(DuplicateError):
            UnitTree.of("RM", units)


def test_an_orphan_is_refused() -> None:
    """A unit whose parent is absent has no place; a unit that is absent is not found."""
    with pytest.raises(UnitOrderError):
        UnitTree.of("RM", [FILE])
    with pytest.raises(ItemNotFoundError):
        UnitTree.of("RM", UNITS).path(f"{77:032x}")


def test_a_unit_is_placed_under_the_parent_it_names() -> None:
    """A unit is not put under another unit than its own parent, even one of the right level."""
    require_parent(FILE, INVENTORY)
    for parent in (None, FONDS):
        with pytest.raises(UnitOrderError):
            require_parent(FILE, parent)


def test_a_circle_cannot_be_built() -> None:
    """Levels rise towards the fonds, so that no unit can be inside itself."""
    for level in Level:
        alone = RecordSet(
            unit_id=f"{5:032x}", level=level, number="1", title="t", parent_id=f"{5:032x}"
        )
        with pytest.raises(UnitOrderError):
            UnitTree.of("RM", [alone])


@pytest.mark.parametrize("level", Level)
def test_records_are_filed_in_files_and_folders(level: Level) -> None:
    """Nothing is filed at a level that only arranges."""
    if level in {Level.FILE, Level.FOLDER}:
        require_filing(CHAIN[level])
        return

    with pytest.raises(UnitOrderError):
        require_filing(CHAIN[level])


@given(st.text())
def test_a_number_keeps_the_code_readable(number: str) -> None:
    """Whatever number is accepted, the code can be cut at its slashes again."""
    try:
        unit = RecordSet(unit_id=FONDS.unit_id, level=Level.FONDS, number=number, title="t")
    except ArchiveFormatError:
        return

    code = UnitTree.of("RM", [unit]).reference_code(unit.unit_id)

    assert code.split("/") == ["RM", number]
    assert not any(character.isspace() for character in code)


@pytest.mark.parametrize(
    "fields",
    [
        {"unit_id": "1"},
        {"unit_id": "A" * 32},
        {"number": "4/5"},
        {"number": ""},
        {"number": "1" * 65},
        {"title": " "},
        {"title": "two\nlines"},
        {"title": "nul\0"},
        {"title": "half \ud800"},
        {"parent_id": "up"},
        {"dates": "August 1950"},
    ],
)
def test_a_unit_is_valid_from_the_start(fields: dict[str, str]) -> None:
    """A unit that cannot be stored or cited is not made."""
    good = {"unit_id": f"{1:032x}", "number": "45", "title": "North Desk"}
    with pytest.raises(ArchiveFormatError):
        RecordSet(level=Level.FONDS, **{**good, **fields})  # type: ignore[arg-type]
