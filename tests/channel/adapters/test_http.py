"""The relay is hostile here: what it answers is made up by the test."""

import gzip
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    LISTING_LIMIT,
    OBJECT_LIMIT_BYTES,
    AdmissionDeniedError,
    ChannelError,
    MailboxDeniedError,
    MailboxFormatError,
    MailboxFullError,
    MailboxKeys,
    Quota,
    RelayAnswerError,
    RelayBusyError,
    RelayUnreachableError,
    object_id_of,
    write_bundle,
)
from depesha.channel.adapters.http import HttpRelay, HttpRelays
from depesha.channel.adapters.relay_mailbox import AHEAD_BYTES, RelayMailbox
from tests.channel.stations import mailbox_keys

Answer = Callable[[httpx.Request], httpx.Response]
OBJECT = object_id_of(b"sealed")


def mailbox(answer: Answer, *, address: str = "http://relay.example") -> RelayMailbox:
    relay = HttpRelay(address, transport=httpx.MockTransport(answer))
    return relay.carrier(mailbox_keys())


def always(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    return lambda _: httpx.Response(status, content=body, headers=headers)


def problem(status: int, code: str) -> Answer:
    body = {"type": f"https://relay.example/any/{code}", "detail": "words of the relay"}
    return always(status, json.dumps(body).encode())


def listing(*rows: object) -> Answer:
    return always(200, json.dumps({"objects": rows}).encode())


def row(arrival: int, object_id: str = OBJECT, size: int = 6) -> dict[str, object]:
    return {"id": object_id, "size": size, "arrival": arrival}


def test_a_call_carries_the_right_and_the_name_in_their_places() -> None:
    """The capability stands in the header only, below whatever path the relay has."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b'{"objects": []}')

    keys = mailbox_keys()
    mailbox(answer, address="https://relay.example/d").list(after=3, limit=7, wait_seconds=9)

    assert seen[0].method == "GET"
    assert str(seen[0].url) == (
        f"https://relay.example/d/v1/mailboxes/{keys.name}/objects?after=3&limit=7&wait=9"
    )
    assert seen[0].headers["Authorization"] == f"Bearer {keys.to_fetch.to_text()}"
    assert seen[0].extensions["timeout"]["read"] > 9


def test_an_object_that_is_not_what_was_asked_for_is_refused() -> None:
    """A relay cannot swap objects."""
    with pytest.raises(RelayAnswerError):
        mailbox(always(200, b"another")).fetch(OBJECT)
    assert mailbox(always(200, b"sealed")).fetch(OBJECT) == b"sealed"


def test_an_object_without_end_is_refused() -> None:
    """A relay cannot fill the memory of a post."""
    with pytest.raises(RelayAnswerError):
        mailbox(always(200, bytes(OBJECT_LIMIT_BYTES + 1))).fetch(OBJECT)
    with pytest.raises(RelayAnswerError):
        mailbox(always(200, b" " * (2 << 20))).list()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id": 7}', b'{"id": "00"}', b"\xff", b"[" * 200_000]
)
def test_a_deposit_that_names_something_else_is_not_believed(body: bytes) -> None:
    """What the relay says it stored is compared with what it was given."""
    with pytest.raises(RelayAnswerError):
        mailbox(always(201, body)).deposit(b"sealed")


@pytest.mark.parametrize(
    "answer",
    [
        always(200, b"not JSON"),
        always(200, b'{"objects": 7}'),
        listing(7),
        listing({"id": OBJECT, "size": 6}),
        listing(row(1, "../" + OBJECT)),
        listing(row(1, size=0)),
        listing(row(1, size=-6)),
        listing(row(-1)),
        listing(row(1), row(2)),
        always(200, b'{"objects": [{"id": "%b", "size": 6.0, "arrival": 1}]}' % OBJECT.encode()),
        always(200, b'{"objects": [{"id": "' + b"0" * 70_000 + b'"}]}'),
        always(200, b'{"objects": [{"size": ' + b"9" * 100_000 + b"}]}"),
        listing(row(1, size=OBJECT_LIMIT_BYTES + 1)),
        listing(row(2), row(1)),
        listing(row(1), row(1)),
        listing(row(0)),
        listing(row(1 << 63)),
        always(200, b'{"objects": [{"id": "%b", "size": true, "arrival": 1}]}' % OBJECT.encode()),
        always(200, b'{"objects": [{"id": "%b", "size": 6, "arrival": true}]}' % OBJECT.encode()),
        listing(*(row(number) for number in range(1, LISTING_LIMIT + 2))),
    ],
)
def test_a_listing_out_of_protocol_is_refused(answer: Answer) -> None:
    """Ids, sizes, order and number of rows are checked before anybody acts on them."""
    with pytest.raises(RelayAnswerError):
        mailbox(answer).list(limit=LISTING_LIMIT)


@given(st.binary(max_size=200), st.sampled_from([200, 201, 204, 301, 400, 401, 404, 500, 507]))
def test_any_answer_is_read_or_refused_as_ours(body: bytes, status: int) -> None:
    """No answer makes the client fail in a way callers are not told about."""
    answered = mailbox(always(status, body))
    calls: list[Callable[[], object]] = [
        answered.list,
        lambda: answered.fetch(OBJECT),
        lambda: answered.deposit(b"sealed"),
    ]
    for call in calls:
        with pytest.raises(ChannelError):
            call()


def test_a_refusal_is_named_by_its_code_and_not_by_its_words() -> None:
    """The relay's words are not passed on; an unknown code is an answer out of protocol."""
    with pytest.raises(MailboxFullError) as refused:
        mailbox(problem(507, "channel.mailbox_full")).deposit(b"sealed")
    assert "words of the relay" not in str(refused.value)
    for answer in (problem(418, "channel.teapot"), always(301), always(404, b"<html>")):
        with pytest.raises(RelayAnswerError):
            mailbox(answer).deposit(b"sealed")


def test_a_relay_that_is_out_of_work_is_tried_again() -> None:
    """A proxy's refusal and a silent network are retryable; nothing is known about the store."""

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    for answer in (silent, always(503), always(502, b"<html>")):
        with pytest.raises(RelayUnreachableError) as refused:
            mailbox(answer).deposit(b"sealed")
        assert refused.value.retryable


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("0", 1), ("99999999", 1), ("soon", 1), ("9999", 3600)]
)
def test_a_busy_relay_says_when_to_come_again(header: str, seconds: int) -> None:
    """A sensible number is believed; any other becomes a second, and none is without end."""
    with pytest.raises(RelayBusyError) as refused:
        mailbox(always(429, headers={"Retry-After": header})).list()
    assert refused.value.retryable
    assert refused.value.retry_after_seconds == seconds


def test_opening_needs_a_token() -> None:
    """Without a token the relay is not even asked."""
    relay = HttpRelay("http://relay.example", transport=httpx.MockTransport(always(500)))
    keys = mailbox_keys()
    with pytest.raises(AdmissionDeniedError):
        relay.open(keys.name, keys.terms(Quota()))


def test_a_right_that_is_not_held_is_not_asked_for() -> None:
    """Who may only deposit does not call to fetch, and the reverse."""
    keys = mailbox_keys()
    relay = HttpRelay("http://relay.example", transport=httpx.MockTransport(always(500)))
    depositor = relay.carrier(MailboxKeys(name=keys.name, deposit=keys.deposit))
    fetcher = relay.carrier(MailboxKeys(name=keys.name, fetch=keys.fetch))
    with pytest.raises(MailboxDeniedError):
        depositor.list()
    with pytest.raises(MailboxDeniedError):
        fetcher.deposit(b"sealed")


@pytest.mark.parametrize(
    "address", ["http://relay.example:port", "https://xn--a", "http://xn--ls8h", "http://[::1"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """A pad book's relay reaches the client; what httpx cannot call either is refused as ours."""
    with pytest.raises(MailboxFormatError):
        HttpRelay(address)


@pytest.mark.parametrize("host", ["[::1]:80", "10.0.0.1:8440", "xn--mnchen-3ya.example", "Relay"])
def test_an_address_is_called_as_it_stands(host: str) -> None:
    """Every kind of host that an address may have reaches the relay that it names."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url.copy_with(query=None)))
        return httpx.Response(200, content=b'{"objects": []}')

    mailbox(answer, address=f"https://{host}").list()
    assert seen == [f"https://{host.lower()}/v1/mailboxes/{mailbox_keys().name}/objects"]


@pytest.mark.process
def test_a_host_that_cannot_be_is_unreachable() -> None:
    """A name that nobody has is a relay that does not answer."""
    relay = HttpRelay("http://relay.invalid")
    with pytest.raises(RelayUnreachableError):
        relay.carrier(mailbox_keys()).list()
    relay.disconnect()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(status: int) -> None:
    """A capability is shown to the relay that the book names, and to nobody else."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(status, headers={"Location": "http://elsewhere.example/"})

    with pytest.raises(RelayAnswerError):
        mailbox(answer).deposit(b"sealed")
    assert [request.url.host for request in seen] == ["relay.example"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, identity"])
def test_a_compressed_answer_is_not_unpacked(coding: str) -> None:
    """Nothing that is small on the way becomes large here."""
    packed = gzip.compress(bytes(64 << 20))

    def answer(_: httpx.Request) -> httpx.Response:
        head = {"Content-Encoding": coding}
        return httpx.Response(200, headers=head, stream=httpx.ByteStream(packed))

    with pytest.raises(RelayAnswerError):
        mailbox(answer).fetch(OBJECT)
    assert len(packed) < 100_000


def rows_of(*bodies: bytes) -> list[dict[str, object]]:
    return [row(place, object_id_of(body), len(body)) for place, body in enumerate(bodies, start=1)]


class Scripted:
    """A relay whose listing is honest, and whose answers to each other call are the test's."""

    def __init__(self, bodies: tuple[bytes, ...], answers: dict[str, Answer]) -> None:
        self.rows = rows_of(*bodies)
        self.answers = answers
        self.calls: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        last = request.url.path.rpartition("/")[2]
        self.calls.append(f"{request.method} {last}" if len(last) < 64 else request.method)
        if last == "objects":
            return httpx.Response(200, content=json.dumps({"objects": self.rows}).encode())
        return self.answers.get(last, self.answers["*"])(request)


BODIES = (b"one", b"two", b"three")
IDS = [object_id_of(body) for body in BODIES]


def framed(*bodies: bytes) -> Answer:
    return always(200, write_bundle(bodies))


def test_what_is_listed_is_brought_in_one_call() -> None:
    """One listing and one call more bring all that is small."""
    relay = Scripted(BODIES, {"fetches": framed(*BODIES), "*": always(500)})
    carrier = mailbox(relay)
    carrier.list()
    assert [carrier.fetch(object_id) for object_id in IDS] == list(BODIES)
    assert relay.calls == ["GET objects", "POST fetches"]


def test_no_more_is_brought_ahead_than_memory_should_hold() -> None:
    """Large objects are fetched one by one, when they are asked for."""
    large = bytes(AHEAD_BYTES)
    relay = Scripted((large, b"two"), {"*": always(200, large)})
    carrier = mailbox(relay)
    carrier.list()
    assert carrier.fetch(object_id_of(large)) == large
    assert relay.calls == ["GET objects", "GET"]


def test_an_answer_that_ends_early_is_gone_on_with() -> None:
    """A relay gives out as many objects as one answer holds; the rest is asked for again."""

    def answer(request: httpx.Request) -> httpx.Response:
        first = json.loads(request.content)["ids"][0]
        return httpx.Response(200, content=write_bundle([BODIES[IDS.index(first)]]))

    relay = Scripted(BODIES, {"fetches": answer, "*": answer})
    carrier = mailbox(relay)
    carrier.list()
    assert [carrier.fetch(object_id) for object_id in IDS[:2]] == list(BODIES[:2])
    assert relay.calls.count("POST fetches") == 2


@pytest.mark.parametrize(
    "answer",
    [
        framed(b"two", b"one", b"three"),
        framed(b"one", b"two", b"other"),
        framed(b"one", b"two", b"three", b"four"),
        always(200, write_bundle(BODIES)[:-1]),
        always(200, b"\xff\xff\xff\xff"),
        always(200, b"\0"),
        always(200),
        always(200, bytes(5 << 20)),
        always(302),
    ],
)
def test_several_objects_out_of_protocol_are_refused(answer: Answer) -> None:
    """Swapped, foreign, too many, cut, none, without end: nothing of it is believed."""
    carrier = mailbox(Scripted(BODIES, {"fetches": answer, "*": always(500)}))
    carrier.list()
    with pytest.raises(RelayAnswerError):
        carrier.fetch(IDS[0])


def test_a_relay_without_calls_for_many_is_asked_for_one() -> None:
    """It is asked once whether it knows how, and then called as the protocol's first table says."""
    by_id = {object_id: always(200, body) for object_id, body in zip(IDS, BODIES, strict=True)}
    no_call = problem(404, "relay.no_call")
    relay = Scripted(
        BODIES, {"fetches": no_call, "confirmations": no_call, **by_id, "*": always(500)}
    )
    carrier = mailbox(relay)
    carrier.list()
    assert [carrier.fetch(object_id) for object_id in IDS] == list(BODIES)
    carrier.confirm_all(IDS)
    assert relay.calls == ["GET objects", "POST fetches", *["GET"] * 3, *["DELETE"] * 3]


def test_a_refusal_of_many_is_a_refusal() -> None:
    """Only a relay that has no such call is asked in the other way."""
    relay = Scripted(BODIES, {"*": problem(401, "channel.mailbox_denied"), "fetches": always(503)})
    carrier = mailbox(relay)
    carrier.list()
    with pytest.raises(RelayUnreachableError):
        carrier.fetch(IDS[0])
    with pytest.raises(MailboxDeniedError):
        carrier.confirm_all(IDS)
    with pytest.raises(MailboxFormatError):
        carrier.confirm_all(["none"])


def test_a_connection_that_broke_is_tried_once_more() -> None:
    """A relay that lets go of a connection at rest is no reason to give up; a dead one is."""
    calls: list[int] = []

    def broken(request: httpx.Request, times: int) -> httpx.Response:
        calls.append(1)
        if len(calls) <= times:
            raise httpx.RemoteProtocolError("closed", request=request)
        return httpx.Response(201, content=json.dumps({"id": OBJECT}).encode())

    assert mailbox(lambda request: broken(request, 1)).deposit(b"sealed") == OBJECT
    calls.clear()
    with pytest.raises(RelayUnreachableError):
        mailbox(lambda request: broken(request, 9)).deposit(b"sealed")
    assert len(calls) == 2


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[int]]]:
    """A relay that answers every call alike, and counts the calls of each connection."""
    calls: list[int] = []

    def serve() -> None:
        while True:
            raw, _ = listener.accept()
            with raw, suppress(OSError):
                calls.append(0)
                raw.settimeout(5)
                while raw.recv(65536):
                    calls[-1] += 1
                    raw.sendall(answer)
            if is_over:
                return

    is_over: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", calls
        is_over.append(True)
        socket.create_connection(listener.getsockname()).close()
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.process
def test_one_connection_serves_many_mailboxes() -> None:
    """A round of calls to a relay is made over what the first of them opened."""
    body = b'{"objects": []}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with answering(answer) as (address, calls):
        relays = HttpRelays()
        for _ in range(3):
            with relays.reach(address, None) as relay:
                relay.carrier(mailbox_keys()).list()
        relays.disconnect()
        assert calls == [3]
        with relays.reach(address, None) as relay:
            assert relay is not None
            relay.carrier(mailbox_keys()).list()
        relays.disconnect()


HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "head": (HEAD, b"X: x\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "length of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
}


@contextmanager
def dripping(head: bytes, drip: bytes) -> Iterator[str]:
    """A relay that sends something again and again, and never ends."""

    def serve() -> None:
        raw, _ = listener.accept()
        with raw, suppress(OSError):
            raw.sendall(head)
            while True:
                raw.sendall(drip)
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.process
@pytest.mark.parametrize("name", DRIPS)
def test_a_relay_that_never_ends_is_not_waited_for(name: str) -> None:
    """However often something comes, a call has an end."""
    began = time.monotonic()
    with dripping(*DRIPS[name]) as address:
        relay = HttpRelay(address, call_seconds=0.3)
        with pytest.raises(RelayUnreachableError):
            relay.carrier(mailbox_keys()).list()
        relay.disconnect()
    assert time.monotonic() - began < 5


@pytest.mark.process
def test_a_relay_that_is_silent_is_not_waited_for() -> None:
    """A deposit that nobody answers is given up in time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = HttpRelay(f"http://127.0.0.1:{listener.getsockname()[1]}", call_seconds=0.3)
        with pytest.raises(RelayUnreachableError):
            relay.carrier(mailbox_keys()).deposit(bytes(16 << 10))
        relay.disconnect()


def test_no_log_names_a_mailbox(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the most talkative level does a log hold a name or a right."""
    caplog.set_level(logging.DEBUG)
    keys = mailbox_keys()
    mailbox(listing(row(1))).list()
    with pytest.raises(ChannelError) as refused:
        mailbox(always(500)).fetch(OBJECT)

    told = caplog.text + str(refused.value) + repr(mailbox(always(200)))
    for secret in (keys.to_fetch.to_text(), keys.to_deposit.to_text()):
        assert secret not in told
    assert keys.name not in caplog.text + str(refused.value)
