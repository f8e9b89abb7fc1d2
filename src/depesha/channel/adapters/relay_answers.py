"""What a relay answers, read and not believed (docs/formats/relay-http.md).

Whatever the protocol does not allow is refused as RelayAnswerError. The words of a refusal are the
relay's and are not passed on; only its code is taken.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import httpx

from depesha.channel.errors import (
    AdmissionDeniedError,
    ChannelError,
    MailboxDeniedError,
    MailboxExistsError,
    MailboxFormatError,
    MailboxFullError,
    ObjectTooLargeError,
    ObjectUnknownError,
    RelayAnswerError,
    RelayBusyError,
    RelayUnreachableError,
)
from depesha.channel.mailbox import (
    ARRIVAL_LIMIT,
    object_id_of,
    read_bundle,
    require_object_id,
    require_object_size,
)
from depesha.channel.ports import ListedObject

NO_CALL = "relay.no_call"
_DEFAULT_RETRY_SECONDS = 1
_RETRY_LIMIT_SECONDS = 3600
_DECIMAL = re.compile(r"[0-9]{1,4}", re.ASCII)
_GOOD = frozenset({200, 201, 204})
_TOO_MANY = 429
_UNAVAILABLE = frozenset({500, 502, 503, 504})

# An error type added here is raised by name when a relay answers with its code.
_BY_CODE: Mapping[str, type[ChannelError]] = MappingProxyType(
    {
        refusal.code: refusal
        for refusal in (
            AdmissionDeniedError,
            MailboxDeniedError,
            MailboxExistsError,
            MailboxFormatError,
            MailboxFullError,
            ObjectTooLargeError,
            ObjectUnknownError,
        )
    }
)


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """A status, a body read within its bounds, and the head."""

    status: int
    body: bytes = field(repr=False)
    headers: httpx.Headers = field(repr=False)

    @property
    def is_good(self) -> bool:
        """Tell whether the relay did what it was asked."""
        return self.status in _GOOD

    def refusal(self) -> ChannelError:
        """Return the error that the relay named."""
        if self.status == _TOO_MANY:
            return RelayBusyError(
                "the relay asks to be called later", retry_after_seconds=self._retry_after()
            )
        code = self.code
        known = _BY_CODE.get(code)
        if known is not None:
            return known(f"the relay refused: {known.code}")
        if self.status in _UNAVAILABLE:
            return RelayUnreachableError(f"the relay is not at work (status {self.status})")
        return RelayAnswerError(f"the relay answered with the unexpected status {self.status}")

    @property
    def code(self) -> str:
        """The code of a problem document; empty where there is none."""
        try:
            problem = json_object(self.body)
        except RelayAnswerError:
            return ""
        return str(problem.get("type", "")).rpartition("/")[2]

    def _retry_after(self) -> int:
        text = self.headers.get("Retry-After", "")
        seconds = int(text) if _DECIMAL.fullmatch(text) else _DEFAULT_RETRY_SECONDS
        return min(max(seconds, 1), _RETRY_LIMIT_SECONDS)


def read_body(response: httpx.Response, limit_bytes: int) -> bytes:
    """Read a body as it was sent, up to a limit; none was asked for in a compressed form.

    Raises:
        RelayAnswerError: It is longer, or compressed.
    """
    stream = response.stream
    if not isinstance(stream, httpx.SyncByteStream):
        raise TypeError("the transport of a relay is a synchronous one")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise RelayAnswerError("the relay's answer is in another form than was asked for")
    body = bytearray()
    for piece in stream:
        body += piece
        if len(body) > limit_bytes:
            raise RelayAnswerError("the relay's answer is longer than any that is allowed")
    return bytes(body)


def json_object(body: bytes) -> Mapping[str, object]:
    """Read a JSON object.

    Raises:
        RelayAnswerError: It is none.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RelayAnswerError("the relay did not answer with a JSON object")
    return found


def read_listing(body: bytes, *, after: int, limit: int) -> Sequence[ListedObject]:
    """Read a listing that begins behind `after`.

    Raises:
        RelayAnswerError: It is none, is out of order or bounds, or names an object twice.
    """
    rows = json_object(body).get("objects")
    if not isinstance(rows, list) or len(rows) > limit:
        raise RelayAnswerError("the relay answered no listing")
    listed = [_read_row(row) for row in rows]
    arrivals = [after, *(row.arrival for row in listed)]
    if any(earlier >= later for earlier, later in pairwise(arrivals)):
        raise RelayAnswerError("the relay's listing is not in order of arrival")
    if len({row.object_id for row in listed}) != len(listed):
        raise RelayAnswerError("the relay's listing names an object twice")
    return listed


def read_objects(body: bytes, object_ids: Sequence[str]) -> Mapping[str, bytes]:
    """Read several objects that were asked for, each checked against its id.

    Raises:
        RelayAnswerError: It is no such body, or holds another object.
    """
    try:
        found = read_bundle(body, most_objects=len(object_ids))
    except MailboxFormatError as error:
        raise RelayAnswerError("the relay's objects are cut, or too many") from error
    objects = {
        object_id: sealed
        for object_id, sealed in zip(object_ids, found, strict=False)
        if sealed is not None
    }
    if any(object_id_of(sealed) != object_id for object_id, sealed in objects.items()):
        raise RelayAnswerError("the relay's object is not the one that was asked for")
    return objects


def _read_row(row: object) -> ListedObject:
    match row:
        case {"id": str(object_id), "size": int(size_bytes), "arrival": int(arrival)} if (
            not isinstance(size_bytes, bool) and not isinstance(arrival, bool)
        ):
            if arrival > ARRIVAL_LIMIT:
                raise RelayAnswerError("the relay's listing counts further than any relay does")
            try:
                require_object_id(object_id)
                require_object_size(size_bytes)
            except ChannelError as error:
                raise RelayAnswerError("the relay's listing names an impossible object") from error
            return ListedObject(object_id=object_id, size_bytes=size_bytes, arrival=arrival)
        case _:
            raise RelayAnswerError("a row of the relay's listing is not well formed")
