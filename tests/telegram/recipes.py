"""How the vectors of the telegram part are made: every one is rebuilt from here, byte for byte.

Most are one good text with one change. The vectors of `record` are not made here: they are texts
beside what a person read in them, and so are data themselves.

Run as a program (`python -m tests.telegram.recipes`) it writes them below `tests/vectors/telegram`.
"""

from collections.abc import Iterator

from tests.support import VECTORS
from tests.telegram import cover_recipes, minute_recipes, report_recipes
from tests.telegram.changes import Recipe


def recipes() -> Iterator[Recipe]:
    """Yield each vector's path below `tests/vectors/telegram`, head and body."""
    yield from minute_recipes.recipes()
    yield from cover_recipes.recipes()
    yield from report_recipes.recipes()


def to_bytes(head: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return lines.encode() + b"\n" + body


if __name__ == "__main__":
    for path, head, body in recipes():
        target = VECTORS / "telegram" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(to_bytes(head, body))
