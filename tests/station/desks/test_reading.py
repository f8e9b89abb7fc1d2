from tests.station.houses import NORTH, PORT, Pair, draft_to
from tests.station.refusals import refused


def test_a_telegram_is_shown_with_all_that_was_done_to_it(pair: Pair) -> None:
    """Both ends show one minute, each with its own stamps in the order of doing."""
    held = pair.north.sealed(draft_to(PORT, series="k"))
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)

    here = pair.north.station.reading.telegram(held.record_id)
    there = pair.port.station.reading.telegram(arrived)

    assert here.sheet == there.sheet
    assert here.minute_digest == there.minute_digest
    assert (here.line.direction, there.line.direction) == ("sent", "received")
    assert (here.line.state, there.line.state) == ("sealed", "filed")
    assert [one.kind for one in here.stamps] == ["drafted", "released", "sealed", "taken by relay"]
    assert [(one.kind, one.actor) for one in there.stamps] == [
        ("sealed", f"Calder, {NORTH}"),
        ("received", "Calder"),
        ("opened", "Calder"),
    ]


def test_a_telegram_is_found_by_number_or_record(pair: Pair) -> None:
    """A number that several bear is not guessed at; an unknown one is not found."""
    reading = pair.north.station.reading
    own = pair.north.released(draft_to(PORT)).record_id
    assert reading.find("1") == reading.find(own) == own
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)

    with refused("station.input"):
        reading.find("1")
    for name in ("2", "0" * 32, "'; DROP TABLE station_telegram", ""):
        with refused("station.not_found"):
            reading.find(name)


def test_the_list_is_in_the_order_of_the_register(pair: Pair) -> None:
    """Sent and received stand in one list, as they were entered."""
    pair.north.released(draft_to(PORT))
    pair.port.sealed(draft_to(NORTH))
    pair.sync(pair.port)
    pair.sync(pair.north)
    pair.north.released(draft_to(PORT))

    lines = pair.north.station.reading.telegrams()

    assert [(one.register_index, one.direction) for one in lines] == [
        (0, "sent"),
        (1, "received"),
        (2, "sent"),
    ]
    assert [one.transmissions for one in lines] == [(), ("1",), ()]
