"""Recaps and requests to repeat that a person sends ahead of their time."""

from dataclasses import replace

from depesha.channel import ChannelPolicy
from tests.station.houses import NORTH, PORT, Pair, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused


def lost(pair: Pair) -> None:
    pair.north.sealed(draft_to(PORT, "Lost."))
    pair.sync(pair.north)
    for box in pair.relay.boxes.values():
        box.objects.clear()


def test_what_is_missing_is_asked_for_at_once_and_comes(pair: Pair) -> None:
    """The serials named are sealed again at the next round; then nothing is missing."""
    lost(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)

    asked = pair.port.station.liaison.ask(NORTH, by=pair.port.clerk)

    assert asked.to_text() == "2031:1"
    for house in (pair.port, pair.north, pair.port):
        pair.sync(house)
    assert [line.number for line in pair.port.station.reading.telegrams()] == ["2", "1"]
    with refused("station.wrong_state"):
        pair.port.station.liaison.ask(NORTH, by=pair.port.clerk)


def test_a_one_way_post_is_asked_nothing(pair: Pair) -> None:
    """Nothing comes back from it, so a request would be a page wasted."""
    lost(pair)
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    policy = replace(ChannelPolicy(), one_way=True)
    pair.port.station.correspondence.set_policy(NORTH, policy, by=pair.port.clerk)
    before = everything(pair.port)

    with refused("station.wrong_state"):
        pair.port.station.liaison.ask(NORTH, by=pair.port.clerk)

    assert everything(pair.port) == before


def test_a_recap_shows_the_other_side_what_it_lost(pair: Pair) -> None:
    """It takes a page and a serial of its own, and names what came before it."""
    lost(pair)

    copy = pair.north.station.liaison.recap(PORT, by=pair.north.clerk)

    assert (copy.is_service, copy.serial) == (True, 2)
    pair.sync(pair.north)
    pair.sync(pair.port)
    (series,) = pair.port.station.watching.channel(NORTH).received
    assert series.missing.to_text() == "1"
