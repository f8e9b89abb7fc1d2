"""One moment at which everything is due at once at the north desk, and what must hold after it."""

from datetime import timedelta

from depesha.base import SerialRanges
from depesha.channel import BookUse, PageState
from depesha.station import Received
from depesha.station.desks.duties import Duties, DutyReport
from depesha.station.held import Direction, SealedCopy
from depesha.station.office import Office
from tests.station.acting import bring, ledger, lose, send, sent, way
from tests.station.desks.test_services import repeat_notice
from tests.station.houses import CLERK, NORTH, PAGES, PORT, House, Pair, draft_to

AFTER = timedelta(days=1, minutes=5)


def make_all_due(pair: Pair) -> None:
    """Let the north have lost, voided and used up something of everything, a day ago."""
    north, port = pair.north, pair.port
    lost, given_up = (north.sealed(draft_to(PORT, text)) for text in ("Lost.", "Given up."))
    assert lost != given_up
    north.station.dispatch.void(given_up.record_id, PORT, by=north.clerk)
    lose(north)
    # Two thirds of the port's pages are used; of its telegrams the second is lost.
    for number in range(PAGES - 4):
        port.sealed(draft_to(NORTH, f"Text {number}."))
        if number == 1:
            lose(port)
        bring(port, north)
    send(port, north, repeat_notice("2031:1-2", channel=way(north, port)))
    bring(port, north)
    pair.clock.instant += AFTER


def make_facts_due(pair: Pair) -> None:
    """Let the north owe facts that no telegram takes back, and nothing else."""
    pair.port.sealed(draft_to(NORTH))
    bring(pair.port, pair.north)
    duties(pair.north.office)
    lose(pair.north)
    pair.clock.instant += timedelta(minutes=20)


def duties(office: Office) -> DutyReport:
    return Duties(office, CLERK).run()


def do_all(pair: Pair) -> None:
    """Go on until nothing is due at either end and all that was sealed has arrived."""
    for _ in range(4):
        for house in (pair.north, pair.port):
            house.station.reception.finish_all()
            duties(house.office)
        # What the other side has is told by hand, as nothing here goes by the relay.
        require_taken(pair.port, carry(pair.north, pair.port))
        require_taken(pair.north, carry(pair.port, pair.north))
        pair.clock.pass_time(days=1)


def carry(sender: House, receiver: House) -> list[Received]:
    with sender.office.transaction() as work:
        waiting = work.channel.outbox.waiting()
        for one in waiting:
            work.channel.outbox.deposited(one.outbox_id, sender.clock.now())
    return [receiver.station.reception.receive(one.sealed, by=receiver.clerk) for one in waiting]


def require_taken(house: House, received: list[Received]) -> None:
    assert [one.refused for one in received if one.refused] == []
    with house.office.reading() as work:
        assert work.channel.quarantine.open_cases() == []


def require_all_made_good(pair: Pair) -> None:
    """No serial names two texts, no page two objects, nothing is missing, no live page is lost."""
    for sender, receiver in ((pair.north, pair.port), (pair.port, pair.north)):
        copies = sent(sender, receiver)
        require_serials_and_pages(copies)
        found = ledger(receiver, sender)
        assert found.missing == SerialRanges()
        require_live_pages_have_their_secrets(receiver)
    voided = ledger(pair.port, pair.north).voided
    assert voided.to_text() == "2"
    repeats = [copy for copy in sent(pair.north, pair.port) if copy.repeat]
    assert [(copy.serial, copy.repeat) for copy in repeats] == [(1, 1)]
    with pair.north.office.reading() as work:
        books = work.channel.lives.every()
    assert {book.use for book in books} == set(BookUse)
    with pair.port.office.reading() as work:
        assert all(work.channel.held.has(book.book) for book in books if not book.is_travelling)
    assert not any(book.is_travelling for book in books)


def require_serials_and_pages(copies: list[SealedCopy]) -> None:
    texts: dict[tuple[int, int], set[str]] = {}
    for copy in copies:
        assert copy.direction is Direction.SENT
        texts.setdefault((copy.series, copy.serial), set()).add(copy.record_id)
    assert all(len(records) == 1 for records in texts.values())
    pages = [(copy.book, copy.page) for copy in copies if not copy.is_period_key]
    assert len(set(pages)) == len(pages)


def require_live_pages_have_their_secrets(house: House) -> None:
    """A book that the other side may hold can be opened, every page of it that is not spent."""
    secrets = house.office.pages.load()
    with house.office.reading() as work:
        live = [page for page in work.channel.issued.live() if page.state is PageState.LIVE]
    assert {page.key for page in live} <= set(secrets)
