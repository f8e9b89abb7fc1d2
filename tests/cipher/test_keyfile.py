"""Key files."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    CipherError,
    HybridIdentity,
    KeyFormatError,
    PassphraseError,
    ScryptIdentity,
    ScryptRecipient,
    open_identity_file,
    open_key_file,
    read_stanzas,
    seal,
    seal_identity_file,
    seal_key_file,
    unseal,
)
from depesha.cipher.keyfile import _from_text
from tests.support import Vector, vectors

SECRETS = {"seal": b"\x00\x01", "page/1": bytes(64), "sign": b"x"}


@pytest.mark.parametrize("vector", vectors("cipher/key-file"), ids=lambda v: v.name)
def test_key_file_vector(vector: Vector) -> None:
    """A key file gives the names that its head lists, or is refused with the code named."""
    passphrase = vector.head["passphrase"]
    if vector.expect == "ok":
        assert " ".join(open_key_file(vector.body, passphrase)) == vector.head["names"]
        return

    with pytest.raises(CipherError) as refused:
        open_key_file(vector.body, passphrase)

    assert refused.value.code == vector.expect


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9][a-z0-9._/-]{0,127}", fullmatch=True), st.binary(min_size=1)
    )
)
def test_what_is_sealed_opens(secrets: dict[str, bytes]) -> None:
    """Any named secrets survive, none at all included."""
    assert open_key_file(seal_key_file(secrets, "hush", work_factor=1), "hush") == secrets


def test_the_order_of_the_caller_does_not_matter() -> None:
    """The text is sorted by name, so that equal secrets have one text."""
    one = unseal(seal_key_file(SECRETS, "hush", work_factor=1), [ScryptIdentity("hush")])
    other = dict(reversed(SECRETS.items()))
    assert one == unseal(seal_key_file(other, "hush", work_factor=1), [ScryptIdentity("hush")])
    assert one == b"depesha/1 keyfile\npage/1: " + b"A" * 86 + b"==\nseal: AAE=\nsign: eA==\n"


def test_it_is_an_age_file_under_a_passphrase() -> None:
    """With the work factor that age programs write, unless another is asked for."""
    (stanza,) = read_stanzas(seal_key_file(SECRETS, "hush"))
    assert (stanza.kind, stanza.arguments[1]) == ("scrypt", "18")


@pytest.mark.parametrize("name", ["", "A", ".x", "a b", "a:b", "a\n", "é", "a" * 129, "\ud800"])
def test_refused_names(name: str) -> None:
    """A name that would make a second spelling is not sealed."""
    with pytest.raises(KeyFormatError):
        seal_key_file({name: b"x"}, "hush", work_factor=1)


def test_refused_values() -> None:
    """An empty secret, and an empty passphrase, are mistakes."""
    with pytest.raises(KeyFormatError):
        seal_key_file({"a": b""}, "hush", work_factor=1)
    for passphrase in ("", "\ud800"):
        with pytest.raises(PassphraseError):
            seal_key_file({}, passphrase, work_factor=1)
        with pytest.raises(PassphraseError):
            open_key_file(b"", passphrase)


def test_a_wrong_passphrase_and_a_file_for_a_key() -> None:
    """Both are told as the passphrase not opening the file."""
    with pytest.raises(PassphraseError):
        open_key_file(seal_key_file(SECRETS, "hush", work_factor=1), "Hush")
    with pytest.raises(PassphraseError):
        open_key_file(seal(b"x", [HybridIdentity.generate().recipient]), "hush")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"depesha/1 keyfile",
        b"depesha/2 keyfile\n",
        b"depesha/1 keyfile\na: eA==",
        b"depesha/1 keyfile\na: eA==\na: eA==\n",
        b"depesha/1 keyfile\nb: eA==\na: eA==\n",
        b"depesha/1 keyfile\na:  eA==\n",
        b"depesha/1 keyfile\na:eA==\n",
        b"depesha/1 keyfile\na: eB==\n",
        b"depesha/1 keyfile\na: \n",
        b"depesha/1 keyfile\n\n",
        b"depesha/1 keyfile\r\na: eA==\r\n",
        b"depesha/1 keyfile\n\xff: eA==\n",
    ],
)
def test_refused_texts(text: bytes) -> None:
    """A text of the right passphrase but in another spelling is refused, and not repeated."""
    sealed = seal(text, [ScryptRecipient("hush", work_factor=1)])
    with pytest.raises(KeyFormatError) as refused:
        open_key_file(sealed, "hush")
    assert "eA" not in str(refused.value)


@given(st.binary() | st.binary().map(lambda tail: b"depesha/1 keyfile\n" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        open_key_file(data, "hush")
    with suppress(CipherError):
        _from_text(data)


def test_one_identity_is_kept_in_a_key_file() -> None:
    """An identity comes back by its passphrase; a file of other secrets is not taken for one."""
    identity = HybridIdentity.generate()
    sealed = seal_identity_file(identity, "hush", work_factor=1)

    assert open_identity_file(sealed, "hush") == identity
    assert open_key_file(sealed, "hush") == {"identity": identity.to_text().encode()}
    for secrets in (SECRETS, {}, {"identity": b"\xff"}, {"identity": b"x", "other": b"x"}):
        with pytest.raises(KeyFormatError):
            open_identity_file(seal_key_file(secrets, "hush", work_factor=1), "hush")
