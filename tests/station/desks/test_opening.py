import pytest

from depesha.cipher import CipherError
from depesha.station import archive_identity, new_archive_key, new_identity, open_file, seal_file
from tests.station.houses import NORTH, PASSPHRASE, PORT, Founded, Pair, draft_to
from tests.station.refusals import refused


def test_an_archivist_opens_what_the_vault_keeps(founded: Founded, pair: Pair) -> None:
    """A preservation copy opens with the archivist's identity alone, and holds the minute."""
    held = pair.north.released(draft_to(PORT))
    sealed = (pair.north.home / "vault" / f"{held.record_id}.age").read_bytes()

    package = open_file(sealed, founded.archivists[NORTH])

    assert held.minute in package
    assert b"commitment.json" in package
    with pytest.raises(CipherError):
        open_file(sealed, founded.archivists[PORT])


def test_an_archive_key_is_kept_under_a_passphrase() -> None:
    """The key file gives back the identity of its public text, to whoever knows the words."""
    key_file, recipient = new_archive_key(PASSPHRASE, work_factor=10)

    identity = archive_identity(key_file, PASSPHRASE)

    assert open_file(seal_file(b"a record", (recipient,)), identity) == b"a record"
    with refused("cipher.passphrase"):
        archive_identity(key_file, "another")


def test_a_key_file_of_another_kind_is_refused(pair: Pair) -> None:
    """A station's own keys are not an archivist's, though the passphrase opens them."""
    with refused("cipher.key_format"):
        archive_identity((pair.north.home / "keys.age").read_bytes(), PASSPHRASE)


def test_an_identities_file_is_read_as_age_reads_it() -> None:
    """Comments and empty lines are passed over; each key is tried."""
    (one, first), (other, _) = new_identity(), new_identity()
    sealed = seal_file(b"a record", (first,))

    assert open_file(sealed, f"# ours\n\n{other}\n  {one}\n") == b"a record"
    with refused("cipher.no_matching_identity"):
        open_file(sealed, other)
    with refused("cipher.key_format"):
        open_file(sealed, "AGE-SECRET-KEY-1")
    with refused("cipher.key_format"):
        seal_file(b"", ("age1",))
