"""The door before the pages: host, method, key, headers."""

from typing import NoReturn

import anyio
import pytest
from litestar.testing import TestClient
from litestar.types import Message, WebSocketScope

from depesha.web import Access, Door
from depesha.web.door import HEADERS
from tests.web.conftest import ACCESS
from tests.web.world import World

PATHS = ["/", "/telegrams/none", "/api/register", "/api/telegrams/none", "/api/schema", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_read_without_the_key(stranger: TestClient[Door], path: str) -> None:
    """Whatever is asked for, a stranger learns neither that it is there nor that it is not."""
    answer = stranger.get(path)

    assert answer.status_code == 403
    assert "web.access" in answer.text
    assert "NORTH DESK" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/register"])
def test_another_key_is_refused(stranger: TestClient[Door], path: str) -> None:
    """A wrong key gets no cookie, and no redirect."""
    answer = stranger.get(f"{path}?key={'5e' * 32}")

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_key_is_exchanged_for_a_cookie(stranger: TestClient[Door]) -> None:
    """The key leaves the address at once, and the cookie alone opens the pages from then on."""
    sent_on = stranger.get(ACCESS.opening_address)

    assert sent_on.status_code == 303
    assert sent_on.headers["location"] == f"{ACCESS.origin}/"
    assert sent_on.headers["set-cookie"] == ACCESS.cookie
    assert sent_on.content == b""
    assert stranger.get("/").status_code == 200


def test_a_reader_is_sent_to_what_he_asked_for(stranger: TestClient[Door], world: World) -> None:
    """The key opens any page by its address, and the rest of the query is kept."""
    telegram = stranger.get(f"/telegrams/{world.sent}?key={ACCESS.key}")
    leaf = stranger.get(f"/?key={ACCESS.key}&leaf=1")

    assert telegram.headers["location"] == f"{ACCESS.origin}/telegrams/{world.sent}"
    assert leaf.headers["location"] == f"{ACCESS.origin}/?leaf=1"


def test_a_reader_is_never_sent_to_another_host(stranger: TestClient[Door]) -> None:
    """A path that looks like another host stays a path here."""
    sent_on = stranger.get(f"{ACCESS.origin}//evil.example/%0d%0aX:y?key={ACCESS.key}")

    assert sent_on.headers["location"] == f"{ACCESS.origin}//evil.example/%0d%0aX:y"
    assert "x" not in sent_on.headers


def test_the_key_of_an_earlier_run_opens_nothing(reader: TestClient[Door]) -> None:
    """Even an open browser is told when the address it brings holds another key."""
    assert reader.get("/?key=stale").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost:8441", "127.0.0.1", "127.0.0.1:1"])
def test_another_host_is_refused_with_the_key(reader: TestClient[Door], host: str) -> None:
    """A page of another name that was rebound to this machine reads nothing, cookie or not."""
    for path in (f"/?key={ACCESS.key}", "/", "/pages.css"):
        answer = reader.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers
        assert "web.foreign_host" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MADE"])
def test_only_reading_methods_are_answered(reader: TestClient[Door], method: str) -> None:
    """No method that could change something reaches a page."""
    for path in ("/", "/api/register", "/nowhere", "/pages.css"):
        answer = reader.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_the_body(reader: TestClient[Door], world: World) -> None:
    """HEAD tells what GET would, and sends nothing of the page."""
    for path in ("/", f"/telegrams/{world.sent}", "/api/register", "/nowhere"):
        head, got = reader.head(path), reader.get(path)
        assert head.status_code == got.status_code
        assert head.headers == got.headers
        assert head.content == b""
        assert got.content != b""


def test_head_needs_the_key(stranger: TestClient[Door]) -> None:
    """HEAD is no way around the door."""
    assert stranger.head("/").status_code == 403


@pytest.mark.parametrize("path", [*PATHS, "/pages.css"])
def test_every_answer_bears_the_headers(reader: TestClient[Door], path: str) -> None:
    """Pages, documents and refusals alike are not stored, framed, sniffed or scripted."""
    answers = [
        reader.get(path),
        reader.post(path),
        reader.get(path, headers={"host": "evil.example"}),
        reader.get(path, params={"key": ACCESS.key}),
    ]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_forbids_scripts_and_frames() -> None:
    """What the policy allows is one stylesheet of our own; nothing else is loaded or run."""
    allowed = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))

    assert allowed.pop("style-src") == "'self'"
    assert set(allowed) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert set(allowed.values()) == {"'none'"}


def test_the_stylesheet_needs_no_key(stranger: TestClient[Door]) -> None:
    """A refusal can be read in its proper form; the stylesheet says nothing of the station."""
    answer = stranger.get("/pages.css")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "NORTH" not in answer.text


def test_websockets_are_closed() -> None:
    """There is no other way in beside HTTP."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        await anyio.lowlevel.checkpoint()
        sent.append(message)

    async def knock() -> None:
        scope: WebSocketScope = {"type": "websocket"}  # type: ignore[typeddict-item]
        await Door(unreachable, Access(host="::1", port=1, key="k"))(scope, receive, send)

    anyio.run(knock)

    assert [message["type"] for message in sent] == ["websocket.close"]


async def unreachable(*_: object) -> NoReturn:
    raise AssertionError("the pages were reached")


async def receive() -> NoReturn:
    raise AssertionError("nothing more was to be read")
