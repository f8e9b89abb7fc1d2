"""What a dishonest correspondent, courier or clock may try: nothing of it stops a house."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from depesha.archive import StoreFaultError
from depesha.base import Digest, OriginatorNumber, SerialRanges, SeriesSerials
from depesha.channel import (
    Capability,
    ChannelPolicy,
    Envelope,
    Fact,
    FactKind,
    Notice,
    NoticeKind,
    Peer,
    Recap,
    Receipt,
    RestoreAnswer,
    SentSeries,
    ServiceText,
    VoidNotice,
    channel_id,
    open_envelope,
    open_restore_ask,
    read_checked,
    seal_envelope,
    sign_restore_answer,
    write_checked,
)
from depesha.cipher import make_check, sign_note
from depesha.register import Checkpoint, sign_checkpoint
from depesha.station import BookOrder, RelayAdmission
from depesha.station.desks.duties import DutyReport
from depesha.station.desks.restoring import quarantine_all
from depesha.station.held import Direction
from depesha.station.station import assemble
from depesha.station.work import Work
from depesha.telegram import (
    Consistency,
    Cover,
    Minute,
    Mode,
    Precedence,
    Reference,
    ReferenceKind,
)
from tests.station.forging import look_inside
from tests.station.houses import BEGIN, NORTH, PORT, RELAY, House, Pair, draft_to
from tests.station.refusals import refused
from tests.station.trio import found_trio, meet, open_trio

END_OF_DAYS = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
NOTHING = SeriesSerials()


@dataclass
class Dishonest:
    """The north station in other hands: it has its keys and pages, and seals what it likes."""

    pair: Pair
    serial: int = 0
    previous: Digest | None = None

    @property
    def out(self) -> str:
        return channel_id(self._own, self._theirs)

    @property
    def back(self) -> str:
        return channel_id(self._theirs, self._own)

    @property
    def _own(self) -> str:
        return self.pair.north.office.keyring.fingerprint

    @property
    def _theirs(self) -> str:
        return self.pair.port.office.keyring.fingerprint

    def seal(self, text: bytes, **changes: object) -> bytes:
        """Seal a text to the next page, under a cover of which anything may be another."""
        at = self.pair.clock.now()
        with self.pair.north.office.transaction() as work:
            taken = work.channel.held.take(self.out, at)
        self.serial += 1
        honest = Cover(
            channel=bytes.fromhex(self.out),
            series=at.year,
            serial=self.serial,
            copy_number=1,
            copies=1,
            sender=bytes.fromhex(self._own),
            receiver=bytes.fromhex(self._theirs),
            book=bytes.fromhex(taken.book.book),
            page=taken.number,
            minute=Digest.of(text),
            previous=self.previous,
            mode=Mode.SIGNED,
            sealed=at,
            clerk="Nobody",
            precedence=Precedence.ROUTINE,
        )
        cover = replace(honest, **changes)  # type: ignore[arg-type]
        file = sign_note(cover.to_text(), [self.pair.north.office.keyring.identity])
        self.previous = Digest.of(file)
        return seal_envelope(Envelope(cover=file, telegram=text), taken.page)

    def say(self, text: ServiceText, **changes: object) -> str | None:
        """Seal a service text and hand it over; return the code it was refused with."""
        sealed = self.seal(text.to_text().encode(), **changes)
        port = self.pair.port
        return port.station.reception.receive(sealed, by=port.clerk).refused

    def words(self) -> Notice:
        return Notice(
            kind=NoticeKind.TEXT, channel=self.out, at=BEGIN, serials=NOTHING, text="Good day."
        )

    def ask(self, last: int) -> Notice:
        serials = SeriesSerials(((2031, SerialRanges(((1, last),))),))
        return Notice(
            kind=NoticeKind.REPEAT, channel=self.back, at=BEGIN, serials=serials, text=None
        )

    def recap(self, *sent: SentSeries, void: SeriesSerials = NOTHING) -> Recap:
        return Recap(
            channel=self.out, at=BEGIN, sent=sent, have=NOTHING, void=void, checkpoint=None
        )

    def voids(self, first: int) -> VoidNotice:
        return VoidNotice(
            channel=self.out, series=2031, serials=every_second(9900, first), at=BEGIN, reason="-"
        )


def every_second(count: int, first: int = 1) -> SerialRanges:
    return SerialRanges(tuple((one, one) for one in range(first, first + 2 * count, 2)))


def counted_to(highest: int, series: int = 2031) -> SentSeries:
    return SentSeries(series=series, first=1, highest=highest, voided=SerialRanges())


def _tell_the_future(north: Dishonest) -> str | None:
    fact = Fact(series=2031, serial=1, kind=FactKind.OPENED, actor="Nobody", at=END_OF_DAYS)
    return north.say(Receipt(channel=north.back, facts=(fact,)))


def _have_scattered(north: Dishonest) -> str | None:
    return north.say(north.words(), have=SeriesSerials(((2031, every_second(3000)),)))


def _have_everything_of_a_century(north: Dishonest) -> str | None:
    have = SeriesSerials(tuple((year, every_second(60)) for year in range(1900, 2000)))
    return north.say(north.words(), have=have)


def _count_to_the_last(north: Dishonest) -> str | None:
    return north.say(north.recap(counted_to(999_999_999)))


def _count_in_many_years(north: Dishonest) -> str | None:
    return north.say(north.recap(*(counted_to(900_000_000, year) for year in range(1900, 2000))))


def _void_scattered(north: Dishonest) -> str | None:
    assert north.say(north.voids(101)) is None
    return north.say(north.voids(100_000))


def _seal_in_the_first_year(north: Dishonest) -> str | None:
    return north.say(north.words(), sealed=datetime(1, 1, 1, tzinfo=UTC))


HOSTILE: dict[str, tuple[Callable[[Dishonest], str | None], str | None]] = {
    "a fact of the end of days": (_tell_the_future, None),
    "three thousand runs acknowledged": (_have_scattered, None),
    "a hundred years acknowledged": (_have_everything_of_a_century, None),
    "a recap up to the last serial": (_count_to_the_last, None),
    "a recap of a hundred years": (_count_in_many_years, None),
    "more voids than can be written": (_void_scattered, "base.format"),
    "a cover of the first year": (_seal_in_the_first_year, "channel.card_validity"),
}


@pytest.fixture
def hostile(pair: Pair) -> Dishonest:
    return Dishonest(pair)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_of_a_correspondent_stops_a_house(hostile: Dishonest, name: str) -> None:
    """It is taken or refused; then rounds, screens and alarms go on, with bounded work."""
    say, code = HOSTILE[name]
    port = hostile.pair.port
    port.sealed(draft_to(NORTH))
    assert say(hostile) == code
    assert hostile.say(hostile.words()) is None, "what comes behind it is taken"
    hostile.pair.clock.pass_time(days=2)
    report = port.station.courier.sync(by=port.clerk)
    assert report.duties.asked <= 100
    port.station.watching.alarms()
    port.station.watching.channel(NORTH)
    with port.office.reading() as work:
        assert len(work.channel.dues.gaps(hostile.out)) <= 2000


def test_a_register_of_absurd_size_does_not_stop_the_sealing(hostile: Dishonest) -> None:
    """A checkpoint that no cover can name is not cosigned, and telegrams go on."""
    key = hostile.pair.north.office.keyring.register
    size = 5 * 10**18
    claimed = Checkpoint(origin=key.verifier.name, size=size, root=bytes(32))
    note = sign_checkpoint(claimed, key)
    told = hostile.say(hostile.words(), checkpoint=note, consistency=Consistency(old_size=0))
    assert told is None
    port = hostile.pair.port
    assert port.station.registering.seen(NORTH) == size
    port.sealed(draft_to(NORTH))
    assert _undone(port) == ()


def test_serials_that_leap_keep_no_row_for_each(hostile: Dishonest) -> None:
    """Every leap is noted in the ledger; what is to be asked for stays bounded."""
    for leap in range(1, 4):
        hostile.serial = 5000 * leap - 1
        assert hostile.say(hostile.words()) is None
    with hostile.pair.port.office.reading() as work:
        ledger = work.channel.incoming.ledger(hostile.out, "2031")
        assert ledger is not None
        assert ledger.missing.runs == ((1, 4999), (5001, 9999), (10_001, 14_999))
        assert len(work.channel.dues.gaps(hostile.out)) == 2000


def test_a_minute_released_at_the_end_of_days_is_refused(pair: Pair) -> None:
    """No instant that can be written makes the check of it fail otherwise than by refusing."""
    refused_with = _forged(pair, lambda minute: replace(minute, released=END_OF_DAYS))
    assert refused_with == "cipher.no_known_signature"


def test_a_telegram_that_cancels_one_other_twice_is_taken(pair: Pair) -> None:
    """Two references to one telegram are one cancellation, and no fault of the store."""
    twice = (ReferenceKind.CANCELS, ReferenceKind.CANCELS, ReferenceKind.SUPERSEDES)
    number = OriginatorNumber(7)
    references = tuple(
        Reference(kind=kind, number=number, originator="River Section", year=2031) for kind in twice
    )
    assert _forged(pair, lambda minute: replace(minute, references=references)) is None
    with pair.port.office.reading() as work:
        assert [one.kind for one in work.cancellations.of("7", 2031)] == ["cancelled"]


def _forged(pair: Pair, change: Callable[[Minute], Minute]) -> str | None:
    """Let the honest sender's own keys seal another minute; return what it was refused with."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()
    inside = look_inside(sealed, sender=pair.north, receiver=pair.port)
    minute = change(inside.minute)
    changed = inside.with_minute(released=minute.released, references=minute.references)
    return pair.port.station.reception.receive(changed.seal(), by=pair.port.clerk).refused


def test_a_serial_is_not_repeated_without_end(hostile: Dishonest) -> None:
    """Who asks for one telegram again and again is given it twenty times; rounds go on."""
    pair = hostile.pair
    pair.port.sealed(draft_to(NORTH))
    for here, there in ((pair.north, pair.port), (pair.port, pair.north)):
        order = BookOrder(call_sign=there.name, pages=30)
        book = here.station.correspondence.issue(order, by=here.clerk)
        there.station.correspondence.accept(book, issuer=here.name, by=there.clerk)
    repeated = 0
    for _ in range(22):
        assert hostile.say(hostile.ask(1)) is None
        repeated += pair.port.station.courier.sync(by=pair.port.clerk).duties.repeated
    assert repeated == 20
    with pair.port.office.reading() as work:
        assert not work.channel.dues.repeats(hostile.back)


def test_a_request_that_cannot_be_met_holds_up_no_other(hostile: Dishonest) -> None:
    """An unsigned telegram of a channel that is signed only by now is not repeated; others are."""
    port = hostile.pair.port
    for allows in (True, False):
        policy = ChannelPolicy(allows_unsigned=allows)
        port.station.correspondence.set_policy(NORTH, policy, by=port.clerk)
        if allows:
            port.sealed(draft_to(NORTH, mode="unsigned"))
    alone = hostile.ask(1)
    assert hostile.say(alone) is None
    assert _undone(port) == ("station.mode_refused",)
    port.sealed(draft_to(NORTH, "Two."))
    assert hostile.say(hostile.ask(2)) is None
    assert port.station.courier.sync(by=port.clerk).duties.repeated == 1


def _undone(house: House) -> tuple[str, ...]:
    return house.station.courier.sync(by=house.clerk).duties.undone


def test_nobody_dictates_voids_to_a_station_that_was_never_set_back(hostile: Dishonest) -> None:
    """A receiver cannot make the sender sign that what it received was void."""
    pair = hostile.pair
    pair.port.sealed(draft_to(NORTH))
    void = SeriesSerials(((2031, SerialRanges(((1, 999_999_999),))),))
    assert hostile.say(hostile.recap(void=void)) is None
    with pair.port.office.reading() as work:
        assert not work.channel.outgoing.voided(hostile.back, "2031").runs


def test_a_restored_station_hears_no_void_of_what_was_acknowledged(hostile: Dishonest) -> None:
    """What the other side once said to have, it cannot declare void later."""
    port = hostile.pair.port
    port.sealed(draft_to(NORTH, "One."))
    have = SeriesSerials(((2031, SerialRanges(((1, 1),))),))
    assert hostile.say(hostile.words(), have=have) is None
    port.sealed(draft_to(NORTH, "Two."))
    set_back(port)
    port.station.reconciling.ask(NORTH, by=port.clerk)
    void = SeriesSerials(((2031, SerialRanges(((1, 9),))),))
    assert hostile.say(hostile.recap(void=void)) is None
    with port.office.reading() as work:
        assert work.channel.outgoing.voided(hostile.back, "2031").to_text() == "2"


def set_back(house: House) -> None:
    with house.office.transaction() as work:
        quarantine_all(work, house.clock.now())


def test_the_answer_of_an_earlier_restore_mends_nothing(pair: Pair) -> None:
    """A backup may hold the old question; its answer, kept by a courier, is refused."""
    north, port = pair.north, pair.port
    set_back(north)
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    answer = port.station.reconciling.answer(ask, NORTH, by=port.clerk)
    north.station.reconciling.mend(answer, PORT, by=north.clerk)
    pair.clock.pass_time(days=1)
    set_back(north)
    with refused("station.wrong_state"):
        north.station.reconciling.mend(answer, PORT, by=north.clerk)


def test_a_question_carried_twice_gives_up_no_new_pages(pair: Pair) -> None:
    """It is answered again, for the answer may be lost; the pages that came since are good."""
    north, port = pair.north, pair.port
    set_back(north)
    ask = north.station.reconciling.ask(PORT, by=north.clerk)
    answer = port.station.reconciling.answer(ask, NORTH, by=port.clerk)
    north.station.reconciling.mend(answer, PORT, by=north.clerk)
    order = BookOrder(call_sign=PORT, pages=5)
    book = north.station.correspondence.issue(order, by=north.clerk)
    port.station.correspondence.accept(book, issuer=NORTH, by=port.clerk)
    port.station.reconciling.answer(ask, NORTH, by=port.clerk)
    assert [one.left for one in port.station.correspondence.pads()] == [5]


@pytest.mark.parametrize(
    ("highest", "live_pages"),
    [(((2031, 999_000_000),), 0), ((), 900_000_000), (tuple((y, 900) for y in range(1, 90)), 1)],
)
def test_an_absurd_answer_uses_up_no_numbers(
    pair: Pair, highest: tuple[tuple[int, int], ...], live_pages: int
) -> None:
    """The office's numbers are those of all its correspondents: one that lies is refused."""
    north, port = pair.north, pair.port
    north.released(draft_to(PORT))
    set_back(north)
    note = north.station.reconciling.ask(PORT, by=north.clerk)
    ask = open_restore_ask(note, station=pinned(port, NORTH).card, peer=_name(port))
    answer = RestoreAnswer(
        station=_name(north),
        peer=_name(port),
        at=BEGIN,
        ask=ask.digest,
        highest=highest,
        live_pages=live_pages,
        checkpoint=None,
    )
    own = pinned(north, PORT).card
    signed = sign_restore_answer(answer, port.office.keyring.identity, peer=own)
    with refused("channel.restore_refused"):
        north.station.reconciling.mend(signed, PORT, by=north.clerk)
    assert north.released(draft_to(PORT)).number == "2"


def pinned(house: House, call_sign: str) -> Peer:
    with house.office.reading() as work:
        return work.channel.peers.by_call_sign(call_sign)


def _name(house: House) -> str:
    return house.office.keyring.fingerprint


def test_a_clock_that_ran_ahead_stops_no_duty(pair: Pair) -> None:
    """After it is set right, recaps, requests, facts and period keys come when they are due."""
    pair.north.sealed(draft_to(PORT, "One."))
    pair.sync(pair.north)
    for box in pair.relay.boxes.values():
        box.objects.clear()
    pair.north.sealed(draft_to(PORT, "Two."))
    pair.sync(pair.north)
    pair.clock.pass_time(days=50)
    ahead = pair.port.station.courier.sync(by=pair.port.clerk)
    assert (len(ahead.received), ahead.duties.asked, ahead.duties.recaps) == (1, 0, 1)
    pair.clock.pass_time(days=-49)
    duties = pair.port.station.courier.sync(by=pair.port.clerk).duties
    assert (duties.asked, duties.recaps, duties.books, duties.undone) == (1, 1, 1, ())
    with pair.port.office.reading() as work:
        newest = work.services.newest(_name(pair.north), Direction.SENT, "recap")
        assert newest is not None
        assert newest.at == "2031-03-03T07:10Z"
    assert pair.port.station.courier.sync(by=pair.port.clerk).duties == DutyReport()


def test_a_signed_waybill_names_no_unsigned_telegram(pair: Pair, tmp_path: Path) -> None:
    """One sealed before the channel became signed only is carried, and not named in a signature."""
    north = pair.north
    allow_unsigned(north, PORT)
    north.sealed(draft_to(PORT, mode="unsigned"))
    north.station.correspondence.set_policy(PORT, ChannelPolicy(), by=north.clerk)
    with north.office.reading() as work:
        (waiting,) = work.channel.outbox.waiting()
    (tmp_path / "pouch").mkdir()
    north.station.pouching.pack(PORT, tmp_path / "pouch", by=north.clerk)
    with north.office.reading() as work:
        texts = [one.text for one in work.services.of_station(_name(pair.port))]
    assert texts
    assert not any(Digest.of(waiting.sealed).to_text().encode() in text for text in texts)


def test_an_unsigned_service_text_is_not_signed_when_it_is_repeated(hostile: Dishonest) -> None:
    """Whoever asks for it again, after the channel became signed only, gets no signature on it."""
    port = hostile.pair.port
    allow_unsigned(port, NORTH)
    port.station.liaison.recap(NORTH, by=port.clerk)
    port.station.correspondence.set_policy(NORTH, ChannelPolicy(), by=port.clerk)
    assert hostile.say(hostile.ask(1)) is None
    assert _undone(port) == ("station.mode_refused",)


def test_a_relay_that_refuses_leaves_no_pages_behind(pair: Pair) -> None:
    """However often a book is tried in vain, no secret stays to be tried on what comes."""
    port = pair.port
    before = set(port.office.pages.load())
    relay = RelayAdmission(address=RELAY, token=Capability.generate().to_text())
    with refused("channel.admission_denied"):
        port.station.correspondence.issue(BookOrder(call_sign=NORTH, relay=relay), by=port.clerk)
    assert set(port.office.pages.load()) == before


def allow_unsigned(house: House, other: str) -> None:
    policy = ChannelPolicy(allows_unsigned=True)
    house.station.correspondence.set_policy(other, policy, by=house.clerk)


def test_an_addressee_cannot_pass_an_unsigned_telegram_on_as_its_own(tmp_path: Path) -> None:
    """It is addressed to who seals it: refused, so that the true sender's copy is taken."""
    with open_trio(found_trio(tmp_path / "founded"), tmp_path / "open") as trio:
        for here, there in permutations((trio.centre, trio.harbour, trio.river), 2):
            meet(here, there)
            allow_unsigned(here, there.name)
        for here, there in permutations((trio.centre, trio.harbour, trio.river), 2):
            order = BookOrder(call_sign=there.name, pages=3)
            book = here.station.correspondence.issue(order, by=here.clerk)
            there.station.correspondence.accept(book, issuer=here.name, by=there.clerk)
        draft = draft_to(trio.river.name, mode="unsigned")
        to_harbour = replace(draft.action[0], call_sign=trio.harbour.name)
        trio.centre.sealed(replace(draft, action=(*draft.action, to_harbour)))
        to_river, copy = _waiting(trio.centre)
        _, envelope = open_envelope(copy, trio.harbour.office.pages.load())

        passed_on = _sealed_on(trio.harbour, trio.river, envelope, at=trio.clock.now())

        river = trio.river
        received = river.station.reception.receive(passed_on, by=river.clerk)
        assert received.refused == "station.arrival"
        assert river.station.reception.receive(to_river, by=river.clerk).refused is None


def _waiting(house: House) -> list[bytes]:
    with house.office.reading() as work:
        return [one.sealed for one in work.channel.outbox.waiting()]


def _sealed_on(sender: House, receiver: House, envelope: Envelope, *, at: datetime) -> bytes:
    """Seal a minute that came here to its other addressee, with a true check of one's own."""
    own, theirs = _name(sender), _name(receiver)
    with sender.office.transaction() as work:
        taken = work.channel.held.take(channel_id(own, theirs), at)
    came = Cover.from_bytes(read_checked(envelope.cover)[0])
    cover = replace(
        came,
        channel=bytes.fromhex(channel_id(own, theirs)),
        copy_number=1,
        sender=bytes.fromhex(own),
        receiver=bytes.fromhex(theirs),
        book=bytes.fromhex(taken.book.book),
        page=taken.number,
        checkpoint=None,
        consistency=None,
        fresh=(),
    )
    text = cover.to_bytes()
    check = make_check(sender.office.keyring.seal, taken.page.check_key, text)
    return seal_envelope(replace(envelope, cover=write_checked(text, check)), taken.page)


class _Full:
    """A store of checkpoints on a disk that is full."""

    def newest(self, origin: str) -> bytes | None:
        raise StoreFaultError("the store cannot be read or written (SQLITE_FULL)")


def test_a_full_disk_is_no_bad_advice(pair: Pair) -> None:
    """A fault of this house in the middle of an opening undoes all of it; the object waits."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    (sealed,) = pair.waiting()
    honest = pair.port.office.transaction

    @contextmanager
    def full() -> Iterator[Work]:
        with honest() as work:
            yield replace(work, witnessed=_Full())  # type: ignore[arg-type]

    station = assemble(replace(pair.port.office, transaction=full), pair.port.station.close)
    with refused("archive.store_fault"):
        station.reception.receive(sealed, by=pair.port.clerk)
    assert pair.port.station.reading.telegrams() == ()
    assert len(pair.sync(pair.port)) == 1
