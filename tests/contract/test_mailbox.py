"""One suite for all that carries: relay over HTTP, relay in memory, pouch folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from depesha.channel import (
    OBJECT_LIMIT_BYTES,
    AdmissionDeniedError,
    Capability,
    Carrier,
    ChannelError,
    MailboxClient,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxFormatError,
    MailboxFullError,
    MailboxKeys,
    ObjectTooLargeError,
    ObjectUnknownError,
    Quota,
    object_id_of,
)
from depesha.channel.adapters.http import HttpRelay
from depesha.channel.adapters.pouch import PouchFolder
from tests.channel.memory_relay import MemoryRelay
from tests.relay.postgresql import running_postgresql
from tests.relay.running import admitted_client, running_relay

SMALL = Quota(objects=3, size_bytes=1000)
MEMORY = pytest.param("memory", id="memory")
HTTP = pytest.param("http", id="http", marks=pytest.mark.process)
POSTGRESQL = pytest.param("postgresql", id="postgresql", marks=pytest.mark.process)
SOCKETS = {"http": "http_relay", "postgresql": "postgresql_relay"}
POUCH = pytest.param("pouch", id="pouch")


@pytest.fixture(scope="module")
def http_relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpRelay]:
    data = tmp_path_factory.mktemp("relay")
    with running_relay(data) as address, admitted_client(data, address) as client:
        yield client


@pytest.fixture(scope="module")
def postgresql_relay() -> Iterator[HttpRelay]:
    with running_postgresql() as server:
        data = server.new_database()
        with running_relay(data) as address, admitted_client(data, address) as client:
            yield client


@pytest.fixture
def client(request: pytest.FixtureRequest) -> MailboxClient:
    if request.param in SOCKETS:
        relay: HttpRelay = request.getfixturevalue(SOCKETS[request.param])
        return relay
    admission = Capability.generate()
    return MemoryRelay(admission=admission, admitted={admission.to_text()})


@pytest.fixture
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Carrier:
    if request.param == "pouch":
        return PouchFolder(tmp_path)
    client: MailboxClient = (
        request.getfixturevalue(SOCKETS[request.param])
        if request.param in SOCKETS
        else MemoryRelay(
            admission=Capability(bytes(32)), admitted={Capability(bytes(32)).to_text()}
        )
    )
    return client.carrier(opened(client))


def opened(client: MailboxClient, quota: Quota = SMALL) -> MailboxKeys:
    keys = MailboxKeys.generate()
    client.open(keys.name, keys.terms(quota))
    return keys


every_carrier = pytest.mark.parametrize("carrier", [MEMORY, HTTP, POSTGRESQL, POUCH], indirect=True)
every_client = pytest.mark.parametrize("client", [MEMORY, HTTP, POSTGRESQL], indirect=True)


@every_carrier
def test_what_is_left_is_taken(carrier: Carrier) -> None:
    """An object comes out as it went in, under the digest of its bytes."""
    object_id = carrier.deposit(b"sealed")

    listed = carrier.list()

    assert object_id == object_id_of(b"sealed")
    assert [(row.object_id, row.size_bytes) for row in listed] == [(object_id, 6)]
    assert carrier.fetch(object_id) == b"sealed"


@every_carrier
def test_the_same_bytes_are_one_object(carrier: Carrier) -> None:
    """Depositing again after a doubtful answer stores nothing twice."""
    assert carrier.deposit(b"sealed") == carrier.deposit(b"sealed")
    assert len(carrier.list()) == 1


@every_carrier
def test_fetching_takes_nothing_away(carrier: Carrier) -> None:
    """A crash between fetching and filing loses nothing: the object is there until confirmed."""
    object_id = carrier.deposit(b"sealed")
    carrier.fetch(object_id)

    assert [row.object_id for row in carrier.list()] == [object_id]


@every_carrier
def test_what_is_confirmed_is_listed_no_more(carrier: Carrier) -> None:
    """Confirming is final, and safe to repeat."""
    object_id = carrier.deposit(b"sealed")
    for _ in range(2):
        carrier.confirm(object_id)

    assert list(carrier.list()) == []


@every_carrier
def test_a_listing_goes_on_where_it_ended(carrier: Carrier) -> None:
    """Pages of a listing hold everything once, in one order."""
    ids = {carrier.deposit(body) for body in (b"one", b"two", b"three")}
    first = carrier.list(limit=2)
    rest = carrier.list(after=first[-1].arrival, limit=2)
    arrivals = [row.arrival for row in (*first, *rest)]

    assert (len(first), len(rest)) == (2, 1)
    assert {row.object_id for row in (*first, *rest)} == ids
    assert arrivals == sorted(set(arrivals))


@every_carrier
def test_an_unknown_object_is_refused(carrier: Carrier) -> None:
    """A digest that is not there is told from a name that is none."""
    with pytest.raises(ObjectUnknownError):
        carrier.fetch(object_id_of(b"never left"))
    for misspelt in ("../secret", object_id_of(b"x").upper(), ""):
        with pytest.raises(MailboxFormatError):
            carrier.fetch(misspelt)
        with pytest.raises(MailboxFormatError):
            carrier.confirm(misspelt)


@every_carrier
def test_an_object_has_a_size(carrier: Carrier) -> None:
    """Nothing, and more than a relay takes, are both refused before they are stored."""
    with pytest.raises(MailboxFormatError):
        carrier.deposit(b"")
    with pytest.raises(ObjectTooLargeError):
        carrier.deposit(bytes(OBJECT_LIMIT_BYTES + 1))
    assert list(carrier.list()) == []


@every_carrier
@pytest.mark.parametrize(
    ("after", "limit", "wait_seconds"),
    [(-1, 1, 0), (0, 0, 0), (0, 1001, 0), (0, 1, -1), (0, 1, 61)],
)
def test_a_listing_has_bounds(carrier: Carrier, after: int, limit: int, wait_seconds: int) -> None:
    """Arguments out of range are refused, not cut to fit."""
    with pytest.raises(MailboxFormatError):
        carrier.list(after=after, limit=limit, wait_seconds=wait_seconds)


@every_client
def test_objects_are_listed_in_order_of_arrival(client: MailboxClient) -> None:
    """A relay keeps the order in which it took objects."""
    carrier = client.carrier(opened(client))
    ids = [carrier.deposit(body) for body in (b"one", b"two", b"three")]

    assert [row.object_id for row in carrier.list()] == ids


@every_client
def test_a_full_mailbox_takes_nothing_but_what_it_has(client: MailboxClient) -> None:
    """Both quotas hold; room returns with each confirmation."""
    carrier = client.carrier(opened(client))
    first = carrier.deposit(bytes(400))
    carrier.deposit(bytes(401))
    with pytest.raises(MailboxFullError):
        carrier.deposit(bytes(200))
    carrier.deposit(b"third")
    with pytest.raises(MailboxFullError):
        carrier.deposit(b"fourth")

    assert carrier.deposit(bytes(400)) == first
    carrier.confirm(first)
    assert carrier.deposit(b"fourth") == object_id_of(b"fourth")


def wrong(keys: MailboxKeys) -> MailboxKeys:
    other = MailboxKeys.generate()
    return MailboxKeys(name=keys.name, deposit=other.deposit, fetch=other.fetch)


def swapped(keys: MailboxKeys) -> MailboxKeys:
    return MailboxKeys(name=keys.name, deposit=keys.fetch, fetch=keys.deposit)


def unknown(_: MailboxKeys) -> MailboxKeys:
    return MailboxKeys.generate()


@every_client
@pytest.mark.parametrize("change", [wrong, swapped, unknown])
def test_a_wrong_right_and_an_unknown_mailbox_answer_alike(
    client: MailboxClient, change: Callable[[MailboxKeys], MailboxKeys]
) -> None:
    """No answer tells whether a mailbox is there; neither right does the other's work."""
    keys = opened(client)
    object_id = client.carrier(keys).deposit(b"sealed")
    stranger = client.carrier(change(keys))
    calls: list[Callable[[], object]] = [
        lambda: stranger.deposit(b"junk"),
        stranger.list,
        lambda: stranger.fetch(object_id),
        lambda: stranger.fetch(object_id_of(b"other")),
        lambda: stranger.confirm(object_id),
        lambda: client.close(change(keys)),
    ]
    refusals = []
    for call in calls:
        with pytest.raises(ChannelError) as refused:
            call()
        refusals.append((refused.value.code, str(refused.value)))

    assert {code for code, _ in refusals} == {MailboxDeniedError.code}
    assert len(set(refusals)) == 1
    assert client.carrier(keys).fetch(object_id) == b"sealed"


@every_client
def test_opening_again_changes_nothing(client: MailboxClient) -> None:
    """The same terms again are no error; others are, and leave the mailbox as it was."""
    keys = opened(client)
    object_id = client.carrier(keys).deposit(b"sealed")
    client.open(keys.name, keys.terms(SMALL))
    with pytest.raises(MailboxExistsError):
        client.open(keys.name, keys.terms(Quota(objects=4, size_bytes=1000)))
    with pytest.raises(MailboxExistsError):
        client.open(keys.name, MailboxKeys.generate().terms(SMALL))

    assert client.carrier(keys).fetch(object_id) == b"sealed"


@every_client
def test_a_closed_mailbox_is_an_unknown_one(client: MailboxClient) -> None:
    """Closing removes the mailbox and all in it; the name may be opened anew, empty."""
    keys = opened(client)
    client.carrier(keys).deposit(b"sealed")
    client.close(keys)
    for call in (client.carrier(keys).list, lambda: client.carrier(keys).deposit(b"late")):
        with pytest.raises(MailboxDeniedError):
            call()
    client.open(keys.name, keys.terms(SMALL))

    assert list(client.carrier(keys).list()) == []


@every_client
def test_a_mailbox_name_is_random_digits(client: MailboxClient) -> None:
    """A name that could tell something is not accepted."""
    with pytest.raises(MailboxFormatError):
        client.open("post-harbour", MailboxKeys.generate().terms(SMALL))


@every_client
def test_only_the_admitted_open_mailboxes(client: MailboxClient) -> None:
    """Without the operator's token nobody opens a mailbox, and a guessed one is refused."""
    keys = MailboxKeys.generate()
    for token in (None, Capability.generate()):
        stranger = (
            HttpRelay(str(client._address), admission=token)
            if isinstance(client, HttpRelay)
            else MemoryRelay(admission=token)
        )
        with pytest.raises(AdmissionDeniedError):
            stranger.open(keys.name, keys.terms(SMALL))
        if isinstance(stranger, HttpRelay):
            stranger.disconnect()


@pytest.mark.parametrize("client", [HTTP, POSTGRESQL], indirect=True)
def test_many_objects_come_and_go_in_few_calls(client: HttpRelay) -> None:
    """A listing is fetched and confirmed as a whole; each object is still the one it should be."""
    carrier = client.carrier(opened(client, Quota(objects=400, size_bytes=1 << 24)))
    bodies = [b"%04d" % number * 2000 for number in range(300)]
    ids = [carrier.deposit(body) for body in bodies]
    listed = [row.object_id for row in carrier.list(limit=1000)]

    assert listed == ids
    assert [carrier.fetch(object_id) for object_id in listed] == bodies
    assert carrier.fetch(ids[7]) == bodies[7]
    carrier.confirm_all(listed[:299])
    carrier.confirm_all(listed[:299])
    assert [row.object_id for row in carrier.list()] == ids[299:]
    with pytest.raises(ObjectUnknownError):
        carrier.fetch(ids[0])


@pytest.mark.parametrize("client", [HTTP, POSTGRESQL], indirect=True)
def test_what_another_confirmed_is_unknown(client: HttpRelay) -> None:
    """An object that goes between a listing and its fetching is told by its own error."""
    keys = opened(client, Quota())
    here, there = client.carrier(keys), client.carrier(keys)
    ids = [here.deposit(b"%d" % number) for number in range(4)]
    here.list()
    there.confirm_all(ids[:2])
    for object_id in ids[:2]:
        with pytest.raises(ObjectUnknownError):
            here.fetch(object_id)
    assert [here.fetch(object_id) for object_id in ids[2:]] == [b"2", b"3"]
