"""Every CCTV age vector has the outcome that its own head names."""

import hashlib

import pytest

from depesha.cipher import (
    CipherError,
    Identity,
    ScryptIdentity,
    identity_from_text,
    strip_armor,
    unseal_chunks,
)
from tests.cipher.age.cases import CASES, CODES, Case


def identities_of(case: Case) -> list[Identity]:
    keys = [identity_from_text(text) for text in case.every("identity")]
    return [*keys, *map(ScryptIdentity, case.every("passphrase"))]


def outcome(case: Case, *, step: int) -> tuple[str, bytes]:
    released = b""
    pieces = [case.body[place : place + step] for place in range(0, len(case.body), step)]
    try:
        for chunk in unseal_chunks(strip_armor(pieces), identities_of(case)):
            released += chunk
    except CipherError as refused:
        return refused.code, released
    return "ok", released


@pytest.mark.parametrize("step", [1 << 30, 1009], ids=["whole", "in pieces"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, step: int) -> None:
    """The outcome is the one named, and exactly the text that may be released is released."""
    code, released = outcome(case, step=step)

    assert code == case.code
    payload = case.one("payload")
    if payload is None:
        assert released == b""
    else:
        assert hashlib.sha256(released).hexdigest() == payload


def test_the_set_covers_every_outcome() -> None:
    """A set that went missing, or whose heads are no longer read, cannot pass in silence."""
    assert {case.one("expect") for case in CASES} == set(CODES)
