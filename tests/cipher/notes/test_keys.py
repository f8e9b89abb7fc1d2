"""Keys that sign notes: which are sound, how they are written, what they verify."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    CipherError,
    CosignatureSigner,
    CosignatureVerifier,
    Ed25519Signer,
    Ed25519Verifier,
    KeyFormatError,
    MLDSACosignatureSigner,
    MLDSACosignatureVerifier,
    NoteFormatError,
    SignatureError,
    SignatureLine,
    UnsupportedError,
    verifier_from_vkey,
)
from depesha.cipher.notes import mldsa
from depesha.cipher.notes.edwards import _LOW_ORDER, _PRIME, require_sound_key
from tests.support import Vector, shared, vectors

SEED = bytes(range(32))
AT = datetime(2031, 3, 2, 7, 10, 5, tzinfo=UTC)
CHECKPOINT = "post.example/log\n5\n" + "A" * 43 + "=\n"
PLAIN = Ed25519Signer("post.example", SEED)
WITNESS = CosignatureSigner("post.example", SEED)
QUANTUM = MLDSACosignatureSigner("post.example", SEED)
VERIFIERS = [PLAIN.verifier, WITNESS.verifier, QUANTUM.verifier]
AnyVerifier = Ed25519Verifier | CosignatureVerifier | MLDSACosignatureVerifier
KINDS: tuple[type[Ed25519Verifier], type[CosignatureVerifier], type[MLDSACosignatureVerifier]] = (
    Ed25519Verifier,
    CosignatureVerifier,
    MLDSACosignatureVerifier,
)


def entries(name: str) -> list[dict[str, str]]:
    found = json.loads(shared(f"vectors/{name}").read_bytes())
    listed: list[dict[str, str]] = found["tests"] if isinstance(found, dict) else found
    assert listed
    return listed


@pytest.mark.parametrize("entry", entries("tlog/vkeys.json"), ids=lambda entry: entry["name"])
def test_published_verifier_keys(entry: dict[str, str]) -> None:
    """A published key reads back as its own text, or is refused."""
    if entry["valid"]:
        assert verifier_from_vkey(entry["vkey"]).to_vkey() == entry["vkey"]
    else:
        with pytest.raises(KeyFormatError):
            verifier_from_vkey(entry["vkey"])


@pytest.mark.parametrize("vector", vectors("cipher/vkey"), ids=lambda v: v.name)
def test_vkey_vector(vector: Vector) -> None:
    """A verifier key of ours reads back as its own text, or is refused with the code named."""
    text = vector.body.decode()
    if vector.expect == "ok":
        assert verifier_from_vkey(text).to_vkey() == text
        return

    with pytest.raises(CipherError) as refused:
        verifier_from_vkey(text)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("verifier", VERIFIERS, ids=["plain", "cosigner", "ml-dsa"])
def test_verifier_keys_survive_their_text(
    verifier: AnyVerifier,
) -> None:
    """Each kind reads its own text and refuses the other kinds'."""
    text = verifier.to_vkey()
    assert verifier_from_vkey(text) == verifier
    readers: list[Callable[[str], AnyVerifier]] = [kind.from_vkey for kind in KINDS]
    read = []
    for reader in readers:
        with suppress(KeyFormatError):
            read.append(reader(text))
    assert read == [verifier]


@given(st.text() | st.text().map(lambda name: PLAIN.verifier.to_vkey().replace("post", name)))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        assert verifier_from_vkey(text).to_vkey() == text


@given(st.text())
def test_any_name_is_taken_or_refused(name: str) -> None:
    """A name that a note could not carry never names a key."""
    with suppress(KeyFormatError):
        line = Ed25519Signer(name, SEED).sign("x\n")
        assert SignatureLine.from_text(line).name == name


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\x00", "\ud800"]
)
def test_refused_names(name: str) -> None:
    """No space of any kind, no plus sign, no control character, no half character."""
    for signer in (Ed25519Signer, CosignatureSigner, MLDSACosignatureSigner):
        with pytest.raises(KeyFormatError):
            signer(name, SEED)


@pytest.mark.parametrize("entry", entries("ed25519/rfc8032.json"), ids=lambda entry: entry["name"])
def test_rfc8032(entry: dict[str, str]) -> None:
    """A published seed gives the published key, and the published signature verifies."""
    signer = Ed25519Signer("rfc", bytes.fromhex(entry["secret"]))
    assert signer.verifier.public.hex() == entry["public"]
    message = bytes.fromhex(entry["message"])
    assert signer._key.sign(message).hex() == entry["signature"]


def test_wycheproof() -> None:
    """Every case whose message is a text has the result that the set names."""
    wrong, tried = [], 0
    for entry in entries("ed25519/wycheproof-ed25519.json"):
        try:
            text = bytes.fromhex(entry["msg"]).decode()
        except UnicodeDecodeError:
            continue
        tried += 1
        try:
            Ed25519Verifier("w", bytes.fromhex(entry["pk"])).verify(
                text, bytes.fromhex(entry["sig"])
            )
            result = "valid"
        except CipherError:
            result = "invalid"
        if result != entry["result"]:
            wrong.append(entry["tcId"])
    assert wrong == []
    assert tried > 50


def test_edge_case_keys() -> None:
    """Published keys of low order or in a second encoding are refused, and no others are."""
    for entry in entries("ed25519/cctv-edge-cases.json"):
        public = bytes.fromhex(entry["key"])
        unsound = {"low_order_A", "non_canonical_A"} & set(entry["flags"] or [])
        if unsound:
            with pytest.raises(KeyFormatError):
                Ed25519Verifier("edge", public)
        else:
            require_sound_key(public)


def test_edge_case_signatures() -> None:
    """Under the keys that are left, a signature that verifies has no odd encoding and no residue.

    On those cases libraries disagree; what is left is accepted by all of them.
    """
    odd = {"non_canonical_R", "reencoded_k", "low_order_residue"}
    for entry in entries("ed25519/cctv-edge-cases.json"):
        flags = set(entry["flags"] or [])
        if flags & {"low_order_A", "non_canonical_A"}:
            continue
        verifier = Ed25519Verifier("edge", bytes.fromhex(entry["key"]))
        try:
            verifier.verify(entry["msg"], bytes.fromhex(entry["sig"]))
        except SignatureError:
            continue
        assert not flags & odd, entry["number"]


@pytest.mark.parametrize("y", sorted(_LOW_ORDER))
@pytest.mark.parametrize("sign", [0, 1])
def test_low_order_keys(y: int, sign: int) -> None:
    """All points whose order divides eight are refused, whichever root is meant."""
    with pytest.raises(KeyFormatError, match="low order"):
        require_sound_key((y | sign << 255).to_bytes(32, "little"))


@pytest.mark.parametrize("y", [_PRIME, _PRIME + 1, _PRIME + 3, 2**255 - 1])
def test_keys_in_a_second_encoding(y: int) -> None:
    """A coordinate of at least the prime is refused."""
    with pytest.raises(KeyFormatError, match="encoding"):
        require_sound_key(y.to_bytes(32, "little"))


def test_keys_that_are_no_point() -> None:
    """About half of all coordinates belong to no point; every real key passes."""
    refused = 0
    for number in range(2, 40):
        try:
            require_sound_key(number.to_bytes(32, "little"))
        except KeyFormatError:
            refused += 1
        require_sound_key(Ed25519Signer("x", bytes([number]) * 32).verifier.public)
    assert 10 < refused < 30


def test_keys_of_wrong_length() -> None:
    """Seeds and public keys have one length each."""
    for wrong in (b"", SEED[:-1], SEED + b"x"):
        for signer in (Ed25519Signer, CosignatureSigner, MLDSACosignatureSigner):
            with pytest.raises(KeyFormatError):
                signer("x", wrong)
        for verifier in KINDS:
            with pytest.raises(KeyFormatError):
                verifier("x", wrong)
    with pytest.raises(KeyFormatError):
        MLDSACosignatureVerifier("x" * 256, QUANTUM.verifier.public)


def signature_of(line: str) -> bytes:
    return SignatureLine.from_text(line).signature


@given(st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # given with UTC
def test_the_time_of_a_cosignature_reads_back(at: datetime) -> None:
    """To the second; fractions are cut off."""
    signature = signature_of(WITNESS.cosign(CHECKPOINT, at))
    assert WITNESS.verifier.verify(CHECKPOINT, signature) == at.replace(microsecond=0)


@pytest.mark.parametrize("cosigner", [WITNESS, QUANTUM], ids=["ed25519", "ml-dsa"])
def test_a_cosignature_covers_text_and_time(
    cosigner: CosignatureSigner | MLDSACosignatureSigner,
) -> None:
    """Another text, another time or a cut signature does not verify."""
    signature = signature_of(cosigner.cosign(CHECKPOINT, AT))
    assert cosigner.verifier.verify(CHECKPOINT, signature) == AT
    later = (int.from_bytes(signature[:8], "big") + 1).to_bytes(8, "big") + signature[8:]
    for text, wrong in (
        (CHECKPOINT.replace("5", "6"), signature),
        (CHECKPOINT, later),
        (CHECKPOINT, signature[:-1]),
        (CHECKPOINT, signature + b"x"),
        (CHECKPOINT, signature[:7]),
    ):
        with pytest.raises(SignatureError):
            cosigner.verifier.verify(text, wrong)


def test_a_time_must_be_in_utc() -> None:
    """A time without a zone, or in another, is the program's mistake."""
    for at in (datetime(2031, 3, 2), AT.astimezone(timezone(timedelta(hours=3)))):  # noqa: DTZ001
        with pytest.raises(ValueError, match="UTC"):
            WITNESS.cosign(CHECKPOINT, at)


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1, 2**40])
def test_a_time_beyond_the_calendar_is_refused(seconds: int) -> None:
    """Also where the signature itself holds."""
    message = f"cosignature/v1\ntime {seconds}\n{CHECKPOINT}".encode()
    signature = seconds.to_bytes(8, "big") + WITNESS._key.sign(message)
    with pytest.raises(SignatureError, match="calendar"):
        WITNESS.verifier.verify(CHECKPOINT, signature)


def test_ml_dsa_covers_the_name_and_not_the_extension_lines() -> None:
    """One key may serve two names; lines after the root hash are not under the signature."""
    signature = signature_of(QUANTUM.cosign(CHECKPOINT, AT))
    assert QUANTUM.verifier.verify(CHECKPOINT + "extension\n", signature) == AT
    renamed = MLDSACosignatureVerifier("other.example", QUANTUM.verifier.public)
    with pytest.raises(SignatureError):
        renamed.verify(CHECKPOINT, signature)


def test_ml_dsa_without_a_time_states_none() -> None:
    """A time of zero says nothing about when."""
    zero = datetime(1970, 1, 1, tzinfo=UTC)
    signature = signature_of(QUANTUM.cosign(CHECKPOINT, zero))
    assert QUANTUM.verifier.verify(CHECKPOINT, signature) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n05\n" + "A" * 43 + "=\n",
        "origin\n5\n" + "A" * 42 + "\n",
        "origin\n5\n" + "A" * 40 + "\n",
        "origin\n9999999999999999999\n" + "A" * 43 + "=\n",
        "o" * 256 + "\n5\n" + "A" * 43 + "=\n",
    ],
)
def test_ml_dsa_signs_checkpoints_only(text: str) -> None:
    """A text that does not begin as a checkpoint is neither signed nor verified."""
    with pytest.raises(NoteFormatError):
        QUANTUM.cosign(text, AT)
    with pytest.raises(SignatureError):
        QUANTUM.verifier.verify(text, bytes(2428))


def test_texts_without_an_encoding_are_refused() -> None:
    """Half a character cannot be signed."""
    with pytest.raises(NoteFormatError):
        PLAIN.sign("\ud800\n")
    with pytest.raises(NoteFormatError):
        WITNESS.cosign("\ud800\n", AT)
    with pytest.raises(NoteFormatError):
        QUANTUM.cosign("\ud800" + CHECKPOINT, AT)


def test_generated_keys_differ() -> None:
    """Each draw is a new key under the name given."""
    for signer in (Ed25519Signer, CosignatureSigner, MLDSACosignatureSigner):
        one, two = signer.generate("x"), signer.generate("x")
        assert one.name == two.name == "x"
        assert one != two
        assert one.verifier.key_id != two.verifier.key_id
        assert signer("x", one.seed) == one


def test_secrets_do_not_show() -> None:
    """The printed form of a signer does not hold its seed."""
    for signer in (PLAIN, WITNESS, QUANTUM):
        assert repr(SEED) not in repr(signer)
        assert "post.example" in repr(signer)


def test_a_library_without_ml_dsa_is_named() -> None:
    """A missing algorithm is refused by its code, not by a foreign error."""
    mldsa.require_support(supported=True)
    with pytest.raises(UnsupportedError):
        mldsa.require_support(supported=False)
