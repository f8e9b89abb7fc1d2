"""Signed notes: what is read, what is verified, and what is refused."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.cipher import (
    CipherError,
    CosignatureSigner,
    Ed25519Signer,
    KeyFormatError,
    MLDSACosignatureSigner,
    NoKnownSignatureError,
    NoteFormatError,
    SignatureError,
    SignatureLine,
    append_signature,
    open_note,
    sign_note,
    unverified_text,
    verifier_from_vkey,
)
from tests.support import Vector, shared, vectors

CODES = {
    "verified": "ok",
    "unverified": "cipher.no_known_signature",
    "invalid signature": "cipher.signature",
    "malformed": "cipher.note_format",
}
AT = datetime(2031, 3, 2, 7, 10, 5, tzinfo=UTC)
ALPHA = Ed25519Signer("post.example/alpha", bytes(32))
BETA = Ed25519Signer("post.example/beta", bytes([1]) * 32)
WITNESS = CosignatureSigner("witness.example", bytes([2]) * 32)
QUANTUM = MLDSACosignatureSigner("quantum.example", bytes([3]) * 32)
CHECKPOINT = "post.example/log\n5\n" + base64.b64encode(bytes(range(32))).decode() + "\n"
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)])
    | st.just("\n")
).map(lambda text: text + "\n")

Entry = dict[str, str | list[str]]


def note_entries() -> list[Entry]:
    entries: list[Entry] = json.loads(shared("vectors/tlog/notes.json").read_bytes())
    assert {entry["expect"] for entry in entries} == set(CODES)
    return entries


@pytest.mark.parametrize("entry", note_entries(), ids=lambda entry: str(entry["name"]))
def test_published_notes(entry: Entry) -> None:
    """Each published note has the outcome that its entry names, by the keys that it names."""
    note, vkeys, expect = str(entry["note"]).encode(), entry["vkeys"], str(entry["expect"])
    verifiers = [verifier_from_vkey(vkey) for vkey in vkeys]
    if CODES[expect] == "ok":
        opened = open_note(note, verifiers)
        assert opened.text == unverified_text(note)
        names = {f"{one.name}+{one.key_id.hex()}" for one in opened.signatures}
        assert names == set(entry["verified_by"])
        return

    with pytest.raises(CipherError) as refused:
        open_note(note, verifiers)

    assert refused.value.code == CODES[expect]


@pytest.mark.parametrize("vector", vectors("cipher/signed-note"), ids=lambda v: v.name)
def test_note_vector(vector: Vector) -> None:
    """A note of ours opens, or is refused with the code that its head names."""
    verifiers = [verifier_from_vkey(vkey) for vkey in vector.head["vkeys"].split(" ")]
    if vector.expect == "ok":
        opened = open_note(vector.body, verifiers)
        assert vector.body.startswith(opened.text.encode())
        return

    with pytest.raises(CipherError) as refused:
        open_note(vector.body, verifiers)

    assert refused.value.code == vector.expect


@given(TEXTS)
def test_what_is_signed_opens(text: str) -> None:
    """Any text with no control character survives, empty lines at its end included."""
    opened = open_note(sign_note(text, [ALPHA, BETA]), [BETA.verifier, ALPHA.verifier])

    assert opened.text == text
    assert [signature.name for signature in opened.signatures] == [ALPHA.name, BETA.name]
    assert [signature.timestamp for signature in opened.signatures] == [None, None]


def test_cosignatures_are_verified_beside_signatures() -> None:
    """All three kinds stand on one checkpoint, and the two that state a time give it back."""
    note = sign_note(CHECKPOINT, [ALPHA])
    for signer in (WITNESS, QUANTUM):
        note = append_signature(note, signer.cosign(CHECKPOINT, AT))

    opened = open_note(note, [ALPHA.verifier, WITNESS.verifier, QUANTUM.verifier])

    assert opened.text == CHECKPOINT
    assert [one.timestamp for one in opened.signatures] == [None, AT, AT]
    assert [one.key_id for one in opened.signatures] == [
        ALPHA.verifier.key_id,
        WITNESS.verifier.key_id,
        QUANTUM.verifier.key_id,
    ]


def test_one_flipped_bit_anywhere_is_refused() -> None:
    """In text, names or signatures: no changed note opens under the keys that signed it."""
    note = sign_note(CHECKPOINT, [ALPHA])
    expected = {"cipher.note_format", "cipher.signature", "cipher.no_known_signature"}
    for place in range(len(note)):
        for bit in range(8):
            changed = bytearray(note)
            changed[place] ^= 1 << bit
            with pytest.raises(CipherError) as refused:
                open_note(bytes(changed), [ALPHA.verifier])
            assert refused.value.code in expected, f"bit {bit} of byte {place}"


def test_every_cut_is_refused() -> None:
    """No beginning of a note passes for a note."""
    note = sign_note(CHECKPOINT, [ALPHA])
    for size in range(len(note)):
        with pytest.raises(NoteFormatError):
            open_note(note[:size], [ALPHA.verifier])


@given(st.binary() | TEXTS.map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the reader fail in a way callers are not told about."""
    with suppress(CipherError):
        open_note(data, [ALPHA.verifier])
    with suppress(CipherError):
        open_note(data + "\n\n— ".encode() + data, [ALPHA.verifier])


@given(st.text())
def test_any_line_is_appended_or_refused(line: str) -> None:
    """A line from outside is a signature line or is refused, in its one spelling."""
    note = sign_note("x\n", [ALPHA])
    for candidate in (line, f"— {line}\n", f"— name {line}\n"):
        with suppress(NoteFormatError):
            assert SignatureLine.from_text(candidate).to_text() == candidate
        with suppress(NoteFormatError):
            assert append_signature(note, candidate) == note + candidate.encode()


@given(st.text())
def test_any_text_is_signed_or_refused(text: str) -> None:
    """A text that cannot be a note's is never signed."""
    with suppress(NoteFormatError):
        assert open_note(sign_note(text, [ALPHA]), [ALPHA.verifier]).text == text


@pytest.mark.parametrize("text", ["", "x", "x\r\n", "\x00\n", "a\tb\n", "\udcff\n"])
def test_texts_that_cannot_be_signed(text: str) -> None:
    """No line feed at the end, a control character, or half a character."""
    with pytest.raises(NoteFormatError):
        sign_note(text, [ALPHA])


def test_who_may_sign() -> None:
    """Somebody must, nobody twice, and no more than readers accept."""
    crowd = [Ed25519Signer(f"post-{number}", bytes(32)) for number in range(65)]
    for signers in ([], [ALPHA, ALPHA], crowd):
        with pytest.raises(NoteFormatError):
            sign_note("x\n", signers)

    full = sign_note("x\n", crowd[:64])
    assert len(open_note(full, [crowd[63].verifier]).signatures) == 1
    with pytest.raises(NoteFormatError):
        append_signature(full, crowd[64].sign("x\n"))
    with pytest.raises(NoteFormatError):
        open_note(full + crowd[64].sign("x\n").encode(), [crowd[0].verifier])


def test_size_limit() -> None:
    """A note of more than a mebibyte is neither made, lengthened nor read."""
    line = len(ALPHA.sign("x\n").encode())
    fits = "x" * ((1 << 20) - line - 2) + "\n"
    note = sign_note(fits, [ALPHA])
    assert open_note(note, [ALPHA.verifier]).text == fits

    with pytest.raises(NoteFormatError):
        sign_note("x" + fits, [ALPHA])
    with pytest.raises(NoteFormatError):
        append_signature(note, BETA.sign(fits))
    with pytest.raises(NoteFormatError):
        open_note(b"x" + note, [ALPHA.verifier])


def test_the_same_key_counts_once() -> None:
    """It is not added twice; in a note from outside it counts once, and must hold each time."""
    note = sign_note("x\n", [ALPHA])
    line = ALPHA.sign("x\n")
    with pytest.raises(NoteFormatError):
        append_signature(note, line)
    assert len(open_note(note + line.encode(), [ALPHA.verifier]).signatures) == 1
    with pytest.raises(SignatureError):
        open_note(note + ALPHA.sign("y\n").encode(), [ALPHA.verifier])


def test_unknown_keys_are_ignored() -> None:
    """Also one that shares only its name, or only its key id, with a known key."""
    namesake = Ed25519Signer(ALPHA.name, bytes([9]) * 32)
    note = sign_note("x\n", [ALPHA, namesake, BETA])

    assert [one.name for one in open_note(note, [ALPHA.verifier]).signatures] == [ALPHA.name]
    with pytest.raises(NoKnownSignatureError):
        open_note(note, [])
    with pytest.raises(NoKnownSignatureError):
        open_note(sign_note("x\n", [namesake]), [ALPHA.verifier])


def test_one_wrong_signature_of_a_known_key_refuses_the_note() -> None:
    """A good signature beside it does not help."""
    note = append_signature(sign_note("x\n", [ALPHA]), BETA.sign("y\n"))
    assert open_note(note, [ALPHA.verifier]).text == "x\n"
    with pytest.raises(SignatureError):
        open_note(note, [ALPHA.verifier, BETA.verifier])


class Impostor:
    """A verifier with another's name and key id, as a collision of 32 bits would give."""

    name = ALPHA.name
    key_id = ALPHA.verifier.key_id

    def verify(self, text: str, signature: bytes) -> None:
        raise SignatureError("never called")

    def to_vkey(self) -> str:
        return BETA.verifier.to_vkey()


def test_known_keys_that_cannot_be_told_apart_are_refused() -> None:
    """The caller's own keys must be distinct; naming one key twice is harmless."""
    note = sign_note("x\n", [ALPHA])
    again = verifier_from_vkey(ALPHA.verifier.to_vkey())
    assert open_note(note, [ALPHA.verifier, again]).text == "x\n"
    with pytest.raises(KeyFormatError):
        open_note(note, [ALPHA.verifier, Impostor()])
