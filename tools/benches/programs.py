"""Peers that are programs: one process for each telegram, as a script around them would do.

A program that is not installed gives a side without work; it is then named and not measured.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.benches.measure import Side
from tools.benches.samples import TEXT

USER = "north-desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingPair:
    """A program's two halves: seal the telegram, and open what was sealed."""

    seal: Side
    open: Side


@contextmanager
def gpg(folder: Path) -> Iterator[SealingPair]:
    """GnuPG with a key of its fast kind (Ed25519, X25519), its agent running throughout."""
    program = shutil.which("gpg")
    if program is None:
        yield _absent("gpg, sign and encrypt")
        return
    home = folder / "gnupg"
    home.mkdir(mode=0o700)
    start = [program, "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always"]
    secret = [*start, "--pinentry-mode", "loopback", "--passphrase", ""]
    try:
        _run([*secret, "--quick-generate-key", USER, "future-default", "default", "never"])
        encrypt = [*secret, "--local-user", USER, "--recipient", USER, "--sign", "--encrypt"]
        sealed = _run(encrypt, TEXT.encode())
        if _run([*secret, "--decrypt"], sealed) != TEXT.encode():
            raise RuntimeError("gpg did not open what it sealed")
        yield SealingPair(
            seal=_side(f"{_version(program)}, sign and encrypt", encrypt, TEXT.encode()),
            open=_side(f"{_version(program)}, decrypt and verify", [*secret, "--decrypt"], sealed),
        )
    finally:
        _run([shutil.which("gpgconf") or "gpgconf", "--homedir", str(home), "--kill", "all"])


@contextmanager
def age(folder: Path) -> Iterator[SealingPair]:
    """An installed `age`, to a classic X25519 recipient; it signs nothing."""
    program, keygen = shutil.which("age"), shutil.which("age-keygen")
    if program is None or keygen is None:
        yield _absent("age, X25519, unsigned")
        return
    identity = folder / "age-identity"
    identity.write_bytes(_run([keygen]))
    recipient = _run([keygen, "-y", str(identity)]).decode().strip()
    encrypt = [program, "--encrypt", "--recipient", recipient]
    decrypt = [program, "--decrypt", "--identity", str(identity)]
    name = f"age {_version(program)}, X25519, unsigned"
    yield SealingPair(
        seal=_side(name, encrypt, TEXT.encode()),
        open=_side(name, decrypt, _run(encrypt, TEXT.encode())),
    )


def git(folder: Path) -> Side:
    """One `git commit` for each message, the message as its text, flushed to the disk."""
    program = shutil.which("git")
    if program is None:
        return Side(name="git commit per message", work=None)
    repository = folder / "repository"
    _run([program, "init", "--quiet", str(repository)])
    commit = [program, "-C", str(repository), "-c", "user.name=bench", "-c", "user.email=bench@x"]
    commit += ["-c", "core.fsync=all", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"]
    commit += ["commit", "--quiet", "--allow-empty", "--file", "-"]
    return _side("git commit per message", commit, TEXT.encode())


def _absent(name: str) -> SealingPair:
    return SealingPair(seal=Side(name=name, work=None), open=Side(name=name, work=None))


def _side(name: str, command: list[str], data: bytes) -> Side:
    return Side(name=name, work=lambda: _run(command, data))


def _run(command: list[str], data: bytes = b"") -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def _version(program: str) -> str:
    """Return the first line that the program says of its version, in short."""
    line = _run([program, "--version"]).decode().split("\n")[0]
    return line.replace("(GnuPG) ", "")
