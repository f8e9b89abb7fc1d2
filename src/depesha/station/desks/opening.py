"""The keys that people keep outside the station: their files and their public texts.

Nothing here needs a station; plain files are sealed and opened by the cipher part itself.
"""

from depesha.cipher import HybridIdentity, seal_identity_file


def new_identity() -> tuple[str, str]:
    """Draw a post-quantum identity; return its secret and its public text."""
    identity = HybridIdentity.generate()
    return identity.to_text(), identity.recipient.to_text()


def new_archive_key(passphrase: str, *, work_factor: int = 18) -> tuple[bytes, str]:
    """Draw an archivist's key; return its key file, under a passphrase, and its public text."""
    identity = HybridIdentity.generate()
    sealed = seal_identity_file(identity, passphrase, work_factor=work_factor)
    return sealed, identity.recipient.to_text()
