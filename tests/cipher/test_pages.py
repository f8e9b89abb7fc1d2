"""Pad pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.cipher import (
    CipherError,
    HybridIdentity,
    KeyFormatError,
    Page,
    PageSecret,
    seal,
    unseal,
)
from tests.support import Vector, vectors

SECRET = PageSecret.from_bytes(bytes(range(64)))


@pytest.mark.parametrize("vector", vectors("cipher/pad-page"), ids=lambda v: v.name)
def test_page_vector(vector: Vector) -> None:
    """A page reads back as its own bytes, or is refused with the code that its head names."""
    if vector.expect == "ok":
        page = Page.from_bytes(vector.body)
        assert page.to_bytes() == vector.body
        assert page.digest().to_text() == vector.head["digest"]
        return

    with pytest.raises(CipherError) as refused:
        Page.from_bytes(vector.body)

    assert refused.value.code == vector.expect


def test_a_page_is_sealed_to_and_opened() -> None:
    """What is sealed to the page opens with its secret."""
    secret = PageSecret.generate()
    assert unseal(seal(b"x", [secret.page.recipient]), [secret.identity]) == b"x"


@given(st.binary(min_size=64, max_size=64))
def test_a_secret_reads_back(data: bytes) -> None:
    """Any 64 bytes are a secret, and the page depends on nothing else."""
    secret = PageSecret.from_bytes(data)
    assert secret.to_bytes() == data
    assert (secret.hybrid_seed, secret.check_seed) == (data[:32], data[32:])
    assert secret.identity == HybridIdentity.from_seed(data[:32])
    assert Page.from_bytes(secret.page.to_bytes()) == PageSecret.from_bytes(data).page


def test_the_digest_is_of_the_recipient_alone() -> None:
    """A spent recipient beside another check key is known as spent."""
    other = PageSecret(SECRET.hybrid_seed, bytes(32)).page
    assert other != SECRET.page
    assert other.digest() == SECRET.page.digest() == Digest.of(SECRET.page.recipient.public)
    assert PageSecret.generate().page.digest() != SECRET.page.digest()


@pytest.mark.parametrize("size", [0, 32, 63, 65])
def test_secrets_of_wrong_length(size: int) -> None:
    """A secret is 64 bytes."""
    with pytest.raises(KeyFormatError):
        PageSecret.from_bytes(bytes(size))
    with pytest.raises(KeyFormatError):
        PageSecret(SECRET.hybrid_seed, bytes(size + 1))
    with pytest.raises(KeyFormatError):
        PageSecret(bytes(size + 1), SECRET.check_seed)


def test_secrets_do_not_show() -> None:
    """Neither the secret nor its identity is printed."""
    assert repr(SECRET) == "PageSecret()"
    assert PageSecret.from_bytes(SECRET.to_bytes()) == SECRET
    assert PageSecret.generate() != SECRET
