import stat
from pathlib import Path

import pytest

from depesha.archive import FixityError, StoreFaultError
from depesha.archive.adapters.vault import FolderVault


def test_an_object_is_a_file_of_its_name(tmp_path: Path) -> None:
    """What is kept is a file with stock tools' ending, bytes as given, its owner's alone."""
    vault = FolderVault.prepare(tmp_path / "vault")
    vault.keep("0a1b.received", b"age-encryption.org/v1\n")

    path = tmp_path / "vault" / "0a1b.received.age"
    assert path.read_bytes() == b"age-encryption.org/v1\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_unfinished_file_is_no_object(tmp_path: Path) -> None:
    """What a crash left half written is neither listed nor read, and does not stand in the way."""
    vault = FolderVault.prepare(tmp_path)
    (tmp_path / ".a.age.77.new").write_bytes(b"hal")
    (tmp_path / ".a.age").write_bytes(b"hal")

    assert list(vault.names()) == []
    vault.keep("a", b"whole")
    assert list(vault.names()) == ["a"]


def test_an_altered_file_is_not_returned_and_not_removed(tmp_path: Path) -> None:
    """A flipped bit is a fault of fixity, and the evidence stays."""
    vault = FolderVault.prepare(tmp_path)
    digest = vault.keep("a", b"sealed")
    (tmp_path / "a.age").write_bytes(b"sealee")

    with pytest.raises(FixityError) as refused:
        vault.read("a", digest)

    assert [fault.name for fault in refused.value.details] == ["a"]
    assert (tmp_path / "a.age").read_bytes() == b"sealee"


def test_a_folder_that_is_no_folder_is_a_fault(tmp_path: Path) -> None:
    """What the disk refuses is refused in the archive's own words."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreFaultError):
        FolderVault.prepare(tmp_path / "file")
    with pytest.raises(StoreFaultError):
        FolderVault(tmp_path / "absent").keep("a", b"x")
    (tmp_path / "b.age").mkdir()
    vault = FolderVault(tmp_path)
    with pytest.raises(StoreFaultError):
        vault.read("b", FolderVault(tmp_path).keep("a", b"x"))


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    """A vault that is there is opened as it is."""
    FolderVault.prepare(tmp_path / "vault").keep("a", b"x")

    assert list(FolderVault.prepare(tmp_path / "vault").names()) == ["a"]
