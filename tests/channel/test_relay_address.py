from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import MailboxFormatError, require_relay_address
from depesha.channel.adapters.http import HttpRelay

GOOD = [
    "http://relay",
    "https://relay.example",
    "https://relay.example:8440/d/e",
    "http://a-1.b--c.example",
    "http://10.0.0.1",
    "http://10.0.0.1:1",
    "http://[::1]:65535",
    "http://[2001:db8::7]/d",
    "https://xn--mnchen-3ya.example",
    "http://" + "a" * 56 + ".onion",
    "http://" + ".".join(["a" * 62] * 4) + "/d",
]
BAD = [
    "",
    "relay.example",
    "ftp://relay.example",
    "https://relay.example/",
    "https://relay.example//d",
    "https://relay.example/../d",
    "https://relay.example/.",
    "https://relay.example?d",
    "https://relay.example#d",
    "https://me@relay.example",
    "https://relay.example\n",
    "https:// relay.example",
    "http://",
    "http://.",
    "http://a..b",
    "http://a.",
    "http://-",
    "http://-a.example",
    "http://a-.example",
    "http://a.-.b",
    "http://a_b.example",
    "http://" + "a" * 64 + ".example",
    "http://" + ".".join(["a" * 62] * 5),
    "http://xn--a",
    "http://xn--",
    "http://a.XN--A.example",
    "http://xn--a-",
    "http://0",
    "http://999.1.1.1",
    "http://1.2.3",
    "http://01.2.3.4",
    "http://1.2.3.4.5",
    "http://0x7f000001",
    "http://a.0x",
    "http://:80",
    "http://::1",
    "http://[::1",
    "http://[::1]]",
    "http://[]",
    "http://[1.2.3.4]",
    "http://[v1.a]",
    "http://[fe80::1%25eth0]",
    "http://a:",
    "http://a:0",
    "http://a:080",
    "http://a:65536",
    "http://a:99999",
    "http://a:-1",
    "http://a:1:2",
    "http://a/" + "b" * 600,
    "http://m\u00fcnchen.example",
]


@pytest.mark.parametrize("address", GOOD)
def test_an_address_is_returned_as_it_stands(address: str) -> None:
    """What can be called passes, and a client takes it."""
    assert require_relay_address(address) == address
    HttpRelay(address, transport=httpx.MockTransport(lambda _: httpx.Response(200)))


@pytest.mark.parametrize("address", BAD)
def test_anything_else_is_refused(address: str) -> None:
    """What could make a client fail otherwise than by silence is refused when it is read."""
    with pytest.raises(MailboxFormatError):
        require_relay_address(address)


@given(
    st.text(max_size=80)
    | st.text(alphabet="xn-a1.:[]/", max_size=40).map(lambda rest: f"http://{rest}")
)
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """No text makes the reader fail in a way callers are not told about."""
    with suppress(MailboxFormatError):
        assert require_relay_address(text) == text
