"""Hybrid, X25519 and passphrase recipients: keys, texts and wrapping."""

import json
from contextlib import suppress

import pytest
from cryptography.hazmat.bindings._rust import openssl
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    CipherError,
    HeaderFormatError,
    HybridIdentity,
    HybridRecipient,
    KeyFormatError,
    PassphraseError,
    ScryptIdentity,
    ScryptRecipient,
    Stanza,
    UnsupportedError,
    X25519Identity,
    X25519Recipient,
    identity_from_text,
    recipient_from_text,
)
from depesha.cipher.age import hybrid, kinds, scrypt, x25519
from tests.support import shared

FILE_KEY = bytes(range(16))
SEED = bytes(range(32))
HYBRID = HybridIdentity.from_seed(SEED)
CLASSIC = X25519Identity(SEED)
LOW_ORDER_POINT = bytes(32)


def hpke_cases() -> list[dict[str, object]]:
    cases: list[dict[str, object]] = []
    for name in ("hpke-pq.json", "hpke-pq-filippo.json"):
        cases += json.loads(shared(f"vectors/hpke/{name}").read_bytes())
    ours = [
        case
        for case in cases
        if (case["kem_id"], case["kdf_id"], case["aead_id"]) == (0x647A, 0x0001, 0x0003)
    ]
    assert ours
    return ours


@pytest.mark.parametrize("case", hpke_cases(), ids=lambda case: str(case["skRm"])[:8])
def test_hpke_vectors(case: dict[str, str | list[dict[str, str]]]) -> None:
    """A published seed gives the published recipient, and opens what was sealed to it."""

    def data(key: str) -> bytes:
        value = case[key]
        assert isinstance(value, str)
        return bytes.fromhex(value)

    identity = HybridIdentity.from_seed(data("skRm"))
    assert identity.recipient.public == data("pkRm")

    encryptions = case["encryptions"]
    assert isinstance(encryptions, list)
    first = {key: bytes.fromhex(value) for key, value in encryptions[0].items() if key != "seq"}
    assert first["nonce"] == data("base_nonce")
    plaintext = openssl.hpke._decrypt_with_aad(
        hybrid._suite(), data("enc") + first["ct"], identity._private(), data("info"), first["aad"]
    )
    assert plaintext == first["pt"]


@pytest.mark.parametrize("identity", [HYBRID, CLASSIC], ids=["hybrid", "classic"])
def test_keys_survive_their_texts(identity: HybridIdentity | X25519Identity) -> None:
    """Identity and recipient read back from the texts that age programs exchange."""
    assert identity_from_text(identity.to_text()) == identity
    assert recipient_from_text(identity.recipient.to_text()) == identity.recipient
    assert type(identity).from_text(identity.to_text()) == identity


def test_sizes_of_texts() -> None:
    """The texts are as long as other age programs expect."""
    assert len(HYBRID.to_text()) == 77
    assert len(HYBRID.recipient.to_text()) == 1959
    assert len(CLASSIC.to_text()) == 74
    assert len(CLASSIC.recipient.to_text()) == 62


@given(
    st.text()
    | st.text().map(lambda tail: "age1" + tail)
    | st.text().map(lambda tail: "age1pq1" + tail)
    | st.text().map(lambda tail: "AGE-SECRET-KEY-1" + tail)
    | st.text().map(lambda tail: "AGE-SECRET-KEY-PQ-1" + tail)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes a key reader fail in a way callers are not told about."""
    with suppress(CipherError):
        assert identity_from_text(text).to_text() == text
    with suppress(CipherError):
        assert recipient_from_text(text).to_text() == text


@pytest.mark.parametrize(
    "text",
    [
        HYBRID.to_text().lower(),
        HYBRID.to_text().replace("PQ", "Pq"),
        CLASSIC.to_text().lower(),
        HYBRID.recipient.to_text(),
        "",
    ],
)
def test_an_identity_has_one_spelling(text: str) -> None:
    """Capitals only; the refusal does not repeat what may be a secret."""
    for reader in (identity_from_text, HybridIdentity.from_text, X25519Identity.from_text):
        with pytest.raises(KeyFormatError) as refused:
            reader(text)
        assert text == "" or text not in str(refused.value)


@pytest.mark.parametrize("identity", [HYBRID, CLASSIC], ids=["hybrid", "classic"])
def test_wrapping(identity: HybridIdentity | X25519Identity) -> None:
    """The matching identity unwraps, each wrapping is new, and others get nothing."""
    stanza = identity.recipient.wrap(FILE_KEY)
    kinds.check_stanzas([stanza])

    assert identity.unwrap(stanza) == FILE_KEY
    assert identity.recipient.wrap(FILE_KEY) != stanza
    assert type(identity).generate().unwrap(stanza) is None
    assert identity.unwrap(Stanza(kind="other")) is None


def test_classic_wrapping_is_fixed_by_its_parts() -> None:
    """With the ephemeral key given, nothing is drawn."""
    parts = (CLASSIC.recipient, FILE_KEY)
    one = x25519._wrap_with(*parts, ephemeral=bytes([7]) * 32)
    assert one == x25519._wrap_with(*parts, ephemeral=bytes([7]) * 32)
    assert CLASSIC.unwrap(one) == FILE_KEY


def test_passphrases() -> None:
    """The passphrase unwraps, another does not, and the salt is new each time."""
    recipient = ScryptRecipient("correct horse", work_factor=2)
    stanza = recipient.wrap(FILE_KEY)
    kinds.check_stanzas([stanza])

    assert ScryptIdentity("correct horse").unwrap(stanza) == FILE_KEY
    assert ScryptIdentity("correct hors").unwrap(stanza) is None
    assert ScryptIdentity("x").unwrap(Stanza(kind="other")) is None
    assert recipient.wrap(FILE_KEY) != stanza
    fixed = scrypt._wrap_with(recipient, FILE_KEY, salt=bytes(16))
    assert fixed == scrypt._wrap_with(recipient, FILE_KEY, salt=bytes(16))


def test_too_much_work_is_refused_before_it_is_done() -> None:
    """A file cannot make its reader work longer than the reader allows."""
    stanza = ScryptRecipient("x", work_factor=3).wrap(FILE_KEY)
    huge = Stanza(kind="scrypt", arguments=(stanza.arguments[0], "99"), body=stanza.body)
    kinds.check_stanzas([huge])
    with pytest.raises(HeaderFormatError):
        ScryptIdentity("x").unwrap(huge)
    with pytest.raises(HeaderFormatError):
        ScryptIdentity("x", max_work_factor=2).unwrap(stanza)


def test_work_beyond_this_machine_is_named() -> None:
    """Where the memory is lacking, that is said, and no foreign error escapes."""
    with pytest.raises(UnsupportedError):
        scrypt._stretch("x", salt=bytes(16), work_factor=50)


@pytest.mark.parametrize("passphrase", ["", "a\udcff"])
def test_what_cannot_be_a_passphrase(passphrase: str) -> None:
    """Empty texts and halves of characters are refused at once, on both sides."""
    with pytest.raises(PassphraseError):
        ScryptRecipient(passphrase)
    with pytest.raises(PassphraseError):
        ScryptIdentity(passphrase)


@pytest.mark.parametrize("work_factor", [0, 23])
def test_a_writer_keeps_to_what_readers_accept(work_factor: int) -> None:
    """A work factor out of range is the program's mistake."""
    with pytest.raises(ValueError, match="work factor"):
        ScryptRecipient("x", work_factor=work_factor)


def test_unusable_keys_are_refused() -> None:
    """Wrong lengths, low order and coefficients out of range never become a key."""
    public = HYBRID.recipient.public
    for wrong in (b"", public[:-1], public + b"x", b"\xff" * 1184 + public[1184:]):
        with pytest.raises(KeyFormatError):
            HybridRecipient(wrong)
    with pytest.raises(KeyFormatError, match="low order"):
        HybridRecipient(public[:1184] + LOW_ORDER_POINT)
    for wrong in (b"", SEED[:-1], SEED + b"x"):
        with pytest.raises(KeyFormatError):
            HybridIdentity.from_seed(wrong)
        with pytest.raises(KeyFormatError):
            X25519Identity(wrong)
        with pytest.raises(KeyFormatError):
            X25519Recipient(wrong)
    with pytest.raises(KeyFormatError, match="low order"):
        X25519Recipient(LOW_ORDER_POINT)


def test_secrets_do_not_show() -> None:
    """The printed form of a value that holds a secret does not hold it."""
    for value in (HYBRID, CLASSIC, ScryptRecipient("hush"), ScryptIdentity("hush")):
        shown = repr(value)
        assert "hush" not in shown
        assert repr(SEED) not in shown


def test_identities_are_equal_by_their_secret() -> None:
    """Two readings of one secret are one identity; kinds are never mixed up."""
    assert HybridIdentity.from_seed(SEED) == HYBRID
    assert hash(HybridIdentity.from_seed(SEED)) == hash(HYBRID)
    assert HybridIdentity.generate() != HYBRID
    assert HYBRID != CLASSIC
    assert HYBRID != SEED


def test_fingerprint() -> None:
    """People compare sixteen characters, and another key shows others."""
    shown = HYBRID.recipient.fingerprint()
    assert [len(group) for group in shown.split("-")] == [4, 4, 4, 4]
    assert HybridIdentity.generate().recipient.fingerprint() != shown


def test_a_library_without_mlkem_is_named() -> None:
    """A missing algorithm is refused by its code, not by a foreign error."""
    hybrid.require_support(supported=True)
    with pytest.raises(UnsupportedError):
        hybrid.require_support(supported=False)
