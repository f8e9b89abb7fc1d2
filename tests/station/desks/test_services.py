"""Texts about a channel: kept whatever they say, and acted upon only as far as they may."""

from dataclasses import replace

import pytest

from depesha.base import SerialRanges, SeriesSerials
from depesha.channel import (
    Fact,
    FactKind,
    Notice,
    NoticeKind,
    Recap,
    Receipt,
    SentSeries,
    ServiceText,
    VoidNotice,
    Waybill,
)
from depesha.cipher import open_note
from depesha.station.desks.arriving import Opened
from depesha.station.desks.duties import Duties
from depesha.station.desks.services import kind_of, recap_text, take_in
from depesha.station.held import Direction
from tests.station.acting import bring, covers, gaps, ledger, lose, peer_of, send, set_serial, way
from tests.station.houses import BEGIN, NORTH, PORT, House, Pair, draft_to
from tests.station.looking import everything

OTHER = "f" * 32
NONE = SeriesSerials()


def repeat_notice(serials: str, *, channel: str) -> Notice:
    return Notice(
        kind=NoticeKind.REPEAT,
        channel=channel,
        at=BEGIN,
        serials=SeriesSerials.from_text(serials),
        text=None,
    )


def words(kind: NoticeKind = NoticeKind.TEXT, *, channel: str = OTHER) -> Notice:
    return Notice(kind=kind, channel=channel, at=BEGIN, serials=NONE, text="Words.")


def recap(pair: Pair, *sent: SentSeries, have: str = "none", void: str = "none") -> Recap:
    """What the north might say of its channel to the port."""
    return Recap(
        channel=way(pair.north, pair.port),
        at=BEGIN,
        sent=sent,
        have=SeriesSerials.from_text(have),
        void=SeriesSerials.from_text(void),
        checkpoint=None,
    )


def series(highest: int, *, first: int = 1, voided: str = "none", year: int = 2031) -> SentSeries:
    return SentSeries(
        series=year, first=first, highest=highest, voided=SerialRanges.from_text(voided)
    )


def void(channel: str, serials: str, *, year: int = 2031) -> VoidNotice:
    return VoidNotice(
        channel=channel,
        series=year,
        serials=SerialRanges.from_text(serials),
        at=BEGIN,
        reason="given up",
    )


def receipt(channel: str = OTHER) -> Receipt:
    fact = Fact(series=2031, serial=1, kind=FactKind.HANDED, actor="Rask", at=BEGIN)
    return Receipt(channel=channel, facts=(fact,))


def say(pair: Pair, *texts: ServiceText) -> None:
    """Let the north send texts, and the port open them."""
    for text in texts:
        send(pair.north, pair.port, text)
    assert len(bring(pair.north, pair.port)) == len(texts)


def kept(house: House, other: House) -> list[tuple[str, str]]:
    with house.office.reading() as work:
        texts = work.services.of_station(other.office.keyring.fingerprint)
    return [(one.direction.value, one.kind) for one in texts]


def asked_of(house: House, receiver: House) -> str:
    with house.office.reading() as work:
        repeats = work.channel.dues.repeats(way(house, receiver))
    return SerialRanges.of(one.serial for one in repeats).to_text()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (words(), "text"),
        (words(NoticeKind.PADS), "pads"),
        (words(NoticeKind.RESTORED), "restored"),
        (repeat_notice("2031:1", channel=OTHER), "repeat"),
        (void(OTHER, "1"), "void"),
        (receipt(), "receipt"),
        (Waybill(pouch=OTHER, at=BEGIN, objects=()), "waybill"),
    ],
)
def test_a_text_about_anything_else_is_kept_and_changes_nothing(
    pair: Pair, text: ServiceText, kind: str
) -> None:
    """It is numbered and kept at both ends under one word, and no telegram is registered."""
    assert kind_of(text) == kind
    before = pair.port.register_size()
    say(pair, text)
    assert kept(pair.north, pair.port) == [("sent", kind)]
    assert kept(pair.port, pair.north) == [("received", kind)]
    assert pair.port.register_size() == before
    assert pair.port.station.reading.telegrams() == ()
    assert ledger(pair.port, pair.north).missing == SerialRanges()
    assert asked_of(pair.port, pair.north) == "none"


def test_words_about_the_wrong_channel_are_not_acted_upon(pair: Pair) -> None:
    """A station speaks for its own way out, and asks for its own way in; of others it is silent."""
    pair.port.sealed(draft_to(NORTH))
    way_back = way(pair.port, pair.north)
    say(
        pair,
        replace(recap(pair, series(40)), channel=way_back),
        void(way_back, "1"),
        repeat_notice("2031:1", channel=way(pair.north, pair.port)),
    )
    assert ledger(pair.port, pair.north).received.to_text() == "1-3"
    assert ledger(pair.port, pair.north).missing == SerialRanges()
    assert asked_of(pair.port, pair.north) == "none"
    with pair.port.office.reading() as work:
        assert work.channel.outgoing.voided(way_back, "2031") == SerialRanges()


def test_only_what_was_given_can_be_asked_for(pair: Pair) -> None:
    """Serials not yet given, of other years, below the first: none of them is ours to repeat."""
    for _ in range(3):
        pair.port.sealed(draft_to(NORTH))
    lose(pair.port)
    say(pair, repeat_notice("2030:1-9 2031:2-900", channel=way(pair.port, pair.north)))
    assert asked_of(pair.port, pair.north) == "2-3"


def test_one_notice_asks_for_a_bounded_number(pair: Pair) -> None:
    """Whoever asks for a million costs no more than somebody who lost a pouch."""
    pair.port.sealed(draft_to(NORTH))
    with pair.port.office.transaction() as work:
        state = work.channel.outgoing.state(way(pair.port, pair.north), "2031")
        assert state is not None
        work.channel.outgoing.put(state.jumped(5000))
    say(pair, repeat_notice("2031:1-1000,2000-4999", channel=way(pair.port, pair.north)))
    assert asked_of(pair.port, pair.north) == "1-256"


def test_what_was_asked_and_is_not_here_is_void_and_said_so(pair: Pair) -> None:
    """A notice names all of them at once, by series; they are asked for no more."""
    pair.north.sealed(draft_to(PORT))
    set_serial(pair, 5)
    lose(pair.north)
    send(pair.port, pair.north, repeat_notice("2031:1-4", channel=way(pair.north, pair.port)))
    bring(pair.port, pair.north)

    report = Duties(pair.north.office, "Calder").run()

    assert (report.voided, report.repeated) == (3, 1)
    assert ("sent", "void") in kept(pair.north, pair.port)
    assert asked_of(pair.north, pair.port) == "none"
    bring(pair.north, pair.port)
    found = ledger(pair.port, pair.north)
    assert (found.voided.to_text(), found.missing) == ("2-4", SerialRanges())
    assert gaps(pair.port, pair.north) == SerialRanges()


def test_a_recap_says_how_far_each_series_has_come(pair: Pair) -> None:
    """Series in which nothing was sent are left out; voids and the way back are named."""
    for _ in range(3):
        pair.north.sealed(draft_to(PORT))
    pair.port.sealed(draft_to(NORTH))
    bring(pair.port, pair.north)
    with pair.north.office.transaction() as work:
        work.channel.outgoing.void(way(pair.north, pair.port), "2031", SerialRanges.of([2]), BEGIN)
        text = recap_text(work, pair.north.office, peer_of(pair.north, pair.port), BEGIN)
    assert text.sent == (series(3, voided="2"),)
    assert text.have.to_text() == "2031:1"
    assert text.checkpoint is not None
    keyring = pair.north.office.keyring
    for key in (keyring.register.verifier, keyring.post_quantum.verifier):
        assert open_note(text.checkpoint, [key]).text.startswith("north-desk/register\n")


def test_a_new_channel_has_nothing_to_recapitulate(pair: Pair) -> None:
    """A book that was accepted gave a first number, and no number was used."""
    with pair.north.office.transaction() as work:
        text = recap_text(work, pair.north.office, peer_of(pair.north, pair.port), BEGIN)
    assert (text.sent, text.have) == ((), NONE)


def test_a_lost_tail_is_missing_from_the_recap_on(pair: Pair) -> None:
    """It is known in the ledger, and noted to be asked for; an older recap takes nothing back."""
    for _ in range(3):
        pair.north.sealed(draft_to(PORT))
    lose(pair.north)
    say(pair, recap(pair, series(3)))
    assert ledger(pair.port, pair.north).missing.to_text() == "1-3"
    assert gaps(pair.port, pair.north).to_text() == "1-3"
    say(pair, recap(pair, series(2)))
    assert ledger(pair.port, pair.north).announced == 3


def test_an_absurd_recap_costs_a_bounded_number_of_rows(pair: Pair) -> None:
    """What is said to be missing is known as runs; only so many are kept to be asked for."""
    say(pair, recap(pair, series(999_999_999)))
    assert ledger(pair.port, pair.north).missing.to_text() == "2-999999999"
    kept_gaps = gaps(pair.port, pair.north)
    assert kept_gaps.runs[0][0] == 2
    assert (kept_gaps.highest or 0) <= 5001


def test_a_void_closes_the_gap_and_lets_no_telegram_in(pair: Pair) -> None:
    """What is named as void is missing no more, of that series alone."""
    pair.north.sealed(draft_to(PORT))
    lose(pair.north)
    pair.north.sealed(draft_to(PORT))
    bring(pair.north, pair.port)
    assert gaps(pair.port, pair.north).to_text() == "1"
    say(pair, void(way(pair.north, pair.port), "1", year=2030))
    assert gaps(pair.port, pair.north).to_text() == "1"
    say(pair, void(way(pair.north, pair.port), "1"))
    assert gaps(pair.port, pair.north) == SerialRanges()
    assert ledger(pair.port, pair.north).missing == SerialRanges()


def test_a_recap_names_voids_too(pair: Pair) -> None:
    """So that a void notice that was lost does no harm."""
    for _ in range(2):
        pair.north.sealed(draft_to(PORT))
    lose(pair.north)
    say(pair, recap(pair, series(2, voided="2")))
    assert ledger(pair.port, pair.north).missing.to_text() == "1"
    assert gaps(pair.port, pair.north).to_text() == "1"


def test_what_a_recap_has_is_acknowledged(pair: Pair) -> None:
    """It counts as the acknowledgement of a cover does."""
    held = pair.port.sealed(draft_to(NORTH))
    say(pair, recap(pair, have="2031:1"))
    (copy,) = pair.port.station.reading.telegram(held.record_id).copies
    assert copy.acknowledged


def restored(house: House, other: House) -> None:
    """Let a station be one that was restored once, and has been answered."""
    station = other.office.keyring.fingerprint
    with house.office.transaction() as work:
        work.restores.begin(station, "2031-03-02T07:10Z")
    house.station.reconciling.ask(other.name, by=house.clerk)
    with house.office.transaction() as work:
        work.restores.settle(station, "2031-03-02T07:10Z")


def test_voids_are_dictated_to_nobody(pair: Pair) -> None:
    """A station that was never set back knows its own voids, and takes none from abroad."""
    pair.port.sealed(draft_to(NORTH))
    say(pair, recap(pair, void="2031:1"))
    with pair.port.office.reading() as work:
        voided = work.channel.outgoing.voided(way(pair.port, pair.north), "2031")
    assert voided == SerialRanges()


@pytest.mark.parametrize(
    ("void_there", "known_here"),
    [("2031:2", "2"), ("2031:2-99", "2-3"), ("2031:40-50", "none"), ("2030:1-9", "none")],
)
def test_our_own_voids_come_back_as_far_as_we_gave_the_serials(
    pair: Pair, void_there: str, known_here: str
) -> None:
    """A station that was set back learns of its own voids; nobody voids what was never given."""
    restored(pair.port, pair.north)
    for _ in range(3):
        pair.port.sealed(draft_to(NORTH))
    lose(pair.port)
    say(pair, recap(pair, void=void_there))
    with pair.port.office.reading() as work:
        voided = work.channel.outgoing.voided(way(pair.port, pair.north), "2031")
    assert voided.to_text() == known_here


def test_a_text_sealed_again_is_acted_upon_once(pair: Pair) -> None:
    """Both sealings are kept as copies; the text stands once, and asks for nothing twice."""
    pair.port.sealed(draft_to(NORTH))
    lose(pair.port)
    say(pair, repeat_notice("2031:1", channel=way(pair.port, pair.north)))
    assert Duties(pair.port.office, "Calder").run().repeated == 1
    pair.port.station.courier.sync(by=pair.port.clerk)
    bring(pair.port, pair.north)
    send(pair.port, pair.north, repeat_notice("2031:1", channel=way(pair.north, pair.port)))
    bring(pair.port, pair.north)
    pair.north.station.courier.sync(by=pair.north.clerk)
    (again,) = [one for one in covers(pair.north, pair.port) if one.repeat]
    assert again.serial == 1
    pair.sync(pair.port)

    assert asked_of(pair.port, pair.north) == "none"
    assert kept(pair.port, pair.north).count(("received", "repeat")) == 1
    with pair.port.office.reading() as work:
        copies = work.copies.of_serial(way(pair.north, pair.port), 2031, 1)
    assert [copy.repeat for copy in copies] == [0, 1]


def test_an_arrival_without_a_text_is_a_mistake_of_the_program(pair: Pair) -> None:
    """Nobody takes in a telegram as a text about the channel."""
    pair.north.sealed(draft_to(PORT))
    with pair.north.office.reading() as work:
        (waiting,) = work.channel.outbox.waiting()
    opened: Opened = pair.port.station.reception._open(waiting.sealed)
    before = everything(pair.port)
    with (
        pytest.raises(ValueError, match="no service text"),
        pair.port.office.transaction() as work,
    ):
        take_in(work, pair.port.office, opened, OTHER, at=BEGIN)
    assert everything(pair.port) == before


def test_texts_are_kept_as_they_were_sent(pair: Pair) -> None:
    """Byte for byte at both ends, so that they can be sealed again and looked at."""
    text = words(channel=way(pair.north, pair.port))
    say(pair, text)
    for house, other, direction in (
        (pair.north, pair.port, Direction.SENT),
        (pair.port, pair.north, Direction.RECEIVED),
    ):
        with house.office.reading() as work:
            found = work.services.newest(other.office.keyring.fingerprint, direction, "text")
        assert found is not None
        assert found.text == text.to_text().encode()
