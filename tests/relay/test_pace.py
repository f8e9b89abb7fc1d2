from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import RelayBusyError
from depesha.relay.pace import BUCKET_LIMIT, NOBODY, Intake, Pace


def spend(pace: Pace, key: bytes, times: int, now: float) -> None:
    for _ in range(times):
        pace.spend(key, now_seconds=now)


def test_a_minute_holds_its_calls_and_no_more() -> None:
    """All at once is allowed; the next must wait as long as it is told."""
    pace = Pace(60)
    spend(pace, b"a", 60, 0)
    with pytest.raises(RelayBusyError) as busy:
        pace.spend(b"a", now_seconds=0)
    pace.spend(b"a", now_seconds=busy.value.retry_after_seconds)


def test_one_right_does_not_slow_another() -> None:
    """Guessing exhausts the guessers' bucket, and nobody else's."""
    pace = Pace(1)
    pace.spend(NOBODY, now_seconds=0)
    with pytest.raises(RelayBusyError):
        pace.spend(NOBODY, now_seconds=0)
    pace.spend(b"a", now_seconds=0)


def test_no_limit_lets_all_pass() -> None:
    """Zero calls a minute means that nobody counts."""
    spend(Pace(0), b"a", 10_000, 0)


@given(st.lists(st.floats(0, 5), max_size=80), st.integers(1, 30))
def test_over_time_no_more_than_the_pace_passes(waits: list[float], per_minute: int) -> None:
    """However the calls are spread, a full bucket and what flowed in since bound them."""
    pace = Pace(per_minute)
    now, passed = 0.0, 0
    for wait in waits:
        now += wait
        with suppress(RelayBusyError):
            pace.spend(b"a", now_seconds=now)
            passed += 1
    assert passed <= per_minute + now * per_minute / 60 + 1e-6


def test_buckets_that_are_full_again_are_forgotten() -> None:
    """The memory of a relay does not grow with every right it ever saw."""
    pace = Pace(60)
    for number in range(BUCKET_LIMIT):
        pace.spend(number.to_bytes(4), now_seconds=0)
    pace.spend(b"later", now_seconds=120)
    assert len(pace._left) == 1


def test_bodies_under_way_have_a_bound_together() -> None:
    """What does not fit is told to come again; room returns when a body is done with."""
    intake = Intake(limit_bytes=10)
    intake.take(6)
    intake.take(4)
    with pytest.raises(RelayBusyError):
        intake.take(1)
    intake.give_back(6)
    intake.take(6)
    assert intake.held_bytes == 10
