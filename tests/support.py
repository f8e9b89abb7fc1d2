"""What several test folders need: the shared data, our own vectors."""

import os
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("DEPESHA_SHARED", REPOSITORY.parent / "shared"))
VECTORS = Path(__file__).resolve().parent / "vectors"


def shared(relative: str) -> Path:
    """Return a path below the shared data, or fail by its name where it is absent."""
    path = SHARED / relative
    if not path.exists():
        raise FileNotFoundError(
            f"shared test data is missing: {relative} (DEPESHA_SHARED names the folder)"
        )
    return path


@dataclass(frozen=True)
class Vector:
    """One file of ours: a head of `key: value` lines, an empty line, then the raw bytes."""

    name: str
    head: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def expect(self) -> str:
        return self.head["expect"]


def vectors(format_name: str) -> list[Vector]:
    """Read every vector of one format (`<part>/<format>`); an empty folder is a failure."""
    found = [read_vector(path) for path in sorted((VECTORS / format_name).iterdir())]
    if not found:
        raise FileNotFoundError(f"no vectors in tests/vectors/{format_name}")
    return found


def read_vector(path: Path) -> Vector:
    head, _, body = path.read_bytes().partition(b"\n\n")
    pairs = (line.partition(": ") for line in head.decode().split("\n"))
    return Vector(path.name, {key: value for key, _, value in pairs}, body)
