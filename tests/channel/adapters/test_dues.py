"""What is owed on a channel: facts, gaps and repeats survive a restart, each exactly once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from depesha.base import SerialRanges, SeriesSerials
from depesha.channel import (
    ChannelStore,
    Fact,
    FactKind,
    Gap,
    OwedFact,
    RepeatAsked,
    channel_id,
)
from tests.channel.stations import HARBOUR, NOW, RIVER

CHANNEL = channel_id(RIVER.card.fingerprint, HARBOUR.card.fingerprint)
OTHER = channel_id(HARBOUR.card.fingerprint, RIVER.card.fingerprint)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def fact(serial: int, kind: FactKind = FactKind.RECEIVED, *, series: int = 2031) -> OwedFact:
    told = Fact(series=series, serial=serial, kind=kind, actor="B. Rask", at=NOW)
    return OwedFact(channel=CHANNEL, fact=told, due=NOW + HOUR)


def gap(serial: int, *, series: int = 2031) -> Gap:
    return Gap(channel=CHANNEL, series=series, serial=serial, seen_at=NOW, due=NOW + HOUR)


def repeat(serial: int, *, series: int = 2031) -> RepeatAsked:
    return RepeatAsked(channel=CHANNEL, series=series, serial=serial, asked_at=NOW)


class TestFacts:
    def test_facts_are_owed_in_the_order_of_what_happened(self, store: ChannelStore) -> None:
        """By series, by serial, and received before opened, however they were entered."""
        expected = [
            fact(9, series=2030),
            fact(3, FactKind.RECEIVED),
            fact(3, FactKind.OPENED),
            fact(3, FactKind.HANDED),
            fact(4, FactKind.RECEIVED),
        ]
        for owed in reversed(expected):
            store.dues.owe(owed)
        assert store.dues.owed(CHANNEL) == expected
        assert store.dues.owed(OTHER) == []

    def test_the_same_fact_again_changes_nothing(self, store: ChannelStore) -> None:
        """The first actor and time stand: a repeat of the telegram was not opened first."""
        store.dues.owe(fact(3))
        later = replace(fact(3), fact=replace(fact(3).fact, actor="A. Lind", at=NOW + DAY))
        store.dues.owe(later)
        assert store.dues.owed(CHANNEL) == [fact(3)]

    def test_a_fact_told_waits_for_the_cover_that_told_it(self, store: ChannelStore) -> None:
        """It is still owed, names its cover, and falls due again if that cover is lost."""
        for one in (fact(3), fact(4)):
            store.dues.owe(one)
        store.dues.told([fact(3)], 2031, 17, due=NOW + 4 * DAY)
        assert store.dues.owed(CHANNEL) == [
            replace(fact(3), carried=(2031, 17), due=NOW + 4 * DAY),
            fact(4),
        ]

    @pytest.mark.parametrize(
        ("have", "left"),
        [
            ("2031:17", [4, 5]),
            ("2031:1-16,18-20", [3, 5]),
            ("2031:1-20", [5]),
            ("2030:17-18", [3, 4, 5]),
            ("2030:1-9 2031:17", [4, 5]),
            ("none", [3, 4, 5]),
        ],
    )
    def test_a_fact_is_settled_by_the_cover_that_told_it_alone(
        self, store: ChannelStore, have: str, left: list[int]
    ) -> None:
        """Acknowledged is the very serial of the very series; what no cover told stays owed."""
        for serial in (3, 4, 5):
            store.dues.owe(fact(serial))
        store.dues.told([fact(3)], 2031, 17, due=NOW + DAY)
        store.dues.told([fact(4)], 2031, 18, due=NOW + DAY)

        store.dues.settle(OTHER, SeriesSerials.from_text(have))
        assert len(store.dues.owed(CHANNEL)) == 3
        store.dues.settle(CHANNEL, SeriesSerials.from_text(have))

        assert [one.fact.serial for one in store.dues.owed(CHANNEL)] == left

    def test_a_fact_told_again_is_settled_by_its_last_cover(self, store: ChannelStore) -> None:
        """An old cover that comes late after all settles nothing that a newer one carries."""
        store.dues.owe(fact(3))
        for serial in (17, 25):
            store.dues.told([fact(3)], 2031, serial, due=NOW + DAY)
        store.dues.settle(CHANNEL, SeriesSerials.from_text("2031:1-17"))
        assert [one.carried for one in store.dues.owed(CHANNEL)] == [(2031, 25)]


class TestGaps:
    def test_a_gap_stays_as_it_was_first_seen(self, store: ChannelStore) -> None:
        """Seeing it again neither makes it younger nor forgets how often it was asked about."""
        for one in (gap(5), gap(4), gap(30, series=2030)):
            store.dues.miss(one)
        store.dues.asked(gap(4), NOW + DAY)
        store.dues.miss(replace(gap(4), seen_at=NOW + DAY, due=NOW))
        assert store.dues.gaps(CHANNEL) == [
            gap(30, series=2030),
            replace(gap(4), due=NOW + DAY, asked=1),
            gap(5),
        ]
        assert store.dues.gaps(OTHER) == []

    def test_each_asking_is_counted(self, store: ChannelStore) -> None:
        """Whoever answers never is known by it."""
        for one in (gap(4), gap(5)):
            store.dues.miss(one)
        for days in (1, 2, 3):
            store.dues.asked(gap(4), NOW + days * DAY)
        assert [(one.asked, one.due) for one in store.dues.gaps(CHANNEL)] == [
            (3, NOW + 3 * DAY),
            (0, NOW + HOUR),
        ]

    def test_a_gap_that_is_filled_is_forgotten(self, store: ChannelStore) -> None:
        """That one of that series alone; doing it again does no harm."""
        for one in (gap(4), gap(5), gap(4, series=2030)):
            store.dues.miss(one)
        for _ in range(2):
            store.dues.close_gap(CHANNEL, 2031, 4)
        store.dues.close_gap(OTHER, 2031, 5)
        assert store.dues.gaps(CHANNEL) == [gap(4, series=2030), gap(5)]


class TestRepeats:
    def test_what_is_asked_twice_is_sealed_once(self, store: ChannelStore) -> None:
        """A correspondent that asks again before the answer came costs no second page."""
        for one in (repeat(5), repeat(4), replace(repeat(4), asked_at=NOW + DAY)):
            store.dues.ask(one)
        assert store.dues.repeats(CHANNEL) == [repeat(4), repeat(5)]
        assert store.dues.repeats(OTHER) == []

    def test_what_was_answered_may_be_asked_again(self, store: ChannelStore) -> None:
        """The answer may be lost as the first sealing was."""
        store.dues.ask(repeat(4))
        store.dues.ask(repeat(4, series=2030))
        store.dues.answered(repeat(4))
        assert store.dues.repeats(CHANNEL) == [repeat(4, series=2030)]
        store.dues.ask(repeat(4))
        assert store.dues.repeats(CHANNEL) == [repeat(4, series=2030), repeat(4)]


def test_any_number_of_runs_is_compared(store: ChannelStore) -> None:
    """What a correspondent says to have may be as scattered as a text allows."""
    for serial in (3, 4):
        store.dues.owe(fact(serial))
        store.dues.told([fact(serial)], 2031, serial, due=NOW + DAY)
    scattered = SerialRanges(tuple((one, one) for one in range(1, 10_000, 2)))
    store.dues.settle(CHANNEL, SeriesSerials(((2031, scattered),)))
    assert [one.fact.serial for one in store.dues.owed(CHANNEL)] == [4]
