"""Our vectors are what their recipes make, and none is a mystery."""

from pathlib import Path

import pytest
from tools import make_vectors

from tests.support import VECTORS


def test_every_vector_is_what_its_recipe_makes() -> None:
    """Each file is rebuilt byte for byte, none is missing, and there is no other."""
    assert make_vectors.faults(make_vectors.found()) == []


@pytest.mark.parametrize("folder", make_vectors.BY_HAND)
def test_vectors_written_by_hand_are_there(folder: str) -> None:
    """A folder that is excused from having recipes holds vectors, and no recipe's."""
    assert list((VECTORS / folder).iterdir())
    assert not [name for name in make_vectors.made() if name.startswith(f"{folder}/")]


@pytest.mark.parametrize("name", ["register/entry/plain.bin", "channel/sealed/ok.age"])
def test_a_missing_vector_is_named(name: str) -> None:
    """A file that somebody deleted is noticed, whether its bytes can be made again or not."""
    files = make_vectors.found()
    del files[name]

    assert make_vectors.faults(files) == [f"{name}: missing"]


def test_a_changed_vector_and_a_stray_one_are_named() -> None:
    """A file edited by hand and a file that nobody makes are both noticed."""
    files = make_vectors.found()
    files["register/entry/plain.bin"] += b"x"
    files["register/entry/stray.bin"] = b""

    assert make_vectors.faults(files) == [
        "register/entry/plain.bin: not what its recipe makes",
        "register/entry/stray.bin: no recipe makes it",
    ]


def test_vectors_can_be_made_from_nothing(tmp_path: Path) -> None:
    """In an empty folder all vectors are made; what has randomness in it is then left alone."""
    make_vectors.write(tmp_path)
    files = make_vectors.found(tmp_path)
    sealed = tmp_path / "channel" / "sealed" / "ok.age"
    sealed.write_bytes(b"kept")
    make_vectors.write(tmp_path)

    assert make_vectors.faults(files) == []
    assert sealed.read_bytes() == b"kept"
