from datetime import timedelta

import pytest

from depesha.channel import ChannelPolicy
from depesha.station import Conveyed
from depesha.telegram import ConveyanceReport
from tests.station.houses import FINAL, NORTH, PORT, SENTENCE, Pair, draft_to, draft_to_convey
from tests.station.looking import everything
from tests.station.refusals import refused


def arrived(pair: Pair, **changes: object) -> str:
    pair.port.sealed(draft_to_convey(NORTH).amended(changes))
    pair.sync(pair.port)
    (record_id,) = pair.sync(pair.north)
    return record_id


def test_a_hand_over_text_is_the_points_and_nothing_else(pair: Pair) -> None:
    """It bears no number, name, date, signature or copy mark; the order stands beside it."""
    record_id = arrived(pair, signature="Okonjo", series="k")

    given = pair.north.station.conveying.hand_over(record_id, by=pair.north.clerk)

    assert given.text.split("\n\n") == [f"1. {SENTENCE}", "2. We accept the second variant.\n"]
    assert (given.number, given.to) == ("1/k", FINAL)
    assert given.form == "spoken, if asked written unsigned"
    stamps = pair.north.station.reading.telegram(record_id).stamps
    assert stamps[-1].kind == "taken for conveyance"


@pytest.mark.parametrize("form", ["spoken", "text left unsigned"])
def test_a_form_that_was_ordered_is_reported(pair: Pair, form: str) -> None:
    """The report names the telegram by its key and digest, and is stamped on it."""
    record_id = arrived(pair)
    at = pair.clock.now() - timedelta(hours=1)
    told = Conveyed(place="the residence", form=form, notes="taken", reaction="He agreed.", at=at)

    report = ConveyanceReport.from_bytes(
        pair.north.station.conveying.report(record_id, told, by=pair.north.clerk)
    )

    view = pair.north.station.reading.telegram(record_id)
    assert report.minute is not None
    assert report.minute.to_text() == view.minute_digest
    assert (report.to, report.by, report.at) == (FINAL, "Calder", at)
    assert view.stamps[-1].kind == "conveyed"
    assert view.stamps[-1].note.endswith(f": {form}")


def test_a_deviation_must_be_owned_to(pair: Pair) -> None:
    """A form that was not ordered is refused without a reason, and taken with one."""
    record_id = arrived(pair)
    desk = pair.north.station.conveying
    signed = Conveyed(place="the residence", form="text left")
    before = everything(pair.north)

    with refused("station.input"):
        desk.report(record_id, signed, by=pair.north.clerk)
    assert everything(pair.north) == before

    owned = Conveyed(place="the residence", form="text left", deviation="He insisted.")
    report = ConveyanceReport.from_bytes(desk.report(record_id, owned, by=pair.north.clerk))
    assert report.deviation == "He insisted."


@pytest.mark.parametrize(
    "told",
    [
        Conveyed(place="", form="spoken"),
        Conveyed(place="the residence", form=SENTENCE),
        Conveyed(place="the residence", form="spoken", notes=SENTENCE),
        Conveyed(place="the residence", form="spoken", to="two\nlines"),
        Conveyed(place="the residence", form="spoken", reaction="none"),
    ],
)
def test_a_report_that_cannot_stand_is_refused(pair: Pair, told: Conveyed) -> None:
    """Nothing is stamped, and the words given are not repeated."""
    record_id = arrived(pair)
    before = everything(pair.north)

    with refused("station.input"):
        pair.north.station.conveying.report(record_id, told, by=pair.north.clerk)

    assert everything(pair.north) == before


def test_only_what_was_received_for_somebody_is_conveyed(pair: Pair) -> None:
    """A telegram of ours, or one for nobody off the system, is not."""
    own = pair.north.released(draft_to_convey("PORT AMARO")).record_id
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    (plain,) = pair.sync(pair.north)

    for record_id in (own, plain):
        with refused("station.wrong_state"):
            pair.north.station.conveying.hand_over(record_id, by=pair.north.clerk)
        with refused("station.wrong_state"):
            pair.north.station.conveying.report(
                record_id, Conveyed(place="the residence", form="spoken"), by=pair.north.clerk
            )


def test_without_an_order_a_telegram_is_spoken(pair: Pair) -> None:
    """A final addressee without an instruction is told, and any form is as ordered."""
    record_id = arrived(pair)
    pair.port.sealed(draft_to(NORTH, final=FINAL))
    pair.sync(pair.port)
    (unordered,) = pair.sync(pair.north)
    desk = pair.north.station.conveying

    assert desk.hand_over(unordered, by=pair.north.clerk).form == "spoken"
    assert desk.hand_over(record_id, by=pair.north.clerk).instruction is not None
    told = Conveyed(place="the residence", form="text left")
    assert desk.report(unordered, told, by=pair.north.clerk)


@pytest.mark.parametrize("tell", [True, False])
def test_the_sender_hears_of_a_conveyance_by_a_persons_word_alone(pair: Pair, tell: bool) -> None:
    """No policy tells it; it is told where the conveying officer says so, and never to whom."""
    record_id = arrived(pair)
    told = Conveyed(place="the residence", form="spoken")

    pair.north.station.conveying.report(record_id, told, by=pair.north.clerk, tell=tell)

    pair.clock.pass_time(days=2)
    for house in (pair.north, pair.port):
        pair.sync(house)
    (line,) = pair.port.station.reading.telegrams()
    stamps = pair.port.station.reading.telegram(line.record_id).stamps
    conveyed = [(one.actor, one.note) for one in stamps if one.kind == "conveyed"]
    assert conveyed == ([("Calder, NORTH DESK", "")] if tell else [])


def test_a_report_on_an_unsigned_telegram_names_no_digest(pair: Pair) -> None:
    """In a signed reply it would sign the telegram by the back door."""
    allowed = ChannelPolicy(allows_unsigned=True)
    pair.port.station.correspondence.set_policy(NORTH, allowed, by=pair.port.clerk)
    pair.north.station.correspondence.set_policy(PORT, allowed, by=pair.north.clerk)
    record_id = arrived(pair, mode="unsigned")
    digest = pair.north.station.reading.telegram(record_id).minute_digest
    told = Conveyed(place="the residence", form="spoken", notes="taken", reaction="He agreed.")

    text = pair.north.station.conveying.report(record_id, told, by=pair.north.clerk)

    report = ConveyanceReport.from_bytes(text)
    assert report.minute is None
    assert digest.encode() not in text
    assert report.telegram.number.to_text() == "1"
