"""Key files: named secrets under a passphrase (docs/formats/key-file.md).

A key file is an age file with one scrypt stanza, so that any age program opens it; its text is
a label line and then one line for each secret, in the order of their names.
"""

import re
from collections.abc import Mapping

from depesha.cipher.age import HybridIdentity, ScryptIdentity, ScryptRecipient, seal, unseal
from depesha.cipher.encoding import from_base64, to_base64
from depesha.cipher.errors import KeyFormatError, NoMatchingIdentityError, PassphraseError

_LABEL_LINE = "depesha/1 keyfile"
_WORK_FACTOR = 18
_IDENTITY_NAME = "identity"
_NAME = re.compile(r"[a-z0-9][a-z0-9._/-]{0,127}", re.ASCII)


def seal_key_file(
    secrets: Mapping[str, bytes], passphrase: str, *, work_factor: int = _WORK_FACTOR
) -> bytes:
    """Seal named secrets under a passphrase.

    Args:
        secrets: Lower-case names (letters, digits and `. _ / -`), each with at least one byte.
        passphrase: Any text that is not empty; its strength is all that protects the file.
        work_factor: Each step up doubles the time and memory that one guess costs.

    Raises:
        KeyFormatError: A name cannot stand in a key file, or a secret is empty.
        PassphraseError: The passphrase is empty or not a text.
    """
    recipient = ScryptRecipient(passphrase, work_factor=work_factor)
    return seal(_to_text(secrets).encode(), [recipient])


def open_key_file(data: bytes, passphrase: str) -> dict[str, bytes]:
    """Open a key file.

    Raises:
        PassphraseError: The passphrase is wrong, or the file is not under a passphrase.
        HeaderFormatError: The bytes are not an age file.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off.
        KeyFormatError: What it holds is not the text of a key file.
    """
    try:
        plaintext = unseal(data, [ScryptIdentity(passphrase)])
    except NoMatchingIdentityError:
        raise PassphraseError("the passphrase does not open the key file") from None
    return _from_text(plaintext)


def seal_identity_file(
    identity: HybridIdentity, passphrase: str, *, work_factor: int = _WORK_FACTOR
) -> bytes:
    """Seal one identity under a passphrase, as an archivist's key file.

    Raises:
        PassphraseError: The passphrase is empty or not a text.
    """
    secrets = {_IDENTITY_NAME: identity.to_text().encode()}
    return seal_key_file(secrets, passphrase, work_factor=work_factor)


def open_identity_file(data: bytes, passphrase: str) -> HybridIdentity:
    """Open a key file that holds one identity and nothing else.

    Raises:
        CipherError: As `open_key_file`; also where the file holds something else.
    """
    secrets = open_key_file(data, passphrase)
    if set(secrets) != {_IDENTITY_NAME}:
        raise KeyFormatError("the key file holds other keys than an archivist's")
    return HybridIdentity.from_text(secrets[_IDENTITY_NAME].decode("latin-1"))


def _to_text(secrets: Mapping[str, bytes]) -> str:
    lines = [_LABEL_LINE]
    for name, secret in sorted(secrets.items()):
        if not _NAME.fullmatch(name) or not secret:
            raise KeyFormatError("a secret is empty, or its name cannot stand in a key file")
        lines.append(f"{name}: {to_base64(secret).decode()}")
    return "".join(f"{line}\n" for line in lines)


def _from_text(plaintext: bytes) -> dict[str, bytes]:
    # Nothing of the text goes into a message: it is all secret.
    label, *lines = plaintext.split(b"\n")
    if label != _LABEL_LINE.encode() or not lines or lines.pop():
        raise KeyFormatError("the text is not that of a key file")
    secrets: dict[str, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b": ")
        secrets[name.decode(errors="replace")] = from_base64(
            value, refusal=KeyFormatError, what="a secret"
        )
    if _to_text(secrets).encode() != plaintext:
        raise KeyFormatError("the text of a key file is not in its one spelling")
    return secrets
