"""A relay over HTTP (PROTOCOL 17, docs/formats/relay-http.md).

The transport of httpx is used without its client: the client logs every address it calls, and an
address names a mailbox. Nothing the relay answers is believed: ids are checked against bytes,
lengths and times are bounded, and what the protocol does not allow is refused.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx

from depesha.channel.adapters.patience import EXTENSION, TimedTransport
from depesha.channel.adapters.relay_answers import RelayAnswer, read_body
from depesha.channel.adapters.relay_mailbox import TEXT_LIMIT_BYTES, RelayMailbox
from depesha.channel.errors import (
    AdmissionDeniedError,
    MailboxFormatError,
    RelayUnreachableError,
)
from depesha.channel.mailbox import (
    Capability,
    MailboxKeys,
    MailboxTerms,
    require_mailbox_name,
)
from depesha.channel.relay_address import require_relay_address

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 30.0
CALL_SECONDS = 60.0
# What a connection fails with that was at rest and that the relay closed at the same moment.
_BROKEN = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError)


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
        # Until the relay says that it has no calls for several objects at once.
        self.gives_bundles = True

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

    def carrier(self, keys: MailboxKeys) -> RelayMailbox:
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
        limit_bytes: int = TEXT_LIMIT_BYTES,
    ) -> bytes:
        """Make one call of the protocol and return the body of a good answer.

        Raises:
            ChannelError: The error that the relay named, or that it could not be reached.
        """
        answer = self.ask(
            method, path, right=right, body=body, query=query, limit_bytes=limit_bytes
        )
        if not answer.is_good:
            raise answer.refusal()
        return answer.body

    def ask(
        self,
        method: str,
        path: str,
        *,
        right: Capability,
        body: bytes = b"",
        query: Mapping[str, int] | None = None,
        limit_bytes: int = TEXT_LIMIT_BYTES,
    ) -> RelayAnswer:
        """Make one call of the protocol and return its answer, good or a refusal.

        Raises:
            ChannelError: The relay could not be reached, or answered without bounds.
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
            try:
                return self._send(request, limit_bytes)
            except _BROKEN:
                # A relay lets go of connections at rest, perhaps just when one is used again.
                # Every call may be repeated, so it is, once, on a new connection.
                return self._send(request, limit_bytes)

    def _send(self, request: httpx.Request, limit_bytes: int) -> RelayAnswer:
        response = self._transport.handle_request(request)
        try:
            body = read_body(response, limit_bytes)
        finally:
            response.close()
        return RelayAnswer(response.status_code, body, response.headers)


class HttpRelays:
    """The relays of a station, each with the connections that its last calls left open.

    So a round of depositing and fetching makes one connection to a relay, and not one for each
    mailbox. May be used by several threads.
    """

    def __init__(self) -> None:
        """Prepare to call relays; nothing is sent yet."""
        self._transport = TimedTransport(steady_seconds=time.monotonic)
        self._known: dict[tuple[str, Capability | None], HttpRelay] = {}

    @contextmanager
    def reach(self, address: str, admission: Capability | None) -> Iterator[HttpRelay]:
        """Give the client of a relay; its connections outlive the block.

        Raises:
            MailboxFormatError: The address is not one.
        """
        key = (address, admission)
        known = self._known.get(key)
        if known is None:
            known = HttpRelay(address, admission=admission, transport=self._transport)
            self._known[key] = known
        yield known

    def disconnect(self) -> None:
        """Give up all connections; a later call makes new ones."""
        self._transport.close()


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


def _content_type(method: str) -> str:
    return "application/json" if method == "PUT" else "application/octet-stream"


def _timeouts(wait_seconds: int) -> dict[str, float]:
    return {
        "connect": _CONNECT_SECONDS,
        "pool": _CONNECT_SECONDS,
        "read": _ANSWER_SECONDS + wait_seconds,
        "write": _ANSWER_SECONDS,
    }
