"""The address of a relay, as a pad book names it and a client calls it (docs/formats/pad-book.md).

Checked strictly, since an address comes from a correspondent: whatever passes here can be called,
and fails at worst as a relay that does not answer.
"""

import ipaddress
import re
from encodings import idna

from depesha.channel.errors import MailboxFormatError

_LENGTH_LIMIT = 512
_HOST_LIMIT = 253
_PORT_LIMIT = 65_535
_ADDRESS = re.compile(
    r"https?://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]+))"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?(?P<path>(?:/[A-Za-z0-9._~-]+)*)",
    re.ASCII,
)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
# What ends so is taken for an IPv4 address by whoever resolves it.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*", re.ASCII)


def require_relay_address(text: str) -> str:
    """Return `text` if it is the address of a relay.

    It is `http://` or `https://`; an IPv4 address, an IPv6 address in brackets, or a name of
    dot-separated labels; perhaps a port; and perhaps a path, without a slash at the end.

    Raises:
        MailboxFormatError: It is anything else; the message never repeats it.
    """
    parts = _ADDRESS.fullmatch(text) if len(text) <= _LENGTH_LIMIT else None
    if parts is None:
        raise MailboxFormatError("the relay is not an http address without a last slash")
    if int(parts["port"] or "1") > _PORT_LIMIT:
        raise MailboxFormatError(f"the port of the relay is not from 1 to {_PORT_LIMIT}")
    if {".", ".."} & set(parts["path"].split("/")):
        raise MailboxFormatError("the path of the relay leads upwards")
    try:
        _require_host(parts["host"], parts["ipv6"])
    except ValueError:
        raise MailboxFormatError("the host of the relay is not one") from None
    return text


def _require_host(name: str | None, ipv6: str | None) -> None:
    if ipv6 is not None:
        ipaddress.IPv6Address(ipv6)
        return
    labels = (name or "").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        ipaddress.IPv4Address(name)
        return
    if len(name or "") > _HOST_LIMIT or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("not a name of labels")
    for label in labels:
        if label.lower().startswith("xn--"):
            # A UnicodeError, which is a ValueError, where it encodes no label.
            idna.ToUnicode(label.lower())
