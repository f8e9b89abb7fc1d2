"""Every CCTV age vector has the outcome that its own head names."""

import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from depesha.cipher import (
    CipherError,
    Identity,
    ScryptIdentity,
    dearmor,
    identity_from_text,
    unseal_chunks,
)
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
    "no match": "cipher.no_matching_identity",
    "HMAC failure": "cipher.header_mac",
    "header failure": "cipher.header_format",
    "payload failure": "cipher.payload",
    "armor failure": "cipher.armor_format",
}


@dataclass(frozen=True)
class Case:
    name: str
    head: list[tuple[str, str]]
    body: bytes = field(repr=False)

    def one(self, key: str) -> str | None:
        return dict(self.head).get(key)

    def identities(self) -> list[Identity]:
        found: list[Identity] = []
        for key, value in self.head:
            if key == "identity":
                found.append(identity_from_text(value))
            if key == "passphrase":
                found.append(ScryptIdentity(value))
        return found


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
    case = Case(path.name, pairs, body)
    if case.one("compressed") == "zlib":
        return Case(path.name, pairs, zlib.decompress(body))
    return case


CASES = [case for path in sorted(shared("vectors/age").iterdir()) if (case := read_case(path))]


def outcome(case: Case) -> tuple[str, bytes]:
    released = b""
    try:
        sealed = dearmor(case.body) if case.one("armored") else case.body
        for chunk in unseal_chunks(sealed, case.identities()):
            released += chunk
    except CipherError as refused:
        return refused.code, released
    return "ok", released


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    """The outcome is the one named, and exactly the text that may be released is released."""
    code, released = outcome(case)

    assert code == CODES[case.one("expect") or ""]
    payload = case.one("payload")
    if payload is None:
        assert released == b""
    else:
        assert hashlib.sha256(released).hexdigest() == payload


def test_the_set_covers_every_outcome() -> None:
    """A set that went missing, or whose heads are no longer read, cannot pass in silence."""
    assert {case.one("expect") for case in CASES} == set(CODES)
