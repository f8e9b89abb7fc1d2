"""Who may read the pages: one address on this machine, and one key made at the start.

Pure rules; `door` applies them to every request, before anything else sees it.
"""

import hmac
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import parse_qsl, urlencode

from depesha.web.errors import AccessError, ForeignHostError, LoopbackError

KEY_FIELD = "key"
_HTTP_PORT = 80


def require_loopback(host: str) -> str:
    """Return the numeric address of a loopback host; `localhost` means 127.0.0.1.

    No other name is looked up, since whoever answers for a name could point it elsewhere.

    Raises:
        LoopbackError: The host is not a loopback address.
    """
    if host == "localhost":
        return "127.0.0.1"
    if host == str(IPv6Address(1)):
        return host
    try:
        is_loopback = IPv4Address(host).is_loopback
    except AddressValueError:
        is_loopback = False
    if not is_loopback:
        raise LoopbackError("the pages show telegrams: they listen on a loopback address only")
    return host


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One run of the pages: where they are, and the key that opens them until they stop."""

    host: str
    port: int
    key: str = field(repr=False)

    @property
    def authority(self) -> str:
        """Host and port as an address writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The address without the key."""
        return f"http://{self.authority}"

    @property
    def opening_address(self) -> str:
        """The address that opens the pages; it holds the key."""
        return f"{self.origin}/?{urlencode({KEY_FIELD: self.key})}"

    @property
    def cookie(self) -> str:
        """The cookie that keeps the pages open, for this browser and until it is closed.

        Browsers give a cookie to every port of a host, so its name holds the port: the pages of
        two stations on one machine do not close each other.
        """
        return f"{self._cookie_name}={self.key}; Path=/; HttpOnly; SameSite=Strict"

    def require_host(self, hosts: list[str]) -> None:
        """Let a request pass only if its one Host field names these pages.

        Raises:
            ForeignHostError: It names another host, or several, or none.
        """
        # A browser leaves out the port that every http address has.
        named = {self.authority}
        if self.port == _HTTP_PORT:
            named.add(self.authority.removesuffix(f":{_HTTP_PORT}"))
        if len(hosts) != 1 or hosts[0] not in named:
            raise ForeignHostError("the request names a host that these pages do not have")

    def redeem(self, query: str) -> str | None:
        """Take the key out of a query; return what is left of it, or None if it held no key.

        Raises:
            AccessError: It held another key.
        """
        fields = parse_qsl(query, keep_blank_values=True)
        keys = [value for name, value in fields if name == KEY_FIELD]
        if not keys:
            return None
        if not all(self._is_key(key) for key in keys):
            raise AccessError("this is not the key that was made when the pages were started")
        return urlencode([pair for pair in fields if pair[0] != KEY_FIELD])

    def require_cookie(self, cookies: list[str]) -> None:
        """Let a request pass only if it brings the key in its cookie.

        Raises:
            AccessError: It brings none, or another.
        """
        pairs = (pair.strip().partition("=") for line in cookies for pair in line.split(";"))
        if not any(name == self._cookie_name and self._is_key(value) for name, _, value in pairs):
            raise AccessError("the pages open with the address that was printed at the start")

    @property
    def _cookie_name(self) -> str:
        return f"depesha-{self.port}"

    def _is_key(self, text: str) -> bool:
        return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), self.key.encode())
