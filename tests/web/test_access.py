"""Who may read the pages."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.web import Access, AccessError, ForeignHostError, LoopbackError
from depesha.web.access import require_loopback

KEY = "0123456789abcdef" * 4
ACCESS = Access(host="127.0.0.1", port=8441, key=KEY)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.9.9.9", "127.9.9.9"),
        ("::1", "::1"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_loopback_hosts_are_taken(host: str, address: str) -> None:
    """Every spelling of this machine alone is taken, as a number."""
    assert require_loopback(host) == address


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",  # noqa: S104 - the very address to refuse
        "::",
        "192.168.0.7",
        "10.0.0.1",
        "example.org",
        "LOCALHOST",
        "localhost.",
        "127.1",
        "127.0.0.01",
        "2130706433",
        "::ffff:127.0.0.1",
        "0:0:0:0:0:0:0:1",
        "::1%lo",
        "127.0.0.1 ",
        "127.0.0.1\n",
    ],
)
def test_any_other_host_is_refused(host: str) -> None:
    """Nothing that others can reach, and no second spelling, is ever listened on."""
    with pytest.raises(LoopbackError) as refused:
        require_loopback(host)

    assert refused.value.code == "web.loopback"


@given(st.text())
def test_any_text_is_a_loopback_host_or_refused(host: str) -> None:
    """No host gets through that is not a loopback address."""
    try:
        address = require_loopback(host)
    except LoopbackError:
        return
    assert address == "::1" or address.startswith("127.")


def test_addresses() -> None:
    """The printed address holds the key; the origin never does."""
    assert ACCESS.opening_address == f"http://127.0.0.1:8441/?key={KEY}"
    assert ACCESS.origin == "http://127.0.0.1:8441"
    assert Access(host="::1", port=80, key=KEY).origin == "http://[::1]:80"


def test_the_key_is_not_in_repr() -> None:
    """No log that shows the value shows the key."""
    assert KEY not in repr(ACCESS)


def test_the_cookie_is_for_this_browser_session_and_this_site_only() -> None:
    """Scripts cannot read the cookie, other sites cannot send it, and it dies with the browser."""
    name, _, attributes = ACCESS.cookie.partition("; ")
    assert name == f"depesha-8441={KEY}"
    assert attributes == "Path=/; HttpOnly; SameSite=Strict"


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["127.0.0.1"],
        ["127.0.0.1:8442"],
        ["localhost:8441"],
        ["evil.example:8441"],
        ["127.0.0.1:8441.evil.example"],
        ["127.0.0.1:8441 "],
        ["127.0.0.1:8441", "127.0.0.1:8441"],
        ["127.0.0.1:8441", "evil.example"],
    ],
)
def test_another_host_is_refused(hosts: list[str]) -> None:
    """A name rebound to this machine, a second Host field, and no Host field are all refused."""
    with pytest.raises(ForeignHostError) as refused:
        ACCESS.require_host(hosts)

    assert refused.value.code == "web.foreign_host"


def test_the_port_that_every_browser_leaves_out() -> None:
    """On port 80 the host is named without the port as well; on no other port."""
    Access(host="127.0.0.1", port=80, key=KEY).require_host(["127.0.0.1"])
    Access(host="127.0.0.1", port=80, key=KEY).require_host(["127.0.0.1:80"])
    with pytest.raises(ForeignHostError):
        Access(host="127.0.0.1", port=8080, key=KEY).require_host(["127.0.0.1"])


def test_redeeming_takes_the_key_out() -> None:
    """What is left of the query holds no key and nothing else is lost."""
    assert ACCESS.redeem(f"key={KEY}") == ""
    assert ACCESS.redeem(f"leaf=2&key={KEY}&x=") == "leaf=2&x="
    assert ACCESS.redeem("leaf=2") is None
    assert ACCESS.redeem("") is None


@pytest.mark.parametrize(
    "query",
    ["key=", f"key={KEY[:-1]}", f"key={KEY}0", f"key={KEY.upper()}", f"key={KEY}&key=x", "key=%FF"],
)
def test_another_key_is_refused(query: str) -> None:
    """Part of the key, or the key beside another, opens nothing."""
    with pytest.raises(AccessError):
        ACCESS.redeem(query)


@given(st.text())
def test_any_query_is_read_or_refused(query: str) -> None:
    """No query passes for the key, and none breaks the door."""
    with suppress(AccessError):
        assert ACCESS.redeem(query) is None


@pytest.mark.parametrize(
    "cookies",
    [
        [f"depesha-8441={KEY}"],
        [f"other=1; depesha-8441={KEY}; more=2"],
        ["other=1", f"depesha-8441={KEY}"],
        [f"depesha-8441=old; depesha-8441={KEY}"],
    ],
)
def test_the_cookie_opens(cookies: list[str]) -> None:
    """The key is found among other cookies, and beside one left by another run on the port."""
    ACCESS.require_cookie(cookies)


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        [""],
        [KEY],
        ["depesha-8441="],
        ["depesha-8441"],
        [f"depesha-8442={KEY}"],
        [f"depesha-8441={KEY}x"],
        [f"xdepesha-8441={KEY}"],
        [f'depesha-8441="{KEY}"'],
    ],
)
def test_no_other_cookie_opens(cookies: list[str]) -> None:
    """A cookie of another run, another name or another value opens nothing."""
    with pytest.raises(AccessError) as refused:
        ACCESS.require_cookie(cookies)

    assert refused.value.code == "web.access"


@given(st.lists(st.text()))
def test_any_cookies_are_refused_without_the_key(cookies: list[str]) -> None:
    """No cookie field passes for the key, and none breaks the door."""
    with pytest.raises(AccessError):
        ACCESS.require_cookie(cookies)
