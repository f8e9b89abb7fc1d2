"""How long each precedence may take, at each step: the house's table (PROTOCOL 6, 7).

All of it is data that a station compares with its clock. Order on a channel is by serial, never by
time; a clock set wrong makes an alarm early or late, and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from depesha.telegram import Precedence

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# An addressee is expected to have dealt with a telegram within this after its release.
DUE_WITHIN: Mapping[Precedence, timedelta] = {
    Precedence.FLASH: _HOUR,
    Precedence.IMMEDIATE: 6 * _HOUR,
    Precedence.PRIORITY: _DAY,
    Precedence.ROUTINE: 7 * _DAY,
    Precedence.DEFERRED: 30 * _DAY,
}
# The other station is expected to have said that it has a telegram within this.
ACKNOWLEDGED_WITHIN: Mapping[Precedence, timedelta] = {
    Precedence.FLASH: 30 * _MINUTE,
    Precedence.IMMEDIATE: 2 * _HOUR,
    Precedence.PRIORITY: 12 * _HOUR,
    Precedence.ROUTINE: 3 * _DAY,
    Precedence.DEFERRED: 10 * _DAY,
}
# What is missing is asked for after this: it may only have been overtaken on the way.
ASK_AFTER: Mapping[Precedence, timedelta] = {
    Precedence.FLASH: 5 * _MINUTE,
    Precedence.IMMEDIATE: 30 * _MINUTE,
    Precedence.PRIORITY: 2 * _HOUR,
    Precedence.ROUTINE: 12 * _HOUR,
    Precedence.DEFERRED: _DAY,
}
# A fact that no telegram has carried back within this gets an object of its own.
TELL_WITHIN: Mapping[Precedence, timedelta] = {
    Precedence.FLASH: timedelta(0),
    Precedence.IMMEDIATE: 15 * _MINUTE,
    Precedence.PRIORITY: 4 * _HOUR,
    Precedence.ROUTINE: _DAY,
    Precedence.DEFERRED: 3 * _DAY,
}
TELL_AGAIN_AFTER = 4 * _DAY
ASK_AGAIN_AFTER = _DAY
RECAP_AFTER = _DAY
IDLE_RECAP_AFTER = 7 * _DAY
# A period key is issued anew when it is ten days old, and opens for ten more.
PERIOD_RENEWED_AFTER = 10 * _DAY
PERIOD_LIFE = 20 * _DAY
# Pages that end so soon are not counted on: their cover may be long on its way.
PAGES_END_SOON = 7 * _DAY


# Nothing here is ever put off for longer; what seems to be was noted by a clock that ran ahead.
_LONGEST = 5 * _DAY


def is_due(due: datetime, now: datetime) -> bool:
    """Tell whether something is due, also where the clock that said when has been set back."""
    return not now < due <= now + _LONGEST


def due_time(precedence: Precedence, released: datetime) -> datetime:
    """Return when an addressee with this precedence is expected to have dealt with a telegram."""
    return released + DUE_WITHIN[precedence]
