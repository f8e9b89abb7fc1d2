"""The house's table of times: more urgent is never later, and no step outlasts the next one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from depesha.channel.padbook import PERIOD_LIMIT
from depesha.station.desks.timing import (
    ACKNOWLEDGED_WITHIN,
    ASK_AFTER,
    ASK_AGAIN_AFTER,
    DUE_WITHIN,
    IDLE_RECAP_AFTER,
    PAGES_END_SOON,
    PERIOD_LIFE,
    PERIOD_RENEWED_AFTER,
    RECAP_AFTER,
    TELL_AGAIN_AFTER,
    TELL_WITHIN,
    due_time,
    is_due,
)
from depesha.telegram import Precedence

RELEASED = datetime(2031, 12, 31, 23, 30, tzinfo=UTC)
URGENT_FIRST = [
    Precedence.FLASH,
    Precedence.IMMEDIATE,
    Precedence.PRIORITY,
    Precedence.ROUTINE,
    Precedence.DEFERRED,
]
TABLES = [DUE_WITHIN, ACKNOWLEDGED_WITHIN, ASK_AFTER, TELL_WITHIN]


@pytest.mark.parametrize("table", TABLES)
def test_each_step_has_a_time_for_each_precedence(table: Mapping[Precedence, timedelta]) -> None:
    """None is forgotten, and a more urgent telegram never waits longer."""
    assert set(table) == set(Precedence)
    for urgent, calm in pairwise(URGENT_FIRST):
        assert table[urgent] < table[calm]


@pytest.mark.parametrize("precedence", Precedence)
def test_what_a_station_does_by_itself_comes_before_the_alarm(precedence: Precedence) -> None:
    """What is missing is asked for, and what came is told, before the sender calls it overdue."""
    assert TELL_WITHIN[precedence] < ACKNOWLEDGED_WITHIN[precedence]
    assert ASK_AFTER[precedence] < ACKNOWLEDGED_WITHIN[precedence]
    assert ACKNOWLEDGED_WITHIN[precedence] < DUE_WITHIN[precedence]


def test_a_period_key_overlaps_the_next_and_may_be_issued() -> None:
    """There is always one to fall back on, and none that a reader would refuse."""
    assert timedelta(0) < PERIOD_RENEWED_AFTER < PERIOD_LIFE <= PERIOD_LIMIT
    assert PERIOD_LIFE - PERIOD_RENEWED_AFTER > IDLE_RECAP_AFTER, "even a quiet channel renews it"


def test_what_was_said_is_said_again_more_slowly() -> None:
    """An answer has the time to come back before the question goes out once more."""
    assert ASK_AFTER[Precedence.ROUTINE] < ASK_AGAIN_AFTER
    assert max(TELL_WITHIN.values()) < TELL_AGAIN_AFTER
    assert RECAP_AFTER < IDLE_RECAP_AFTER <= PAGES_END_SOON


def test_a_telegram_is_due_by_its_release() -> None:
    """The clock runs from the release, over the end of the year as on any day."""
    assert due_time(Precedence.FLASH, RELEASED) == datetime(2032, 1, 1, 0, 30, tzinfo=UTC)
    assert due_time(Precedence.ROUTINE, RELEASED) == RELEASED + timedelta(days=7)


def test_what_a_clock_ahead_put_off_is_due() -> None:
    """Due from its instant on; and when it lies further ahead than anything is ever put off."""
    longest = max(TELL_AGAIN_AFTER, *TELL_WITHIN.values(), *ASK_AFTER.values(), ASK_AGAIN_AFTER)
    second = timedelta(seconds=1)
    assert [is_due(RELEASED + after, RELEASED) for after in (-second, timedelta(0))] == [True, True]
    assert [is_due(RELEASED + after, RELEASED) for after in (second, longest)] == [False, False]
    assert is_due(RELEASED + timedelta(days=300), RELEASED)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, True), (0, True), (1, False), (5 * 24 * 60, False)]
)
def test_something_is_due_from_its_instant_on(minutes: int, expected: bool) -> None:
    """And not before, as long as the clock that said when was right."""
    assert is_due(RELEASED + timedelta(minutes=minutes), RELEASED) is expected


def test_what_a_clock_that_ran_ahead_put_off_is_due_now() -> None:
    """Nothing is ever put off for so long; a clock set right again must not silence a channel."""
    longest = max(TELL_AGAIN_AFTER, ASK_AGAIN_AFTER, *ASK_AFTER.values(), *TELL_WITHIN.values())
    assert not is_due(RELEASED + longest, RELEASED)
    assert is_due(RELEASED + timedelta(days=400), RELEASED)
