"""The same as the pages, as JSON, in the shapes of the views themselves."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter

from depesha.web.problems import API
from depesha.web.reader import Reader
from depesha.web.register_view import RegisterView
from depesha.web.telegram_view import TelegramSheet

AnyRequest = Request[Any, Any, State]


@get(f"{API}/register", sync_to_thread=True)
def tell_register(
    request: AnyRequest, leaf: Annotated[int | None, QueryParameter(ge=1)] = None
) -> RegisterView:
    """Return the register: its sum, and one leaf of its entries or the last."""
    return _reader(request).register(leaf=leaf)


@get(f"{API}/telegrams/{{record_id:str}}", sync_to_thread=True)
def tell_telegram(request: AnyRequest, record_id: FromPath[str]) -> TelegramSheet:
    """Return one telegram with all that was done to it."""
    return _reader(request).telegram(record_id)


def _reader(request: AnyRequest) -> Reader:
    reader: Reader = request.app.state["reader"]
    return reader
