"""Files that are whole or absent."""

import os
from pathlib import Path

import pytest

from depesha.base import sync_folder, write_durably


def test_a_written_file_is_whole_and_private(tmp_path: Path) -> None:
    """Only the owner reads what a station writes, and nothing temporary stays."""
    write_durably(tmp_path / "keys.age", b"one")
    write_durably(tmp_path / "keys.age", b"two")
    assert (tmp_path / "keys.age").read_bytes() == b"two"
    assert (tmp_path / "keys.age").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["keys.age"]  # noqa: PTH208 - every name, hidden ones too


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Where the replacement fails, the old content and no litter stay."""
    target = tmp_path / "folder"
    target.mkdir()
    (target / "kept").touch()
    with pytest.raises(OSError, match=r".*"):
        write_durably(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    sync_folder(tmp_path)
