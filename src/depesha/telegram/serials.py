"""Whole numbers in their one spelling, and the sets of serials that a station acknowledges."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from depesha.telegram.errors import TelegramFormatError

NONE = "none"
_COUNT = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_YEAR = re.compile(r"[1-9][0-9]{3}", re.ASCII)


def read_count(text: str) -> int:
    """Read a whole number from 1 on, in its one spelling.

    Raises:
        TelegramFormatError: The text is anything else, or has more than nine digits.
    """
    if not _COUNT.fullmatch(text):
        raise TelegramFormatError("not a number from 1 on in its one spelling")
    return int(text)


def read_size(text: str) -> int:
    """Read a whole number from 0 on, in its one spelling.

    Raises:
        TelegramFormatError: The text is anything else, or has more than eighteen digits.
    """
    if not _SIZE.fullmatch(text):
        raise TelegramFormatError("not a size in its one spelling")
    return int(text)


def read_year(text: str) -> int:
    """Read a year of four digits.

    Raises:
        TelegramFormatError: The text is anything else.
    """
    if not _YEAR.fullmatch(text):
        raise TelegramFormatError("not a year of four digits")
    return int(text)


@dataclass(frozen=True, slots=True)
class SerialRanges:
    """A set of serials, kept as ranges: sorted, apart, and none empty.

    Ranges that touch are one range, so a set has one spelling: `1-1204,1206`, or `none`.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if any(first < 1 or last < first for first, last in self.ranges):
            raise TelegramFormatError("a range of serials is empty or begins below 1")
        if any(right[0] <= left[1] + 1 for left, right in pairwise(self.ranges)):
            raise TelegramFormatError("ranges of serials touch, overlap or are out of order")

    @classmethod
    def of(cls, serials: Iterable[int]) -> Self:
        """Collect serials in any order, each any number of times.

        Raises:
            TelegramFormatError: A serial is below 1.
        """
        ranges: list[tuple[int, int]] = []
        for serial in sorted(set(serials)):
            if ranges and ranges[-1][1] + 1 == serial:
                ranges[-1] = (ranges[-1][0], serial)
            else:
                ranges.append((serial, serial))
        return cls(tuple(ranges))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form.

        Raises:
            TelegramFormatError: The text is anything else.
        """
        return cls(() if text == NONE else tuple(_range(part) for part in text.split(",")))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        return (
            ",".join(
                str(first) if first == last else f"{first}-{last}" for first, last in self.ranges
            )
            or NONE
        )

    def add(self, serial: int) -> Self:
        """Return the set with `serial` in it.

        Raises:
            TelegramFormatError: The serial is below 1.
        """
        first = last = serial
        before: list[tuple[int, int]] = []
        after: list[tuple[int, int]] = []
        for low, high in self.ranges:
            if high + 1 < first:
                before.append((low, high))
            elif last + 1 < low:
                after.append((low, high))
            else:
                first, last = min(first, low), max(last, high)
        return type(self)((*before, (first, last), *after))

    @property
    def highest(self) -> int:
        """The highest serial in the set; 0 while it is empty."""
        return self.ranges[-1][1] if self.ranges else 0

    def gaps(self) -> tuple[tuple[int, int], ...]:
        """The ranges from 1 up to the highest serial that are not in the set."""
        ends = [0, *(last for _, last in self.ranges)]
        return tuple(
            (end + 1, first - 1)
            for end, (first, _) in zip(ends, self.ranges, strict=False)
            if end + 1 < first
        )

    def __contains__(self, serial: int) -> bool:
        return any(first <= serial <= last for first, last in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __bool__(self) -> bool:
        return bool(self.ranges)


def _range(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if not dash:
        return read_count(first), read_count(first)
    if first == last:
        raise TelegramFormatError("a range of one serial is written as that serial")
    return read_count(first), read_count(last)
