"""Files that a person names."""

from pathlib import Path

import pytest

from depesha.cli.reading import read_record, read_words, require_new
from depesha.station import InputError


def test_words_are_read_as_they_stand(tmp_path: Path) -> None:
    """Nothing is repaired or stripped."""
    path = tmp_path / "words"
    path.write_bytes("Ünïcode \n".encode())

    assert read_words(path, what="the words") == "Ünïcode \n"
    assert read_record(path) == "Ünïcode \n"


def test_what_is_no_text_is_named_and_not_shown(tmp_path: Path) -> None:
    """The message says what could not be read and where, and repeats nothing of it."""
    path = tmp_path / "words"
    path.write_bytes(b"secret \xff")

    with pytest.raises(InputError, match=r"^the passphrase is not UTF-8 at byte 7$"):
        read_words(path, what="the passphrase")


@pytest.mark.parametrize("data", [b"", b" \n\n\t"])
def test_an_empty_record_is_refused(data: bytes, tmp_path: Path) -> None:
    """A file without a word is a mistake, not a record."""
    path = tmp_path / "record"
    path.write_bytes(data)

    with pytest.raises(InputError, match=r"^the file is empty$"):
        read_record(path)


def test_only_a_new_path_is_taken(tmp_path: Path) -> None:
    """What is there already, whatever it is, is not written over."""
    assert require_new(tmp_path / "new") == tmp_path / "new"

    with pytest.raises(InputError):
        require_new(tmp_path)
