"""The pages: the register, and each telegram. They need no script and no form."""

from typing import Annotated, Any

from litestar import MediaType, Request, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter

from depesha.web.reader import Reader
from depesha.web.rendering import render, stylesheet

STYLESHEET = "/pages.css"

AnyRequest = Request[Any, Any, State]


@get("/", media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=True)
def show_register(
    request: AnyRequest, leaf: Annotated[int | None, QueryParameter(ge=1)] = None
) -> str:
    """Show the register, one leaf of it or the last."""
    return render("register.html", view=_reader(request).register(leaf=leaf))


@get(
    "/telegrams/{record_id:str}",
    media_type=MediaType.HTML,
    include_in_schema=False,
    sync_to_thread=True,
)
def show_telegram(request: AnyRequest, record_id: FromPath[str]) -> str:
    """Show one telegram."""
    return render("telegram.html", view=_reader(request).telegram(record_id))


@get(STYLESHEET, media_type=MediaType.CSS, include_in_schema=False, sync_to_thread=False)
def show_stylesheet() -> str:
    """Return the stylesheet; it says nothing about the station."""
    return stylesheet()


def _reader(request: AnyRequest) -> Reader:
    reader: Reader = request.app.state["reader"]
    return reader
