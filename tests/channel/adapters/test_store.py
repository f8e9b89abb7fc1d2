from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from depesha.base import CallSign, Digest, SerialRanges
from depesha.channel import (
    Arrival,
    BookUse,
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
    RevokedError,
    SignedTextError,
    channel_id,
    fingerprint_of,
    sign_book,
    sign_card,
    sign_revocation,
)
from depesha.channel.adapters.tables import outbox, pages_held, peers
from depesha.cipher import Ed25519Signer
from tests.channel.cards.recipes import REVOCATION
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
    page_secret,
    seed,
)

CHANNEL = channel_id(RIVER.card.fingerprint, HARBOUR.card.fingerprint)
BOOK = book()
NOTE = sign_book(BOOK, HARBOUR.identity, issuer=HARBOUR.card)
KEYS = [page.digest() for page in PAGES]
OTHER_PAGE = page_secret("another page").page
PERIOD = replace(
    BOOK,
    book="d" * 32,
    use=BookUse.PERIOD,
    not_before=NOW - timedelta(days=1),
    not_after=NOW + timedelta(days=19),
    pages=PAGES[5:],
)


def peer(station: Station, relation: Relation = Relation.COMPARED) -> Peer:
    return Peer(card=station.card, note=station.note, relation=relation, pinned_at=NOW)


def successor(call_sign: str) -> Station:
    """Another station under a call-sign with HARBOUR's slug."""
    identity = Ed25519Signer("post-harbour", seed("successor"))
    card: Card = replace(
        HARBOUR.card,
        call_sign=CallSign(call_sign),
        identity=identity.verifier,
        fingerprint=fingerprint_of(identity.verifier),
    )
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
        """The same station with its next card is the same row; the card before is kept."""
        store.peers.pin(peer(HARBOUR))
        card = replace(
            HARBOUR.card,
            edition=2,
            valid_until=HARBOUR.card.valid_until + timedelta(days=365),
        )
        renewed = replace(peer(HARBOUR), card=card, note=sign_card(card, HARBOUR.identity))
        store.peers.pin(renewed)
        store.peers.pin(renewed)

        assert store.peers.everyone() == [renewed]
        station = HARBOUR.card.fingerprint
        assert store.peers.history(station).cards == (HARBOUR.card, card)
        assert store.peers.note_of(station, 1) == HARBOUR.note
        assert store.peers.note_of(station, 2) == renewed.note
        with pytest.raises(ChannelStoreError):
            store.peers.note_of(station, 3)

    def test_the_retired_are_known_and_never_pinned(self, store: ChannelStore) -> None:
        """A station given up stays for its old telegrams, and nothing brings it back."""
        store.peers.pin(peer(HARBOUR))
        store.peers.retire(HARBOUR.card.fingerprint, NOW)

        assert store.peers.named("POST HARBOUR").retired_at == NOW
        for call in (
            lambda: store.peers.by_call_sign("POST HARBOUR"),
            lambda: store.peers.pin(peer(HARBOUR)),
            lambda: store.peers.require_believed(HARBOUR.card),
        ):
            with pytest.raises(RevokedError):
                call()

    def test_the_earliest_of_two_revocations_holds(self, store: ChannelStore) -> None:
        """A station and a centre may name two instants; a note is kept once, in either order."""
        store.peers.pin(peer(HARBOUR))
        later = replace(REVOCATION, revoked_from=REVOCATION.written)
        notes = [sign_revocation(one, HARBOUR.identity) for one in (REVOCATION, later)]
        for revocation, note in [*zip((REVOCATION, later), notes, strict=True)] * 2:
            store.peers.revoke(revocation, note, NOW)

        known = store.peers.history(HARBOUR.card.fingerprint)
        assert known.revoked == {HARBOUR.card.identity.to_vkey(): REVOCATION.revoked_from}
        assert sorted(store.peers.revocation_notes(HARBOUR.card.fingerprint)) == sorted(notes)
        with pytest.raises(RevokedError):
            store.peers.pin(peer(HARBOUR))

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
        store.lives.close(ours.book, NOW)
        with pytest.raises(ChannelStoreError):
            store.held.accept(replace(theirs, book=ours.book, pages=PAGES[2:3]), NOTE, NOW)

        assert not store.held.has(ours.book)

    def test_offered_pages_are_remembered_for_ever(self, store: ChannelStore) -> None:
        """A page stays known after it was used."""
        store.held.accept(BOOK, NOTE, NOW)
        store.held.take(CHANNEL, NOW)
        offered = store.held.offered([KEYS[0], Digest.of(b"other")])
        assert offered == {KEYS[0]: HARBOUR.card.fingerprint}

    def test_a_period_key_is_taken_again_and_again(self, store: ChannelStore) -> None:
        """It is no page of a book: taking pages never meets it, and taking it uses nothing up."""
        store.held.accept(PERIOD, NOTE, NOW)
        with pytest.raises(PadBookExhaustedError):
            store.held.take(CHANNEL, NOW)

        taken = [store.held.period(CHANNEL, NOW) for _ in range(3)]

        assert {(one.number, one.book.book) for one in taken} == {(1, PERIOD.book)}
        assert {one.page for one in taken} == set(PERIOD.pages)
        (held,) = store.held.usable(CHANNEL, NOW, use=BookUse.PERIOD)
        assert (held.left, held.use) == (1, BookUse.PERIOD)
        assert store.held.usable(CHANNEL, NOW) == []

    def test_the_period_key_that_lives_longest_is_taken(self, store: ChannelStore) -> None:
        """Around a renewal two are held; whichever came first, the younger one seals."""
        younger = replace(
            PERIOD,
            book="e" * 32,
            not_before=PERIOD.not_before + timedelta(days=10),
            not_after=PERIOD.not_after + timedelta(days=10),
            pages=PAGES[4:5],
        )
        store.held.accept(younger, NOTE, NOW)
        store.held.accept(PERIOD, NOTE, NOW + timedelta(hours=1))
        both = younger.not_before + timedelta(days=1)
        assert store.held.period(CHANNEL, both).book.book == younger.book

    def test_a_period_key_is_not_used_after_its_day(self, store: ChannelStore) -> None:
        """Neither before its first instant nor from its last on, and none is made up."""
        with pytest.raises(PadBookExhaustedError):
            store.held.period(CHANNEL, NOW)
        store.held.accept(PERIOD, NOTE, NOW)
        for at in (PERIOD.not_before - timedelta(minutes=1), PERIOD.not_after):
            with pytest.raises(PadBookExhaustedError):
                store.held.period(CHANNEL, at)

    def test_voiding_gives_up_period_keys_too(self, store: ChannelStore) -> None:
        """After a restore the other side has lost the secret of its period key as well."""
        store.held.accept(BOOK, NOTE, NOW)
        store.held.accept(replace(PERIOD, pages=(OTHER_PAGE,)), NOTE, NOW)
        assert store.held.void(CHANNEL) == 7
        with pytest.raises(PadBookExhaustedError):
            store.held.period(CHANNEL, NOW)

    def test_a_pointer_that_somebody_moved_gives_no_page(
        self, store: ChannelStore, connection: Connection
    ) -> None:
        """Where the pointer is not where it was read, nothing is taken: no page twice, ever."""
        store.held.accept(BOOK, NOTE, NOW)
        connection.exec_driver_sql(
            "CREATE TRIGGER meanwhile BEFORE UPDATE ON channel_books_held BEGIN"
            " SELECT RAISE(IGNORE); END"
        )
        with pytest.raises(ChannelStoreError):
            store.held.take(CHANNEL, NOW)

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

        assert set(store.lives.close(BOOK.book, NOW)) == set(KEYS[1:])
        assert store.issued.mailboxes() == []
        assert store.issued.spent(KEYS) == frozenset(KEYS)
        with pytest.raises(ChannelStoreError):
            store.lives.close(BOOK.book, NOW)

    def test_a_mailbox_that_two_books_share_is_fetched_once(self, store: ChannelStore) -> None:
        """A book in a cover takes over the mailbox of the one before, and outlives it."""
        keys = mailbox_keys()
        first, second = (
            replace(BOOK, pages=PAGES[:2]),
            replace(BOOK, book="a" * 32, pages=PAGES[2:]),
        )
        store.issued.issue(first, NOTE, NOW, fetch=keys)
        store.issued.issue(second, NOTE, NOW + timedelta(days=1), fetch=keys)

        assert [one.keys for one in store.issued.mailboxes()] == [keys]
        store.lives.close(first.book, NOW)
        assert [one.book for one in store.issued.mailboxes()] == [second.book]

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

    def test_series_are_listed_oldest_first(self, store: ChannelStore) -> None:
        """December's numbers stand beside January's; another channel has its own."""
        for series, first in (("2032", 1), ("2031", 7)):
            state = OutgoingSerial(channel=CHANNEL, series=series, first=first, following=first)
            store.outgoing.put(state)
            store.incoming.put_ledger(CHANNEL, series, IncomingLedger(first=first))
        way_back = channel_id(HARBOUR.card.fingerprint, RIVER.card.fingerprint)

        every = store.outgoing.every(CHANNEL)
        assert [(one.series, one.first) for one in every] == [("2031", 7), ("2032", 1)]
        assert [*store.incoming.ledgers(CHANNEL)] == ["2031", "2032"]
        assert store.outgoing.every(way_back) == []
        assert store.incoming.ledgers(way_back) == {}

    def test_a_void_stays_void(self, store: ChannelStore) -> None:
        """Serials declared void join those declared before; before that, none is."""
        assert store.outgoing.voided(CHANNEL, "2031") == SerialRanges()
        for serials in ([4], [2, 3], [4]):
            store.outgoing.void(CHANNEL, "2031", SerialRanges.of(serials), NOW)
        assert store.outgoing.voided(CHANNEL, "2031").to_text() == "2-4"
        assert store.outgoing.voided(CHANNEL, "2032") == SerialRanges()

    def test_a_ledger_reads_back(self, store: ChannelStore) -> None:
        """What was received and voided is there after a restart, series by series."""
        assert store.incoming.ledger(CHANNEL, "2031") is None
        ledger = (
            IncomingLedger(first=7, announced=11).with_received(9).with_voided(SerialRanges.of([7]))
        )
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
        assert store.outbox.waiting(after=first.outbox_id) == [second]
        assert store.outbox.waiting(after=second.outbox_id) == []

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

    def test_what_no_carrier_has_can_be_taken_back(
        self, store: ChannelStore, connection: Connection
    ) -> None:
        """The very object of that serial and channel, once, with its bytes; nothing beside it."""
        for serial, body in ((1, b"one"), (1, b"one again"), (2, b"two")):
            store.outbox.queue(body, channel=CHANNEL, serial=serial, address=address(), at=NOW)
        one = Digest.of(b"one")

        assert not store.outbox.withdraw(CHANNEL, 2, one)
        assert not store.outbox.withdraw("f" * 32, 1, one)
        assert store.outbox.withdraw(CHANNEL, 1, one)
        assert not store.outbox.withdraw(CHANNEL, 1, one)

        assert [waiting.sealed for waiting in store.outbox.waiting()] == [b"one again", b"two"]
        assert b"one" not in connection.execute(select(outbox.c.sealed)).scalars().all()

    def test_what_left_is_not_taken_back(self, store: ChannelStore) -> None:
        """Once a carrier has an object, its serial can only be cancelled by a telegram."""
        number = store.outbox.queue(b"x", channel=CHANNEL, serial=1, address=None, at=NOW)
        store.outbox.deposited(number, NOW)
        assert not store.outbox.withdraw(CHANNEL, 1, Digest.of(b"x"))


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
        " INSERT INTO channel_books_held SELECT NEW.book, NEW.channel, NEW.issuer, NEW.note, 0,"
        " 'once', 1, 0, 0, NULL, NULL, NULL, 0; END"
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
