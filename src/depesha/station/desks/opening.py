"""Opening and sealing plain age files at the station's table: keys, archive copies, pages.

Nothing here needs a station; it is what `age` itself does, with the same files.
"""

from depesha.cipher import (
    HybridIdentity,
    HybridRecipient,
    KeyFormatError,
    open_key_file,
    seal,
    seal_key_file,
    unseal,
)

_NAME = "identity"


def new_identity() -> tuple[str, str]:
    """Draw a post-quantum identity; return its secret and its public text."""
    identity = HybridIdentity.generate()
    return identity.to_text(), identity.recipient.to_text()


def new_archive_key(passphrase: str, *, work_factor: int = 18) -> tuple[bytes, str]:
    """Draw an archivist's key; return its key file, under a passphrase, and its public text."""
    identity = HybridIdentity.generate()
    secrets = {_NAME: identity.to_text().encode()}
    sealed = seal_key_file(secrets, passphrase, work_factor=work_factor)
    return sealed, identity.recipient.to_text()


def archive_identity(key_file: bytes, passphrase: str) -> str:
    """Open an archivist's key file; return the identity's text, as a stock `age` takes it.

    Raises:
        CipherError: The passphrase does not open it, or it is no archivist's key file.
    """
    secrets = open_key_file(key_file, passphrase)
    if set(secrets) != {_NAME}:
        raise KeyFormatError("the key file holds other keys than an archivist's")
    return secrets[_NAME].decode()


def seal_file(data: bytes, recipients: tuple[str, ...]) -> bytes:
    """Seal bytes to hybrid recipients.

    Raises:
        CipherError: A recipient cannot be read.
    """
    return seal(data, [HybridRecipient.from_text(text) for text in recipients])


def open_file(sealed: bytes, identities: str) -> bytes:
    """Open an age file with the identities of an identities file, as `age` reads one.

    Empty lines and lines that begin with `#` are passed over.

    Raises:
        CipherError: An identity cannot be read, or none of them opens the file.
    """
    lines = [line.strip() for line in identities.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    return unseal(sealed, [HybridIdentity.from_text(key) for key in keys])
