"""The checkpoint: the register summed up at one size (C2SP tlog-checkpoint 1.0.0).

The text is what gets signed, as a C2SP signed note whose key name is the origin. Reading order:
the note's bytes are verified as received (`depesha.cipher`), and only then is the text read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import BaseFormatError, require_block, require_line
from depesha.cipher import (
    Ed25519Signer,
    MLDSACosignatureSigner,
    MLDSACosignatureVerifier,
    Verifier,
    append_signature,
    open_note,
    sign_note,
    unverified_text,
)
from depesha.register.errors import CheckpointFormatError, OriginError
from depesha.register.spelling import HASH_SIZE, is_size, read_hash, read_size, write_base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a register's owner states: at this size the tree has this root.

    `extensions` are the opaque lines that C2SP allows after the root. This program never writes
    any; it keeps those of others, since they are part of what was signed.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_origin(self.origin)
        if not is_size(self.size):
            raise CheckpointFormatError("the size is negative, or 2^63 or more", line=2)
        if len(self.root) != HASH_SIZE:
            raise CheckpointFormatError("the root is not 32 bytes", line=3)
        for line, extension in enumerate(self.extensions, start=4):
            _require_extension(extension, line)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form.

        Raises:
            CheckpointFormatError: The text is anything else.
        """
        match text.split("\n"):
            case [origin, size_text, root_text, *extensions, ""]:
                pass
            case _:
                raise CheckpointFormatError("a checkpoint is three or more whole lines", line=1)
        try:
            size = read_size(size_text)
        except ValueError as error:
            raise CheckpointFormatError(str(error), line=2) from None
        try:
            root = read_hash(root_text)
        except ValueError as error:
            raise CheckpointFormatError(str(error), line=3) from None
        return cls(origin=origin, size=size, root=root, extensions=tuple(extensions))

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        lines = [self.origin, str(self.size), write_base64(self.root), *self.extensions]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint beside the signed note it was read from, as received.

    `verify` is the way in for anything from outside; `kept` is for notes that were verified
    before they were kept.
    """

    checkpoint: Checkpoint
    note: bytes

    @classmethod
    def verify(cls, note: bytes, log_verifier: Verifier) -> Self:
        """Open a checkpoint's note; see `open_checkpoint`."""
        return cls(checkpoint=open_checkpoint(note, log_verifier), note=note)

    @classmethod
    def kept(cls, note: bytes) -> Self:
        """Read a note from one's own store, where only verified ones are put.

        Raises:
            CipherError: The bytes are not a note.
            CheckpointFormatError: The note's text is not a checkpoint.
        """
        return cls(checkpoint=Checkpoint.from_text(unverified_text(note)), note=note)

    @property
    def text(self) -> str:
        """The signed text as it stands in the note."""
        return unverified_text(self.note)


def sign_checkpoint(checkpoint: Checkpoint, signer: Ed25519Signer) -> bytes:
    """Sign a checkpoint as a note; whoever calls has made sure that it contradicts no earlier one.

    Raises:
        OriginError: The signer's name is not the checkpoint's origin.
    """
    if signer.verifier.name != checkpoint.origin:
        raise OriginError("a checkpoint is signed under its origin")
    return sign_note(checkpoint.to_text(), [signer])


def countersign(note: bytes, signer: MLDSACosignatureSigner, at: datetime) -> bytes:
    """Add the owner's post-quantum signature below a checkpoint the owner has just signed.

    Raises:
        OriginError: The signer's name is not the checkpoint's origin.
        CipherError: The note is malformed, or carries this signature already.
    """
    signed = SignedCheckpoint.kept(note)
    if signer.name != signed.checkpoint.origin:
        raise OriginError("a checkpoint is signed under its origin")
    return append_signature(note, signer.cosign(signed.text, at))


def open_checkpoint(note: bytes, log_verifier: Verifier) -> Checkpoint:
    """Verify the signature of a register's owner on a note, then read the checkpoint in it.

    Signatures of other keys (cosignatures) are neither checked nor a hindrance. A post-quantum
    signature doesn't cover extension lines, so a checkpoint that rests on one has none.

    Raises:
        CipherError: The note is malformed, or not validly signed by this key.
        CheckpointFormatError: The signed text is not a checkpoint.
        OriginError: The checkpoint is of another origin than the key's name.
    """
    checkpoint = Checkpoint.from_text(open_note(note, [log_verifier]).text)
    require_owner(checkpoint, log_verifier)
    return checkpoint


def require_owner(checkpoint: Checkpoint, log_verifier: Verifier) -> None:
    """Check that a key which validly signed a checkpoint may speak for its register.

    Raises:
        OriginError: The checkpoint is of another origin than the key's name.
        CheckpointFormatError: It has lines that this key's signature doesn't cover.
    """
    if checkpoint.origin != log_verifier.name:
        raise OriginError("the checkpoint is of another origin than its signer")
    if checkpoint.extensions and isinstance(log_verifier, MLDSACosignatureVerifier):
        raise CheckpointFormatError("the extension line is not signed", line=4)


def _require_origin(origin: str) -> None:
    try:
        require_line(origin, what="the origin")
    except BaseFormatError as error:
        raise CheckpointFormatError(str(error), line=1) from error


def _require_extension(extension: str, line: int) -> None:
    try:
        require_block(extension + "\n", what="an extension line")
    except BaseFormatError as error:
        raise CheckpointFormatError(str(error), line=line) from error
    if not extension or "\n" in extension:
        raise CheckpointFormatError("an extension is one line that is not empty", line=line)
