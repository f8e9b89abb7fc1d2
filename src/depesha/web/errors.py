"""What the pages refuse beside what the station refuses.

    WebError                    web
    ├─ LoopbackError            web.loopback         the address to listen on is not a loopback one
    ├─ ListenError              web.listen           the port cannot be listened on
    ├─ PassphraseLineError      web.passphrase_line  standard input gave no readable passphrase
    ├─ ForeignHostError         web.foreign_host     the request names another host
    ├─ AccessError              web.access           the key is missing or another one
    ├─ ReadOnlyError            web.read_only        a method that could change something
    ├─ RequestFormatError       web.request          the request cannot be read
    └─ NoSuchPageError          web.no_page          no such address

Errors of the station pass through unchanged: their codes are stable too.
"""

from depesha.base import DepeshaError


class WebError(DepeshaError):
    """The pages cannot be shown, or not to this reader."""

    code = "web"


class LoopbackError(WebError):
    """Pages that show telegrams are served to this machine alone."""

    code = "web.loopback"


class ListenError(WebError):
    """The port is taken, or may not be taken by this user."""

    code = "web.listen"


class PassphraseLineError(WebError):
    """Standard input holds no line of UTF-8 that could be a passphrase."""

    code = "web.passphrase_line"


class ForeignHostError(WebError):
    """The request is for another host name, as when a foreign name was rebound to this machine."""

    code = "web.foreign_host"


class AccessError(WebError):
    """The reader has not shown the key that was made at the start."""

    code = "web.access"


class ReadOnlyError(WebError):
    """The pages are for reading: only GET and HEAD are answered."""

    code = "web.read_only"


class RequestFormatError(WebError):
    """A part of the request cannot be read."""

    code = "web.request"


class NoSuchPageError(WebError):
    """There is no page at this address."""

    code = "web.no_page"
