"""The relay's calls over HTTP (PROTOCOL 17, docs/formats/relay-http.md), as an ASGI application.

Translates only: each handler reads its arguments and asks the exchange. Nothing stands between
the server and a handler but one look into a table: the framework that the pages use took most of
the time of a deposit (docs/guide/relay.md).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from depesha.base import DepeshaError
from depesha.channel import OBJECT_LIMIT_BYTES, write_bundle
from depesha.relay.answer import (
    CREATED,
    NO_CONTENT,
    OCTETS,
    OK,
    PLAIN,
    Answer,
    answer_of,
    problem_of,
    problem_of_failure,
)
from depesha.relay.errors import NoSuchCallError
from depesha.relay.exchange import Counted, Exchange
from depesha.relay.openapi import document
from depesha.relay.pace import Intake
from depesha.relay.request import (
    Call,
    CallerGoneError,
    Receive,
    Scope,
    Send,
    read_ids,
    read_terms,
)
from depesha.relay.tally import Tally

TEXT_LIMIT_BYTES = 32 * 1024
_METRICS_TYPE = "text/plain; version=0.0.4"
_ROOT = "/v1/mailboxes/"
_MAILBOX = "/v1/mailboxes/{name}"
_OBJECTS = f"{_MAILBOX}/objects"
_OBJECT = f"{_OBJECTS}/{{id}}"
_FETCHES = f"{_MAILBOX}/fetches"
_CONFIRMATIONS = f"{_MAILBOX}/confirmations"


@dataclass(frozen=True, slots=True)
class Calls:
    """The handlers: one for each call of the protocol."""

    exchange: Exchange

    async def open(self, call: Call) -> Answer:
        """Open a mailbox: 201, or 200 if it is open with the same terms."""
        (name,) = call.names
        admitted = await self.exchange.require_admitted(call.right)
        terms = read_terms(await call.body(TEXT_LIMIT_BYTES))
        is_new = await self.exchange.open(name, terms, admitted=admitted)
        return Answer(CREATED if is_new else OK)

    async def deposit(self, call: Call) -> Answer:
        """Store an object: 201 once it is durable, or 200 if the same bytes wait already."""
        (name,) = call.names
        await self.exchange.require_depositor(name, call.right)
        sealed = await call.body(OBJECT_LIMIT_BYTES)
        object_id, is_new = await self.exchange.deposit(name, sealed)
        return Answer(CREATED if is_new else OK, f'{{"id":"{object_id}"}}'.encode())

    async def list(self, call: Call) -> Answer:
        """List ids and sizes in order of arrival; wait for the first where there is none."""
        (name,) = call.names
        await self.exchange.require_fetcher(name, call.right)
        asked = call.numbers(after=0, limit=100, wait=0)
        listed = await self.exchange.list(
            name, after=asked["after"], limit=asked["limit"], wait_seconds=asked["wait"]
        )
        rows = [
            {"id": row.object_id, "size": row.size_bytes, "arrival": row.arrival} for row in listed
        ]
        return answer_of({"objects": rows})

    async def fetch(self, call: Call) -> Answer:
        """Return the bytes of an object."""
        name, object_id = call.names
        await self.exchange.require_fetcher(name, call.right)
        return Answer(OK, await self.exchange.fetch(name, object_id), OCTETS)

    async def fetch_many(self, call: Call) -> Answer:
        """Return the bytes of several objects, as many as one answer holds."""
        (name,) = call.names
        await self.exchange.require_fetcher(name, call.right)
        wanted = read_ids(await call.body(TEXT_LIMIT_BYTES))
        return Answer(OK, write_bundle(await self.exchange.fetch_many(name, wanted)), OCTETS)

    async def confirm(self, call: Call) -> Answer:
        """Confirm an object, which is removed."""
        name, object_id = call.names
        await self.exchange.require_fetcher(name, call.right)
        await self.exchange.confirm(name, [object_id])
        return Answer(NO_CONTENT)

    async def confirm_many(self, call: Call) -> Answer:
        """Confirm several objects in one commit."""
        (name,) = call.names
        await self.exchange.require_fetcher(name, call.right)
        await self.exchange.confirm(name, read_ids(await call.body(TEXT_LIMIT_BYTES)))
        return Answer(NO_CONTENT)

    async def close(self, call: Call) -> Answer:
        """Close a mailbox and remove all in it."""
        (name,) = call.names
        await self.exchange.require_fetcher(name, call.right)
        await self.exchange.close(name)
        return Answer(NO_CONTENT)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the operator's machines ask for; none of it names a mailbox."""

    exchange: Exchange
    tally: Tally
    counted: Counted

    async def health(self, _: Call) -> Answer:
        """Tell that the process answers."""
        return Answer(OK, b"ok\n", PLAIN)

    async def readiness(self, _: Call) -> Answer:
        """Tell that the store answers as well."""
        await self.exchange.require_ready()
        return Answer(OK, b"ok\n", PLAIN)

    async def metrics(self, _: Call) -> Answer:
        """Tell counts to Prometheus."""
        text = self.tally.to_text(await self.counted.holdings())
        return Answer(OK, text.encode(), _METRICS_TYPE)

    async def schema(self, _: Call) -> Answer:
        """Describe the calls in OpenAPI 3.1."""
        return answer_of(document())


Handler = Callable[[Call], Awaitable[Answer]]
Methods = Mapping[str, tuple[str, Handler]]


def routes(exchange: Exchange, tally: Tally) -> Mapping[str, Methods]:
    """Return, for each address, what each method is counted as and who handles it."""
    calls, signs = Calls(exchange), Signs(exchange, tally, Counted(exchange))
    return MappingProxyType(
        {
            _MAILBOX: {"PUT": ("open", calls.open), "DELETE": ("close", calls.close)},
            _OBJECTS: {"POST": ("deposit", calls.deposit), "GET": ("list", calls.list)},
            _OBJECT: {"GET": ("fetch", calls.fetch), "DELETE": ("confirm", calls.confirm)},
            _FETCHES: {"POST": ("fetch_many", calls.fetch_many)},
            _CONFIRMATIONS: {"POST": ("confirm_many", calls.confirm_many)},
            "/healthz": {"GET": ("other", signs.health)},
            "/readyz": {"GET": ("other", signs.readiness)},
            "/metrics": {"GET": ("other", signs.metrics)},
            "/schema": {"GET": ("other", signs.schema)},
            "/schema/openapi.json": {"GET": ("other", signs.schema)},
        }
    )


def locate(path: str) -> tuple[str, tuple[str, ...]]:
    """Split an address into its pattern and the names that stand in it."""
    if not path.startswith(_ROOT):
        return path, ()
    match path[len(_ROOT) :].split("/"):
        case [name]:
            return _MAILBOX, (name,)
        case [name, "objects", object_id]:
            return _OBJECT, (name, object_id)
        case [name, below]:
            return f"{_MAILBOX}/{below}", (name,)
    return path, ()


@dataclass(frozen=True, slots=True)
class RelayApp:
    """The application that the server calls."""

    routes: Mapping[str, Methods]
    tally: Tally
    intake: Intake = field(default_factory=Intake)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            answer = await self._answer(scope, receive)
        except CallerGoneError:
            return
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        if answer.status != NO_CONTENT:
            headers.append((b"content-type", answer.media_type.encode()))
            headers.append((b"content-length", str(len(answer.body)).encode()))
        status = answer.status
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        counted = "other"
        pattern, names = locate(scope["path"])
        call = Call(scope, receive, self.intake, names)
        try:
            counted, handler = self._handler(pattern, scope["method"])
            answer = await handler(call)
        except DepeshaError as error:
            self.tally.count(counted, error.code)
            return problem_of(error)
        except CallerGoneError:
            raise
        except Exception as error:  # noqa: BLE001 - the outermost of a call; the kind is logged
            self.tally.count(counted, "relay")
            return problem_of_failure(error)
        finally:
            self.intake.give_back(call.taken_bytes)
        self.tally.count(counted, "ok")
        return answer

    def _handler(self, pattern: str, method: str) -> tuple[str, Handler]:
        methods = self.routes.get(pattern)
        if methods is None:
            raise NoSuchCallError("this relay has no such address")
        if method not in methods:
            raise NoSuchCallError("the address has no such method", allowed=tuple(methods))
        return methods[method]


def build_app(exchange: Exchange, *, tally: Tally) -> RelayApp:
    """Put the calls of an exchange behind HTTP."""
    return RelayApp(routes(exchange, tally), tally)
