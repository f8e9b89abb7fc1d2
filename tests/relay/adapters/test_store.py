"""One suite for both stores of the relay: SQLite in a folder, PostgreSQL for several processes."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from depesha.base import Digest
from depesha.channel import (
    AdmissionDeniedError,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxFullError,
    MailboxTerms,
    Quota,
    object_id_of,
)
from depesha.relay import Admission, Holdings, MailboxStore, RelayStoreError
from depesha.relay.adapters.postgresql import PostgresqlMailboxStore
from depesha.relay.adapters.sqlite import SqliteMailboxStore
from depesha.relay.admission import TOKEN_BYTES, admission_id_of
from tests.channel.stations import NOW, mailbox_keys
from tests.relay.postgresql import Postgresql, running_postgresql

KEYS = mailbox_keys()
NAME = KEYS.name
OTHER = "0" * 32
TERMS = KEYS.terms(Quota(objects=5, size_bytes=1000))
SHOWN = TERMS.fetch
TOKEN = Digest.of(b"token")
LATER = NOW + timedelta(days=30)
BODIES = (b"one", b"two", b"three")

Answer = TypeVar("Answer")
Store = SqliteMailboxStore | PostgresqlMailboxStore


def ask(question: Awaitable[Answer]) -> Answer:
    async def bounded() -> Answer:
        return await asyncio.wait_for(question, 30)

    return asyncio.run(bounded())


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Postgresql]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new store's folder, or the address of its database."""
    if request.param == "sqlite":
        return str(tmp_path)
    server: Postgresql = request.getfixturevalue("postgresql")
    return server.new_database()


@contextmanager
def opened(place: str) -> Iterator[Store]:
    made: Store = (
        PostgresqlMailboxStore(place)
        if place.startswith("postgresql:")
        else SqliteMailboxStore(Path(place))
    )
    try:
        yield made
    finally:
        made.shut()


@contextmanager
def founded(place: str) -> Iterator[Store]:
    """A store with one token, and one mailbox opened by it."""
    with opened(place) as store:
        ask(store.admissions.admit(Admission(token=TOKEN)))
        assert ask(store.open(NAME, TERMS, token=TOKEN, now=NOW))
        yield store


every_store = pytest.mark.parametrize(
    "place",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.process)],
    indirect=True,
)


def put(store: MailboxStore, sealed: bytes, *, expires: datetime = LATER) -> bool:
    return ask(store.deposit(NAME, object_id_of(sealed), sealed, expires=expires))


def listed(store: MailboxStore, *, now: datetime = NOW) -> list[str]:
    return [row.object_id for row in ask(store.objects(NAME, after=0, limit=10, now=now))]


def body(store: MailboxStore, sealed: bytes) -> bytes | None:
    wanted = [object_id_of(sealed)]
    (found,) = ask(store.bodies(NAME, wanted, most_bytes=1000, now=NOW))
    return found


@every_store
def test_a_store_opens_again_as_it_was_left(place: str) -> None:
    """What was answered is there after a restart."""
    with founded(place) as first:
        assert put(first, b"sealed")
    with opened(place) as second:
        assert ask(second.admissions.one(TOKEN)) == Admission(
            token=TOKEN, mailboxes=1, size_bytes=1000
        )
        assert ask(second.admissions.one(Digest.of(b"other"))) is None
        assert ask(second.terms(NAME, shown=SHOWN)) == TERMS
        assert body(second, b"sealed") == b"sealed"
        assert ask(second.holdings()) == Holdings(
            mailboxes=1, objects=1, size_bytes=6, next_expiry=LATER
        )


@every_store
def test_the_same_bytes_are_stored_once(place: str) -> None:
    """Again, and at once from many callers: one is new, and a full mailbox still knows it."""

    async def many(store: MailboxStore) -> list[bool]:
        object_id = object_id_of(b"sealed")
        again = [store.deposit(NAME, object_id, b"sealed", expires=LATER) for _ in range(20)]
        return await asyncio.gather(*again)

    with founded(place) as store:
        assert sum(ask(many(store))) == 1
        assert put(store, bytes(994))
        assert not put(store, b"sealed")
        assert ask(store.holdings()).objects == 2


@every_store
def test_expired_objects_are_not_there(place: str) -> None:
    """Neither listed nor fetched from the instant of expiry, and removed by the next sweep."""
    with founded(place) as store:
        put(store, b"old", expires=NOW)
        put(store, b"new")
        assert listed(store) == [object_id_of(b"new")]
        assert body(store, b"old") is None
        assert ask(store.expire(NOW)) == 1
        assert ask(store.expire(NOW)) == 0
        assert ask(store.holdings()) == Holdings(
            mailboxes=1, objects=1, size_bytes=3, next_expiry=LATER
        )


@every_store
def test_counts_return_to_nothing(place: str) -> None:
    """Room is given back with each object, whichever way it goes."""
    ids = [object_id_of(one) for one in BODIES]
    with founded(place) as store:
        for one in BODIES:
            put(store, one)
        put(store, b"old", expires=NOW)
        ask(store.expire(NOW))
        ask(store.confirm(NAME, ids[:1]))
        ask(store.confirm(NAME, ids))
        ask(store.confirm(OTHER, ids))
        assert ask(store.holdings()) == Holdings(mailboxes=1, objects=0, size_bytes=0)

        put(store, b"last")
        (last,) = ask(store.objects(NAME, after=0, limit=10, now=NOW))
        assert last.arrival == 5
        ask(store.close_mailbox(NAME))
        ask(store.close_mailbox(NAME))
        assert ask(store.holdings()) == Holdings(mailboxes=0, objects=0, size_bytes=0)


@every_store
def test_changes_asked_for_together_are_made_in_their_order(place: str) -> None:
    """An object deposited, confirmed and deposited again in one commit lies there, counted once."""

    async def together(store: MailboxStore) -> Sequence[object]:
        object_id = object_id_of(b"sealed")
        return await asyncio.gather(
            store.deposit(NAME, object_id, b"sealed", expires=LATER),
            store.confirm(NAME, [object_id]),
            store.deposit(NAME, object_id, b"sealed", expires=LATER),
            store.deposit(NAME, object_id_of(b"more"), b"more", expires=LATER),
            store.confirm(NAME, [object_id_of(b"more")]),
        )

    with founded(place) as store:
        assert list(ask(together(store))) == [True, None, True, True, None]
        assert listed(store) == [object_id_of(b"sealed")]
        found = ask(store.holdings())
    assert (found.objects, found.size_bytes) == (1, 6)


@every_store
def test_refusals_change_nothing(place: str) -> None:
    """Each refusal is the error of its rule, and does not harm what is asked for beside it."""
    other = MailboxTerms(deposit=Digest.of(b"d"), fetch=Digest.of(b"f"))

    async def mixed(store: MailboxStore) -> Sequence[object]:
        return await asyncio.gather(
            store.open(NAME, other, token=TOKEN, now=NOW),
            store.deposit(OTHER, object_id_of(b"one"), b"one", expires=LATER),
            store.deposit(NAME, object_id_of(b"two"), b"two", expires=LATER),
            store.deposit(NAME, object_id_of(bytes(1001)), bytes(1001), expires=LATER),
            return_exceptions=True,
        )

    with founded(place) as store:
        exists, denied, is_new, full = ask(mixed(store))
        assert isinstance(exists, MailboxExistsError)
        assert isinstance(denied, MailboxDeniedError)
        assert is_new is True
        assert isinstance(full, MailboxFullError)
        assert ask(store.terms(NAME, shown=SHOWN)) == TERMS
        assert ask(store.terms(OTHER, shown=SHOWN)) is None
        assert listed(store) == [object_id_of(b"two")]


@every_store
def test_a_wrong_right_is_not_told_what_is_remembered(place: str) -> None:
    """Terms are the same for whoever asks; a closed mailbox is unknown to its holder at once."""
    with founded(place) as store:
        for shown in (SHOWN, TERMS.deposit, Digest.of(b"wrong"), SHOWN):
            assert ask(store.terms(NAME, shown=shown)) == TERMS
        ask(store.close_mailbox(NAME))
        assert ask(store.terms(NAME, shown=SHOWN)) is None
        other = MailboxTerms(deposit=Digest.of(b"d"), fetch=Digest.of(b"f"))
        ask(store.open(NAME, other, token=TOKEN, now=NOW))
        assert ask(store.terms(NAME, shown=SHOWN)) == other


@every_store
def test_several_objects_come_in_the_order_asked_for(place: str) -> None:
    """What is not there has its place; the answer ends where it would be too large, not before."""
    with founded(place) as store:
        for one in BODIES:
            put(store, one)
        wanted = [object_id_of(one) for one in (b"three", b"none", b"one", b"two")]
        for most_bytes, expected in (
            (1000, [b"three", None, b"one", b"two"]),
            (8, [b"three", None, b"one"]),
            (5, [b"three", None]),
            (1, [b"three"]),
        ):
            found = ask(store.bodies(NAME, wanted, most_bytes=most_bytes, now=NOW))
            assert list(found) == expected
        assert list(ask(store.bodies(OTHER, wanted[:1], most_bytes=9, now=NOW))) == [None]


@every_store
def test_a_listing_goes_on_behind_what_was_seen(place: str) -> None:
    """In the order of arrival, in parts of any size."""
    with founded(place) as store:
        for one in BODIES:
            put(store, one)
        first = ask(store.objects(NAME, after=0, limit=2, now=NOW))
        rest = ask(store.objects(NAME, after=first[-1].arrival, limit=2, now=NOW))
        nothing = ask(store.objects(NAME, after=(1 << 63) - 1, limit=2, now=NOW))
    assert [row.object_id for row in (*first, *rest)] == [object_id_of(one) for one in BODIES]
    assert [row.size_bytes for row in (*first, *rest)] == [3, 3, 5]
    assert list(nothing) == []


@every_store
def test_a_token_opens_so_much_and_no_more(place: str) -> None:
    """Mailboxes and their quotas are counted by token for its whole life, to its last day."""
    small = Admission(
        token=Digest.of(b"small"), most_mailboxes=2, expires=datetime(2031, 5, 1, tzinfo=UTC)
    )
    whole = MailboxTerms(
        deposit=Digest.of(b"d"), fetch=Digest.of(b"f"), quota=Quota(size_bytes=TOKEN_BYTES)
    )
    with founded(place) as store:
        ask(store.admissions.admit(small))
        with pytest.raises(AdmissionDeniedError):
            ask(store.open(OTHER, whole, token=TOKEN, now=NOW))
        for number in (1, 2):
            assert ask(store.open(f"{number:032x}", TERMS, token=small.token, now=NOW))
        ask(store.close_mailbox(f"{1:032x}"))
        with pytest.raises(AdmissionDeniedError):
            ask(store.open("f" * 32, TERMS, token=small.token, now=NOW))
        assert not ask(store.open(f"{2:032x}", TERMS, token=small.token, now=NOW))
        ask(store.admissions.admit(small))
        counted = ask(store.admissions.one(small.token))
        assert counted is not None
        assert (counted.mailboxes, counted.size_bytes) == (2, 2000)
        assert counted.expires == small.expires


@every_store
def test_a_token_ends_with_its_day_and_when_it_is_revoked(place: str) -> None:
    """What it opened stays; it opens no more. A name that no token has is told."""
    ending = Admission(token=Digest.of(b"ending"), expires=LATER)
    with founded(place) as store:
        ask(store.admissions.admit(ending))
        assert ask(store.open(OTHER, TERMS, token=ending.token, now=NOW))
        with pytest.raises(AdmissionDeniedError):
            ask(store.open("f" * 32, TERMS, token=ending.token, now=LATER))

        assert {one.admission_id for one in ask(store.admissions.every())} == {
            admission_id_of(TOKEN),
            ending.admission_id,
        }
        assert ask(store.admissions.revoke(admission_id_of(TOKEN)))
        assert not ask(store.admissions.revoke(admission_id_of(TOKEN)))
        assert [one.token for one in ask(store.admissions.every())] == [ending.token]
        with pytest.raises(AdmissionDeniedError):
            ask(store.open("f" * 32, TERMS, token=TOKEN, now=NOW))
        assert ask(store.terms(NAME, shown=SHOWN)) == TERMS


@every_store
def test_a_store_that_was_shut_refuses(place: str) -> None:
    """Reading and writing after the end are refusals with a code, and shutting twice is none."""
    with founded(place) as store, closing_twice(store):
        store.shut()
        with pytest.raises(RelayStoreError):
            ask(store.holdings())
        with pytest.raises(RelayStoreError):
            ask(store.expire(NOW))


@contextmanager
def closing_twice(store: Store) -> Iterator[None]:
    yield
    store.shut()


@every_store
def test_a_caller_that_left_harms_nobody(place: str) -> None:
    """A change whose caller was cancelled is made or not; the next one is answered."""

    async def leave(store: MailboxStore) -> None:
        gone = asyncio.ensure_future(
            store.deposit(NAME, object_id_of(b"gone"), b"gone", expires=LATER)
        )
        await asyncio.sleep(0)
        gone.cancel()
        assert await store.deposit(NAME, object_id_of(b"here"), b"here", expires=LATER)

    with founded(place) as store:
        ask(leave(store))
        assert object_id_of(b"here") in listed(store)


@every_store
def test_the_store_keeps_no_right(place: str, tmp_path: Path) -> None:
    """Who steals it can neither deposit nor fetch."""
    with founded(place) as store:
        put(store, b"sealed")
        kept = repr(ask(store.terms(NAME, shown=SHOWN))) + repr(ask(store.admissions.every()))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for right in (KEYS.to_deposit, KEYS.to_fetch):
        assert right.value not in stored
        assert right.to_text() not in kept
        assert right.to_text().encode() not in stored
