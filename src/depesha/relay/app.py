"""The relay's calls over HTTP (PROTOCOL 17, docs/formats/relay-http.md).

Translates only: each handler reads its arguments and calls the exchange once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Litestar, MediaType, Request, Response, delete, get, post, put
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIMediaType,
    Operation,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsPlugin

from depesha.base import BaseFormatError, DepeshaError, Digest
from depesha.channel import (
    LISTING_LIMIT,
    OBJECT_LIMIT_BYTES,
    WAIT_LIMIT_SECONDS,
    Capability,
    MailboxFormatError,
    MailboxTerms,
    Quota,
)
from depesha.relay.exchange import Exchange
from depesha.relay.problems import problem_of, problem_of_failure, problem_of_litestar
from depesha.relay.tally import Tally

TERMS_LIMIT_BYTES = 4096
_SCHEME = "Bearer "
_OCTETS = "application/octet-stream"
_METRICS_TYPE = "text/plain; version=0.0.4"
_MAILBOX = "/v1/mailboxes/{name:str}"
_OBJECTS = f"{_MAILBOX}/objects"
_SECURITY: list[dict[str, list[str]]] = [{"capability": []}]

AnyRequest = Request[Any, Any, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsBody:
    """What a mailbox is opened with."""

    deposit: str
    fetch: str
    objects: int
    size_bytes: int

    def to_terms(self) -> MailboxTerms:
        """Read the terms.

        Raises:
            MailboxFormatError: A digest is misspelt, or the quota out of range.
        """
        try:
            deposit, fetch = Digest.from_text(self.deposit), Digest.from_text(self.fetch)
        except BaseFormatError as error:
            raise MailboxFormatError("the digest of a capability is misspelt") from error
        quota = Quota(objects=self.objects, size_bytes=self.size_bytes)
        return MailboxTerms(deposit=deposit, fetch=fetch, quota=quota)


@dataclass(frozen=True, slots=True)
class StoredBody:
    """The id of the object that is stored."""

    id: str


@dataclass(frozen=True, slots=True)
class RowBody:
    """One object that waits."""

    id: str
    size: int
    arrival: int


@dataclass(frozen=True, slots=True)
class ListingBody:
    """Objects that wait, in order of arrival."""

    objects: list[RowBody]


@dataclass
class DepositOperation(Operation):
    """Tells the schema what the handler reads by itself, after it checked the right."""

    def __post_init__(self) -> None:
        octets = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            content={_OCTETS: OpenAPIMediaType(schema=octets)}, required=True
        )


@put(_MAILBOX, security=_SECURITY, request_max_body_size=TERMS_LIMIT_BYTES)
async def open_mailbox(
    request: AnyRequest, name: FromPath[str], data: JSONBody[TermsBody]
) -> Response[None]:
    """Open a mailbox: 201, or 200 if it is open with the same terms."""
    with _counted(request, "open"):
        is_new = await _exchange(request).open(name, _right(request), data.to_terms())
    return Response(None, status_code=201 if is_new else 200)


@post(
    _OBJECTS,
    security=_SECURITY,
    request_max_body_size=OBJECT_LIMIT_BYTES,
    operation_class=DepositOperation,
)
async def deposit_object(request: AnyRequest, name: FromPath[str]) -> Response[StoredBody]:
    """Store an object: 201 once it is durable, or 200 if the same bytes wait already."""
    exchange = _exchange(request)
    with _counted(request, "deposit"):
        exchange.require_depositor(name, _right(request))
        object_id, is_new = await exchange.deposit(name, await request.body())
    return Response(StoredBody(object_id), status_code=201 if is_new else 200)


@get(_OBJECTS, security=_SECURITY)
async def list_objects(
    request: AnyRequest,
    name: FromPath[str],
    after: Annotated[int, QueryParameter(ge=0)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=LISTING_LIMIT)] = 100,
    wait: Annotated[int, QueryParameter(ge=0, le=WAIT_LIMIT_SECONDS)] = 0,
) -> ListingBody:
    """List ids and sizes in order of arrival; wait for the first where there is none."""
    with _counted(request, "list"):
        listed = await _exchange(request).list(
            name, _right(request), after=after, limit=limit, wait_seconds=wait
        )
    return ListingBody([RowBody(row.object_id, row.size_bytes, row.arrival) for row in listed])


@get(f"{_OBJECTS}/{{object_id:str}}", security=_SECURITY, media_type=_OCTETS)
async def fetch_object(
    request: AnyRequest, name: FromPath[str], object_id: FromPath[str]
) -> Response[bytes]:
    """Return the bytes of an object."""
    with _counted(request, "fetch"):
        body = _exchange(request).fetch(name, _right(request), object_id)
    return Response(body, media_type=_OCTETS)


@delete(f"{_OBJECTS}/{{object_id:str}}", security=_SECURITY)
async def confirm_object(
    request: AnyRequest, name: FromPath[str], object_id: FromPath[str]
) -> None:
    """Confirm an object, which is removed."""
    with _counted(request, "confirm"):
        await _exchange(request).confirm(name, _right(request), object_id)


@delete(_MAILBOX, security=_SECURITY)
async def close_mailbox(request: AnyRequest, name: FromPath[str]) -> None:
    """Close a mailbox and remove all in it."""
    with _counted(request, "close"):
        await _exchange(request).close(name, _right(request))


@get("/healthz", media_type=MediaType.TEXT)
async def tell_health() -> str:
    """Tell that the process answers."""
    return "ok\n"


@get("/readyz", media_type=MediaType.TEXT)
async def tell_readiness(request: AnyRequest) -> str:
    """Tell that the store answers as well."""
    _exchange(request).holdings()
    return "ok\n"


@get("/metrics", media_type=_METRICS_TYPE)
async def tell_metrics(request: AnyRequest) -> Response[str]:
    """Tell counts to Prometheus; they name no mailbox."""
    text = _tally(request).to_text(_exchange(request).holdings())
    return Response(text, media_type=_METRICS_TYPE)


def build_app(exchange: Exchange, *, lifespan: list[Any]) -> Litestar:
    """Put the calls of an exchange behind HTTP."""
    return Litestar(
        route_handlers=[
            open_mailbox,
            deposit_object,
            list_objects,
            fetch_object,
            confirm_object,
            close_mailbox,
            tell_health,
            tell_readiness,
            tell_metrics,
        ],
        state=State({"exchange": exchange, "tally": Tally()}),
        lifespan=lifespan,
        # Litestar's own log of a failure holds the address called, which names a mailbox.
        logging_config=None,
        openapi_config=_openapi(),
        plugins=[_problems()],
    )


def _problems() -> ProblemDetailsPlugin:
    return ProblemDetailsPlugin(
        ProblemDetailsConfig(
            exception_to_problem_detail_map={
                DepeshaError: problem_of,
                HTTPException: problem_of_litestar,
                Exception: problem_of_failure,
            }
        )
    )


def _openapi() -> OpenAPIConfig:
    capability = SecurityScheme(type="http", scheme="bearer", description="32 bytes, base64url")
    return OpenAPIConfig(
        title="Depesha relay",
        version="1",
        path="/schema",
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"capability": capability}),
        use_handler_docstrings=True,
    )


@contextmanager
def _counted(request: AnyRequest, call: str) -> Iterator[None]:
    tally = _tally(request)
    try:
        yield
    except DepeshaError as error:
        tally.count(call, error.code)
        raise
    tally.count(call, "ok")


def _exchange(request: AnyRequest) -> Exchange:
    exchange: Exchange = request.app.state["exchange"]
    return exchange


def _tally(request: AnyRequest) -> Tally:
    tally: Tally = request.app.state["tally"]
    return tally


def _right(request: AnyRequest) -> Capability | None:
    header = request.headers.get("authorization", "")
    if not header.startswith(_SCHEME):
        return None
    try:
        return Capability.from_text(header.removeprefix(_SCHEME))
    except MailboxFormatError:
        return None
