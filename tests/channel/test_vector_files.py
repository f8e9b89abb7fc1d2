from tests.channel.vector_files import ONCE, REPEATABLE, files
from tests.support import VECTORS


def test_vectors_are_what_their_program_makes() -> None:
    """No vector is a mystery: each file is what the maker writes today."""
    for path, data in files(REPEATABLE):
        assert path.read_bytes() == data, path.name


def test_no_vector_is_left_over() -> None:
    """A file without a maker would be one that nobody can explain."""
    made = {path for path, _ in files(REPEATABLE | ONCE)}
    assert set((VECTORS / "channel").glob("*/*")) == made
