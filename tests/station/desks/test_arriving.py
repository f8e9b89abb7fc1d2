from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from depesha.telegram import Distribution, Precedence
from tests.station.desks.test_reception import receive, sent
from tests.station.forging import Inside
from tests.station.houses import BEGIN, NORTH, PORT, Founded, Pair, draft_to
from tests.station.looking import everything

Change = Callable[[Inside], Inside]
LATER = BEGIN + timedelta(days=3)
NEXT_YEAR = BEGIN.replace(year=2032)


@dataclass(frozen=True)
class Undelivered:
    pair: Pair
    inside: Inside


@pytest.fixture(scope="module")
def undelivered(
    founded: Founded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Undelivered]:
    with founded.opened(tmp_path_factory.mktemp("arriving")) as pair:
        yield Undelivered(pair, sent(pair)[1])


CONTRADICTIONS: dict[str, tuple[str, Change]] = {
    "sealed in the future": ("station.arrival", lambda one: one.with_cover(sealed=LATER)),
    "another year's series": ("station.arrival", lambda one: one.with_cover(series=2030)),
    "sealed before its card held": (
        "channel.card_validity",
        lambda one: one.with_cover(sealed=BEGIN - timedelta(minutes=1)),
    ),
    "released after it was sealed": (
        "station.arrival",
        lambda one: one.with_minute(released=LATER),
    ),
    "numbered in another year": ("station.arrival", lambda one: one.with_minute(year=2030)),
    "another copy": ("station.arrival", lambda one: one.with_cover(copy_number=2)),
    "more copies": ("station.arrival", lambda one: one.with_cover(copies=11)),
    "no copies stated": (
        "station.arrival",
        lambda one: one.with_minute(distribution=Distribution()),
    ),
    "another precedence": (
        "station.arrival",
        lambda one: one.with_cover(precedence=Precedence.FLASH),
    ),
    "in our own name": ("station.arrival", lambda one: one.with_minute(originator=PORT)),
    "in our own name, in other letters": (
        "station.arrival",
        lambda one: one.with_minute(originator="Port-Amaro"),
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_correspondent_that_contradicts_itself_is_refused(
    undelivered: Undelivered, name: str
) -> None:
    """Signed and sealed by the right keys, it is still not believed, and nothing is filed."""
    code, change = CONTRADICTIONS[name]
    port = undelivered.pair.port
    before = everything(port)

    received = receive(port, change(undelivered.inside).seal())

    after = everything(port)
    assert received.refused == code
    assert {part for part in after if after[part] != before[part]} == {
        "channel_quarantine",
        "quarantine",
    }


@pytest.mark.parametrize(
    "name", [NORTH, "North Desk", "The Desk of the North", "NORTH\u2019S DESK"]
)
def test_a_station_signs_in_its_own_name_or_a_pseudonym(pair: Pair, name: str) -> None:
    """Any originator's line passes but the name of another station that is known here."""
    pair.north.sealed(draft_to(PORT, sender=name))
    pair.sync(pair.north)

    (became,) = pair.sync(pair.port)

    assert pair.port.station.reading.telegram(became).line.originator == name


def test_a_clock_a_day_ahead_is_borne_with(pair: Pair) -> None:
    """Clocks differ: within two days the serial decides the order, and nobody is refused."""
    pair.clock.pass_time(days=1)
    sealed, _ = sent(pair)
    pair.clock.pass_time(days=-1)

    assert receive(pair.port, sealed).refused is None


def test_a_retired_station_is_not_believed(pair: Pair) -> None:
    """What it seals is refused, nothing is sealed to it, and what is held of it stays."""
    first, _ = sent(pair)
    receive(pair.port, first)
    second, _ = sent(pair, "Two.")
    pair.port.station.introducing.retire(NORTH, by=pair.port.clerk)

    assert not pair.port.office.pages.load()
    assert receive(pair.port, second).refused == "channel.no_live_page"
    assert len(pair.port.station.reading.telegrams()) == 1
    assert pair.port.station.introducing.posts() == ()
