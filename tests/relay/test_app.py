"""The calls without a socket: what is answered when the relay itself fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest

from depesha.base import DepeshaError
from depesha.relay import Exchange, Pace, Surroundings, Tally
from depesha.relay.adapters.server import expire_for_ever
from depesha.relay.adapters.sqlite import SqliteMailboxStore
from depesha.relay.answer import Answer, problem_of, problem_of_failure
from depesha.relay.app import RelayApp, build_app, locate, routes
from depesha.relay.openapi import document
from depesha.relay.request import Call, Message
from tests.channel.stations import NOW, mailbox_keys

KEYS = mailbox_keys()
URL = f"http://relay/v1/mailboxes/{KEYS.name}/objects"


@contextmanager
def shut_exchange(folder: Path) -> Iterator[Exchange]:
    """An exchange whose store is closed: every call of it fails."""
    store = SqliteMailboxStore(folder)
    store.shut()
    yield Exchange(
        store=store,
        pace=Pace(0),
        surroundings=Surroundings(
            now=lambda: NOW, steady_seconds=lambda: 0, draw_blur=lambda: bytes(4)
        ),
    )


def get(app: RelayApp, url: str) -> httpx.Response:
    async def call() -> httpx.Response:
        # httpx spells the types of ASGI in its own way.
        transport = httpx.ASGITransport(app=cast("Callable[..., Awaitable[None]]", app))
        async with httpx.AsyncClient(transport=transport) as client:
            right = {"Authorization": f"Bearer {KEYS.to_fetch.to_text()}"}
            return await client.get(url, headers=right)

    return asyncio.run(call())


def test_a_store_that_fails_answers_503(tmp_path: Path) -> None:
    """A caller learns that the relay is out of work, and may try again."""
    with shut_exchange(tmp_path) as exchange:
        app = build_app(exchange, tally=Tally())
        answers = [get(app, URL), get(app, "http://relay/readyz")]
        healthy = get(app, "http://relay/healthz")

    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].json()["type"].endswith("/relay.store")
    assert healthy.status_code == 200


def test_an_unforeseen_failure_says_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the answer nor a log repeats the address, the right, or the cause."""
    caplog.set_level(logging.DEBUG, logger="depesha")

    def broken() -> float:
        raise RuntimeError(KEYS.name)

    store = SqliteMailboxStore(tmp_path)
    surroundings = Surroundings(now=lambda: NOW, steady_seconds=broken, draw_blur=lambda: bytes(4))
    tally = Tally()
    app = build_app(Exchange(store=store, pace=Pace(1), surroundings=surroundings), tally=tally)
    answer = get(app, URL)
    store.shut()

    assert answer.status_code == 500
    assert answer.json() == {
        "status": 500,
        "type": "https://depesha.example/problems/relay",
        "title": "relay",
        "detail": "the relay failed",
    }
    assert "RuntimeError" in caplog.text
    assert KEYS.name not in caplog.text


def test_a_failure_is_told_without_its_words() -> None:
    """An error of ours without a status, and one that is not ours, are both failures."""
    for told in (problem_of(DepeshaError("words")), problem_of_failure(ValueError(KEYS.name))):
        assert told.status == 500
        assert KEYS.name not in told.body.decode()


def test_every_call_is_in_the_document_and_the_reverse(tmp_path: Path) -> None:
    """The schema names the addresses and methods that are answered, and no others."""
    with shut_exchange(tmp_path) as exchange:
        answered = {
            (path, method.lower())
            for path, methods in routes(exchange, Tally()).items()
            for method in methods
        }
    paths = cast("dict[str, dict[str, object]]", document()["paths"])
    described = {
        (path, method) for path, item in paths.items() for method in item if method != "parameters"
    }
    assert described == answered


@pytest.mark.parametrize(
    ("path", "pattern", "names"),
    [
        ("/healthz", "/healthz", ()),
        ("/v1/mailboxes/a", "/v1/mailboxes/{name}", ("a",)),
        ("/v1/mailboxes/a/objects/b", "/v1/mailboxes/{name}/objects/{id}", ("a", "b")),
        ("/v1/mailboxes/a/fetches", "/v1/mailboxes/{name}/fetches", ("a",)),
        ("/v1/mailboxes/a/objects/b/c", "/v1/mailboxes/a/objects/b/c", ()),
        ("/v1/mailboxes/a/b/c", "/v1/mailboxes/a/b/c", ()),
    ],
)
def test_an_address_is_split_into_pattern_and_names(
    path: str, pattern: str, names: tuple[str, ...]
) -> None:
    """What is of another shape keeps its own, which no table has."""
    assert locate(path) == (pattern, names)


def test_expiry_goes_on_after_a_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A sweep that fails is logged by its code and tried again later; the relay goes on."""

    async def live() -> None:
        with shut_exchange(tmp_path) as exchange:
            sweeping = asyncio.create_task(expire_for_ever(exchange))
            await asyncio.sleep(0.05)
            assert not sweeping.done()
            sweeping.cancel()

    asyncio.run(live())

    assert "relay.store" in caplog.text


def test_room_is_given_back_whatever_the_answer(tmp_path: Path) -> None:
    """A body that was refused, stored or broken off holds no memory after its call."""
    with shut_exchange(tmp_path) as exchange:
        app = build_app(exchange, tally=Tally())
        messages = iter([{"type": "http.request", "body": b"x" * 99, "more_body": True}])
        sent: list[Message] = []

        async def receive() -> Message:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            sent.append(message)

        async def read(call: Call) -> Answer:
            await call.body(1000)
            raise AssertionError

        reading = RelayApp({"/": {"POST": ("other", read)}}, app.tally, app.intake)
        scope = {"path": "/", "method": "POST", "query_string": b"", "headers": []}
        asyncio.run(reading(scope, receive, send))

    assert sent == []
    assert app.intake.held_bytes == 0
