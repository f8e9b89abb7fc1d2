from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from depesha.cipher import unverified_text
from depesha.station import Addressee, Citation, Draft, Enclosure
from depesha.station.desks.drafting import Drafting
from depesha.telegram import Minute
from tests.station.houses import NORTH, PORT, House, Pair, draft_to, open_house
from tests.station.looking import everything
from tests.station.refusals import refused

MEBIBYTE = 1024 * 1024


def test_a_released_draft_is_numbered_signed_registered_and_kept(pair: Pair) -> None:
    """Number, signature, register entry, record and preservation copy come of one act."""
    north = pair.north
    held = north.released(draft_to(PORT, series="k", title="On pilots"))

    minute = Minute.from_text(unverified_text(held.minute))
    view = north.station.reading.telegram(held.record_id)
    assert (held.number, held.register_index, minute.year) == ("1/k", 0, 2031)
    assert view.record.title.shown == "On pilots"
    assert [(one.kind, one.actor) for one in view.stamps] == [
        ("drafted", "Calder"),
        ("released", "Okonjo"),
    ]
    assert north.steps == ["released", "preserved"]
    assert north.station.filing.check() == 1


def test_numbers_run_without_a_gap_for_each_year_and_series(pair: Pair) -> None:
    """A series is the office's own, and begins again with the year."""
    north = pair.north
    numbers = [north.released(draft_to(PORT, series=one)).number for one in ("k", "k", "sh")]
    pair.clock.pass_time(days=306)
    numbers.append(north.released(draft_to(PORT, series="k")).number)
    assert numbers == ["1/k", "2/k", "1/sh", "1/k"]


@contextmanager
def nothing_changes(house: House) -> Iterator[None]:
    before = everything(house)
    yield
    assert everything(house) == before


def test_a_refused_release_uses_no_number_and_no_entry(pair: Pair) -> None:
    """A clock that was set back cannot date a release before its draft; nothing is used up."""
    north = pair.north
    entry = north.station.drafting.write(draft_to(PORT), by=north.clerk)
    pair.clock.pass_time(minutes=-1)

    with nothing_changes(north), refused("station.input"):
        north.station.drafting.release(entry.draft_id, by=north.releaser)
    pair.clock.pass_time(minutes=2)

    assert north.station.drafting.release(entry.draft_id, by=north.releaser).number == "1"
    assert north.register_size() == 1


def test_a_second_click_releases_nothing(pair: Pair) -> None:
    """A draft becomes a telegram once."""
    north = pair.north
    entry = north.station.drafting.write(draft_to(PORT), by=north.clerk)
    north.station.drafting.release(entry.draft_id, by=north.releaser)

    with nothing_changes(north), refused("station.wrong_state"):
        north.station.drafting.release(entry.draft_id, by=north.releaser)


UNSENDABLE: dict[str, tuple[str, Draft]] = {
    "to nobody": ("station.input", Draft(sender="River Section", points=(("", "One."),))),
    "to an unknown station": ("channel.store", draft_to("POST RIVER")),
    "to itself": ("station.input", draft_to(NORTH)),
    "from nobody": ("station.input", draft_to(PORT, sender="")),
    "hidden letters": ("station.input", draft_to(PORT, "One.\u202eTwo.")),
    "instruction without a form": ("station.input", draft_to(PORT, instruction="Speak it.")),
    "no such form": ("station.input", draft_to(PORT, form="sung", final="Somebody")),
    "convey to nobody": ("station.input", draft_to(PORT, form="spoken")),
    "no such precedence": (
        "station.input",
        draft_to(PORT, action=(Addressee(call_sign=PORT, precedence="soon"),)),
    ),
    "no such series": ("station.input", draft_to(PORT, series="K!")),
    "a citation that is none": (
        "station.input",
        draft_to(PORT, in_reply_to=Citation(number="x", originator="River Section", year=2031)),
    ),
    "a path for an enclosure": (
        "station.input",
        draft_to(PORT, enclosures=(Enclosure(name="../../etc/passwd", data=b""),)),
    ),
    "too long": ("station.input", draft_to(PORT, "word " * 210_000 + "end")),
    "too heavy": (
        "station.input",
        draft_to(PORT, enclosures=(Enclosure(name="chart", data=bytes(32 * MEBIBYTE)),)),
    ),
    "too many": (
        "station.input",
        draft_to(PORT, enclosures=tuple(Enclosure(name=f"n{n}", data=b"") for n in range(100))),
    ),
}


@pytest.mark.parametrize("name", UNSENDABLE)
def test_what_could_never_be_sent_is_refused_when_it_is_written(pair: Pair, name: str) -> None:
    """No draft is kept that would get a number and then stick: it is said to the drafter."""
    code, draft = UNSENDABLE[name]
    with nothing_changes(pair.north), refused(code):
        pair.north.station.drafting.write(draft, by=pair.north.clerk)


def test_a_large_telegram_arrives(pair: Pair) -> None:
    """What is accepted as a draft can be sealed, carried and opened."""
    text = "\n".join(["word " * 99 + "end"] * 2000)
    chart = Enclosure(name="chart", data=bytes(4 * MEBIBYTE))
    pair.north.sealed(draft_to(PORT, text, enclosures=(chart,)))
    pair.sync(pair.north)

    (record_id,) = pair.sync(pair.port)

    assert pair.port.station.reading.telegram(record_id).enclosures == ("chart",)


def test_a_draft_is_found_as_it_was_written(pair: Pair) -> None:
    """Drafts are listed in the order of writing, enclosures and all."""
    desk = pair.north.station.drafting
    drafts = [
        draft_to(PORT, enclosures=(Enclosure(name="a", data=b"\0"), Enclosure(name="b", data=b""))),
        draft_to(
            PORT,
            in_reply_to=Citation(number="1", originator="X", year=2031),
            subjects=("PORT",),
            caveats=("Relief only",),
        ),
    ]
    drafts += [draft_to(PORT, f"Text {number}.") for number in range(5)]
    for draft in drafts:
        desk.write(draft, by=pair.north.clerk)
        pair.clock.pass_time(seconds=1)

    assert [entry.draft for entry in desk.drafts()] == drafts


def test_a_preview_is_what_would_be_released(pair: Pair) -> None:
    """A releaser reads the very sheet that is signed, with the number that it would get."""
    desk = pair.north.station.drafting
    entry = desk.write(draft_to(PORT), by=pair.north.clerk)
    with nothing_changes(pair.north):
        shown = desk.preview(entry.draft_id)

    held = desk.release(entry.draft_id, by=pair.north.releaser)

    assert shown == pair.north.station.reading.telegram(held.record_id).sheet


def test_a_paper_register_is_continued(pair: Pair) -> None:
    """A series goes on where the paper ended, and never goes back."""
    desk = pair.north.station.drafting
    desk.start_series(2031, "sh", 483, by=pair.north.clerk)
    assert pair.north.released(draft_to(PORT, series="sh")).number == "483/sh"
    with nothing_changes(pair.north), refused("station.wrong_state"):
        desk.start_series(2031, "sh", 483, by=pair.north.clerk)


@pytest.mark.parametrize(("number", "series"), [(0, "k"), (10**9, "k"), (10**30, ""), (1, "K!")])
def test_a_series_is_not_started_where_no_telegram_could_go_on(
    pair: Pair, number: int, series: str
) -> None:
    """A number that nothing can bear would block its series for ever."""
    with nothing_changes(pair.north), refused("station.input"):
        pair.north.station.drafting.start_series(2031, series, number, by=pair.north.clerk)


def test_an_unknown_draft_is_not_found(pair: Pair) -> None:
    """A name that is no draft's is refused in words of its own."""
    desk = pair.north.station.drafting
    with refused("station.not_found"):
        desk.release("0" * 32, by=pair.north.releaser)
    with refused("station.not_found"):
        desk.preview("0" * 32)


def test_two_writers_share_one_series(pair: Pair) -> None:
    """Two people at two machines releasing at once get the next numbers, and one entry each."""
    north = pair.north
    other = open_house(north.home, pair.relay, pair.clock)
    houses = (north, other)
    drafts = [
        north.station.drafting.write(draft_to(PORT), by=north.clerk).draft_id for _ in range(6)
    ]
    with ThreadPoolExecutor(2) as pool:
        held = list(
            pool.map(
                lambda turn: houses[turn[0] % 2].station.drafting.release(
                    turn[1], by=north.releaser
                ),
                enumerate(drafts),
            )
        )
    other.station.close()

    assert sorted(int(one.number) for one in held) == [1, 2, 3, 4, 5, 6]
    assert sorted(one.register_index for one in held) == [0, 1, 2, 3, 4, 5]
    assert north.station.registering.audit().size == 6


class TurningClock:
    """A clock on which the year turns between any two looks."""

    def __init__(self) -> None:
        self.instants = iter([datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)])

    def now(self) -> datetime:
        return next(self.instants, datetime(2032, 1, 1, tzinfo=UTC))


def test_number_and_year_are_of_one_instant(pair: Pair) -> None:
    """A telegram released as the year turns is numbered in the year that it bears."""
    entry = pair.north.station.drafting.write(draft_to(PORT), by=pair.north.clerk)
    pair.clock.pass_time(days=400)
    office = replace(pair.north.office, clock=TurningClock())

    held = Drafting(office).release(entry.draft_id, by=pair.north.releaser)

    with office.reading() as work:
        following = {year: work.series.next(year, "") for year in (2031, 2032)}
    assert (held.year, following) == (2031, {2031: 2, 2032: 1})
