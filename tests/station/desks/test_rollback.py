from shutil import copytree, rmtree

import pytest

from depesha.base import Digest
from depesha.station.desks.rollback import PagesVerdict, judge_home, judge_pages
from tests.station.houses import CLERK, NORTH, PORT, Pair, draft_to, open_house

ONE, TWO, THREE = (Digest.of(bytes([number])) for number in range(3))


@pytest.mark.parametrize(
    ("live", "burnt", "held", "expected"),
    [
        ([ONE, TWO], [THREE], [ONE, TWO], PagesVerdict.AGREE),
        ([], [], [], PagesVerdict.AGREE),
        # A crash before the burn: spent, not burnt, still held. One before a book was entered:
        # held and unknown. Both are of every day.
        ([ONE], [], [ONE, TWO], PagesVerdict.AGREE),
        ([ONE, TWO], [], [ONE], PagesVerdict.STORE_IS_OLDER),
        ([ONE], [], [], PagesVerdict.STORE_IS_OLDER),
        ([ONE], [TWO], [ONE, TWO], PagesVerdict.PAGES_ARE_OLDER),
        ([ONE, THREE], [TWO], [ONE, TWO], PagesVerdict.PAGES_ARE_OLDER),
    ],
)
def test_what_was_put_back_by_hand_is_told_from_a_crash(
    live: list[Digest], burnt: list[Digest], held: list[Digest], expected: PagesVerdict
) -> None:
    """A store or page folder of an earlier day does not fit the other; what a crash leaves does."""
    assert judge_pages(live=live, burnt=burnt, held=held) is expected


def test_a_station_at_work_agrees_with_itself(pair: Pair) -> None:
    """Through issuing, receiving, burning and retiring, store and pages belong together."""
    assert judge_home(pair.port.office) is PagesVerdict.AGREE
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(pair.port)
    assert judge_home(pair.port.office) is PagesVerdict.AGREE
    pair.clock.pass_time(days=200)
    pair.port.station.reception.finish_all()
    assert judge_home(pair.port.office) is PagesVerdict.AGREE
    pair.port.station.introducing.retire(NORTH, by=pair.port.station.actor(CLERK))
    assert judge_home(pair.port.office) is PagesVerdict.AGREE


def test_an_older_store_is_seen(pair: Pair) -> None:
    """A store that was put back counts pages as live whose secrets were burnt since."""
    port = pair.port
    port.station.close()
    kept = port.home.with_name("kept")
    copytree(port.home, kept)
    port = open_house(port.home, pair.relay, pair.clock)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    port.station.courier.sync(by=port.clerk)
    port.station.close()
    for path in port.home.glob("station.db*"):
        path.unlink()
    for path in kept.glob("station.db*"):
        path.rename(port.home / path.name)

    port = open_house(port.home, pair.relay, pair.clock)

    assert judge_home(port.office) is PagesVerdict.STORE_IS_OLDER
    port.station.close()


def test_older_pages_are_seen(pair: Pair) -> None:
    """A page folder that was put back has the secrets of pages that the store knows as burnt."""
    port = pair.port
    kept = port.home.with_name("kept")
    copytree(port.home / "pages", kept)
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(port)
    port.station.close()
    rmtree(port.home / "pages")
    copytree(kept, port.home / "pages")

    port = open_house(port.home, pair.relay, pair.clock)

    assert judge_home(port.office) is PagesVerdict.PAGES_ARE_OLDER
    port.station.close()
