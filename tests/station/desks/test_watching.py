"""What a station raises an alarm about, and what it says of each correspondence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from depesha.base import SerialRanges, instant_to_text
from depesha.channel import ChannelPolicy
from depesha.register import Evidence
from depesha.station import Alarm, AlarmKind, BookOrder, BookUse, Urgency
from depesha.station.desks.alarms import numbers
from depesha.station.held import Stamp
from tests.station.forging import look_inside
from tests.station.houses import (
    CLERK,
    FINAL,
    NORTH,
    PAGES,
    PORT,
    SECRETS,
    SENTENCE,
    House,
    Pair,
    draft_to,
)
from tests.station.refusals import refused

JUMP = 99_999


def alarms(house: House, *kinds: AlarmKind) -> list[Alarm]:
    """The alarms of a house, all or of some kinds; none of them shows a text or an addressee."""
    found = house.station.watching.alarms()
    for secret in set(SECRETS) - {PORT}:
        assert all(secret not in alarm.words for alarm in found)
    return [alarm for alarm in found if not kinds or alarm.kind in kinds]


def only(house: House, kind: AlarmKind) -> Alarm:
    (alarm,) = alarms(house, kind)
    return alarm


def carried(pair: Pair, text: str = SENTENCE, **changes: object) -> None:
    """A telegram goes from the north to the port."""
    pair.north.sealed(draft_to(PORT, text, **changes))
    pair.sync(pair.north)
    pair.sync(pair.port)


def lost(pair: Pair) -> None:
    """A telegram to the port leaves the north, and the relay loses it."""
    pair.north.sealed(draft_to(PORT, "Lost."))
    pair.sync(pair.north)
    for box in pair.relay.boxes.values():
        box.objects.clear()


def set_policy(house: House, call_sign: str, **changes: object) -> None:
    policy = replace(ChannelPolicy(), **changes)  # type: ignore[arg-type]
    house.station.correspondence.set_policy(call_sign, policy, by=house.clerk)


def test_where_all_is_well_nothing_asks_for_attention(pair: Pair) -> None:
    """Two stations that have exchanged a telegram and its receipt raise no alarm."""
    assert alarms(pair.north) == alarms(pair.port) == []
    carried(pair)
    pair.clock.pass_time(minutes=16)
    for house in (pair.port, pair.north):
        pair.sync(house)

    assert alarms(pair.north) == alarms(pair.port) == []


def test_a_gap_is_named_with_its_days_and_its_next_request(pair: Pair) -> None:
    """Which serials, between which days, since when, how often asked for and when again."""
    carried(pair, "One.")
    first = instant_to_text(pair.clock.now())
    lost(pair)
    pair.clock.pass_time(hours=1)
    carried(pair, "Three.")
    last = instant_to_text(pair.clock.now())

    seen = only(pair.port, AlarmKind.MISSING)
    assert (seen.urgency, seen.station) == (Urgency.ATTENTION, NORTH)
    assert seen.since == pair.clock.now()
    assert f"No. 2 of 2031 from {NORTH} is missing between {first} and {last}" in seen.words
    assert "A repeat is asked for at the first round after 2031-03-02T08:40Z" in seen.words

    pair.clock.pass_time(minutes=31)
    pair.sync(pair.port)
    assert only(pair.port, AlarmKind.MISSING).urgency is Urgency.URGENT
    assert "was asked for once, and is again after" in only(pair.port, AlarmKind.MISSING).words
    pair.clock.pass_time(days=1, minutes=1)
    pair.sync(pair.port)
    assert "was asked for 2 times" in only(pair.port, AlarmKind.MISSING).words

    for house in (pair.north, pair.port):
        pair.sync(house)
    assert alarms(pair.port, AlarmKind.MISSING) == []


def test_what_a_recap_announced_is_missing_too(pair: Pair) -> None:
    """A tail that was lost shows no gap; the recap names it, and so does the alarm."""
    carried(pair, "One.")
    lost(pair)
    pair.north.station.liaison.recap(PORT, by=pair.north.clerk)
    pair.sync(pair.north)
    pair.sync(pair.port)

    assert "No. 2 of 2031" in only(pair.port, AlarmKind.MISSING).words


def test_a_one_way_post_is_not_asked(pair: Pair) -> None:
    """Nothing comes back from it: its gaps are shown, and no receipt is waited for."""
    carried(pair, "One.")
    lost(pair)
    carried(pair, "Three.")
    set_policy(pair.port, NORTH, one_way=True)
    assert "is not asked" in only(pair.port, AlarmKind.MISSING).words

    set_policy(pair.north, PORT, one_way=True)
    pair.clock.pass_time(days=5)
    assert alarms(pair.north, AlarmKind.UNACKNOWLEDGED) == []


def test_a_void_is_news_for_a_fortnight(pair: Pair) -> None:
    """A number that its sender gave up is told as such, and then stands in the view alone."""
    given_up = pair.north.sealed(draft_to(PORT, "Never.")).record_id
    pair.north.station.dispatch.void(given_up, PORT, by=pair.north.clerk)
    pair.north.station.liaison.recap(PORT, by=pair.north.clerk)
    pair.sync(pair.north)
    pair.sync(pair.port)

    told = only(pair.port, AlarmKind.VOIDED)
    assert (told.urgency, told.since) == (Urgency.NOTICE, pair.clock.now())
    assert f"No. 1 of 2031 from {NORTH} is void" in told.words

    pair.clock.pass_time(days=15)
    assert alarms(pair.port, AlarmKind.VOIDED) == []
    (series,) = pair.port.station.watching.channel(NORTH).received
    assert series.voided == SerialRanges(((1, 1),))


def test_an_acknowledgement_is_overdue_by_precedence(pair: Pair) -> None:
    """An immediate telegram is waited for two hours, a routine one three days, a void one never."""
    lost(pair)
    routine = draft_to(PORT).action[0]
    pair.north.sealed(draft_to(PORT, action=(replace(routine, precedence="routine"),)))
    void = pair.north.sealed(draft_to(PORT)).record_id
    pair.north.station.dispatch.void(void, PORT, by=pair.north.clerk)
    pair.clock.pass_time(hours=1, minutes=59)
    assert alarms(pair.north, AlarmKind.UNACKNOWLEDGED) == []

    pair.clock.pass_time(minutes=1)
    late = only(pair.north, AlarmKind.UNACKNOWLEDGED)
    assert (late.urgency, late.since) == (Urgency.URGENT, pair.clock.now())
    assert late.words.startswith(f"{PORT} has not said that it has No. 1 of 2031. No. 1, immediate")

    pair.clock.pass_time(days=3)
    assert "that it has No. 1-2 of 2031." in only(pair.north, AlarmKind.UNACKNOWLEDGED).words


def test_an_action_is_overdue_until_it_is_dealt_with(pair: Pair) -> None:
    """A telegram for this station's action is due by precedence; handing it over is enough."""
    carried(pair)
    pair.clock.pass_time(hours=5, minutes=59)
    assert alarms(pair.port, AlarmKind.OVERDUE) == []

    pair.clock.pass_time(minutes=1)
    late = only(pair.port, AlarmKind.OVERDUE)
    assert (late.urgency, late.since) == (Urgency.URGENT, pair.clock.now())
    assert late.words.startswith("No. 1 of River Section, immediate, for this station's action, is")

    (line,) = pair.port.station.reading.telegrams()
    pair.port.station.custody.hand(line.record_id, to=FINAL, by=pair.port.clerk)
    assert alarms(pair.port, AlarmKind.OVERDUE) == []


def test_an_answer_and_a_cancellation_end_what_is_due(pair: Pair) -> None:
    """Whoever answered has dealt with it, and what is cancelled is due no more."""
    for text in ("One.", "Two.", "Three."):
        carried(pair, text)
    pair.clock.pass_time(hours=6)
    assert "No. 1 of River Section, No. 2 of" in only(pair.port, AlarmKind.OVERDUE).words

    reply = pair.port.station.reading.citation("1")
    pair.port.released(draft_to(NORTH, "It is done.", in_reply_to=reply, sender="Harbour"))
    cancels = pair.north.station.reading.citation("2")
    carried(pair, "Forget it.", cancels=cancels)

    assert only(pair.port, AlarmKind.OVERDUE).words.startswith("No. 3 of River Section, immediate")


def test_pads_are_low_at_a_third_and_then_gone(pair: Pair) -> None:
    """A third left is told in time; none left says what happens to the next telegram."""
    set_policy(pair.port, NORTH, replenish_pages=0, allows_period_key=False)
    for number in range(PAGES):
        if number == PAGES - 4:
            low = only(pair.north, AlarmKind.PADS_LOW)
            assert low.words.startswith(f"4 pages are left to {PORT}")
        pair.north.sealed(draft_to(PORT, f"No {number}."))
    gone = only(pair.north, AlarmKind.NO_PAD)
    assert (gone.urgency, "Nothing can be sealed" in gone.words) == (Urgency.URGENT, True)

    order = BookOrder(call_sign=NORTH, use=BookUse.PERIOD, pages=1, days=20)
    key = pair.port.station.correspondence.issue(order, by=pair.port.clerk)
    pair.north.station.correspondence.accept(key, issuer=PORT, by=pair.north.clerk)
    assert "under the weaker period key" in only(pair.north, AlarmKind.NO_PAD).words
    assert alarms(pair.north, AlarmKind.PERIOD_KEY) == []
    pair.north.sealed(draft_to(PORT, "Without a page."))
    used = only(pair.north, AlarmKind.PERIOD_KEY)
    assert f"No. {PAGES + 1} of 2031 to {PORT} was sealed to the period key" in used.words

    pair.sync(pair.north)
    pair.sync(pair.port)
    came = only(pair.port, AlarmKind.PERIOD_KEY)
    assert came.words.endswith("no page of ours left. Issue it a book.")
    pair.clock.pass_time(days=17)
    ending = [one.words for one in alarms(pair.north, AlarmKind.ENDING)]
    assert any(f"The period key to {PORT} ends" in words for words in ending)

    set_policy(pair.north, PORT, allows_period_key=False)
    assert "Nothing can be sealed" in only(pair.north, AlarmKind.NO_PAD).words


def test_what_ends_is_told_before_it_has_ended(pair: Pair) -> None:
    """Books a week before their last day, cards a month; a card that ended is urgent."""
    pair.clock.pass_time(days=53)
    assert f"Every page left to {PORT} ends" in only(pair.north, AlarmKind.ENDING).words

    pair.clock.pass_time(days=300)
    own, theirs = alarms(pair.north, AlarmKind.ENDING)
    assert {own.urgency, theirs.urgency} == {Urgency.ATTENTION}
    pair.clock.pass_time(days=30)
    words = [one.words for one in alarms(pair.north, AlarmKind.ENDING)]
    assert any(word.startswith(f"The card of {PORT} ended") for word in words)
    assert any(word.startswith("This station's own card ended") for word in words)
    assert {one.urgency for one in alarms(pair.north, AlarmKind.ENDING)} == {Urgency.URGENT}


def test_a_post_that_only_sends_needs_no_pages(pair: Pair) -> None:
    """Where nothing is ever sent, no page is missed."""
    pair.clock.pass_time(days=61)
    assert only(pair.north, AlarmKind.NO_PAD).station == PORT
    set_policy(pair.north, PORT, one_way=True)
    assert alarms(pair.north, AlarmKind.NO_PAD) == []


def test_quarantine_is_counted_by_code(pair: Pair) -> None:
    """Junk asks for attention; another text under a known serial is urgent."""
    for junk in (b"junk", b"more junk"):
        pair.port.station.reception.receive(junk, by=pair.port.clerk)
    counted = only(pair.port, AlarmKind.QUARANTINE)
    assert counted.words.startswith("2 objects lie in quarantine, refused as channel.envelope")
    assert (counted.urgency, counted.since) == (Urgency.ATTENTION, pair.clock.now())

    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (honest,) = pair.waiting()
    inside = look_inside(honest, sender=pair.north, receiver=pair.port)
    clash = inside.with_cover(serial=JUMP).seal()
    pair.port.station.reception.receive(clash, by=pair.port.clerk)
    assert {one.urgency for one in alarms(pair.port, AlarmKind.QUARANTINE)} == {
        Urgency.URGENT,
        Urgency.ATTENTION,
    }


def test_a_restored_station_names_whom_it_waits_for(pair: Pair) -> None:
    """Nothing is sealed to a post until it has said where it stands."""
    with pair.north.office.transaction() as work:
        port = pair.port.office.keyring.fingerprint
        work.restores.begin(port, instant_to_text(pair.clock.now()))

    alarm = only(pair.north, AlarmKind.RESTORED)

    assert (alarm.urgency, alarm.station, alarm.since) == (
        Urgency.URGENT,
        PORT,
        pair.clock.now(),
    )
    assert pair.north.station.watching.channel(PORT).is_quarantined


def test_two_registers_of_one_post_are_urgent(pair: Pair) -> None:
    """Evidence that a correspondent forked its register is told for as long as it is believed."""
    carried(pair)
    register = pair.north.office.keyring.register.verifier.name
    with pair.port.office.transaction() as work:
        note = work.witnessed.newest(register)
        assert note is not None
        work.witnessed.keep_evidence(
            Evidence(origin=register, known_note=note, note=note, at=pair.clock.now())
        )

    alarm = only(pair.port, AlarmKind.EVIDENCE)

    assert (alarm.urgency, alarm.since) == (Urgency.URGENT, pair.clock.now())
    assert alarm.words.startswith(f"{NORTH} signed two registers")


@pytest.mark.parametrize("kind", ["incident", "not on the waybill"])
def test_an_incident_is_news_for_a_fortnight(pair: Pair, kind: str) -> None:
    """What was refused beside a telegram is told with its code, as long as it is news."""
    carried(pair)
    (line,) = pair.port.station.reading.telegrams()
    at = instant_to_text(pair.clock.now())
    with pair.port.office.transaction() as work:
        work.telegrams.stamp(
            Stamp(record_id=line.record_id, kind=kind, actor=CLERK, at=at, note="register.proof")
        )

    alarm = only(pair.port, AlarmKind.INCIDENT)

    assert "[register.proof]. The telegram itself was verified" in alarm.words
    pair.clock.pass_time(days=15)
    assert alarms(pair.port, AlarmKind.INCIDENT) == []


def test_a_clock_that_went_back_is_told(pair: Pair) -> None:
    """A clock before the newest thing that was sealed here is wrong, now or then."""
    pair.north.sealed(draft_to(PORT))
    pair.clock.pass_time(hours=-1)

    alarm = only(pair.north, AlarmKind.CLOCK)

    assert alarm.words.startswith("The clock says 2031-03-02T06:10Z")
    assert alarm.urgency is Urgency.URGENT


def test_the_urgent_comes_first_and_then_the_oldest(pair: Pair) -> None:
    """Whoever reads one line reads the one that matters."""
    carried(pair, "One.")
    lost(pair)
    carried(pair, "Three.")
    pair.clock.pass_time(hours=7)
    pair.port.station.reception.receive(b"junk", by=pair.port.clerk)

    found = alarms(pair.port)

    assert [one.kind for one in found] == [
        AlarmKind.OVERDUE,
        AlarmKind.MISSING,
        AlarmKind.QUARANTINE,
    ]


def test_a_channel_is_shown_with_both_ways(pair: Pair) -> None:
    """What was given and acknowledged, what came and is missing, what is owed and asked."""
    carried(pair, "One.")
    lost(pair)
    carried(pair, "Three.")
    view = pair.port.station.watching.channel(NORTH)
    (received,) = view.received
    assert (received.received.to_text(), received.missing.to_text()) == ("1,3", "2")
    assert [gap.serial for gap in view.gaps] == [2]
    assert {(one.fact.serial, one.fact.kind.value) for one in view.owed} == {
        (serial, kind) for serial in (1, 3) for kind in ("received", "opened")
    }
    assert (view.recap_sent, view.recap_received, view.sent) == (None, None, ())
    assert view.seen > 0

    pair.clock.pass_time(minutes=31)
    pair.sync(pair.port)
    pair.north.station.reception.finish_all()
    sent = pair.north.station.watching.channel(PORT)
    assert sent.sent[0].acknowledged == SerialRanges()
    for house in (pair.north, pair.port):
        pair.north.station.liaison.recap(PORT, by=pair.north.clerk)
        pair.sync(house)
    view = pair.port.station.watching.channel(NORTH)
    assert (view.gaps, view.received[0].missing) == ((), SerialRanges())
    assert view.recap_received == instant_to_text(pair.clock.now())
    north = pair.north.station.watching.channel(PORT)
    assert north.sent[0].acknowledged.to_text() == "1,3"
    assert north.recap_sent is not None
    assert (north.pads.call_sign, north.policy) == (PORT, ChannelPolicy())


@pytest.mark.parametrize(("name", "code"), [(NORTH, "station.input"), ("NOWHERE", "channel.store")])
def test_only_a_correspondent_has_a_channel(pair: Pair, name: str, code: str) -> None:
    """Not the station itself, and nobody who is unknown."""
    desks: tuple[Callable[[], object], ...] = (
        lambda: pair.north.station.watching.channel(name),
        lambda: pair.north.station.liaison.recap(name, by=pair.north.clerk),
        lambda: pair.north.station.liaison.ask(name, by=pair.north.clerk),
    )
    for act in desks:
        with refused(code):
            act()


def test_many_numbers_are_named_shortly() -> None:
    """A sentence names the first runs and counts the rest."""
    assert numbers(SerialRanges.of([1, 3, 4, 5])) == "No. 1, 3-5"
    assert numbers(SerialRanges.of(range(1, 20, 2))) == "No. 1, 3, 5, 7, 9 and 5 more"
