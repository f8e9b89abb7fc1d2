"""Low-order points of X25519."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher.age.curve import _LOW_ORDER, _PRIME, is_low_order

PRIVATE = X25519PrivateKey.from_private_bytes(bytes(range(32)))
ENCODINGS = sorted(
    {
        u + k * _PRIME + top
        for u in _LOW_ORDER
        for k in (0, 1)
        for top in (0, 2**255)
        if u + k * _PRIME < 2**255
    }
)


@pytest.mark.parametrize("value", ENCODINGS)
def test_the_library_agrees_on_every_encoding(value: int) -> None:
    """What is called low order is what the library's exchange refuses."""
    point = value.to_bytes(32, "little")
    assert is_low_order(point)
    with pytest.raises(ValueError, match="shared"):
        PRIVATE.exchange(X25519PublicKey.from_public_bytes(point))


@given(st.binary(min_size=32, max_size=32))
def test_other_points_pass(point: bytes) -> None:
    """A point that passes gives a shared secret."""
    if not is_low_order(point):
        assert any(PRIVATE.exchange(X25519PublicKey.from_public_bytes(point)))
