"""The age files of CCTV, as data: what each holds, and the outcome that its head names."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import shared

KNOWN_KEYS = {
    "expect",
    "payload",
    "identity",
    "passphrase",
    "armored",
    "compressed",
    "file key",
    "comment",
}
CODES = {
    "success": "ok",
    "no match": "cipher.no_match",
    "HMAC failure": "cipher.header_mac",
    "header failure": "cipher.header_format",
    "payload failure": "cipher.payload",
    "armor failure": "cipher.armor_format",
}


@dataclass(frozen=True)
class Case:
    """One file of the set."""

    name: str
    head: list[tuple[str, str]]
    body: bytes = field(repr=False)

    def one(self, key: str) -> str | None:
        return dict(self.head).get(key)

    def every(self, key: str) -> list[str]:
        return [value for name, value in self.head if name == key]

    @property
    def code(self) -> str:
        return CODES[self.one("expect") or ""]


def read_case(path: Path) -> Case | None:
    """Read a file of the set; one without the head of a case, or with an unknown key, is none."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    if not head.startswith(b"expect: "):
        return None
    pairs = [
        (key, value) for key, _, value in (x.partition(": ") for x in head.decode().split("\n"))
    ]
    if any(key not in KNOWN_KEYS for key, _ in pairs):
        return None
    if ("compressed", "zlib") in pairs:
        body = zlib.decompress(body)
    return Case(path.name, pairs, body)


CASES = [case for path in sorted(shared("vectors/age").iterdir()) if (case := read_case(path))]
