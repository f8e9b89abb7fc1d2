"""Signed notes: a text and the signatures below it (C2SP signed-note 1.0.0).

The text of a note is not to be used, shown or stored as true before `open_note` returned it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from depesha.cipher.errors import (
    KeyFormatError,
    NoKnownSignatureError,
    NoteFormatError,
)
from depesha.cipher.notes.ed25519 import Ed25519Signer
from depesha.cipher.notes.lines import SignatureLine, encode_utf8
from depesha.cipher.notes.verifier import Verifier

NOTE_LIMIT_BYTES = 1 << 20
SIGNATURE_LIMIT = 64
_CONTROLS = bytes(code for code in range(0x20) if code != ord("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSignature:
    """A signature that held: the key that made it, and the time that it states, if any."""

    name: str
    key_id: bytes
    timestamp: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedNote:
    """A text that known keys signed; at least one signature held, and none failed.

    Whether the keys that signed are enough is for the caller to judge.
    """

    text: str
    signatures: tuple[VerifiedSignature, ...]


def sign_note(text: str, signers: Sequence[Ed25519Signer]) -> bytes:
    """Make a note of a text that ends in a line feed.

    Raises:
        NoteFormatError: The text cannot be a note's, nobody signs, or one key signs twice.
    """
    data = _encode_text(text)
    lines = [signer.sign(text) for signer in signers]
    if not lines or len(lines) > SIGNATURE_LIMIT:
        raise NoteFormatError(f"a note has from 1 to {SIGNATURE_LIMIT} signatures")
    if len({(signer.name, signer.verifier.key_id) for signer in signers}) != len(lines):
        raise NoteFormatError("one key would sign the note twice")
    return _require_size(data + "".join(("\n", *lines)).encode())


def open_note(note: bytes, verifiers: Sequence[Verifier]) -> VerifiedNote:
    """Verify a note and return its text.

    Lines of keys that are not among `verifiers` are ignored; every line of one that is must
    hold; a key that stands there again counts once, as in the reference implementation.

    Raises:
        NoteFormatError: The bytes are not a signed note.
        SignatureError: A known key's signature is wrong.
        NoKnownSignatureError: No known key signed.
        KeyFormatError: Two different keys among `verifiers` share a name and a key id.
    """
    text, lines = _read_note(note)
    known = _by_key(verifiers)
    verified: dict[tuple[str, bytes], VerifiedSignature] = {}
    for line in lines:
        verifier = known.get(line.key)
        if verifier is None:
            continue
        timestamp = verifier.verify(text, line.signature)
        # A key that stands there again must hold again, and counts once.
        verified.setdefault(
            line.key,
            VerifiedSignature(name=line.name, key_id=line.key_id, timestamp=timestamp),
        )
    if not verified:
        raise NoKnownSignatureError("no known key signed the note")
    return VerifiedNote(text=text, signatures=tuple(verified.values()))


def append_signature(note: bytes, line: str) -> bytes:
    """Put one more signature line, ended by a line feed, below a note; nothing is verified.

    Raises:
        NoteFormatError: Note or line is malformed, the note is full, or that key stands there.
    """
    _, lines = _read_note(note)
    added = SignatureLine.from_text(line)
    if added.key in {present.key for present in lines}:
        raise NoteFormatError("that key's signature stands on the note already")
    if len(lines) >= SIGNATURE_LIMIT:
        raise NoteFormatError(f"the note has {SIGNATURE_LIMIT} signatures already")
    return _require_size(note + line.encode())


def unverified_text(note: bytes) -> str:
    """Return the text that a note claims, to look up whose keys to try and for nothing else.

    Raises:
        NoteFormatError: The bytes are not a signed note.
    """
    return _read_note(note)[0]


def _read_note(note: bytes) -> tuple[str, tuple[SignatureLine, ...]]:
    try:
        decoded = _require_plain(_require_size(note)).decode()
    except UnicodeDecodeError:
        raise NoteFormatError("the note is not UTF-8") from None
    # The last empty line ends the text, so the text itself may hold empty lines.
    text, found, tail = decoded.rpartition("\n\n")
    if not found or not tail.endswith("\n"):
        raise NoteFormatError("the note has no signatures below an empty line")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise NoteFormatError(f"the note has more than {SIGNATURE_LIMIT} signatures")
    return text + "\n", tuple(SignatureLine.from_text(f"{line}\n") for line in lines)


def _require_size(note: bytes) -> bytes:
    if len(note) > NOTE_LIMIT_BYTES:
        raise NoteFormatError("the note is larger than a mebibyte")
    return note


def _encode_text(text: str) -> bytes:
    """Encode a text that can be a note's; one that cannot is refused."""
    data = encode_utf8(text)
    if not data.endswith(b"\n"):
        raise NoteFormatError("the text does not end in a line feed")
    return _require_plain(data)


def _require_plain(data: bytes) -> bytes:
    # In UTF-8 these bytes stand for control characters and for nothing else.
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise NoteFormatError("the note holds a control character")
    return data


def _by_key(verifiers: Sequence[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        other = known.setdefault((verifier.name, verifier.key_id), verifier)
        if other is not verifier and other.to_vkey() != verifier.to_vkey():
            raise KeyFormatError("two known keys share one name and key id")
    return known
