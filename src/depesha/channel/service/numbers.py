"""Series, serials and counts as service texts write them, each in its one spelling."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from depesha.base import SERIAL_LIMIT
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import NONE, decimal

SERIES_LIMIT = 100
_LAST_YEAR = 9999
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_COUNT = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
Highest = tuple[tuple[int, int], ...]


def require_year(series: int) -> None:
    """Refuse a series that is not a year of four digits.

    Raises:
        ServiceFormatError: It is anything else.
    """
    if not 0 <= series <= _LAST_YEAR:
        raise ServiceFormatError("a series is a year of four digits")


def require_number(serial: int) -> None:
    """Refuse a serial that no channel gives.

    Raises:
        ServiceFormatError: It is below 1 or has more than nine digits.
    """
    if not 1 <= serial <= SERIAL_LIMIT:
        raise ServiceFormatError(f"a serial is a number from 1 to {SERIAL_LIMIT}")


def require_rising(keys: Sequence[Any], *, what: str) -> None:
    """Refuse keys that are not in order, or of which one stands twice.

    Raises:
        ServiceFormatError: They are not.
    """
    if any(right <= left for left, right in pairwise(keys)):
        raise ServiceFormatError(f"{what} stand in order, each once")


def require_highest(highest: Highest) -> None:
    """Refuse pairs of series and serial that are not in order, each series once.

    Raises:
        ServiceFormatError: They are not, or there are more than 100.
    """
    if len(highest) > SERIES_LIMIT:
        raise ServiceFormatError(f"more than {SERIES_LIMIT} series")
    for series, serial in highest:
        require_year(series)
        require_number(serial)
    require_rising([series for series, _ in highest], what="series")


def year(text: str) -> int:
    """Read a year of four digits.

    Raises:
        ValueError: It is anything else.
    """
    if not _YEAR.fullmatch(text):
        raise ValueError("not a year of four digits")
    return int(text)


def year_text(series: int) -> str:
    """Write a year of four digits."""
    return f"{series:04}"


def count(text: str) -> int:
    """Read a number from 0 on, of at most nine digits.

    Raises:
        ValueError: It is anything else, or has a leading zero.
    """
    if not _COUNT.fullmatch(text):
        raise ValueError("not a number in its one spelling")
    return int(text)


def highest(text: str) -> Highest:
    """Read the highest serial of each series, such as `2030:1204 2031:17`; none is `none`.

    Raises:
        ValueError: It is anything else.
    """
    if text == NONE:
        return ()
    pairs = (word.partition(":") for word in text.split(" "))
    return tuple((year(series), decimal(serial)) for series, _, serial in pairs)


def highest_text(serials: Highest) -> str:
    """Write what `highest` reads."""
    return " ".join(f"{year_text(series)}:{serial}" for series, serial in serials) or NONE
