"""What came over HTTP, read or refused, without a socket."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import MailboxFormatError, ObjectTooLargeError, RelayBusyError
from depesha.relay.pace import Intake
from depesha.relay.request import (
    Call,
    CallerGoneError,
    Message,
    read_ids,
    read_terms,
)
from tests.channel.stations import mailbox_keys

KEYS = mailbox_keys()
TERMS = {
    "deposit": KEYS.to_deposit.digest.to_text(),
    "fetch": KEYS.to_fetch.digest.to_text(),
    "objects": 5,
    "size_bytes": 100,
}


def call(
    *,
    query: bytes = b"",
    headers: Sequence[tuple[bytes, bytes]] = (),
    messages: Sequence[Message] = (),
    intake: Intake | None = None,
) -> Call:
    coming = iter(messages)

    async def receive() -> Message:
        return next(coming)

    scope = {"query_string": query, "headers": list(headers)}
    return Call(scope, receive, intake or Intake(), ())


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_right_is_read_in_its_one_spelling() -> None:
    """Anything else is no right at all."""
    text = KEYS.to_fetch.to_text().encode()
    assert call(headers=[(b"authorization", b"Bearer " + text)]).right == KEYS.fetch
    for shown in (text, b"bearer " + text, b"Bearer " + text + b"=", b"Bearer \xff", b"Basic x"):
        assert call(headers=[(b"authorization", shown)]).right is None
    assert call().right is None


def test_numbers_are_digits_and_stand_once() -> None:
    """What is not there is as usual; what nobody asks for is not looked at."""
    assert call().numbers(after=0) == {"after": 0}
    assert call(query=b"after=7&other=x&other=y").numbers(after=0, wait=1) == {
        "after": 7,
        "wait": 1,
    }
    for query in (b"after=x", b"after=-1", b"after=", b"after=1&after=1", b"after=%31%32x"):
        with pytest.raises(MailboxFormatError):
            call(query=query).numbers(after=0)
    with pytest.raises(MailboxFormatError):
        call(query=b"&".join([b"a=1"] * 100)).numbers(after=0)


def test_a_body_is_read_within_its_bounds() -> None:
    """In whatever parts it comes; too long is refused as soon as it is known."""
    parts = [part(b"one", more=True), part(b"", more=True), part(b"two")]
    assert asyncio.run(call(messages=parts).body(6)) == b"onetwo"
    with pytest.raises(ObjectTooLargeError):
        asyncio.run(call(messages=parts).body(5))
    with pytest.raises(ObjectTooLargeError):
        asyncio.run(call(headers=[(b"content-length", b"7")]).body(6))
    for announced in (b"x", b"-1", b"9" * 5000):
        with pytest.raises(MailboxFormatError):
            asyncio.run(call(headers=[(b"content-length", announced)]).body(6))
    with pytest.raises(RelayBusyError):
        asyncio.run(call(messages=parts, intake=Intake(limit_bytes=5)).body(6))
    with pytest.raises(CallerGoneError):
        asyncio.run(call(messages=[part(b"one", more=True), {"type": "http.disconnect"}]).body(9))


def test_terms_are_four_fields_of_their_kinds() -> None:
    """None may be missing, misspelt or more."""
    assert read_terms(json.dumps(TERMS).encode()).deposit == KEYS.to_deposit.digest
    wrong: list[object] = [
        [],
        {},
        TERMS | {"more": 1},
        TERMS | {"objects": True},
        TERMS | {"objects": 5.0},
        TERMS | {"objects": 0},
        TERMS | {"size_bytes": "100"},
        TERMS | {"deposit": 7},
        TERMS | {"deposit": "sha256:"},
        TERMS | {"deposit": TERMS["fetch"]},
    ]
    for found in wrong:
        with pytest.raises(MailboxFormatError):
            read_terms(json.dumps(found).encode())


def test_ids_are_a_list_of_texts() -> None:
    """Whether they are ids, the rules say."""
    assert read_ids(b'{"ids": ["one", "two"]}') == ["one", "two"]
    for body in (b"[]", b"{}", b'{"ids": "one"}', b'{"ids": [1]}', b'{"ids": [], "more": 1}'):
        with pytest.raises(MailboxFormatError):
            read_ids(body)


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    """No input makes a reader fail in a way callers are not told about."""
    for reader in (read_terms, read_ids):
        with suppress(MailboxFormatError):
            reader(body)
