"""The arrangement: units from fonds to item, one inside the other (ISAD(G) 2nd edition).

A record belongs to one working file of this tree; where other archives hold it is said by the
record's own holdings. A unit's reference code is made from its place and never renumbered, so a
unit, once placed, does not move.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from depesha.archive.canonical import (
    require_identifier,
    require_unit_number,
    require_written,
    require_written_line,
)
from depesha.archive.dates import span_of
from depesha.archive.errors import DuplicateError, ItemNotFoundError, UnitOrderError


class Level(StrEnum):
    """The level of description, with the words of fond, opis, delo and papka in English."""

    FONDS = "fonds"
    INVENTORY = "inventory"
    SERIES = "series"
    FILE = "file"
    FOLDER = "folder"
    ITEM = "item"


# Under which levels a unit may stand; None is the root. A file's parent is an inventory or a
# series, so that a reference code always tells how a file was listed.
PARENT_LEVELS: Mapping[Level, frozenset[Level | None]] = MappingProxyType({
    Level.FONDS: frozenset({None}),
    Level.INVENTORY: frozenset({Level.FONDS}),
    Level.SERIES: frozenset({Level.FONDS, Level.INVENTORY}),
    Level.FILE: frozenset({Level.INVENTORY, Level.SERIES}),
    Level.FOLDER: frozenset({Level.FILE}),
    Level.ITEM: frozenset({Level.FILE, Level.FOLDER}),
})  # fmt: skip
FILING_LEVELS = frozenset({Level.FILE, Level.FOLDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said of a unit; None is not said here, so that the unit above speaks for it.

    Scope and content describes one level only and is not inherited (ISAD(G) rule 2.4, no
    repetition, and 2.2, information relevant to the level).
    """

    creator: str | None = None
    access_conditions: str | None = None
    language: str | None = None
    custodial_history: str | None = None
    scope_and_content: str | None = field(default=None, metadata={"inherited": False})

    def __post_init__(self) -> None:
        for each in fields(self):
            said = getattr(self, each.name)
            if said is not None:
                require_written(said, what=each.name)

    def below(self, above: "Description") -> "Description":
        """Return this description with what it leaves unsaid taken from `above`."""
        taken = {
            each.name: getattr(above, each.name)
            for each in fields(self)
            if each.metadata.get("inherited", True) and getattr(self, each.name) is None
        }
        return replace(self, **taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """One unit of arrangement, valid by itself; the tree says whether it may stand there."""

    unit_id: str
    level: Level
    number: str
    title: str
    parent_id: str | None = None
    dates: str | None = None
    description: Description = Description()

    def __post_init__(self) -> None:
        require_identifier(self.unit_id)
        require_unit_number(self.number)
        require_written_line(self.title, what="title")
        if self.parent_id is not None:
            require_identifier(self.parent_id)
        if self.dates is not None:
            span_of(self.dates)


def require_parent(unit: RecordSet, parent: RecordSet | None) -> None:
    """Refuse a unit whose level may not stand under `parent`'s.

    Raises:
        UnitOrderError: The levels do not follow each other, or `parent` is not the unit's parent.
    """
    if unit.parent_id != (parent.unit_id if parent else None):
        raise UnitOrderError("the unit names another parent")
    if (parent.level if parent else None) not in PARENT_LEVELS[unit.level]:
        place = f"in a {parent.level}" if parent else "at the top"
        raise UnitOrderError(f"a unit of level {unit.level} does not stand {place}")


def require_filing(unit: RecordSet) -> None:
    """Refuse a unit that holds no records of its own.

    Raises:
        UnitOrderError: Records are filed in a file or a folder only.
    """
    if unit.level not in FILING_LEVELS:
        raise UnitOrderError(f"records are filed in a file or a folder, not in a {unit.level}")


@dataclass(frozen=True, slots=True)
class UnitTree:
    """All units of one repository: every parent present, every level in order, numbers unique."""

    repository: str
    units: Mapping[str, RecordSet]

    @classmethod
    def of(cls, repository: str, units: Iterable[RecordSet]) -> Self:
        """Arrange `units`, given in any order.

        Raises:
            UnitOrderError: A unit stands where its level may not, or its parent is absent.
            DuplicateError: Two units share an identifier, or a number under one parent.
        """
        require_unit_number(repository)
        placed: dict[str, RecordSet] = {}
        numbers: set[tuple[str | None, str]] = set()
        for unit in units:
            if unit.unit_id in placed or (unit.parent_id, unit.number) in numbers:
                raise DuplicateError("a unit with this identifier or number is there already")
            placed[unit.unit_id] = unit
            numbers.add((unit.parent_id, unit.number))
        for unit in placed.values():
            require_parent(unit, _parent(unit, placed))
        return cls(repository, MappingProxyType(placed))

    def unit(self, unit_id: str) -> RecordSet:
        """Return one unit.

        Raises:
            ItemNotFoundError: There is none of that identifier.
        """
        try:
            return self.units[unit_id]
        except KeyError:
            raise ItemNotFoundError("no such unit of arrangement") from None

    def path(self, unit_id: str) -> tuple[RecordSet, ...]:
        """Return the units from the fonds down to this one.

        Raises:
            ItemNotFoundError: There is none of that identifier.
        """
        upwards = [self.unit(unit_id)]
        # Levels rise at every step, so that this ends.
        while upwards[-1].parent_id is not None:
            upwards.append(self.units[upwards[-1].parent_id])
        return tuple(reversed(upwards))

    def children(self, unit_id: str | None) -> tuple[RecordSet, ...]:
        """Return the units directly inside this one (None: the fonds), in order of number."""
        inside = (unit for unit in self.units.values() if unit.parent_id == unit_id)
        return tuple(sorted(inside, key=lambda unit: (_numeric(unit.number), unit.number)))

    def walk(self) -> Iterator[RecordSet]:
        """Yield every unit, each before the units inside it."""
        waiting = list(reversed(self.children(None)))
        while waiting:
            unit = waiting.pop()
            yield unit
            waiting.extend(reversed(self.children(unit.unit_id)))

    def reference_code(self, unit_id: str) -> str:
        """Return the repository's code and the numbers from the top down, such as `RM/45/1/347`.

        Raises:
            ItemNotFoundError: There is no such unit.
        """
        return "/".join([self.repository, *(unit.number for unit in self.path(unit_id))])

    def description(self, unit_id: str) -> Description:
        """Return what holds for this unit, the unsaid taken from the nearest unit above.

        Raises:
            ItemNotFoundError: There is no such unit.
        """
        spoken = Description()
        for unit in self.path(unit_id):
            spoken = unit.description.below(spoken)
        return spoken


def _parent(unit: RecordSet, placed: Mapping[str, RecordSet]) -> RecordSet | None:
    if unit.parent_id is None:
        return None
    try:
        return placed[unit.parent_id]
    except KeyError:
        raise UnitOrderError("the unit's parent is not there") from None


def _numeric(number: str) -> int:
    """Sort 2 before 10, and 059a as 59; ties are broken by the number as written."""
    digits = ""
    for character in number:
        if not (character.isascii() and character.isdigit()):
            break
        digits += character
    return int(digits or "0")
