from pathlib import Path

import pytest

from depesha.edition import PublicationError
from depesha.edition.adapters import write_edition


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_folder_holds_what_was_made(tmp_path: Path) -> None:
    """The folder holds the files and nothing else, for everybody to read."""
    folder = tmp_path / "edition" / "one"
    write_edition(folder, {"index.html": b"page", "csl.json": b"[]"})
    assert read(folder) == {"index.html": b"page", "csl.json": b"[]"}
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "index.html").stat().st_mode & 0o777 == 0o644


def test_a_page_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Files of the old page do not stay behind, neither do hidden ones."""
    folder = tmp_path / "one"
    write_edition(folder, {"index.html": b"old", "release.json": b"{}"})
    write_edition(folder, {"index.html": b"new"})
    assert read(folder) == {"index.html": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("name", ["../index.html", "a/b", ".hidden", "", "NUL", "con.txt"])
def test_a_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """A name that is no plain file name is refused before anything is written."""
    with pytest.raises(PublicationError):
        write_edition(tmp_path / "one", {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_leaves_the_old_page(tmp_path: Path) -> None:
    """What cannot be written is refused by name; a file in the way is not run over."""
    (tmp_path / "blocked").write_text("a file, not a folder")
    with pytest.raises(PublicationError):
        write_edition(tmp_path / "blocked" / "one", {"index.html": b""})
    assert (tmp_path / "blocked").read_text() == "a file, not a folder"
