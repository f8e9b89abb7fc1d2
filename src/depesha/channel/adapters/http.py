"""A relay over HTTP (PROTOCOL 17, docs/formats/relay-http.md).

The transport of httpx is used without its client: the client logs every address it calls, and an
address names a mailbox. Nothing the relay answers is believed: ids are checked against bytes,
lengths and times are bounded, and what the protocol does not allow is refused.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

import httpx

from depesha.channel.adapters.patience import EXTENSION, TimedTransport
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
    OBJECT_LIMIT_BYTES,
    Capability,
    MailboxKeys,
    MailboxTerms,
    object_id_of,
    require_listing,
    require_mailbox_name,
    require_object_id,
    require_object_size,
)
from depesha.channel.ports import ListedObject
from depesha.channel.relay_address import require_relay_address

_TEXT_LIMIT_BYTES = 1 << 20
_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 30.0
CALL_SECONDS = 60.0
_DEFAULT_RETRY_SECONDS = 1
_RETRY_LIMIT_SECONDS = 3600
_DECIMAL = re.compile(r"[0-9]{1,4}", re.ASCII)
_TOO_MANY = 429
_UNAVAILABLE = frozenset({500, 502, 503, 504})
_GOOD = frozenset({200, 201, 204})

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
class _Answer:
    status: int
    body: bytes = field(repr=False)
    headers: httpx.Headers = field(repr=False)


class HttpRelay:
    """A `MailboxClient` for one relay. It keeps connections open until `disconnect`."""

    def __init__(
        self,
        address: str,
        *,
        admission: Capability | None = None,
        transport: httpx.BaseTransport | None = None,
        call_seconds: float = CALL_SECONDS,
        steady_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare to call a relay; nothing is sent yet.

        Args:
            address: Such as `https://relay.example`, without a slash at the end.
            admission: The operator's token, needed to open mailboxes only.
            transport: Another way to the relay, such as a proxy's; it keeps time by itself.
            call_seconds: How long a call may take altogether, beside the time it waits for an
                arrival and a second for each 32 KiB that it moves.
            steady_seconds: A clock that never goes back.

        Raises:
            MailboxFormatError: The address is not one.
        """
        self._address = _read_address(address)
        self._admission = admission
        self._call_seconds = call_seconds
        self._transport = transport or TimedTransport(steady_seconds=steady_seconds)

    def open(self, name: str, terms: MailboxTerms) -> None:
        """Open a mailbox; the same name with the same terms again changes nothing.

        Raises:
            AdmissionDeniedError: The operator admitted nobody with this token.
            MailboxExistsError: The name is taken under other terms.
            ChannelError: The relay cannot be reached, or refuses for another reason.
        """
        if self._admission is None:
            raise AdmissionDeniedError("no admission token of this relay is held")
        body = {
            "deposit": terms.deposit.to_text(),
            "fetch": terms.fetch.to_text(),
            "objects": terms.quota.objects,
            "size_bytes": terms.quota.size_bytes,
        }
        path = f"/v1/mailboxes/{require_mailbox_name(name)}"
        self.call("PUT", path, right=self._admission, body=json.dumps(body).encode())

    def close(self, keys: MailboxKeys) -> None:
        """Close a mailbox and give up all that lies in it; needs the fetch capability.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        self.call("DELETE", f"/v1/mailboxes/{keys.name}", right=keys.to_fetch)

    def carrier(self, keys: MailboxKeys) -> "RelayMailbox":
        """Return the mailbox as a carrier for whoever holds `keys`; calls nothing yet."""
        return RelayMailbox(self, keys)

    def disconnect(self) -> None:
        """Give up the open connections."""
        self._transport.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        right: Capability,
        body: bytes = b"",
        query: Mapping[str, int] | None = None,
        limit_bytes: int = _TEXT_LIMIT_BYTES,
    ) -> bytes:
        """Make one call of the protocol and return the body of a good answer.

        Raises:
            ChannelError: The error that the relay named, or that it could not be reached.
        """
        wait_seconds = (query or {}).get("wait", 0)
        most_bytes = len(body) + limit_bytes
        with _reaching_the_relay():
            request = httpx.Request(
                method,
                self._address.copy_with(path=self._address.path.rstrip("/") + path),
                params=query,
                content=body,
                headers={
                    "Authorization": f"Bearer {right.to_text()}",
                    "Content-Type": _content_type(method),
                    "Accept-Encoding": "identity",
                },
                extensions={
                    "timeout": _timeouts(wait_seconds),
                    EXTENSION: (self._call_seconds + wait_seconds, most_bytes),
                },
            )
            answer = self._send(request, limit_bytes)
        if answer.status not in _GOOD:
            raise _refusal(answer)
        return answer.body

    def _send(self, request: httpx.Request, limit_bytes: int) -> _Answer:
        response = self._transport.handle_request(request)
        try:
            body = _read(response, limit_bytes)
        finally:
            response.close()
        return _Answer(response.status_code, body, response.headers)


@dataclass(frozen=True, slots=True)
class RelayMailbox:
    """A `Carrier`: one mailbox of a relay, for whoever holds its keys."""

    relay: HttpRelay
    keys: MailboxKeys

    def deposit(self, sealed: bytes) -> str:
        """Leave an object; when this returns, the relay has it on its disk.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        require_object_size(len(sealed))
        object_id = object_id_of(sealed)
        body = self.relay.call("POST", self._path(), right=self.keys.to_deposit, body=sealed)
        if _json_object(body).get("id") != object_id:
            raise RelayAnswerError("the relay stored something else than it was given")
        return object_id

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        query = {"after": after, "limit": limit, "wait": wait_seconds}
        body = self.relay.call("GET", self._path(), right=self.keys.to_fetch, query=query)
        rows = _json_object(body).get("objects")
        if not isinstance(rows, list) or len(rows) > limit:
            raise RelayAnswerError("the relay answered no listing")
        listed = [_read_row(row) for row in rows]
        arrivals = [after, *(row.arrival for row in listed)]
        if any(earlier >= later for earlier, later in pairwise(arrivals)):
            raise RelayAnswerError("the relay's listing is not in order of arrival")
        return listed

    def fetch(self, object_id: str) -> bytes:
        """Return the bytes of an object, checked against its id.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        sealed = self.relay.call(
            "GET",
            self._path(object_id),
            right=self.keys.to_fetch,
            limit_bytes=OBJECT_LIMIT_BYTES,
        )
        if object_id_of(sealed) != object_id:
            raise RelayAnswerError("the relay's object is not the one that was asked for")
        return sealed

    def confirm(self, object_id: str) -> None:
        """Give the object up. Safe to repeat.

        Raises:
            ChannelError: The relay cannot be reached, or refuses.
        """
        self.relay.call("DELETE", self._path(object_id), right=self.keys.to_fetch)

    def _path(self, object_id: str | None = None) -> str:
        path = f"/v1/mailboxes/{self.keys.name}/objects"
        return path if object_id is None else f"{path}/{require_object_id(object_id)}"


def _read_address(text: str) -> httpx.URL:
    try:
        address = httpx.URL(require_relay_address(text))
        # httpx reads a host only when it is asked for it, and then refuses some that others take.
        return address.copy_with(host=address.host)
    except (httpx.InvalidURL, ValueError) as error:
        raise MailboxFormatError("the address of the relay is not well formed") from error


@contextmanager
def _reaching_the_relay() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        # A host name that no resolver can encode is a UnicodeError of the standard library.
        raise RelayUnreachableError("the relay gave no answer") from error


def _read(response: httpx.Response, limit_bytes: int) -> bytes:
    stream = response.stream
    if not isinstance(stream, httpx.SyncByteStream):
        raise TypeError("the transport of a relay is a synchronous one")
    body = bytearray()
    for piece in stream:
        body += piece
        if len(body) > limit_bytes:
            raise RelayAnswerError("the relay's answer is longer than any that is allowed")
    return bytes(body)


def _refusal(answer: _Answer) -> ChannelError:
    if answer.status == _TOO_MANY:
        return RelayBusyError(
            "the relay asks to be called later", retry_after_seconds=_retry_after(answer)
        )
    try:
        problem = _json_object(answer.body)
    except RelayAnswerError:
        problem = {}
    # The words are the relay's and are not passed on; only the code is believed.
    known = _BY_CODE.get(str(problem.get("type", "")).rpartition("/")[2])
    if known is not None:
        return known(f"the relay refused: {known.code}")
    if answer.status in _UNAVAILABLE:
        return RelayUnreachableError(f"the relay is not at work (status {answer.status})")
    return RelayAnswerError(f"the relay answered with the unexpected status {answer.status}")


def _retry_after(answer: _Answer) -> int:
    text = answer.headers.get("Retry-After", "")
    seconds = int(text) if _DECIMAL.fullmatch(text) else _DEFAULT_RETRY_SECONDS
    return min(max(seconds, 1), _RETRY_LIMIT_SECONDS)


def _json_object(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise RelayAnswerError("the relay did not answer with a JSON object")
    return found


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


def _content_type(method: str) -> str:
    return "application/json" if method == "PUT" else "application/octet-stream"


def _timeouts(wait_seconds: int) -> dict[str, float]:
    return {
        "connect": _CONNECT_SECONDS,
        "pool": _CONNECT_SECONDS,
        "read": _ANSWER_SECONDS + wait_seconds,
        "write": _ANSWER_SECONDS,
    }
