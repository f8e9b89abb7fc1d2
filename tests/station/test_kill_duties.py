"""A station killed with SIGKILL right after a duty: it is neither done again nor forgotten."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from depesha.station.desks.duties import DutyReport
from tests.station.acting import bring, sent
from tests.station.due_scene import (
    do_all,
    duties,
    make_all_due,
    make_facts_due,
    require_all_made_good,
    require_live_pages_have_their_secrets,
)
from tests.station.houses import BEGIN, Founded, Pair, open_house
from tests.station.test_kill import run

pytestmark = pytest.mark.process


@contextmanager
def killed_at(step: str, pair: Pair) -> Iterator[Pair]:
    """Close the north, let a process of its own do its duties and die, and open it again."""
    minutes = (pair.clock.now() - BEGIN).total_seconds() // 60
    pair.north.station.close()
    ended = run(pair.north.home, step, "duties", str(int(minutes)))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    pair.north = open_house(pair.north.home, pair.relay, pair.clock)
    yield pair


@pytest.mark.parametrize("step", ["books", "voided", "repeated", "asked", "recaps"])
def test_a_station_killed_after_a_duty_goes_on(founded: Founded, tmp_path: Path, step: str) -> None:
    """What was done is not done again, what was not done is, and both ends agree in the end."""
    with founded.opened(tmp_path) as pair:
        make_all_due(pair)
        with killed_at(step, pair):
            done = duties(pair.north.office)
            assert getattr(done, step) == (1 if step == "books" else 0)
            require_live_pages_have_their_secrets(pair.north)
            do_all(pair)
            require_all_made_good(pair)


def test_a_station_killed_after_telling_facts_tells_them_no_second_time(
    founded: Founded, tmp_path: Path
) -> None:
    """The cover that told them is in the outbox; it leaves, and nothing else is made."""
    with founded.opened(tmp_path) as pair:
        make_facts_due(pair)
        before = len(sent(pair.north, pair.port))
        with killed_at("told", pair):
            assert len(sent(pair.north, pair.port)) == before + 1
            assert duties(pair.north.office) == DutyReport()
            assert bring(pair.north, pair.port) == ["receipt"]
            (held,) = pair.port.station.reading.telegrams()
            kinds = {one.kind for one in pair.port.station.reading.telegram(held.record_id).stamps}
            assert {"received", "opened"} <= kinds
