"""A crash at any durable act, before it or after it, and what the next run makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest

from depesha.channel import NoLivePageError, open_envelope
from depesha.station import BookOrder, Station
from depesha.station.desks.restoring import quarantine_all
from tests.channel.memory_relay import MemoryRelay
from tests.station.acting import bring, ledger, way
from tests.station.due_scene import (
    do_all,
    duties,
    make_all_due,
    require_all_made_good,
    require_live_pages_have_their_secrets,
)
from tests.station.dying import Crash, Fate, dying
from tests.station.houses import (
    BEGIN,
    NORTH,
    PAGES,
    PORT,
    Founded,
    House,
    Pair,
    SetClock,
    draft_to,
    open_pair,
)
from tests.station.looking import everything, kept_in_quarantine, live_pages

either_way = pytest.mark.parametrize("is_done", [False, True], ids=["undone", "done"])


# The durable acts that there are at least, so that no run ends without having met them.
RECEIVING = ("file", "preserve", "forget", "burn", "note", "confirm")
SENDING = ("release", "preserve", "forget", "seal", "deposit", "note")
ISSUING = ("pages", "book")
DUTIES = ("pages", "book", "period secret", "period key", "void", "repeat", "request", "recap")


@dataclass(frozen=True)
class Moment:
    """Two homes and a relay at one moment, to be gone on from many times."""

    folder: Path
    relay: MemoryRelay
    sealed: bytes = b""
    draft: str = ""
    at: datetime = BEGIN

    @contextmanager
    def again(self, folder: Path) -> Iterator[Pair]:
        copytree(self.folder, folder)
        with open_pair(folder, deepcopy(self.relay), SetClock(self.at)) as pair:
            yield pair

    @contextmanager
    def restarted(self, pair: Pair) -> Iterator[Pair]:
        """What lies on the disks, opened anew."""
        folder = pair.north.home.parent
        with open_pair(folder, pair.relay, SetClock(self.at)) as opened:
            yield opened


@pytest.fixture(scope="module")
def waiting(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """A telegram for the port lies at the relay."""
    folder = tmp_path_factory.mktemp("waiting")
    with founded.opened(folder) as pair:
        pair.north.sealed(draft_to(PORT))
        pair.sync(pair.north)
        (sealed,) = pair.waiting()
        return Moment(folder, pair.relay, sealed=sealed)


@pytest.fixture(scope="module")
def drafted(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """A draft lies at the north desk."""
    folder = tmp_path_factory.mktemp("drafted")
    with founded.opened(folder) as pair:
        entry = pair.north.station.drafting.write(draft_to(PORT), by=pair.north.clerk)
        return Moment(folder, pair.relay, draft=entry.draft_id)


def require_delivered_once(pair: Pair, sealed: bytes) -> None:
    """Filed once, registered once, page burnt, preserved, acknowledged, nothing refused."""
    port = pair.port
    (line,) = port.station.reading.telegrams()
    (copy,) = port.station.reading.telegram(line.record_id).copies
    assert (line.state, copy.page_burnt) == ("filed", True)
    assert port.station.registering.audit().size == 1
    with pytest.raises(NoLivePageError):
        open_envelope(sealed, port.office.pages.load())
    assert port.station.filing.check() == 1
    assert pair.waiting() == []
    assert kept_in_quarantine(port) == []
    assert everything(port)["station_unvaulted"] == []


@either_way
def test_a_crash_of_the_receiver_at_any_act_is_made_good(
    waiting: Moment, tmp_path: Path, is_done: bool
) -> None:
    """Whatever was done last, the next round leaves the telegram here once and its page burnt."""
    for last in count(1):
        with waiting.again(tmp_path / str(last)) as pair:
            fate = Fate(last=last, is_done=is_done)
            try:
                dying(pair.port, fate).courier.sync(by=pair.port.clerk)
            except Crash:
                pass
            else:
                break
        with waiting.restarted(pair) as again:
            again.sync(again.port)
            require_delivered_once(again, waiting.sealed)
    assert last > len(RECEIVING)


@either_way
def test_a_spent_page_is_burnt_though_the_carrier_has_lost_the_object(
    waiting: Moment, tmp_path: Path, is_done: bool
) -> None:
    """The next round burns what was filed before a crash, without being brought it again."""
    for last in count(1):
        with waiting.again(tmp_path / str(last)) as pair:
            try:
                dying(pair.port, Fate(last=last, is_done=is_done)).courier.sync(by=pair.port.clerk)
            except Crash:
                pass
            else:
                break
            is_filed = pair.port.register_size() == 1
        for box in pair.relay.boxes.values():
            box.objects.clear()
        with waiting.restarted(pair) as again:
            again.sync(again.port)
            if is_filed:
                require_delivered_once(again, waiting.sealed)
    assert last > len(RECEIVING)


def send(house: House, station: Station, draft: str) -> None:
    """Go on with a draft from wherever it stands until it has left."""
    if not station.reading.telegrams():
        station.drafting.release(draft, by=house.releaser)
    (line,) = station.reading.telegrams()
    if line.state == "released":
        station.dispatch.seal(line.record_id, by=house.clerk)
    station.courier.sync(by=house.clerk)


@either_way
def test_a_crash_of_the_sender_at_any_act_is_made_good(
    drafted: Moment, tmp_path: Path, is_done: bool
) -> None:
    """No number, serial or page is used twice or skipped, and the telegram arrives once."""
    for last in count(1):
        with drafted.again(tmp_path / str(last)) as pair:
            try:
                fate = Fate(last=last, is_done=is_done)
                send(pair.north, dying(pair.north, fate), drafted.draft)
            except Crash:
                pass
            else:
                break
        with drafted.restarted(pair) as again:
            send(again.north, again.north.station, drafted.draft)
            (line,) = again.north.station.reading.telegrams()
            (copy,) = again.north.station.reading.telegram(line.record_id).copies
            assert (line.number, copy.serial, copy.page) == ("1", 1, 1)
            assert again.north.station.registering.audit().size == 1
            assert again.north.station.filing.check() == 1
            (sealed,) = again.waiting()
            again.sync(again.port)
            require_delivered_once(again, sealed)
    assert last > len(SENDING)


@either_way
def test_a_crash_between_sealing_and_leaving_never_reuses_a_page(
    drafted: Moment, tmp_path: Path, is_done: bool
) -> None:
    """The pointer is durable before the sealed file leaves: the next telegram takes the next."""
    with drafted.again(tmp_path / "again") as pair:
        north = pair.north
        held = north.station.drafting.release(drafted.draft, by=north.releaser)
        fate = Fate(last=1, is_done=is_done)
        with pytest.raises(Crash):
            dying(north, fate).dispatch.seal(held.record_id, by=north.clerk)
    with drafted.restarted(pair) as again:
        other = again.north.sealed(draft_to(PORT, "Two."))
        (copy,) = again.north.station.reading.telegram(other.record_id).copies
        assert (copy.serial, copy.page) == ((2, 2) if is_done else (1, 1))
        again.sync(again.north)
        assert len(again.sync(again.port)) == (2 if is_done else 1)


@either_way
def test_a_crash_while_a_book_is_issued_leaves_nothing_in_the_way(
    drafted: Moment, tmp_path: Path, is_done: bool
) -> None:
    """A book that was not handed out is issued anew; whatever pages were left are nobody's."""
    order = BookOrder(call_sign=NORTH, pages=2)
    for last in count(1):
        with drafted.again(tmp_path / str(last)) as pair:
            port = dying(pair.port, Fate(last=last, is_done=is_done))
            try:
                port.correspondence.issue(order, by=pair.port.clerk)
            except Crash:
                pass
            else:
                break
        with drafted.restarted(pair) as again:
            book = again.port.station.correspondence.issue(order, by=again.port.clerk)
            again.north.station.correspondence.accept(book, issuer=PORT, by=again.north.clerk)
            status = again.north.station.correspondence.pads()
            assert [one.left for one in status] == [14]
            assert len(live_pages(again.port)) >= 14
    assert last > len(ISSUING)


@pytest.fixture(scope="module")
def due(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Moment:
    """Everything that a station does of itself is due at the north desk."""
    folder = tmp_path_factory.mktemp("due")
    with founded.opened(folder) as pair:
        make_all_due(pair)
        return Moment(folder, pair.relay, at=pair.clock.now())


def test_a_crash_after_any_duty_is_made_good(due: Moment, tmp_path: Path) -> None:
    """No repeat is sealed twice, no serial lost, no book without its secrets, nothing left open.

    Duties do nothing between their acts, so what a crash before an act leaves is what one after
    the act before it left.
    """
    for last in count(1):
        with due.again(tmp_path / str(last)) as pair:
            try:
                duties(dying(pair.north, Fate(last=last, is_done=True)).office)
            except Crash:
                pass
            else:
                break
        with due.restarted(pair) as again:
            do_all(again)
            require_all_made_good(again)
    assert last > len(DUTIES)


def test_a_crash_between_making_a_book_and_entering_it_costs_secrets_alone(
    due: Moment, tmp_path: Path
) -> None:
    """The pages of a book that nobody entered are nobody's; another book is made."""
    with due.again(tmp_path / "made") as pair:
        before = live_pages(pair.north)
        with pytest.raises(Crash):
            duties(dying(pair.north, Fate(last=1, is_done=True)).office)
        orphans = live_pages(pair.north) - before
        assert orphans
        with pair.north.office.reading() as work:
            assert orphans.isdisjoint({page.key.to_text() for page in work.channel.issued.live()})
    with due.restarted(pair) as again:
        assert duties(again.north.office).books == 2
        require_live_pages_have_their_secrets(again.north)


@either_way
def test_a_crash_while_a_copy_is_given_up_leaves_it_whole_or_void(
    drafted: Moment, tmp_path: Path, is_done: bool
) -> None:
    """Never an object that leaves under a serial which the recap calls void, and never neither."""
    with drafted.again(tmp_path / "again") as pair:
        held = pair.north.station.drafting.release(drafted.draft, by=pair.north.releaser)
        pair.north.station.dispatch.seal(held.record_id, by=pair.north.clerk)
        with pytest.raises(Crash):
            dying(pair.north, Fate(last=1, is_done=is_done)).dispatch.void(
                held.record_id, PORT, by=pair.north.clerk
            )
    with drafted.restarted(pair) as again:
        north = again.north
        kinds = [one.kind for one in north.station.reading.telegram(held.record_id).stamps]
        with north.office.reading() as work:
            waiting = work.channel.outbox.waiting()
            voided = work.channel.outgoing.voided(way(north, again.port), "2031")
        whole = (1, "none", 0)
        void = (0, "1", 1)
        assert (len(waiting), voided.to_text(), kinds.count("voided")) == (
            void if is_done else whole
        )
        if not is_done:
            north.station.dispatch.void(held.record_id, PORT, by=north.clerk)
        north.station.liaison.recap(PORT, by=north.clerk)
        bring(north, again.port)
        assert ledger(again.port, north).missing.runs == ()


@either_way
def test_a_crash_while_a_channel_is_mended_leaves_it_in_quarantine_or_mended(
    drafted: Moment, tmp_path: Path, is_done: bool
) -> None:
    """Serials, pages, books and the end of the quarantine are one commit."""
    with drafted.again(tmp_path / "again") as pair:
        north, port = pair.north, pair.port
        with north.office.transaction() as work:
            quarantine_all(work, pair.clock.now())
        ask = north.station.reconciling.ask(PORT, by=north.clerk)
        answer = port.station.reconciling.answer(ask, NORTH, by=port.clerk)
        before = everything(north)
        with pytest.raises(Crash):
            dying(north, Fate(last=1, is_done=is_done)).reconciling.mend(
                answer, PORT, by=north.clerk
            )
        assert (everything(north) == before) is not is_done
    with drafted.restarted(pair) as again:
        desk = again.north.station.reconciling
        assert bool(desk.open_cases()) is not is_done
        if not is_done:
            desk.mend(answer, PORT, by=again.north.clerk)
        with again.north.office.reading() as work:
            state = work.channel.outgoing.state(way(again.north, again.port), "2031")
            usable = work.channel.held.usable(way(again.north, again.port), BEGIN)
        assert state is not None
        assert state.following > PAGES
        assert usable == []
