"""Who holds which numbered copy, and who in the house was given a telegram."""

import pytest

from depesha.channel import ChannelPolicy, FactKind
from depesha.station.held import CustodyEvent
from tests.station.houses import FINAL, NORTH, PORT, House, Pair, draft_to
from tests.station.looking import everything
from tests.station.refusals import refused


def sent_and_arrived(pair: Pair) -> tuple[str, str]:
    """A telegram from the north to the port: its record at both ends."""
    held = pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)
    return held.record_id, arrived


def steps(house: House, record_id: str) -> list[tuple[int, str, str, str]]:
    def words(one: CustodyEvent) -> tuple[int, str, str, str]:
        return one.copy_number, one.kind.value, one.holder, one.note

    return [words(one) for one in house.station.custody.custody(record_id)]


def test_a_copy_is_followed_from_its_issue_to_its_end(pair: Pair) -> None:
    """Issued at one end and received at the other; returned, then destroyed; the record stays."""
    sent, arrived = sent_and_arrived(pair)
    assert steps(pair.north, sent) == [(1, "issued", PORT, "")]
    assert steps(pair.port, arrived) == [(1, "received", PORT, "")]

    desk = pair.north.station.custody
    desk.return_copy(sent, 1, note="by courier", by=pair.north.clerk)
    done = desk.destroy_copy(
        sent, 1, reason="the office closes", witness=pair.north.releaser, by=pair.north.clerk
    )

    assert steps(pair.north, sent)[1:] == [
        (1, "returned", PORT, "by courier"),
        (1, "destroyed", PORT, f"the office closes; witness: {pair.north.releaser.name}"),
    ]
    assert done.by == pair.north.clerk.name
    assert pair.north.station.reading.telegram(sent).custody[-1] == done
    assert pair.north.station.reading.telegram(sent).points


def test_a_copy_ends_once(pair: Pair) -> None:
    """What was returned is not returned again; what was destroyed is gone for good."""
    sent, _ = sent_and_arrived(pair)
    desk, clerk = pair.north.station.custody, pair.north.clerk
    desk.return_copy(sent, 1, by=clerk)
    with refused("station.wrong_state"):
        desk.return_copy(sent, 1, by=clerk)
    desk.destroy_copy(sent, 1, reason="old", witness=pair.north.releaser, by=clerk)
    before = everything(pair.north)

    with refused("station.wrong_state"):
        desk.destroy_copy(sent, 1, reason="old", witness=pair.north.releaser, by=clerk)
    with refused("station.wrong_state"):
        desk.return_copy(sent, 1, by=clerk)

    assert everything(pair.north) == before


def test_destroying_takes_two_persons(pair: Pair) -> None:
    """Nobody destroys a copy alone, nor one that is not there, nor without a reason."""
    sent, _ = sent_and_arrived(pair)
    desk, clerk, second = pair.north.station.custody, pair.north.clerk, pair.north.releaser
    before = everything(pair.north)

    with refused("station.two_persons"):
        desk.destroy_copy(sent, 1, reason="old", witness=clerk, by=clerk)
    with refused("station.input"):
        desk.destroy_copy(sent, 2, reason="old", witness=second, by=clerk)
    for reason in ("", "two\nlines", "long " * 50 + "."):
        with refused("station.input"):
            desk.destroy_copy(sent, 1, reason=reason, witness=second, by=clerk)
    with refused("station.not_found"):
        desk.return_copy("0" * 32, 1, by=clerk)
    with refused("station.not_found"):
        desk.custody("0" * 32)

    assert everything(pair.north) == before


@pytest.mark.parametrize("tells", [True, False])
def test_the_sender_hears_that_it_was_handed_over_if_policy_tells_it(
    pair: Pair, tells: bool
) -> None:
    """By whom and when, and never to whom: that name stays in the house."""
    sent, arrived = sent_and_arrived(pair)
    if tells:
        policy = ChannelPolicy(tells=frozenset({FactKind.HANDED}))
        pair.port.station.correspondence.set_policy(NORTH, policy, by=pair.port.clerk)

    pair.port.station.custody.hand(arrived, to=FINAL, by=pair.port.clerk)

    stamp = pair.port.station.reading.telegram(arrived).stamps[-1]
    assert (stamp.kind, stamp.actor, stamp.note) == ("handed", "Calder", f"to {FINAL}")
    pair.clock.pass_time(days=2)
    for house in (pair.port, pair.north):
        pair.sync(house)
    stamps = pair.north.station.reading.telegram(sent).stamps
    told = [one for one in stamps if one.kind == "handed"]
    assert [(one.actor, one.note) for one in told] == ([(f"Calder, {PORT}", "")] if tells else [])
    assert all(FINAL not in f"{one.actor}{one.note}" for one in stamps)


def test_a_telegram_is_handed_to_each_person_once(pair: Pair) -> None:
    """Another person may be given it, the same one not again; nothing of ours is handed over."""
    sent, arrived = sent_and_arrived(pair)
    desk, clerk = pair.port.station.custody, pair.port.clerk
    desk.hand(arrived, to="A. Lind", by=clerk)
    desk.hand(arrived, to="B. Moen", by=clerk)
    before = everything(pair.port)

    with refused("station.wrong_state"):
        desk.hand(arrived, to="A. Lind", by=clerk)
    with refused("station.input"):
        desk.hand(arrived, to=" ", by=clerk)
    with refused("station.wrong_state"):
        pair.north.station.custody.hand(sent, to="A. Lind", by=pair.north.clerk)

    assert everything(pair.port) == before
