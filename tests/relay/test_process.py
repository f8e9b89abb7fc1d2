"""The relay as a process and over raw HTTP, as its operator and a stranger see it."""

import json
import resource
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from depesha.channel import (
    OBJECT_LIMIT_BYTES,
    Capability,
    MailboxDeniedError,
    MailboxKeys,
    Quota,
    RelayUnreachableError,
    object_id_of,
)
from depesha.channel.adapters.http import HttpRelay
from depesha.relay import wiring
from tests.relay.running import RELAY, admitted_client, running_relay, served

pytestmark = pytest.mark.process


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RELAY, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("relay")


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    with running_relay(data) as address:
        yield address


@pytest.fixture(scope="module")
def keys(data: Path, address: str) -> MailboxKeys:
    made = MailboxKeys.generate()
    with admitted_client(data, address) as client:
        client.open(made.name, made.terms(Quota(objects=2, size_bytes=OBJECT_LIMIT_BYTES)))
    return made


@pytest.fixture(scope="module")
def admission(data: Path) -> Capability:
    return Capability.from_text(wiring.admit(data))


def bearer(right: Capability) -> dict[str, str]:
    return {"Authorization": f"Bearer {right.to_text()}"}


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["type"].rpartition("/")[2]


def test_a_deposit_answers_201_and_then_200(address: str, keys: MailboxKeys) -> None:
    """The status tells whether the object is new; the body its id."""
    url = f"{address}/v1/mailboxes/{keys.name}/objects"
    answers = [
        httpx.post(url, content=b"sealed", headers=bearer(keys.to_deposit)) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == {"id": object_id_of(b"sealed")}
    assert "Server" not in answers[0].headers
    removed = httpx.delete(f"{url}/{object_id_of(b'sealed')}", headers=bearer(keys.to_fetch))
    assert removed.status_code == 204


def test_refusals_are_problem_documents(
    address: str, keys: MailboxKeys, admission: Capability
) -> None:
    """Each has its status and its code, and none repeats what was called."""
    base = f"{address}/v1/mailboxes/{keys.name}"
    url = f"{base}/objects"
    fetch, deposit = bearer(keys.to_fetch), bearer(keys.to_deposit)
    terms = {"deposit": "x", "fetch": "y", "objects": 1, "size_bytes": 1}
    token = bearer(admission)
    cases = [
        (httpx.get(url), (401, "channel.mailbox_denied")),
        (httpx.get(url, headers={"Authorization": "Basic x"}), (401, "channel.mailbox_denied")),
        (httpx.get(url, headers={"Authorization": "Bearer x"}), (401, "channel.mailbox_denied")),
        (httpx.get(f"{address}/v1/mailboxes/x/objects"), (401, "channel.mailbox_denied")),
        (httpx.get(f"{url}?limit=0", headers=fetch), (400, "channel.mailbox_format")),
        (httpx.get(f"{url}?after=x", headers=fetch), (400, "channel.mailbox_format")),
        (httpx.get(f"{url}/{'0' * 64}", headers=fetch), (404, "channel.object_unknown")),
        (httpx.get(f"{url}/x", headers=fetch), (400, "channel.mailbox_format")),
        (httpx.post(url, headers=deposit), (400, "channel.mailbox_format")),
        (httpx.put(base, content=b"{"), (401, "channel.admission_denied")),
        (httpx.put(base, json=terms, headers=token), (400, "channel.mailbox_format")),
        (httpx.put(base, content=b"{", headers=token), (400, "channel.mailbox_format")),
        (httpx.put(base, content=bytes(40_000), headers=token), (413, "channel.object_too_large")),
        (httpx.post(f"{base}/fetches", content=b"{}"), (401, "channel.mailbox_denied")),
        (
            httpx.post(f"{base}/fetches", content=b"{}", headers=fetch),
            (400, "channel.mailbox_format"),
        ),
        (
            httpx.post(f"{base}/confirmations", json={"ids": []}, headers=fetch),
            (400, "channel.mailbox_format"),
        ),
        (httpx.get(f"{address}/v2"), (404, "relay.no_call")),
        (httpx.get(f"{url}/"), (401, "channel.mailbox_denied")),
        (httpx.get(f"{url}/a/b"), (404, "relay.no_call")),
        (httpx.patch(base), (405, "relay.no_call")),
    ]

    assert [problem(answer) for answer, _ in cases] == [expected for _, expected in cases]
    assert not any(keys.name in answer.text for answer, _ in cases)
    assert cases[0][0].headers["WWW-Authenticate"] == "Bearer"
    assert cases[-1][0].headers["Allow"] == "PUT, DELETE"


def test_an_admission_is_asked_for_first(address: str) -> None:
    """Nobody opens a mailbox with a token of his own."""
    made = MailboxKeys.generate()
    terms = {
        "deposit": made.to_deposit.digest.to_text(),
        "fetch": made.to_fetch.digest.to_text(),
        "objects": 1,
        "size_bytes": 1,
    }
    answer = httpx.put(
        f"{address}/v1/mailboxes/{made.name}", json=terms, headers=bearer(made.to_fetch)
    )
    assert problem(answer) == (401, "channel.admission_denied")


def test_full_and_too_large_have_their_own_status(address: str, keys: MailboxKeys) -> None:
    """A full mailbox answers 507, an object beyond all bounds 413, before it is read."""
    url = f"{address}/v1/mailboxes/{keys.name}/objects"
    right = bearer(keys.to_deposit)
    for body in (b"one", b"two"):
        assert httpx.post(url, content=body, headers=right).status_code == 201
    assert problem(httpx.post(url, content=b"three", headers=right)) == (
        507,
        "channel.mailbox_full",
    )
    head = (
        f"POST /v1/mailboxes/{keys.name}/objects HTTP/1.1\r\nHost: relay\r\n"
        f"Authorization: {right['Authorization']}\r\n"
        f"Content-Length: {OBJECT_LIMIT_BYTES + 1}\r\n\r\n"
    )
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(head.encode())
        answer = b""
        while b"}" not in answer:
            answer += raw.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"channel.object_too_large" in answer


def test_the_operator_sees_health_counts_and_the_schema(address: str, keys: MailboxKeys) -> None:
    """Four addresses need no right, and none of them names a mailbox."""
    answers = {
        path: httpx.get(f"{address}{path}")
        for path in ("/healthz", "/readyz", "/metrics", "/schema/openapi.json")
    }
    schema = answers["/schema/openapi.json"].json()
    assert httpx.get(f"{address}/schema").json() == schema

    assert all(answer.status_code == 200 for answer in answers.values())
    assert "depesha_relay_mailboxes 1" in answers["/metrics"].text
    assert 'outcome="channel.mailbox_denied"' in answers["/metrics"].text
    assert not any(keys.name in answer.text for answer in answers.values())
    assert schema["openapi"].startswith("3.1")
    objects = schema["paths"]["/v1/mailboxes/{name}/objects"]
    assert "application/octet-stream" in objects["post"]["requestBody"]["content"]


def test_too_many_calls_answer_429(tmp_path: Path) -> None:
    """A holder that calls too often is told when to come again."""
    with running_relay(tmp_path, calls_per_minute=3) as address:
        url = f"{address}/v1/mailboxes/{'0' * 32}/objects"
        answers = [httpx.get(url) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert problem(answers[3]) == (429, "channel.relay_busy")
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


HALVES = {
    "nothing": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: relay\r\n",
    "a second half": b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\nGET /hea",
    "half a body": b"POST /v1/mailboxes/%b/objects HTTP/1.1\r\nHost: relay\r\n"
    b"Authorization: Bearer %b\r\nContent-Length: 100\r\n\r\nhalf",
}


def is_closed_within(raw: socket.socket, seconds: float) -> bool:
    raw.settimeout(seconds)
    try:
        while raw.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("name", HALVES)
def test_half_a_call_is_not_waited_for(tmp_path: Path, name: str) -> None:
    """Whoever does not end the call it began loses its connection, and others are answered."""
    made = MailboxKeys.generate()
    half = HALVES[name]
    if name == "half a body":
        half %= (made.name.encode(), made.to_deposit.to_text().encode())
    with (
        running_relay(tmp_path, patience_seconds=1) as address,
        admitted_client(tmp_path, address) as client,
    ):
        client.open(made.name, made.terms(Quota()))
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as raw:
            raw.sendall(half)
            assert httpx.get(f"{address}/healthz").status_code == 200
            assert is_closed_within(raw, 10)


def test_a_drip_is_not_waited_for(tmp_path: Path) -> None:
    """Bytes that come too slowly do not keep a connection open."""
    with (
        running_relay(tmp_path, patience_seconds=1) as address,
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as raw,
    ):
        raw.sendall(b"GET /healthz HTTP/1.1\r\n")
        drips = 0
        while not is_closed_within(raw, 0.1):
            drips += 1
            assert drips < 100
            with suppress(ConnectionError):
                raw.sendall(b"X: x\r\n")


def test_who_waits_for_an_arrival_is_not_hurried(tmp_path: Path) -> None:
    """The relay's own waiting does not count against its caller, and neither does a new call."""
    made = MailboxKeys.generate()
    with (
        running_relay(tmp_path, patience_seconds=1) as address,
        admitted_client(tmp_path, address) as client,
    ):
        client.open(made.name, made.terms(Quota()))
        carrier = client.carrier(made)
        assert list(carrier.list(wait_seconds=2)) == []
        assert carrier.fetch(carrier.deposit(b"sealed")) == b"sealed"


def test_too_many_connections_are_refused(tmp_path: Path) -> None:
    """Beyond its limit a relay answers 503, which a client takes for a relay out of work."""
    with running_relay(tmp_path, connections=3) as address:
        port = int(address.rpartition(":")[2])
        with ExitStack() as idle:
            for _ in range(3):
                idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            assert httpx.get(f"{address}/healthz").status_code == 503
        client = HttpRelay(address)
        with pytest.raises(MailboxDeniedError):
            client.carrier(MailboxKeys.generate()).list()
        client.disconnect()


def test_a_relay_starts_serves_and_stops_in_good_order(tmp_path: Path) -> None:
    """One line says where it listens; SIGTERM ends it with status 0, also while someone waits."""
    with served(tmp_path) as (process, address), admitted_client(tmp_path, address) as client:
        made = MailboxKeys.generate()
        client.open(made.name, made.terms(Quota()))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(client.carrier(made).list, wait_seconds=60)
            assert run("serve", "--data", str(tmp_path), "--port", "0").returncode == 1
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
            assert list(waiting.result(5)) == []
        assert process.stderr is not None
        log = process.stderr.read()
    assert made.name not in log
    assert "127.0.0.1" not in log


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """A deposit that was answered is there after the process was killed in full work."""
    made = MailboxKeys.generate()
    bodies = [number.to_bytes(4) * 500 for number in range(200)]
    answered: list[str] = []
    with served(tmp_path) as (process, address), admitted_client(tmp_path, address) as client:
        client.open(made.name, made.terms(Quota()))

        def deposit(body: bytes) -> None:
            answered.append(client.carrier(made).deposit(body))

        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(deposit, body) for body in bodies]
            while len(answered) < 60:
                futures[0].exception(5)
            process.kill()
    assert len(answered) >= 60

    with served(tmp_path) as (_, address), admitted_client(tmp_path, address) as client:
        listed = client.carrier(made).list(limit=1000)
    assert set(answered) <= {row.object_id for row in listed}


def test_the_operator_admits_and_asks_for_the_state(tmp_path: Path) -> None:
    """A token is printed once and kept as a digest; the state is one line of JSON."""
    data = ("--data", str(tmp_path))
    token = run("admit", *data).stdout.strip()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert Capability.from_text(token).digest.value in kept
    assert token.encode() not in kept
    state = json.loads(run("status", *data, "--json").stdout)
    assert state == {"mailboxes": 0, "objects": 0, "size_bytes": 0, "next_expiry": None}
    assert run("status", *data).stdout.splitlines()[0] == "mailboxes     0"


def test_the_operator_lists_and_revokes(tmp_path: Path) -> None:
    """Tokens have names that open nothing; a token that is taken back opens nothing either."""
    data = ("--data", str(tmp_path))
    assert run("admit", *data, "--list").stdout == "No tokens.\n"
    token = Capability.from_text(
        run("admit", *data, "--days", "30", "--mailboxes", "7").stdout.strip()
    )
    (listed,) = json.loads(run("admit", *data, "--list", "--json").stdout)["admissions"]
    assert (listed["mailboxes"], listed["most_mailboxes"]) == (0, 7)
    assert token.digest.hex.startswith(listed["name"])
    assert listed["name"] in run("admit", *data, "--list").stdout

    for name in ("no name", "0" * 16):
        assert "[relay.admission]" in run("admit", *data, "--revoke", name).stderr
    assert run("admit", *data, "--revoke", listed["name"]).returncode == 0
    assert run("admit", *data, "--list").stdout == "No tokens.\n"
    for impossible in (("--days", "0"), ("--mailboxes", "0"), ("--mailboxes", "5000")):
        assert "[relay.admission]" in run("admit", *data, *impossible).stderr
    assert run("admit", *data, "--list", "--revoke", "0" * 16).returncode == 2


def test_a_full_disk_is_got_over(tmp_path: Path) -> None:
    """Deposits answer 503 while there is no room; what was answered stays, and then it goes on."""
    made = MailboxKeys.generate()
    with served(tmp_path) as (process, address), admitted_client(tmp_path, address) as client:
        client.open(made.name, made.terms(Quota()))
        carrier = client.carrier(made)
        first = carrier.deposit(b"first")
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1024, hard))
        with pytest.raises(RelayUnreachableError):
            carrier.deposit(bytes(100_000))
        assert carrier.fetch(first) == b"first"
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        second = carrier.deposit(bytes(100_000))
        process.kill()
    with served(tmp_path) as (_, address), admitted_client(tmp_path, address) as client:
        assert [row.object_id for row in client.carrier(made).list()] == [first, second]


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    """Neither a taken port nor a port that cannot be gives a trace."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for port in (taken.getsockname()[1], 70_000):
            answer = run("serve", "--data", str(tmp_path), "--port", str(port))
            assert answer.returncode == 1
            assert "[relay.listen]" in answer.stderr


def test_a_relay_may_listen_on_an_address_of_version_six(tmp_path: Path) -> None:
    """The address it gives can be called as it stands."""
    settings = wiring.Settings(data=tmp_path, host="::1")
    with wiring.relay(settings, when_ready=lambda _: None) as made:
        assert made.address.startswith("http://[::1]:")


def test_a_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    """No trace, but the refusal with its code, and a status that is not 0."""
    (tmp_path / "file").write_bytes(b"")
    answer = run("status", "--data", str(tmp_path / "file" / "below"))

    assert answer.returncode == 1
    assert "[relay.store]" in answer.stderr
    assert "Traceback" not in answer.stderr
