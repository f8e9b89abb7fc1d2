from collections.abc import Callable
from pathlib import Path

import pytest

from depesha.archive import (
    ArchiveFormatError,
    DuplicateError,
    FixityError,
    ItemNotFoundError,
    Vault,
)
from depesha.archive.adapters.vault import FolderVault
from depesha.base import Digest
from tests.archive.fakes import MemoryVault

MAKERS: dict[str, Callable[[Path], Vault]] = {
    "folder": FolderVault.prepare,
    "memory": lambda _folder: MemoryVault(),
}


@pytest.fixture(params=sorted(MAKERS))
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    return MAKERS[request.param](tmp_path)


def test_what_is_kept_is_read_back(vault: Vault) -> None:
    """Bytes come back as they were, and the digest is theirs."""
    for name, sealed in (("a", b"sealed"), ("b-1.received", b""), ("c", bytes(range(256)))):
        digest = vault.keep(name, sealed)
        assert digest == Digest.of(sealed)
        assert vault.read(name, digest) == sealed
    assert list(vault.names()) == ["a", "b-1.received", "c"]


def test_keeping_again_is_harmless(vault: Vault) -> None:
    """The same bytes may be kept twice; other bytes under the name are refused and not kept."""
    digest = vault.keep("a", b"sealed")

    assert vault.keep("a", b"sealed") == digest
    with pytest.raises(DuplicateError):
        vault.keep("a", b"other")
    assert vault.read("a", digest) == b"sealed"


def test_what_is_absent_is_not_found(vault: Vault) -> None:
    """Nothing is returned for a name under which nothing is kept."""
    with pytest.raises(ItemNotFoundError):
        vault.read("a", Digest.of(b""))


def test_other_bytes_than_expected_are_not_returned(vault: Vault) -> None:
    """Who reads says what was kept; anything else is a fault."""
    vault.keep("a", b"sealed")
    with pytest.raises(FixityError):
        vault.read("a", Digest.of(b"other"))


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "A", "con", "a\0", ".a", "a" * 200])
def test_a_name_is_one_plain_name(vault: Vault, name: str) -> None:
    """No name leads out of the vault."""
    with pytest.raises(ArchiveFormatError):
        vault.keep(name, b"x")
    with pytest.raises(ArchiveFormatError):
        vault.read(name, Digest.of(b"x"))
    assert list(vault.names()) == []
