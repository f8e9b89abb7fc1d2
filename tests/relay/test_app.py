"""The calls without a socket: what is answered when the relay itself fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest
from litestar import Litestar
from litestar.exceptions import HTTPException

from depesha.relay import Exchange, Pace, Surroundings, wiring
from depesha.relay.adapters.sqlite import SqliteMailboxStore
from depesha.relay.app import build_app
from depesha.relay.problems import problem_of_failure, problem_of_litestar
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


def get(app: Litestar, url: str) -> httpx.Response:
    async def call() -> httpx.Response:
        # httpx spells the types of ASGI more loosely than Litestar does.
        transport = httpx.ASGITransport(app=cast("Callable[..., Awaitable[None]]", app))
        async with httpx.AsyncClient(transport=transport) as client:
            right = {"Authorization": f"Bearer {KEYS.to_fetch.to_text()}"}
            return await client.get(url, headers=right)

    return asyncio.run(call())


def test_a_store_that_fails_answers_503(tmp_path: Path) -> None:
    """A caller learns that the relay is out of work, and may try again."""
    with shut_exchange(tmp_path) as exchange:
        app = build_app(exchange, lifespan=[])
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
    app = build_app(Exchange(store=store, pace=Pace(1), surroundings=surroundings), lifespan=[])
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


def test_the_words_of_the_framework_are_not_passed_on() -> None:
    """Whatever it says, a refusal carries our code and our words."""
    for status, code in ((503, "relay"), (400, "channel.mailbox_format"), (404, "relay.no_call")):
        told = problem_of_litestar(HTTPException(detail=KEYS.name, status_code=status))
        assert (told.status_code, told.title) == (status, code)
        assert KEYS.name not in told.detail
    assert problem_of_failure(ValueError(KEYS.name)).detail == "the relay failed"


def test_expiry_goes_on_after_a_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A sweep that fails is logged by its code and tried again later; the relay goes on."""

    async def live() -> None:
        with shut_exchange(tmp_path) as exchange:
            async with wiring._expiring(exchange)(build_app(exchange, lifespan=[])):
                await asyncio.sleep(0.05)

    asyncio.run(live())

    assert "relay.store" in caplog.text
