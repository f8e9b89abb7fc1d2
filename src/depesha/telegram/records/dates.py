"""Dates as English texts print them, read to ISO 8601 where the calendar has such a day."""

import re
from datetime import date

_NAMES = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split("|"), start=1)}
MONTH_FIRST = rf"(?:{_NAMES})\s+\d{{1,2}},\s+\d{{4}}"
DAY_FIRST = rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_NAMES}),?\s+\d{{4}}"
_MONTH_FIRST = re.compile(rf"({_NAMES})\s+(\d{{1,2}}),\s+(\d{{4}})", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({_NAMES}),?\s+(\d{{4}})", re.ASCII)


def read_date(text: str) -> str | None:
    """Read `August 28, 1950` or `28 August 1950`; None for anything else and for no such day."""
    text = text.strip()
    if match := _MONTH_FIRST.fullmatch(text):
        return _iso(match[3], match[1], match[2])
    if match := _DAY_FIRST.fullmatch(text):
        return _iso(match[3], match[2], match[1])
    return None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), _MONTHS[month], int(day)).isoformat()
    except ValueError:
        return None
