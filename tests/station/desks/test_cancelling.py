"""Cancelling: the station that sent a telegram says it is not to be acted upon; all of it stays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from depesha.station import Addressee
from depesha.station.draft import Citation
from tests.station.acting import bring, queued
from tests.station.houses import NORTH, PORT, House, Pair, acquaint, draft_to, found, open_house


def marks(house: House, record_id: str) -> list[tuple[str, str, str]]:
    return [
        (one.kind, one.actor, one.note)
        for one in house.station.reading.telegram(record_id).stamps
        if one.kind in {"cancelled", "superseded"}
    ]


def cite(house: House, record_id: str) -> Citation:
    return house.station.reading.citation(record_id)


@pytest.mark.parametrize(("word", "mark"), [("cancels", "cancelled"), ("supersedes", "superseded")])
def test_the_mark_names_the_telegram_that_says_so(pair: Pair, word: str, mark: str) -> None:
    """At both ends, by its number; the text, the entry and the copies stay as they are."""
    held = pair.north.sealed(draft_to(PORT, "Open the lock."))
    (arrived,) = bring(pair.north, pair.port)
    before = pair.port.station.reading.telegram(arrived).points
    later = pair.north.sealed(draft_to(PORT, "Do not.", **{word: cite(pair.north, held.record_id)}))
    bring(pair.north, pair.port)

    for house, record_id in ((pair.north, held.record_id), (pair.port, arrived)):
        assert marks(house, record_id) == [(mark, later.originator, f"by No. {later.number}")]
    assert pair.port.station.reading.telegram(arrived).points == before
    assert pair.port.station.registering.audit().size == 2


def test_a_telegram_that_comes_later_is_marked_as_it_comes(pair: Pair) -> None:
    """Before anybody reads it: the courier may bring the cancelling one first."""
    held = pair.north.sealed(draft_to(PORT))
    (late,) = queued(pair.north)
    with pair.north.office.transaction() as work:
        (waiting,) = work.channel.outbox.waiting()
        work.channel.outbox.deposited(waiting.outbox_id, pair.clock.now())
    pair.north.sealed(draft_to(PORT, cancels=cite(pair.north, held.record_id)))
    bring(pair.north, pair.port)

    received = pair.port.station.reception.receive(late, by=pair.port.clerk)

    assert received.record_id is not None
    assert [kind for kind, _, _ in marks(pair.port, received.record_id)] == ["cancelled"]


def test_nobody_cancels_what_another_station_sent(pair: Pair) -> None:
    """A reply that claims to cancel the other side's telegram marks it at neither end."""
    held = pair.north.sealed(draft_to(PORT))
    (arrived,) = bring(pair.north, pair.port)
    pair.port.sealed(draft_to(NORTH, cancels=cite(pair.port, arrived)))
    bring(pair.port, pair.north)
    assert marks(pair.port, arrived) == []
    assert marks(pair.north, held.record_id) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, number="77"),
        lambda one: replace(one, year=2030),
        lambda one: replace(one, originator="Harbour Section"),
    ],
    ids=["number", "year", "originator"],
)
def test_only_the_telegram_that_is_named_is_marked(
    pair: Pair, change: Callable[[Citation], Citation]
) -> None:
    """Number, year and originator together name it; another of them names another."""
    held = pair.north.sealed(draft_to(PORT))
    (arrived,) = bring(pair.north, pair.port)
    cites = replace(change(cite(pair.north, held.record_id)), digest=None)
    pair.north.sealed(draft_to(PORT, cancels=cites))
    assert len(bring(pair.north, pair.port)) == 1
    assert marks(pair.north, held.record_id) == marks(pair.port, arrived) == []


def test_what_is_cancelled_and_superseded_at_once_is_marked_once(pair: Pair) -> None:
    """However a telegram puts it, it arrives; nobody stops a mailbox by saying a thing twice."""
    held = pair.north.sealed(draft_to(PORT))
    (arrived,) = bring(pair.north, pair.port)
    cites = cite(pair.north, held.record_id)
    pair.north.sealed(draft_to(PORT, cancels=cites, supersedes=cites))
    assert len(bring(pair.north, pair.port)[0]) == 32
    for house, record_id in ((pair.north, held.record_id), (pair.port, arrived)):
        assert len(marks(house, record_id)) == 1


def test_a_third_station_cancels_nothing(pair: Pair, tmp_path: Path) -> None:
    """Even where it writes under the very pseudonym that the telegram bears."""
    found(tmp_path / "river", "POST RIVER", pair.clock)
    river = open_house(tmp_path / "river", pair.relay, pair.clock)
    acquaint(pair.port.station, river.station, None, pages=2)
    held = pair.north.sealed(draft_to(PORT))
    (arrived,) = bring(pair.north, pair.port)
    stolen = replace(cite(pair.north, held.record_id), digest=None)
    draft = draft_to(PORT, cancels=stolen).amended(
        {"sender": "River Section", "action": (Addressee(call_sign=PORT, precedence="flash"),)}
    )
    river.sealed(draft)

    assert len(bring(river, pair.port)[0]) == 32

    assert marks(pair.port, arrived) == []
    river.station.close()
