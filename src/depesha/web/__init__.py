"""The station's pages: a process of its own that shows the register and telegrams, to be read."""

from depesha.web.access import Access
from depesha.web.app import build_app
from depesha.web.door import Door
from depesha.web.errors import (
    AccessError,
    ForeignHostError,
    ListenError,
    LoopbackError,
    NoSuchPageError,
    PassphraseLineError,
    ReadOnlyError,
    RequestFormatError,
    WebError,
)
from depesha.web.reader import Reader
from depesha.web.register_view import RegisterView
from depesha.web.telegram_view import TelegramSheet

__all__ = [
    "Access",
    "AccessError",
    "Door",
    "ForeignHostError",
    "ListenError",
    "LoopbackError",
    "NoSuchPageError",
    "PassphraseLineError",
    "ReadOnlyError",
    "Reader",
    "RegisterView",
    "RequestFormatError",
    "TelegramSheet",
    "WebError",
    "build_app",
]
