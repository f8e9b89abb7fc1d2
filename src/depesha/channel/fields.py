"""The lines of a signed text: a purpose label, then `name: value` in a fixed order.

Owns the reading and writing that cards and pad books share. What each value means is theirs;
who signed is a matter of the note around the text (C2SP signed-note), read by `signed_text`.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from depesha.base import BaseFormatError, instant_from_text, require_line
from depesha.channel.errors import ChannelError, SignedTextError
from depesha.cipher import CipherError, Ed25519Signer, Ed25519Verifier, Verifier, open_note

NONE = "none"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SHORT_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DECIMAL = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
Value = TypeVar("Value")


class FieldReader:
    """Reads the fields of one text in order; each step refuses what it did not expect."""

    def __init__(self, text: str, *, label: str, error: type[ChannelError]) -> None:
        if not text.endswith("\n"):
            raise error("the text does not end with a line feed")
        self._lines = text[:-1].split("\n")
        self._place = 0
        self._error = error
        if self._lines[0] != label:
            raise error(f"line 1: expected {label}")

    def text(self, name: str) -> str:
        """Take the next line, which must be the field `name`, and return its value."""
        self._place += 1
        line = self._lines[self._place] if self._place < len(self._lines) else ""
        found, separator, value = line.partition(": ")
        if found != name or not separator:
            raise self._refusal(f"expected the field {name}")
        try:
            return require_line(value, what=name)
        except BaseFormatError as error:
            raise self._refusal(str(error)) from error

    def value(self, name: str, read: Callable[[str], Value]) -> Value:
        """Take the field `name` and read its value, refusing what `read` refuses."""
        text = self.text(name)
        try:
            return read(text)
        except (BaseFormatError, CipherError, ChannelError, ValueError) as error:
            raise self._refusal(f"{name} is not well formed") from error

    def instant(self, name: str) -> datetime:
        """Take the field `name` as an instant."""
        return self.value(name, instant_from_text)

    def optional(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """Take the field `name`, which may be written `none`."""
        return self.value(name, lambda text: None if text == NONE else read(text))

    def has(self, name: str) -> bool:
        """Tell whether the next line is the field `name`."""
        following = self._place + 1
        return following < len(self._lines) and self._lines[following].startswith(f"{name}: ")

    def last(self, value: Value) -> Value:
        """Return the value of the last field, refusing any line that is left."""
        if self._place + 1 != len(self._lines):
            self._place += 1
            raise self._refusal("expected the end of the text")
        return value

    def _refusal(self, reason: str) -> ChannelError:
        return self._error(f"line {self._place + 1}: {reason}")


def write_fields(label: str, fields: Iterable[tuple[str, str]]) -> str:
    """Write the label and the fields, each on a line of its own."""
    return "".join([f"{label}\n", *(f"{name}: {value}\n" for name, value in fields)])


def is_fingerprint(text: str) -> bool:
    """Tell whether a text has the form of a station's fingerprint: 64 lower-case digits."""
    return _FINGERPRINT.fullmatch(text) is not None


def short_id(text: str) -> str:
    """Read a book, channel or mailbox name: 32 lower-case hexadecimal digits.

    Raises:
        ValueError: It is anything else.
    """
    if not _SHORT_ID.fullmatch(text):
        raise ValueError("not 32 lower-case hexadecimal digits")
    return text


def fingerprint(text: str) -> str:
    """Read a station's fingerprint.

    Raises:
        ValueError: It is not 64 lower-case hexadecimal digits.
    """
    if not is_fingerprint(text):
        raise ValueError("not 64 lower-case hexadecimal digits")
    return text


def decimal(text: str) -> int:
    """Read a positive number of at most nine digits in its one spelling.

    Raises:
        ValueError: It is anything else.
    """
    if not _DECIMAL.fullmatch(text):
        raise ValueError("not a positive number in its one spelling")
    return int(text)


def unbase64(text: str, size: int) -> bytes:
    """Read exactly `size` bytes from padded standard base64 in its one spelling.

    Raises:
        ValueError: It is anything else.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) != size or base64.b64encode(data).decode() != text:
        raise ValueError("not base64 of the expected size")
    return data


def note_key(vkey: str) -> Ed25519Verifier:
    """Read a plain Ed25519 note key (type 0x01).

    Raises:
        CipherError: The text is no such key.
    """
    return Ed25519Verifier.from_vkey(vkey)


def require_same_key(signer: Ed25519Signer, verifier: Ed25519Verifier) -> None:
    """Refuse a signer that is not the one the text names.

    Raises:
        SignedTextError: It is another key.
    """
    if signer.verifier.to_vkey() != verifier.to_vkey():
        raise SignedTextError("the signer is not the key that the text names")


def signed_text(note: bytes, *keys: Verifier) -> str:
    """Return the text of a note once every one of `keys` has verified a signature on it.

    Raises:
        SignedTextError: It is no note, or one of the keys did not sign it.
    """
    try:
        opened = open_note(note, keys)
    except CipherError as error:
        raise SignedTextError("not a signed note that the expected key verifies") from error
    signed_by = {(signature.name, signature.key_id) for signature in opened.signatures}
    if any((key.name, key.key_id) not in signed_by for key in keys):
        raise SignedTextError("an expected signature is missing")
    return opened.text
