"""Where first inputs come from: our own vectors, and the shared ones, read in place."""

import json
import zlib
from collections.abc import Callable, Iterable
from functools import cache

from tests.support import shared, vectors


def ours(*formats: str) -> Callable[[], Iterable[bytes]]:
    """Return the bodies of the vectors of these formats, `<part>/<format>`."""
    return lambda: [vector.body for name in formats for vector in vectors(name)]


def texts_of_notes(*formats: str) -> Callable[[], Iterable[bytes]]:
    """Return the texts of those vectors that are signed notes, without their signatures."""
    return lambda: [
        vector.body.rpartition(b"\n\n")[0] + b"\n"
        for name in formats
        for vector in vectors(name)
        if b"\n\n" in vector.body
    ]


def heads(key: str, *formats: str) -> list[str]:
    """Return what the heads of these vectors say under one key, each once."""
    found = [vector.head[key] for name in formats for vector in vectors(name) if key in vector.head]
    return list(dict.fromkeys(found))


@cache
def age_files() -> tuple[tuple[dict[str, str], bytes], ...]:
    """Return the cases of the shared age set: head and file."""
    found = []
    for path in sorted(shared("vectors/age").iterdir()):
        head, separator, body = path.read_bytes().partition(b"\n\n")
        if not separator or not head.startswith(b"expect: "):
            continue
        lines = dict(line.partition(": ")[::2] for line in head.decode().split("\n"))
        if lines.get("compressed") == "zlib":
            body = zlib.decompress(body)
        if len(body) <= _AGE_LIMIT_BYTES:
            found.append((lines, body))
    return tuple(found)


_AGE_LIMIT_BYTES = 16 * 1024


def binary_age_files() -> Iterable[bytes]:
    """Return the files of the shared age set that are not armored."""
    return [body for head, body in age_files() if head.get("armored") != "yes"]


def armored_age_files() -> Iterable[bytes]:
    """Return the armored files of the shared age set."""
    return [body for head, body in age_files() if head.get("armored") == "yes"]


def strings_of(*names: str) -> Callable[[], Iterable[bytes]]:
    """Return every string in these files of the shared register vectors, which are JSON."""
    return lambda: [
        text.encode()
        for name in names
        for text in _strings(json.loads(shared(f"vectors/tlog/{name}").read_text("utf-8")))
    ]


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _strings(member)
