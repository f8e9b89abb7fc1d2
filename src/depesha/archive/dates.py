"""Dates as the archive sorts and searches them: EDTF in, the days it may mean out.

Reads the part of EDTF (Library of Congress, 4 February 2019) that dates records: years 0001 to
9999, months and days, times of day, `?`, `~` and `%` at the end, `X` for unknown digits from the
right, and intervals with open or unknown ends. Seasons, long and negative years are refused, as
is every day that the calendar does not have.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from depesha.archive.errors import ArchiveFormatError

_DAY = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?(?P<qualifier>[?~%])?",
    re.ASCII,
)
_TIMED = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?:Z|(?!-00(?::00)?$)[+-](?:0\d|1[01])(?::[0-5]\d)?|\+1[23](?::[0-5]\d)?|-12(?::00)?|\+14(?::00)?)?",
    re.ASCII,
)
OPEN_ENDS = ("", "..")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """The first and the last day that a date may mean; None is an end that is open."""

    earliest: date | None
    latest: date | None

    def __post_init__(self) -> None:
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise ArchiveFormatError("not a date: the interval ends before it begins")

    def is_after(self, other: "DateSpan") -> bool:
        """Tell whether every day of this span comes after every day of `other`."""
        return (
            self.earliest is not None and other.latest is not None and self.earliest > other.latest
        )


UNDATED = DateSpan(earliest=None, latest=None)


def span_of(edtf: str) -> DateSpan:
    """Read a date or an interval.

    Raises:
        ArchiveFormatError: The text is not EDTF of the part described above.
    """
    start, slash, end = edtf.partition("/")
    if not slash:
        return _day_span(start)
    if start in OPEN_ENDS and end in OPEN_ENDS:
        raise ArchiveFormatError("not a date: an interval without ends says nothing")
    if "T" in edtf:
        raise ArchiveFormatError("not a date: an interval runs from day to day")
    first = None if start in OPEN_ENDS else _day_span(start)
    last = None if end in OPEN_ENDS else _day_span(end)
    _require_order(first, last)
    return DateSpan(
        earliest=first.earliest if first else None, latest=last.latest if last else None
    )


def _require_order(first: DateSpan | None, last: DateSpan | None) -> None:
    """Refuse an end that begins before the beginning does: 1950-08-28/1950-08 says nothing."""
    if first is None or last is None or first.earliest is None or last.earliest is None:
        return
    if last.earliest < first.earliest:
        raise ArchiveFormatError("not a date: the interval ends before it begins")


def _day_span(text: str) -> DateSpan:
    timed = _TIMED.fullmatch(text)
    match = _DAY.fullmatch(timed[1] if timed else text)
    if match is None:
        raise ArchiveFormatError("not a date: expected such as 1950-08-28, 1950-08 or 1950/1953")
    year, month, day = match["year"], match["month"], match["day"]
    _require_unknown_to_the_right(year, month, day)
    try:
        earliest = date(int(year.replace("X", "0")), _known(month, 1), _known(day, 1))
        last_year, last_month = int(year.replace("X", "9")), _known(month, 12)
        longest = monthrange(last_year, last_month)[1]
        latest = date(last_year, last_month, _known(day, longest))
    except ValueError:
        raise ArchiveFormatError("not a date: the calendar has no such day") from None
    return DateSpan(earliest=earliest, latest=latest)


def _require_unknown_to_the_right(year: str, month: str | None, day: str | None) -> None:
    """Refuse a known month of an unknown year, and so on: such dates name no span of days."""
    unknown = False
    for part in (year, month, day):
        if part is None:
            return
        if unknown and part != "XX":
            raise ArchiveFormatError("not a date: a known part follows an unknown one")
        unknown = "X" in part


def _known(part: str | None, otherwise: int) -> int:
    return otherwise if part is None or part == "XX" else int(part)
