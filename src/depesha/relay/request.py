"""One call as it came over HTTP: its arguments, read or refused (docs/formats/relay-http.md)."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from depesha.base import BaseFormatError, Digest
from depesha.channel import (
    Capability,
    MailboxFormatError,
    MailboxTerms,
    ObjectTooLargeError,
    Quota,
)
from depesha.relay.pace import Intake

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SCHEME = b"Bearer "
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_QUERY_LIMIT = 16
_TERMS = frozenset({"deposit", "fetch", "objects", "size_bytes"})


class CallerGoneError(Exception):
    """The caller left before its call was whole; there is nobody to answer."""


@dataclass(slots=True)
class Call:
    """A call under way: its head is here, its body is read when it is asked for.

    `taken_bytes` is what it holds of the intake; whoever answers the call gives it back.
    """

    scope: Scope = field(repr=False)
    receive: Receive = field(repr=False)
    intake: Intake = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    taken_bytes: int = 0

    @property
    def right(self) -> Capability | None:
        """The capability that the caller shows; None where none can be read."""
        shown = self._header(b"authorization")
        if shown is None or not shown.startswith(_SCHEME):
            return None
        try:
            return Capability.from_text(shown[len(_SCHEME) :].decode("latin-1"))
        except MailboxFormatError:
            return None

    def numbers(self, **usual: int) -> dict[str, int]:
        """Read arguments of the query, each a whole number; what is not there is as usual.

        Raises:
            MailboxFormatError: One is no number, or stands twice.
        """
        query = self.scope["query_string"]
        if not query:
            return usual
        try:
            pairs = parse_qsl(query.decode("latin-1"), True, max_num_fields=_QUERY_LIMIT)
        except ValueError as error:
            raise MailboxFormatError("the query has too many fields") from error
        known = [(name, text) for name, text in pairs if name in usual]
        if len(known) != len(dict(known)) or not all(_NUMBER.fullmatch(text) for _, text in known):
            raise MailboxFormatError("a number in the query is misspelt, or stands twice")
        return usual | {name: int(text) for name, text in known}

    async def body(self, limit_bytes: int) -> bytes:
        """Read the body, which is held in memory, within the bounds of the whole relay.

        Raises:
            ObjectTooLargeError: It is longer than its limit.
            RelayBusyError: Too many bodies are under way.
            CallerGoneError: The caller left.
        """
        announced = self._header(b"content-length")
        if announced is not None and _length(announced) > limit_bytes:
            raise ObjectTooLargeError(f"the body is more than {limit_bytes} bytes")
        pieces: list[bytes] = []
        is_more = True
        while is_more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise CallerGoneError
            piece = message.get("body", b"")
            if self.taken_bytes + len(piece) > limit_bytes:
                raise ObjectTooLargeError(f"the body is more than {limit_bytes} bytes")
            self.intake.take(len(piece))
            self.taken_bytes += len(piece)
            pieces.append(piece)
            is_more = message.get("more_body", False)
        return b"".join(pieces)

    def _header(self, name: bytes) -> bytes | None:
        for known, value in self.scope["headers"]:
            if known == name:
                found: bytes = value
                return found
        return None


def _length(announced: bytes) -> int:
    text = announced.decode("latin-1")
    if not _NUMBER.fullmatch(text):
        raise MailboxFormatError("the length of the body is misspelt")
    return int(text)


def read_terms(body: bytes) -> MailboxTerms:
    """Read what a mailbox is opened with.

    Raises:
        MailboxFormatError: It is not the one JSON object, a digest is misspelt, or the quota is
            out of range.
    """
    found = _read_object(body)
    if set(found) != _TERMS:
        raise MailboxFormatError("the terms of a mailbox have four fields")
    objects, size_bytes = found["objects"], found["size_bytes"]
    if type(objects) is not int or type(size_bytes) is not int:
        raise MailboxFormatError("a quota is two whole numbers")
    try:
        deposit, fetch = (Digest.from_text(_text(found[key])) for key in ("deposit", "fetch"))
    except BaseFormatError as error:
        raise MailboxFormatError("the digest of a capability is misspelt") from error
    quota = Quota(objects=objects, size_bytes=size_bytes)
    return MailboxTerms(deposit=deposit, fetch=fetch, quota=quota)


def read_ids(body: bytes) -> list[str]:
    """Read which objects a call names; whether they are ids is the rules' matter.

    Raises:
        MailboxFormatError: It is not the one JSON object.
    """
    found = _read_object(body)
    ids = found.get("ids")
    if set(found) != {"ids"} or not isinstance(ids, list):
        raise MailboxFormatError("the body is an object with the one field ids, a list")
    return [_text(one) for one in ids]


def _read_object(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MailboxFormatError("the body is no JSON") from error
    if not isinstance(found, dict):
        raise MailboxFormatError("the body is no JSON object")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise MailboxFormatError("a field that is a text is something else")
    return found
