from datetime import timedelta

from depesha.channel import ChannelPolicy, FactKind
from depesha.station import Addressee, BookOrder, BookUse
from depesha.station.desks.following import FACTS
from tests.station.houses import BEGIN, NORTH, PAGES, PORT, Pair, draft_to, draft_to_convey
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


def facts(view: object) -> list[tuple[str, str | None, str]]:
    return [(one.kind, one.by, one.note) for one in view.facts]  # type: ignore[attr-defined]


def test_six_facts_stand_in_their_order_each_by_itself(pair: Pair) -> None:
    """What is not known to have happened is shown as that, never implied by another."""
    tells = ChannelPolicy(tells=frozenset({FactKind.HANDED}))
    pair.port.station.correspondence.set_policy(NORTH, tells, by=pair.port.clerk)
    held = pair.north.sealed(draft_to_convey(PORT))
    reading = pair.north.station.reading
    assert facts(reading.telegram(held.record_id)) == [(kind, None, "") for kind in FACTS]

    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)
    pair.port.station.custody.hand(arrived, to="A. Lind", by=pair.port.clerk)
    citation = pair.port.station.reading.citation("1")
    reply = draft_to(NORTH, "Done.", in_reply_to=citation, sender="Harbour")
    pair.port.sealed(reply)
    pair.port.sealed(draft_to(NORTH, "More.", sender="Harbour"))
    for house in (pair.port, pair.north):
        pair.sync(house)

    assert facts(reading.telegram(held.record_id)) == [
        ("taken by relay", "relay", ""),
        ("received", None, ""),
        ("opened", None, ""),
        ("handed", f"Calder, {PORT}", ""),
        ("conveyed", None, ""),
        ("answered", "Harbour", "by No. 1"),
    ]
    there = facts(pair.port.station.reading.telegram(arrived))
    assert there[3:] == [
        ("handed", "Calder", "to A. Lind"),
        ("conveyed", None, ""),
        ("answered", "Harbour", "by No. 1"),
    ]


def test_each_addressee_is_due_by_its_own_precedence(pair: Pair) -> None:
    """The sender sees when everybody is due; the receiver sees itself."""
    sent = pair.north.sealed(draft_to(PORT, info=())).record_id
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)
    unsent = draft_to(PORT, action=(Addressee(call_sign=PORT, precedence="flash"),))
    flash = pair.north.released(unsent).record_id

    for house, record_id in ((pair.north, sent), (pair.port, arrived)):
        (due,) = house.station.reading.telegram(record_id).due
        assert (due.station, due.is_action, due.precedence) == (PORT, True, "immediate")
        assert due.at == BEGIN + timedelta(hours=6)
    (due,) = pair.north.station.reading.telegram(flash).due
    assert due.at == BEGIN + timedelta(hours=1)


def test_a_cancelled_telegram_is_marked_wherever_it_is_shown(pair: Pair) -> None:
    """The mark stands on it here and in the list, also where it came after what cancels it."""
    pair.north.sealed(draft_to(PORT, "One."))
    pair.north.sealed(draft_to(PORT, "Two."))
    reading = pair.north.station.reading
    pair.north.sealed(draft_to(PORT, "Not One.", cancels=reading.citation("1")))
    pair.north.sealed(draft_to(PORT, "Three.", supersedes=reading.citation("2")))
    pair.sync(pair.north)
    pair.sync(pair.port)

    for house in (pair.north, pair.port):
        marks = {line.number: line.marks for line in house.station.reading.telegrams()}
        assert marks == {
            "1": ("cancelled by No. 3 of River Section",),
            "2": ("superseded by No. 4 of River Section",),
            "3": (),
            "4": (),
        }


def test_a_repeat_and_a_period_key_are_seen(pair: Pair) -> None:
    """Whoever reads sees that a telegram came by a second sealing, or without a page."""
    for house, other in ((pair.north, PORT), (pair.port, NORTH)):
        policy = ChannelPolicy(replenish_pages=0)
        house.station.correspondence.set_policy(other, policy, by=house.clerk)
    order = BookOrder(call_sign=NORTH, use=BookUse.PERIOD, pages=1, days=20)
    key = pair.port.station.correspondence.issue(order, by=pair.port.clerk)
    pair.north.station.correspondence.accept(key, issuer=PORT, by=pair.north.clerk)
    first = pair.north.sealed(draft_to(PORT, "Lost.")).record_id
    pair.sync(pair.north)
    for box in pair.relay.boxes.values():
        box.objects.clear()
    for number in range(PAGES - 1):
        pair.north.sealed(draft_to(PORT, f"No {number}."))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.port.station.liaison.ask(NORTH, by=pair.port.clerk)
    for house in (pair.port, pair.north, pair.port):
        pair.sync(house)

    for house in (pair.north, pair.port):
        view = house.station.reading.telegram(
            first if house is pair.north else house.station.reading.find("1")
        )
        assert (view.repeat, view.is_period_key) == (1, True)
        assert any("no page: period key" in stamp.note for stamp in view.stamps)


def test_a_copy_is_known_to_wait_or_to_have_left(pair: Pair) -> None:
    """Before a number is given up, it can be seen whether it still can be."""
    held = pair.north.sealed(draft_to(PORT))
    reading = pair.north.station.reading
    copy, is_waiting = reading.waiting_copy(held.record_id, PORT)
    assert (copy.serial, is_waiting) == (1, True)
    pair.sync(pair.north)
    assert reading.waiting_copy(held.record_id, PORT)[1] is False
    (arrived,) = pair.sync(pair.port)

    with refused("station.input"):
        pair.port.station.reading.waiting_copy(arrived, NORTH)
    with refused("station.input"):
        reading.waiting_copy(pair.north.released(draft_to(PORT)).record_id, PORT)
