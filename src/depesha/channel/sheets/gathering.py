"""Gathering scanned parts into objects: in any order, with repetitions, some perhaps missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from depesha.base import Digest
from depesha.channel.errors import SheetFormatError
from depesha.channel.sheets.part import SheetPart, join_parts

# One who puts whatever he likes into the file that is scanned still ends somewhere.
PART_COUNT_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """A sheet of which parts are missing; `contradicting` were read with two different contents."""

    label: str
    parts: int
    missing: tuple[int, ...] = ()
    contradicting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The objects that are whole, the sheets that are not, and the lines that could not be read."""

    objects: tuple[bytes, ...] = field(repr=False)
    incomplete: tuple[Incomplete, ...]
    unread_lines: tuple[int, ...]


def gather(lines: Iterable[str]) -> Gathered:
    """Read scanned texts, one in a line, and put the objects together.

    Blank lines and outer spaces are passed over; what is no part is told by its line, from 1.

    Raises:
        SheetFormatError: There are far more lines than sheets have.
    """
    sheets: defaultdict[tuple[Digest, int], set[SheetPart]] = defaultdict(set)
    unread = []
    for number, line in enumerate(lines, 1):
        if number > PART_COUNT_LIMIT:
            raise SheetFormatError(f"at most {PART_COUNT_LIMIT} lines are read at once")
        if not line.strip():
            continue
        try:
            part = SheetPart.from_text(line.strip())
        except SheetFormatError:
            unread.append(number)
            continue
        sheets[part.digest, part.parts].add(part)
    return _joined(sheets, tuple(unread))


def _joined(
    sheets: Mapping[tuple[Digest, int], set[SheetPart]], unread: tuple[int, ...]
) -> Gathered:
    objects, incomplete = [], []
    for (_, parts), found in sheets.items():
        missing, contradicting = _faults(found, parts)
        in_order = sorted(found, key=lambda part: part.number)
        if not missing and not contradicting:
            try:
                objects.append(join_parts(in_order))
                continue
            except SheetFormatError:
                contradicting = tuple(range(1, parts + 1))
        incomplete.append(
            Incomplete(
                label=in_order[0].label,
                parts=parts,
                missing=missing,
                contradicting=contradicting,
            )
        )
    return Gathered(objects=tuple(objects), incomplete=tuple(incomplete), unread_lines=unread)


def _faults(found: set[SheetPart], parts: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    numbers = [part.number for part in found]
    every = range(1, parts + 1)
    missing = tuple(number for number in every if number not in numbers)
    return missing, tuple(number for number in every if numbers.count(number) > 1)
