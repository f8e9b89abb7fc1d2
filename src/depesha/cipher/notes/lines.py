"""The words of signed notes: key names, key ids, verifier keys and signature lines.

C2SP signed-note 1.0.0, "Format" and "Verifier keys".
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Self

from depesha.cipher.encoding import from_base64, to_base64
from depesha.cipher.errors import CipherError, KeyFormatError, NoteFormatError

KEY_ID_SIZE = 4
_DASH = "\N{EM DASH}"
# For Python `\s` is every Unicode space; the last range are the halves of surrogate pairs.
_REFUSED_IN_NAMES = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")
_VERIFIER_KEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", re.ASCII)


def require_key_name(name: str, *, refusal: type[CipherError] = KeyFormatError) -> str:
    """Return `name` if it can name a key: not empty, no space of any kind, no plus sign."""
    if not name or _REFUSED_IN_NAMES.search(name):
        raise refusal("a key name is empty, or holds a space, a plus sign or half a character")
    return name


def encode_utf8(text: str, *, refusal: type[CipherError] = NoteFormatError) -> bytes:
    """Encode a text; half a surrogate pair, which has no encoding, raises `refusal`."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise refusal("a text holds half a character") from None


def derive_key_id(name: str, kind: int, public: bytes) -> bytes:
    """Compute the four bytes that point at a key; they identify, and prove nothing."""
    material = b"%b\n%c%b" % (name.encode(), kind, public)
    return hashlib.sha256(material).digest()[:KEY_ID_SIZE]


def vkey_to_text(name: str, kind: int, public: bytes) -> str:
    """Write a verifier key: name, key id, and base64 of type byte and public key."""
    key_id = derive_key_id(name, kind, public).hex()
    return f"{name}+{key_id}+{to_base64(bytes([kind]) + public).decode()}"


def vkey_from_text(text: str) -> tuple[str, int, bytes]:
    """Read a verifier key into its name, type byte and public key.

    Raises:
        KeyFormatError: The text is not one, or its key id is not that of its key.
    """
    match = _VERIFIER_KEY.fullmatch(text)
    if match is None:
        raise KeyFormatError("not a verifier key: expected name+id+key")
    name = require_key_name(match[1])
    material = from_base64(match[3].encode(), refusal=KeyFormatError, what="a verifier key")
    kind, public = material[0], material[1:]
    if derive_key_id(name, kind, public).hex() != match[2]:
        raise KeyFormatError("the key id of a verifier key is not that of its key")
    return name, kind, public


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One line below a note: who claims to have signed, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes = field(repr=False)

    @classmethod
    def from_text(cls, line: str) -> Self:
        """Read what `to_text` writes.

        Raises:
            NoteFormatError: The line is anything else.
        """
        words = line.removesuffix("\n").split(" ")
        if not line.endswith("\n") or len(words) != 3 or words[0] != _DASH:  # noqa: PLR2004
            raise NoteFormatError("a line below the note is not a signature")
        name = require_key_name(words[1], refusal=NoteFormatError)
        data = from_base64(
            words[2].encode(errors="replace"), refusal=NoteFormatError, what="a signature"
        )
        if len(data) <= KEY_ID_SIZE:
            raise NoteFormatError("a signature is shorter than its key id")
        return cls(name=name, key_id=data[:KEY_ID_SIZE], signature=data[KEY_ID_SIZE:])

    def to_text(self) -> str:
        """Write the line, with the line feed that ends it."""
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.signature).decode()}\n"

    @property
    def key(self) -> tuple[str, bytes]:
        """Name and key id: together they single out one key."""
        return self.name, self.key_id
