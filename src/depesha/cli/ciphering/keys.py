"""The keys of plain age files as people keep them: in files of lines, or as a passphrase."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import TypeVar
from warnings import catch_warnings, simplefilter

from depesha.base import BaseFormatError, decode
from depesha.cipher import (
    HybridIdentity,
    Identity,
    KeyFormatError,
    Recipient,
    ScryptIdentity,
    Stanza,
    X25519Identity,
    identity_from_text,
    recipient_from_text,
    strip_armor,
    unseal_chunks,
)
from depesha.cli.ciphering.refusals import InputRefusedError
from depesha.cli.ciphering.streams import read_small

_SEALED_BEGINNING = b"age-encryption.org/"
_SCRYPT = "scrypt"

Key = TypeVar("Key")


@dataclass(slots=True, kw_only=True)
class Passphrase:
    """A passphrase, from its file or else from the terminal; asked for once, when it is needed."""

    path: Path | None
    is_confirmed: bool = False
    _text: str | None = field(default=None, init=False, repr=False)

    @property
    def text(self) -> str:
        """The passphrase.

        Raises:
            InputRefusedError: There is neither a file nor a terminal that hides what is typed.
        """
        if self._text is None:
            self._text = self._ask() if self.path is None else self._read(self.path)
        return self._text

    def _read(self, path: Path) -> str:
        return _words(read_small(path, what="the passphrase"), what="the passphrase").rstrip("\r\n")

    def _ask(self) -> str:
        with catch_warnings():
            simplefilter("error", GetPassWarning)
            try:
                typed = getpass("Passphrase: ")
                again = getpass("The same again: ") if self.is_confirmed else typed
            except GetPassWarning:
                raise InputRefusedError(
                    "no terminal to ask for the passphrase: name its file with --passphrase-file"
                ) from None
        if typed != again:
            raise InputRefusedError("the passphrase was typed differently the second time")
        return typed


@dataclass(frozen=True, slots=True)
class PassphraseIdentity:
    """Opens what is under a passphrase, for which it asks only if there is such a file."""

    passphrase: Passphrase

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the stanza is of another kind or passphrase.

        Raises:
            HeaderFormatError: The file asks for more work than is allowed.
        """
        if stanza.kind != _SCRYPT:
            return None
        return ScryptIdentity(self.passphrase.text).unwrap(stanza)


def read_identities(path: Path, passphrase: Passphrase) -> list[HybridIdentity | X25519Identity]:
    """Read the identities of a file, which may be sealed under a passphrase, armored or not.

    Raises:
        CipherError: It is sealed and cannot be opened, or a line of it is no identity.
        InputRefusedError: It is no text, or is too large.
    """
    data = b"".join(strip_armor([read_small(path, what="the file of identities")]))
    if data.startswith(_SEALED_BEGINNING):
        data = b"".join(unseal_chunks([data], [PassphraseIdentity(passphrase)]))
    return list(_keys_in(data, identity_from_text, what="the file of identities"))


def read_recipients(texts: Sequence[str], paths: Sequence[Path]) -> list[Recipient]:
    """Read the recipients that were typed, and those in files of them.

    Raises:
        CipherError: One of them is no recipient.
        InputRefusedError: A file of them is no text, or is too large.
    """
    found: list[Recipient] = [recipient_from_text(text) for text in texts]
    what = "the file of recipients"
    for path in paths:
        found.extend(_keys_in(read_small(path, what=what), recipient_from_text, what=what))
    return found


def read_openers(paths: Sequence[Path], passphrase: Passphrase) -> list[Identity]:
    """Gather what may open a file: identities, and the passphrase if one was named or none else."""
    found: list[Identity] = []
    for path in paths:
        found.extend(read_identities(path, passphrase))
    if passphrase.path is not None or not paths:
        found.append(PassphraseIdentity(passphrase))
    return found


def _keys_in(data: bytes, read: Callable[[str], Key], *, what: str) -> Iterator[Key]:
    """Yield a key for each line but empty ones and those that begin with `#`."""
    for number, line in enumerate(_words(data, what=what).splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            yield read(text)
        except KeyFormatError as error:
            error.add_note(f"in line {number} of {what}")
            raise


def _words(data: bytes, *, what: str) -> str:
    try:
        return decode(data, what=what)
    except BaseFormatError as error:
        raise InputRefusedError(str(error)) from None
