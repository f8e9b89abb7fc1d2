"""Refusals as readers meet them: one table from error codes to HTTP status, and the answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from litestar import MediaType, Response
from litestar.exceptions import HTTPException

from depesha.base import DepeshaError
from depesha.web.errors import NoSuchPageError, RequestFormatError, WebError
from depesha.web.rendering import render

API = "/api"
TYPE_PREFIX = "https://depesha.example/problems/"
PROBLEM_TYPE = "application/problem+json"
_INTERNAL = 500
_NOT_FOUND = 404

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "web.request": 400,
        "web.access": 403,
        "web.no_page": 404,
        "station.not_found": 404,
        "archive.item_not_found": 404,
        "web.read_only": 405,
        "web.foreign_host": 421,
        "archive.store_busy": 503,
        "archive.store_fault": 503,
    }
)

_HEADINGS: Mapping[int, str] = MappingProxyType(
    {
        400: "This address cannot be read",
        403: "These pages open with a key",
        404: "There is nothing under this address",
        405: "These pages are for reading",
        421: "This is not the address of these pages",
        503: "The store does not answer now",
    }
)
_FAILED = "These pages failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A refusal as it is shown (RFC 9457): its code, its status, a heading and a sentence."""

    code: str
    status: int
    detail: str
    is_retryable: bool = False

    @classmethod
    def of(cls, error: DepeshaError) -> Self:
        """Show a refusal; its words hold no name, text or key."""
        return cls(
            code=error.code,
            status=STATUS.get(error.code, _INTERNAL),
            detail=str(error),
            is_retryable=error.retryable,
        )

    @classmethod
    def of_framework(cls, error: HTTPException) -> Self:
        """Show a refusal of the framework in our words: its own may repeat the address."""
        if error.status_code >= _INTERNAL:
            return cls.of_failure()
        if error.status_code == _NOT_FOUND:
            return cls.of(NoSuchPageError("these pages are the register and its telegrams"))
        return cls.of(RequestFormatError("a part of the request is not what the page takes"))

    @classmethod
    def of_failure(cls) -> Self:
        """Say that something failed, and not what."""
        return cls(code=WebError.code, status=_INTERNAL, detail="nothing was changed by this")

    @property
    def heading(self) -> str:
        """What the page of the problem is called."""
        return _HEADINGS.get(self.status, _FAILED)

    def to_document(self) -> dict[str, str | int]:
        """Write the problem document."""
        return {
            "type": TYPE_PREFIX + self.code,
            "title": self.code,
            "status": self.status,
            "detail": self.detail,
        }

    def headers(self) -> dict[str, str]:
        """Return what the answer says beside its body."""
        headers = {"Allow": "GET, HEAD"} if self.code == "web.read_only" else {}
        return headers | ({"Retry-After": "1"} if self.is_retryable else {})


def answer(problem: Problem, path: str) -> Response[str]:
    """Answer with a problem document below the API, and with a page everywhere else."""
    if path == API or path.startswith(f"{API}/"):
        body, media_type = json.dumps(problem.to_document()), PROBLEM_TYPE
    else:
        body, media_type = render("problem.html", problem=problem), MediaType.HTML.value
    return Response(
        body, status_code=problem.status, media_type=media_type, headers=problem.headers()
    )
