"""Instants in UTC, to the second, written in one way.

The text form is RFC 3339 with `Z`, and without the seconds where they are zero:
`2031-03-02T07:10Z` and `2031-03-02T07:10:05Z`. A second spelling of one instant is refused.
"""

import re
from datetime import UTC, datetime

from depesha.base.errors import BaseFormatError

_TEXT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?Z", re.ASCII)


def require_utc(at: datetime) -> datetime:
    """Return `at` cut to whole seconds.

    Raises:
        ValueError: `at` carries no UTC zone; that is a mistake of the program.
    """
    if at.tzinfo is not UTC:
        raise ValueError("an instant is given in UTC")
    return at.replace(microsecond=0)


def instant_to_text(at: datetime) -> str:
    """Write an instant; seconds are left out where they are zero."""
    at = require_utc(at).replace(tzinfo=None)
    return at.isoformat(timespec="minutes" if at.second == 0 else "seconds") + "Z"


def instant_from_text(text: str) -> datetime:
    """Read what `instant_to_text` writes.

    Raises:
        BaseFormatError: The text is another spelling, or no such instant exists.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise BaseFormatError("not an instant: expected YYYY-MM-DDTHH:MM[:SS]Z")
    try:
        at = datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError as error:
        raise BaseFormatError("not an instant: there is no such day or time") from error
    if instant_to_text(at) != text:
        raise BaseFormatError("not an instant: seconds of zero are left out")
    return at
