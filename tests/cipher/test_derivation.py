"""Keys derived from keys."""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import derive_key, random_bytes
from depesha.cipher.derivation import hkdf


@given(st.binary(min_size=16, max_size=64), st.text(max_size=20, alphabet="abc -"))
def test_derivation_is_hkdf(secret: bytes, label: str) -> None:
    """One block of HKDF-SHA256 with no salt, as a second implementation would write it."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    expanded = hmac.digest(extracted, b"depesha/1 " + label.encode() + b"\x01", hashlib.sha256)
    assert derive_key(secret, label=label) == expanded


@given(
    secret=st.binary(max_size=80),
    salt=st.none() | st.binary(max_size=80),
    info=st.binary(max_size=60),
    size=st.integers(min_value=0, max_value=200),
)
def test_hkdf_is_the_library_s(secret: bytes, salt: bytes | None, info: bytes, size: int) -> None:
    """Written out by hand, it gives what the library's own gives, at every length."""
    library = HKDF(algorithm=SHA256(), length=max(size, 1), salt=salt, info=info)

    assert hkdf(secret, salt=salt, info=info, size=size) == library.derive(secret)[:size]


def test_another_label_or_size_gives_another_key() -> None:
    """No key serves two purposes; a longer one begins as the shorter."""
    secret = bytes(range(32))
    assert derive_key(secret, label="one") != derive_key(secret, label="two")
    assert derive_key(secret, label="one", size=80)[:32] == derive_key(secret, label="one")


def test_random_bytes_differ() -> None:
    """Each draw has the size asked for and is new."""
    assert [len(random_bytes(size)) for size in (0, 1, 32)] == [0, 1, 32]
    assert random_bytes(32) != random_bytes(32)
