"""The vectors on disk are the ones that their recipes make."""

from tests.cipher.recipes import recipes, to_bytes
from tests.support import VECTORS


def test_no_vector_is_a_mystery() -> None:
    """Each file is rebuilt byte for byte, and there is no other."""
    folder = VECTORS / "cipher"
    made = {path: to_bytes(head, body) for path, head, body in recipes()}
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sorted(made) == sorted(found)
    assert made == found
