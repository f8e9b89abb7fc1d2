"""The pages put together: their addresses, what answers a refusal, and the door before all."""

import logging
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from depesha.base import DepeshaError
from depesha.web.access import Access
from depesha.web.api import tell_register, tell_telegram
from depesha.web.door import Door
from depesha.web.pages import show_register, show_stylesheet, show_telegram
from depesha.web.problems import API, Problem, answer
from depesha.web.reader import Reader

_log = logging.getLogger("depesha.web")

AnyRequest = Request[Any, Any, State]


def build_app(reader: Reader, access: Access) -> Door:
    """Put what a reader shows behind the door."""
    pages = Litestar(
        route_handlers=[
            show_register,
            show_telegram,
            show_stylesheet,
            tell_register,
            tell_telegram,
        ],
        state=State({"reader": reader}),
        exception_handlers={
            DepeshaError: _refused,
            HTTPException: _refused_by_framework,
            Exception: _failed,
        },
        # Litestar's own log of a failure holds the address asked for, and local values with it.
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Depesha station",
            version="1",
            path=f"{API}/schema",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
        ),
    )
    return Door(pages, access)


def _refused(request: AnyRequest, error: DepeshaError) -> Response[str]:
    return answer(Problem.of(error), request.scope["path"])


def _refused_by_framework(request: AnyRequest, error: HTTPException) -> Response[str]:
    return answer(Problem.of_framework(error), request.scope["path"])


def _failed(request: AnyRequest, error: Exception) -> Response[str]:
    problem = Problem.of_failure()
    # The kind of a failure names no telegram; its words may quote one.
    _log.error("a page failed: %s (%s)", problem.code, type(error).__name__)
    return answer(problem, request.scope["path"])
