from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from depesha.base import CallSign, Digest, SerialRanges
from depesha.channel import (
    Arrival,
    Card,
    ChannelStore,
    ChannelStoreError,
    HeldBook,
    IncomingCover,
    IncomingLedger,
    MailboxKeys,
    OutgoingSerial,
    PadBookExhaustedError,
    PageState,
    Peer,
    QuarantinedObject,
    ReceivedCover,
    Relation,
    SignedTextError,
    channel_id,
    sign_book,
    sign_card,
)
from depesha.channel.adapters.store import SqlChannelStore
from depesha.channel.adapters.tables import metadata, outbox, pages_held, peers
from depesha.cipher import Ed25519Signer
from tests.channel.stations import (
    BOOK_END,
    CENTRE,
    HARBOUR,
    NOW,
    PAGES,
    RIVER,
    Station,
    address,
    book,
    mailbox_keys,
    seed,
)

CHANNEL = channel_id(RIVER.card.fingerprint, HARBOUR.card.fingerprint)
BOOK = book()
NOTE = sign_book(BOOK, HARBOUR.identity, issuer=HARBOUR.card)
KEYS = [page.digest() for page in PAGES]


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine: Engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    metadata.create_all(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def store(connection: Connection) -> ChannelStore:
    return SqlChannelStore.over(connection)


def peer(station: Station, relation: Relation = Relation.COMPARED) -> Peer:
    return Peer(card=station.card, note=station.note, relation=relation, pinned_at=NOW)


def successor(call_sign: str) -> Station:
    """Another station under a call-sign with HARBOUR's slug."""
    identity = Ed25519Signer("post-harbour", seed("successor"))
    card: Card = replace(HARBOUR.card, call_sign=CallSign(call_sign), identity=identity.verifier)
    return replace(HARBOUR, identity=identity, card=card, note=sign_card(card, identity))


class TestPeers:
    def test_a_pinned_card_is_found_by_both_its_names(self, store: ChannelStore) -> None:
        """What was pinned comes back, card and note and how it came to be believed."""
        store.peers.pin(peer(HARBOUR))

        assert store.peers.find(HARBOUR.card.fingerprint) == peer(HARBOUR)
        assert store.peers.by_call_sign("POST HARBOUR") == peer(HARBOUR)

    def test_the_unknown_are_refused(self, store: ChannelStore) -> None:
        """Nobody is a peer by default."""
        for call in (
            lambda: store.peers.find(HARBOUR.card.fingerprint),
            lambda: store.peers.by_call_sign("POST HARBOUR"),
            lambda: store.peers.retire(HARBOUR.card.fingerprint, NOW),
        ):
            with pytest.raises(ChannelStoreError):
                call()

    def test_a_renewed_card_takes_the_place_of_the_old(self, store: ChannelStore) -> None:
        """The same station with later days is the same row."""
        store.peers.pin(peer(HARBOUR))
        card = replace(HARBOUR.card, valid_until=HARBOUR.card.valid_until + timedelta(days=365))
        renewed = replace(peer(HARBOUR), card=card, note=sign_card(card, HARBOUR.identity))
        store.peers.pin(renewed)

        assert store.peers.everyone() == [renewed]

    @pytest.mark.parametrize("call_sign", ["POST HARBOUR", "POST-HARBOUR"])
    def test_a_call_sign_has_one_station_for_ever(
        self, store: ChannelStore, call_sign: str
    ) -> None:
        """Another key is refused under a known slug, which names keys and a register."""
        known, other = peer(HARBOUR), peer(successor(call_sign))
        store.peers.pin(known)
        with pytest.raises(ChannelStoreError):
            store.peers.pin(other)

        store.peers.retire(known.card.fingerprint, NOW)
        with pytest.raises(ChannelStoreError):
            store.peers.pin(other)

        assert store.peers.everyone() == []
        assert store.peers.find(known.card.fingerprint).retired_at == NOW

    def test_peers_are_listed_by_call_sign(self, store: ChannelStore) -> None:
        """The list holds all that are not retired, in one order."""
        for station in (RIVER, CENTRE, HARBOUR):
            store.peers.pin(peer(station))
        names = [found.card.call_sign.text for found in store.peers.everyone()]
        assert names == ["NORTH CENTRE", "POST HARBOUR", "POST RIVER"]

    def test_a_note_changed_in_the_store_is_refused(
        self, store: ChannelStore, connection: Connection
    ) -> None:
        """The store is trusted to keep, not to vouch."""
        store.peers.pin(peer(HARBOUR))
        changed = HARBOUR.note.replace(b"2032", b"2042")
        connection.execute(peers.update().values(note=changed))
        with pytest.raises(SignedTextError):
            store.peers.find(HARBOUR.card.fingerprint)


class TestHeldBooks:
    def test_pages_are_taken_in_order_and_forgotten(
        self, store: ChannelStore, connection: Connection
    ) -> None:
        """Each page comes once, with the pointer behind it; a used page's keys are dropped."""
        store.held.accept(BOOK, NOTE, NOW)
        taken = [store.held.take(CHANNEL, NOW) for _ in range(3)]

        assert [(page.number, page.page) for page in taken] == list(enumerate(PAGES[:3], 1))
        assert taken[2].book == replace(HeldBook.of(BOOK), next_page=4)
        assert store.held.usable(CHANNEL, NOW) == [taken[2].book]
        left = connection.execute(select(pages_held.c.recipient)).scalars().all()
        assert sum(1 for recipient in left if recipient is None) == 3

    def test_a_channel_without_a_page_says_so(self, store: ChannelStore) -> None:
        """No book, an exhausted book, and a book past its days give the same refusal."""
        with pytest.raises(PadBookExhaustedError):
            store.held.take(CHANNEL, NOW)
        store.held.accept(BOOK, NOTE, NOW)
        with pytest.raises(PadBookExhaustedError):
            store.held.take(CHANNEL, BOOK_END)
        for _ in PAGES:
            store.held.take(CHANNEL, NOW)
        with pytest.raises(PadBookExhaustedError):
            store.held.take(CHANNEL, NOW)

    def test_the_oldest_book_is_used_first(self, store: ChannelStore) -> None:
        """A new book waits until the old one is used up."""
        first = replace(BOOK, book="b" * 32, pages=PAGES[:1])
        second = replace(BOOK, book="a" * 32, pages=PAGES[1:2], address=None)
        store.held.accept(first, NOTE, NOW)
        store.held.accept(second, NOTE, NOW + timedelta(hours=1))

        books = [store.held.take(CHANNEL, NOW).book for _ in range(2)]
        assert [taken.book for taken in books] == [first.book, second.book]
        assert [taken.address for taken in books] == [address(), None]

    def test_a_book_or_a_page_is_accepted_once(self, store: ChannelStore) -> None:
        """Importing again is refused, also under another name of the book."""
        store.held.accept(BOOK, NOTE, NOW)
        store.held.take(CHANNEL, NOW)
        for again in (BOOK, replace(BOOK, book="c" * 32)):
            with pytest.raises(ChannelStoreError):
                store.held.accept(again, NOTE, NOW)
        assert store.held.has(BOOK.book)
        assert not store.held.has("c" * 32)

    def test_a_book_issued_here_is_not_accepted_back(self, store: ChannelStore) -> None:
        """A correspondent cannot give his book the name of one of ours, nor we ours his."""
        ours = replace(BOOK, book="c" * 32, pages=PAGES[:1])
        theirs = replace(BOOK, pages=PAGES[1:2])
        store.issued.issue(ours, NOTE, NOW)
        store.held.accept(theirs, NOTE, NOW)

        with pytest.raises(ChannelStoreError):
            store.held.accept(replace(theirs, book=ours.book, pages=PAGES[2:3]), NOTE, NOW)
        with pytest.raises(ChannelStoreError):
            store.issued.issue(replace(ours, book=theirs.book, pages=PAGES[3:4]), NOTE, NOW)
        store.issued.close(ours.book, NOW)
        with pytest.raises(ChannelStoreError):
            store.held.accept(replace(theirs, book=ours.book, pages=PAGES[2:3]), NOTE, NOW)

        assert not store.held.has(ours.book)

    def test_offered_pages_are_remembered_for_ever(self, store: ChannelStore) -> None:
        """A page stays known after it was used."""
        store.held.accept(BOOK, NOTE, NOW)
        store.held.take(CHANNEL, NOW)
        offered = store.held.offered([KEYS[0], Digest.of(b"other")])
        assert offered == {KEYS[0]: HARBOUR.card.fingerprint}

    def test_voiding_gives_up_what_is_left(self, store: ChannelStore) -> None:
        """After a restore nothing that may have been used is used."""
        store.held.accept(BOOK, NOTE, NOW)
        store.held.take(CHANNEL, NOW)

        assert store.held.void(CHANNEL) == 5
        assert store.held.void(CHANNEL) == 0
        assert store.held.usable(CHANNEL, NOW) == []


class TestIssuedBooks:
    def test_an_issued_page_is_known_with_its_holder(self, store: ChannelStore) -> None:
        """What a cover claims about its page can be compared with what was issued."""
        store.issued.issue(BOOK, NOTE, NOW)
        page = store.issued.page(KEYS[2])

        assert (page.book, page.number, page.state) == (BOOK.book, 3, PageState.LIVE)
        assert page.holder == RIVER.card.fingerprint
        assert store.issued.note(BOOK.book) == NOTE

    def test_a_spent_page_stays_spent(self, store: ChannelStore) -> None:
        """Nothing leads back; spending twice is refused."""
        store.issued.issue(BOOK, NOTE, NOW)
        store.issued.spend(KEYS[0], NOW)

        assert store.issued.spent(KEYS) == {KEYS[0]}
        assert [page.number for page in store.issued.live(RIVER.card.fingerprint)] == [
            2,
            3,
            4,
            5,
            6,
        ]
        with pytest.raises(ChannelStoreError):
            store.issued.spend(KEYS[0], NOW)

    def test_a_page_is_issued_once(self, store: ChannelStore) -> None:
        """Nobody gets a page that another has, or had."""
        store.issued.issue(BOOK, NOTE, NOW)
        with pytest.raises(ChannelStoreError):
            store.issued.issue(replace(BOOK, book="c" * 32, pages=PAGES[:1]), NOTE, NOW)

    def test_mailboxes_are_fetched_until_their_book_is_closed(self, store: ChannelStore) -> None:
        """The right to fetch lies with the book, and goes with it."""
        keys = mailbox_keys()
        store.issued.issue(BOOK, NOTE, NOW, fetch=keys)
        store.issued.spend(KEYS[0], NOW)
        (mailbox,) = store.issued.mailboxes()
        assert (mailbox.keys, mailbox.relay) == (keys, "https://relay.example")

        assert set(store.issued.close(BOOK.book, NOW)) == set(KEYS[1:])
        assert store.issued.mailboxes() == []
        assert store.issued.spent(KEYS) == frozenset(KEYS)
        with pytest.raises(ChannelStoreError):
            store.issued.close(BOOK.book, NOW)

    def test_a_book_for_a_pouch_has_no_mailbox(self, store: ChannelStore) -> None:
        """Without an address there is nowhere to fetch, whatever rights were drawn."""
        store.issued.issue(book(with_address=False), NOTE, NOW, fetch=MailboxKeys.generate())
        assert store.issued.mailboxes() == []

    def test_the_unknown_are_refused(self, store: ChannelStore) -> None:
        """A page or book that was never issued is not invented."""
        for call in (lambda: store.issued.page(KEYS[0]), lambda: store.issued.note(BOOK.book)):
            with pytest.raises(ChannelStoreError):
                call()


class TestSerials:
    def test_a_number_is_never_given_twice(self, store: ChannelStore) -> None:
        """The stored number only goes up, also where a backup would bring it down."""
        assert store.outgoing.state(CHANNEL, "2031") is None
        state = OutgoingSerial(channel=CHANNEL, series="2031", following=1)
        store.outgoing.put(state)
        after = state.advanced(Digest.of(b"cover"))
        store.outgoing.put(after)

        assert store.outgoing.state(CHANNEL, "2031") == after
        assert store.outgoing.state(CHANNEL, "2032") is None
        for stale in (state, after):
            with pytest.raises(ChannelStoreError):
                store.outgoing.put(stale)

    def test_what_the_other_end_has_is_kept(self, store: ChannelStore) -> None:
        """The last word counts; before it, nothing is acknowledged."""
        assert store.outgoing.acknowledged(CHANNEL, "2031") == SerialRanges()
        for text in ("1-4", "1-6,8"):
            store.outgoing.put_acknowledged(CHANNEL, "2031", SerialRanges.from_text(text))
        assert store.outgoing.acknowledged(CHANNEL, "2031").to_text() == "1-6,8"

    def test_a_ledger_reads_back(self, store: ChannelStore) -> None:
        """What was received and voided is there after a restart, series by series."""
        assert store.incoming.ledger(CHANNEL, "2031") is None
        ledger = IncomingLedger(first=7).with_received(9).with_voided(SerialRanges.of([7]))
        store.incoming.put_ledger(CHANNEL, "2031", IncomingLedger(first=7))
        store.incoming.put_ledger(CHANNEL, "2031", ledger)
        assert store.incoming.ledger(CHANNEL, "2031") == ledger

    def test_covers_are_kept_with_the_first_under_each_number(self, store: ChannelStore) -> None:
        """A repeat and a clash are kept beside the first, which stays the one judged by."""
        first = received(4, "first")
        store.incoming.record(first)
        store.incoming.record(replace(received(4, "repeat"), arrival=Arrival.REPEAT))
        store.incoming.record(received(9, "later"))

        assert store.incoming.known(CHANNEL, "2031", 4) == first.cover
        assert store.incoming.known(CHANNEL, "2031", 5) is None
        assert store.incoming.beside(CHANNEL, "2031", 7) == (
            first.cover,
            received(9, "later").cover,
        )
        assert store.incoming.beside(CHANNEL, "2031", 4) == (None, received(9, "later").cover)

    def test_a_replay_is_not_recorded(self, store: ChannelStore) -> None:
        """The same object, or the same cover in another object, is known by what it was."""
        store.incoming.record(received(4, "first"))
        again = replace(received(4, "first"), object_digest=Digest.of(b"resealed"))
        for replay in (received(4, "first"), again):
            with pytest.raises(ChannelStoreError):
                store.incoming.record(replay)
        found = store.incoming.by_object(Digest.of(b"object first"))
        assert found == received(4, "first")
        assert store.incoming.by_object(Digest.of(b"never")) is None


def received(serial: int, text: str) -> ReceivedCover:
    return ReceivedCover(
        channel=CHANNEL,
        series="2031",
        cover=IncomingCover(
            serial=serial,
            cover=Digest.of(f"cover {text}".encode()),
            minute=Digest.of(b"minute"),
            previous=Digest.of(b"previous"),
        ),
        object_digest=Digest.of(f"object {text}".encode()),
        arrival=Arrival.NEXT,
        record_id="2031-4",
        received_at=NOW,
    )


class TestOutbox:
    def test_objects_leave_in_order_and_their_bytes_with_them(
        self, store: ChannelStore, connection: Connection
    ) -> None:
        """Oldest first; once a carrier has an object, its bytes are given up here."""
        numbers = [
            store.outbox.queue(body, channel=CHANNEL, serial=serial, address=where, at=NOW)
            for serial, (body, where) in enumerate([(b"one", address()), (b"two", None)], 1)
        ]
        first, second = store.outbox.waiting()
        assert [first.outbox_id, second.outbox_id] == numbers
        assert (first.sealed, first.address, first.serial) == (b"one", address(), 1)
        assert (second.sealed, second.address) == (b"two", None)

        for _ in range(2):
            store.outbox.deposited(first.outbox_id, NOW)

        assert store.outbox.waiting() == [second]
        rows = connection.execute(select(outbox.c.sealed).order_by(outbox.c.outbox_id))
        assert rows.scalars().all() == [b"", b"two"]

    def test_failures_are_counted_and_the_object_waits(self, store: ChannelStore) -> None:
        """What could not be delivered is tried again, and says why it failed."""
        number = store.outbox.queue(b"x", channel=CHANNEL, serial=1, address=None, at=NOW)
        for _ in range(2):
            store.outbox.failed(number, "channel.relay_unreachable")
        (waiting,) = store.outbox.waiting(limit=1)
        assert (waiting.attempts, waiting.last_error) == (2, "channel.relay_unreachable")
        store.outbox.deposited(number, NOW)
        store.outbox.failed(number, "channel.relay_unreachable")
        assert store.outbox.waiting() == []


class TestQuarantine:
    def test_a_refusal_is_kept_until_it_is_settled(self, store: ChannelStore) -> None:
        """The first refusal stands; settling takes it from the list, once."""
        refused = QuarantinedObject(
            object_digest=Digest.of(b"junk"),
            code="channel.no_live_page",
            kept_as="junk.age",
            source="relay",
            refused_at=NOW,
        )
        store.quarantine.put(refused)
        store.quarantine.put(replace(refused, code="channel.envelope_format"))
        assert store.quarantine.open_cases() == [refused]

        store.quarantine.settle(refused.object_digest, NOW)

        assert store.quarantine.open_cases() == []
        with pytest.raises(ChannelStoreError):
            store.quarantine.settle(refused.object_digest, NOW)


def test_what_the_engine_refuses_is_refused_as_ours(
    store: ChannelStore, connection: Connection
) -> None:
    """A row that another process put between the look and the writing is a clash with a code."""
    connection.exec_driver_sql(
        "CREATE TRIGGER meanwhile BEFORE INSERT ON channel_books_held WHEN NEW.size > 0 BEGIN"
        " INSERT INTO channel_books_held SELECT NEW.book, NEW.channel, NEW.issuer, NEW.note, 0, 1,"
        " 0, 0, NULL, NULL, NULL, 0; END"
    )
    with pytest.raises(ChannelStoreError) as refused:
        store.held.accept(BOOK, NOTE, NOW)
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_instants_are_kept_to_the_second_and_need_utc(store: ChannelStore) -> None:
    """An instant without its zone is a mistake of the program, found before it is stored."""
    naive = replace(peer(HARBOUR), pinned_at=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="UTC"):
        store.peers.pin(naive)
    exact = replace(peer(HARBOUR), pinned_at=NOW.replace(microsecond=7, second=5))
    store.peers.pin(exact)
    assert store.peers.find(HARBOUR.card.fingerprint).pinned_at == NOW.replace(second=5)
