"""A set of serials in its one spelling: what a cover acknowledges, what a ledger has received."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from depesha.base.errors import BaseFormatError

SERIAL_LIMIT = 999_999_999
_NONE = "none"
_RUN_LIMIT = 10_000
_SERIAL = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_SERIES = re.compile(r"[0-9]{4}", re.ASCII)
_SERIES_LIMIT = 100
_LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class SerialRanges:
    """A set of serials as runs, such as `1-1204,1206`: in order, never touching.

    It is what a cover says it has, so acknowledgement is cumulative and repeats are harmless.
    """

    runs: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.runs) > _RUN_LIMIT:
            raise BaseFormatError(f"more than {_RUN_LIMIT} runs of serials")
        previous = -1
        for first, last in self.runs:
            _require_serial(first)
            _require_serial(last)
            if first > last or first <= previous + 1:
                raise BaseFormatError("runs of serials are in order and do not touch")
            previous = last

    @classmethod
    def of(cls, serials: Iterable[int]) -> Self:
        """Collect serials given in any order."""
        runs: list[tuple[int, int]] = []
        for serial in sorted(set(serials)):
            if runs and runs[-1][1] == serial - 1:
                runs[-1] = (runs[-1][0], serial)
            else:
                runs.append((serial, serial))
        return cls(tuple(runs))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; no serial at all is `none`.

        Raises:
            BaseFormatError: The text is anything else.
        """
        if text == _NONE:
            return cls()
        found = cls(tuple(_read_run(run) for run in text.split(",")))
        if found.to_text() != text:
            raise BaseFormatError("a run of one serial is written as one number")
        return found

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        if not self.runs:
            return _NONE
        return ",".join(
            str(first) if first == last else f"{first}-{last}" for first, last in self.runs
        )

    def __contains__(self, serial: int) -> bool:
        return any(first <= serial <= last for first, last in self.runs)

    def including(self, serial: int) -> "SerialRanges":
        """Return the set with one serial more."""
        return self.joined(((serial, serial),))

    def joined(self, runs: Iterable[tuple[int, int]]) -> "SerialRanges":
        """Return the set with the serials of `runs` as well."""
        merged: list[tuple[int, int]] = []
        for first, last in sorted([*self.runs, *runs]):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return SerialRanges(tuple(merged))

    def missing(self, *, first: int) -> "SerialRanges":
        """Return the gaps between `first` and the highest serial in the set."""
        return SerialRanges(tuple(self._gaps(first)))

    @property
    def highest(self) -> int | None:
        """The highest serial, or None in an empty set."""
        return self.runs[-1][1] if self.runs else None

    def _gaps(self, first: int) -> Iterator[tuple[int, int]]:
        expected = first
        for start, last in self.runs:
            if start > expected:
                yield expected, start - 1
            expected = max(expected, last + 1)


@dataclass(frozen=True, slots=True)
class SeriesSerials:
    """Sets of serials of several yearly series, such as `2030:1-1204,1206 2031:1-3`.

    The series rise, each stands once, and none is empty: a December that was acknowledged only in
    January is still acknowledged.
    """

    series: tuple[tuple[int, SerialRanges], ...] = ()

    def __post_init__(self) -> None:
        if len(self.series) > _SERIES_LIMIT:
            raise BaseFormatError(f"more than {_SERIES_LIMIT} series")
        years = [year for year, _ in self.series]
        if years != sorted(set(years)) or not all(0 <= year <= _LAST_YEAR for year in years):
            raise BaseFormatError("series are years, in order, each once")
        if not all(serials.runs for _, serials in self.series):
            raise BaseFormatError("a series without serials is left out")

    @classmethod
    def of(cls, found: Mapping[int, SerialRanges]) -> Self:
        """Collect series given in any order; those without serials are left out."""
        return cls(tuple((year, found[year]) for year in sorted(found) if found[year].runs))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; no serial at all is `none`.

        Raises:
            BaseFormatError: The text is anything else.
        """
        if text == _NONE:
            return cls()
        return cls(tuple(_read_series(word) for word in text.split(" ")))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        if not self.series:
            return _NONE
        return " ".join(f"{year:04}:{serials.to_text()}" for year, serials in self.series)

    def of_year(self, year: int) -> SerialRanges:
        """Return the serials of one series; none where it is not named."""
        return dict(self.series).get(year, SerialRanges())

    def has(self, year: int, serial: int) -> bool:
        """Tell whether a serial of a series is among them."""
        return serial in self.of_year(year)


def _read_series(text: str) -> tuple[int, SerialRanges]:
    year, separator, serials = text.partition(":")
    if not separator or not _SERIES.fullmatch(year):
        raise BaseFormatError("not a year of four digits and its serials")
    return int(year), SerialRanges.from_text(serials)


def _read_run(text: str) -> tuple[int, int]:
    first, separator, last = text.partition("-")
    return _read_serial(first), _read_serial(last if separator else first)


def _read_serial(text: str) -> int:
    if not _SERIAL.fullmatch(text):
        raise BaseFormatError("not a run of serials such as 7 or 3-9")
    return int(text)


def _require_serial(serial: int) -> None:
    if not 1 <= serial <= SERIAL_LIMIT:
        raise BaseFormatError(f"a serial is a number from 1 to {SERIAL_LIMIT}")
