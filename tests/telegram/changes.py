"""One good text with one change: how most vectors of the telegram part are made."""

from collections.abc import Iterator

Recipe = tuple[str, dict[str, str], bytes]
Change = tuple[str, str, str, str]

VERSION_REFUSED = "telegram.unsupported_version"
LOOK_ALIKE = "telegram.look_alike"
DIGEST = "sha256:" + "a5" * 32


def made(path: str, expect: str, comment: str, body: str | bytes) -> Recipe:
    data = body if isinstance(body, bytes) else body.encode()
    return f"{path}.txt", {"expect": expect, "comment": comment}, data


def changed(
    format_name: str, text: str, expect: str, changes: tuple[Change, ...]
) -> Iterator[Recipe]:
    for name, comment, old, new in changes:
        yield made(f"{format_name}/{name}", expect, comment, replaced(text, old, new))


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new, 1)
