"""The door: every request passes it before anything else sees it, in this order.

1. The host it names is this one (against names rebound to this machine).
2. Its method reads; HEAD is answered as GET is, without the body.
3. A key in the address is exchanged for a cookie, and the reader is sent on without it.
4. Its cookie holds the key; only the stylesheet is given without.

Every answer, refusals too, leaves with the same security headers, and nothing is logged.
"""

from typing import cast

from litestar import Response
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from depesha.web.access import Access
from depesha.web.errors import ReadOnlyError, WebError
from depesha.web.pages import STYLESHEET
from depesha.web.problems import Problem, answer

_POLICY_VIOLATION = 1008
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Door:
    """Stands before the pages and lets in whoever brings the key."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """Stand before an application."""
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection in, or answer it here."""
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        elif scope["type"] == ScopeType.WEBSOCKET:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""})
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"
        leave = _guarded(send, without_body=is_head)
        # A copy: the server itself goes by the method that was asked.
        asked = cast("HTTPScope", {**scope, "method": "GET"}) if is_head else scope
        try:
            passed = self._examine(asked)
        except WebError as error:
            passed = _ready(answer(Problem.of(error), scope["path"]))
        await (passed or self._app)(asked, receive, leave)

    def _examine(self, scope: HTTPScope) -> ASGIResponse | None:
        """Return the answer that sends a reader on, or None to let the request in."""
        self._access.require_host(_fields(scope, b"host"))
        if scope["method"] != "GET":
            raise ReadOnlyError("the pages change nothing: only GET and HEAD are answered")
        rest = self._access.redeem(scope["query_string"].decode("latin-1"))
        if rest is not None:
            return self._send_on(scope, rest)
        if scope["path"] != STYLESHEET:
            self._access.require_cookie(_fields(scope, b"cookie"))
        return None

    def _send_on(self, scope: HTTPScope, query: str) -> ASGIResponse:
        # The path as it came, after our own origin: it cannot lead to another host.
        path = scope["raw_path"].partition(b"?")[0].decode("latin-1")
        location = f"{self._access.origin}{path}" + (f"?{query}" if query else "")
        return ASGIResponse(
            status_code=303, headers={"Location": location, "Set-Cookie": self._access.cookie}
        )


def _fields(scope: HTTPScope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for field, value in scope["headers"] if field == name]


def _ready(response: Response[str]) -> ASGIResponse:
    body = response.content.encode()
    return ASGIResponse(
        body=body,
        status_code=response.status_code,
        media_type=response.media_type,
        headers={name: str(value) for name, value in response.headers.items()},
    )


def _guarded(send: Send, *, without_body: bool) -> Send:
    async def leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in HEADERS.items():
                headers[name] = value
        elif message["type"] == "http.response.body" and without_body:
            message = {**message, "body": b""}
        await send(message)

    return leave
