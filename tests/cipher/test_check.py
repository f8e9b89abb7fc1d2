"""The check: believed by the page's holder alone, and forged by no lasting key of his."""

import hashlib
import hmac
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    AuthenticationError,
    CipherError,
    KeyFormatError,
    PageSecret,
    SealKey,
    make_check,
    require_check,
    require_seal_public,
)
from tests.support import Vector, vectors

SECRET = PageSecret.from_bytes(bytes(range(64)))
SENDER = SealKey.from_bytes(bytes(range(64, 96)))
CHECK_KEY = SECRET.page.check_key
KEYS = st.binary(min_size=32, max_size=32).map(SealKey)
PAGES = st.binary(min_size=32, max_size=32).map(lambda seed: PageSecret(bytes(32), seed))
PRIME = 2**255 - 19


@pytest.mark.parametrize("vector", vectors("cipher/check"), ids=lambda v: v.name)
def test_check_vector(vector: Vector) -> None:
    """A check holds, or is refused with the code that its head names."""
    sender = SealKey.from_bytes(bytes.fromhex(vector.head["seal-key"]))
    secret = PageSecret.from_bytes(bytes.fromhex(vector.head["page-secret"]))
    public = bytes.fromhex(vector.head.get("seal-public", sender.public.hex()))
    check, text = vector.body[:32], vector.body[32:]
    if vector.expect == "ok":
        require_check(secret, public, text, check)
        assert make_check(sender, secret.page.check_key, text) == check
        return

    with pytest.raises(CipherError) as refused:
        require_check(secret, public, text, check)

    assert refused.value.code == vector.expect


@given(sender=KEYS, secret=PAGES, text=st.binary(max_size=200))
def test_a_check_convinces_the_holder_of_the_page(
    sender: SealKey, secret: PageSecret, text: bytes
) -> None:
    """What the sender's seal key makes, the page's secret verifies."""
    check = make_check(sender, secret.page.check_key, text)

    assert len(check) == 32
    require_check(secret, sender.public, text, check)


@given(sender=KEYS, secret=PAGES, text=st.binary(max_size=200))
def test_the_receiver_could_have_made_it_himself(
    sender: SealKey, secret: PageSecret, text: bytes
) -> None:
    """The page's secret and public keys alone give the very same check, so it proves nothing."""
    own = X25519PrivateKey.from_private_bytes(secret.check_seed)
    shared = own.exchange(X25519PublicKey.from_public_bytes(sender.public))
    info = b"depesha/1 check\n" + sender.public + own.public_key().public_bytes_raw()
    extracted = hmac.digest(bytes(32), shared, "sha256")
    key = hmac.digest(extracted, info + b"\x01", hashlib.sha256)

    assert hmac.digest(key, text, "sha256") == make_check(sender, secret.page.check_key, text)


@given(receiver=KEYS, forger=KEYS)
def test_stolen_keys_of_the_receiver_do_not_forge_towards_it(
    receiver: SealKey, forger: SealKey
) -> None:
    """Neither the receiver's seal key nor one of the thief's own passes for the sender's."""
    with_the_page = make_check(receiver, CHECK_KEY, b"x")
    with_the_sender = make_check(receiver, SENDER.public, b"x")
    with_his_own = make_check(forger, CHECK_KEY, b"x")

    for forged in (with_the_page, with_the_sender, with_his_own):
        with pytest.raises(AuthenticationError):
            require_check(SECRET, SENDER.public, b"x", forged)


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_check_is_of_one_text(one: bytes, other: bytes) -> None:
    """A check made for one text holds for no other, and no cut check holds at all."""
    check = make_check(SENDER, CHECK_KEY, one)
    if one != other:
        with pytest.raises(AuthenticationError):
            require_check(SECRET, SENDER.public, other, check)
    for cut in (b"", check[:31], check + b"\x00"):
        with pytest.raises(AuthenticationError):
            require_check(SECRET, SENDER.public, one, cut)


def test_a_check_is_of_one_page_and_one_sender() -> None:
    """Neither another page of the receiver nor another sender's key verifies it."""
    check = make_check(SENDER, CHECK_KEY, b"x")
    with pytest.raises(AuthenticationError):
        require_check(PageSecret(SECRET.hybrid_seed, bytes(32)), SENDER.public, b"x", check)
    with pytest.raises(AuthenticationError):
        require_check(SECRET, SealKey(bytes(32)).public, b"x", check)


LOW_ORDER = (0, 1, PRIME - 1)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_low_order_keys_are_refused(point: int) -> None:
    """With such a key everybody knows the shared secret, so neither side takes it."""
    public = point.to_bytes(32, "little")
    with pytest.raises(KeyFormatError, match="low order"):
        make_check(SENDER, public, b"x")
    with pytest.raises(KeyFormatError, match="low order"):
        require_check(SECRET, public, b"x", bytes(32))


@pytest.mark.parametrize("point", [PRIME, PRIME + 9, 2**255 + 9, 2**256 - 1])
def test_a_public_seal_key_has_one_encoding(point: int) -> None:
    """A second encoding of a point could stand on a second card."""
    with pytest.raises(KeyFormatError, match="one encoding"):
        require_seal_public(point.to_bytes(32, "little"))


@given(st.binary(max_size=70))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    """No bytes make a key fail in a way callers are not told about."""
    with suppress(KeyFormatError):
        assert require_seal_public(data) == data
    with suppress(KeyFormatError):
        assert SealKey.from_bytes(data).to_bytes() == data
    with suppress(CipherError):
        require_check(SECRET, data, b"x", data)
    with suppress(KeyFormatError):
        make_check(SENDER, data, b"x")


def test_seal_keys_do_not_show() -> None:
    """A seal key prints its public half only, and is known by its secret."""
    key = SealKey.generate()

    assert repr(SENDER) == f"SealKey(public={SENDER.public!r})"
    assert SealKey.from_bytes(SENDER.to_bytes()) == SENDER
    assert key not in {SENDER, SealKey.generate()}
    assert require_seal_public(key.public) == key.public
