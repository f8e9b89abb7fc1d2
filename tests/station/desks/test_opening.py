import pytest

from depesha.cipher import (
    HybridIdentity,
    HybridRecipient,
    NoMatchingIdentityError,
    open_identity_file,
    seal,
    unseal,
)
from depesha.station import new_archive_key, new_identity
from tests.station.houses import NORTH, PASSPHRASE, PORT, Founded, Pair, draft_to
from tests.station.refusals import refused


def test_an_archivist_opens_what_the_vault_keeps(founded: Founded, pair: Pair) -> None:
    """A preservation copy opens with the archivist's identity alone, and holds the minute."""
    held = pair.north.released(draft_to(PORT))
    sealed = (pair.north.home / "vault" / f"{held.record_id}.age").read_bytes()

    package = unseal(sealed, [HybridIdentity.from_text(founded.archivists[NORTH])])

    assert held.minute in package
    assert b"commitment.json" in package
    with pytest.raises(NoMatchingIdentityError):
        unseal(sealed, [HybridIdentity.from_text(founded.archivists[PORT])])


def test_an_archive_key_is_kept_under_a_passphrase() -> None:
    """The key file gives back the identity of its public text, to whoever knows the words."""
    key_file, text = new_archive_key(PASSPHRASE, work_factor=10)
    sealed = seal(b"a record", [HybridRecipient.from_text(text)])

    assert unseal(sealed, [open_identity_file(key_file, PASSPHRASE)]) == b"a record"
    with refused("cipher.passphrase"):
        open_identity_file(key_file, "another")


def test_a_station_s_own_keys_are_not_an_archivist_s(pair: Pair) -> None:
    """The passphrase opens them, and yet they do not pass for an archive key."""
    with refused("cipher.key_format"):
        open_identity_file((pair.north.home / "keys.age").read_bytes(), PASSPHRASE)


def test_a_new_identity_is_named_by_its_public_text() -> None:
    """Secret and public text are those of one identity."""
    secret, public = new_identity()

    assert HybridIdentity.from_text(secret).recipient.to_text() == public
