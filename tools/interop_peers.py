"""The age programs that exchange files: ours, npm's `age-encryption`, and Debian's `age`.

Each takes a key as a text file of one line: an identity, its recipient, or a passphrase.
"""

import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SCRIPTS = Path(__file__).resolve().parent / "interop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of one kind, as files: what seals, and what opens; a passphrase is both."""

    kind: str
    sealing: Path
    opening: Path

    @property
    def is_passphrase(self) -> bool:
        """Tell whether the files hold a passphrase."""
        return self.sealing == self.opening


class Peer(Protocol):
    """An age program."""

    @property
    def name(self) -> str:
        """How the table names it."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of key that it knows."""
        ...

    def seal(self, plain: Path, key: Key, sealed: Path, *, as_text: bool) -> None:
        """Write an age file, armored or not."""
        ...

    def open(self, sealed: Path, key: Key, plain: Path) -> None:
        """Open an age file of either form."""
        ...


class PeerFailedError(Exception):
    """A program did not do what it was asked for."""


@dataclass(frozen=True, slots=True)
class Ours:
    """`depesha cipher`, as a process of its own."""

    name: str = "depesha"
    kinds: tuple[str, ...] = ("hybrid", "X25519", "passphrase")

    def seal(self, plain: Path, key: Key, sealed: Path, *, as_text: bool) -> None:
        """Write an age file, armored or not."""
        option = "--passphrase-file" if key.is_passphrase else "--recipients-file"
        form = ["--armor"] if as_text else []
        self._run("seal", plain, option, key.sealing, "--out", sealed, *form)

    def open(self, sealed: Path, key: Key, plain: Path) -> None:
        """Open an age file of either form."""
        option = "--passphrase-file" if key.is_passphrase else "--identity"
        self._run("open", sealed, option, key.opening, "--out", plain)

    def _run(self, *words: object) -> None:
        start = [sys.executable, "-c", "from depesha.cli import main; main()", "cipher"]
        run([*start, *words])


@dataclass(frozen=True, slots=True)
class Typage:
    """npm's `age-encryption`, in JavaScript."""

    node: str
    name: str = "age-encryption"
    kinds: tuple[str, ...] = ("hybrid", "X25519", "passphrase")

    def seal(self, plain: Path, key: Key, sealed: Path, *, as_text: bool) -> None:
        """Write an age file, armored or not."""
        form = ["armor"] if as_text else []
        run([self.node, SCRIPTS / "seal.mjs", plain, key.sealing, sealed, *form])

    def open(self, sealed: Path, key: Key, plain: Path) -> None:
        """Open an age file of either form."""
        run([self.node, SCRIPTS / "open.mjs", sealed, key.opening, plain])


@dataclass(frozen=True, slots=True)
class Age:
    """The distribution's `age`, in Go; older ones know no hybrid keys."""

    program: str
    name: str = "age"
    kinds: tuple[str, ...] = ("X25519", "passphrase")

    def seal(self, plain: Path, key: Key, sealed: Path, *, as_text: bool) -> None:
        """Write an age file, armored or not."""
        form = ["--armor"] if as_text else []
        if key.is_passphrase:
            words = [self.program, "--passphrase", *form, "--output", sealed, plain]
            run_at_terminal(words, passphrase=_line(key.sealing))
        else:
            words = [self.program, "--recipients-file", key.sealing, *form]
            run([*words, "--output", sealed, plain])

    def open(self, sealed: Path, key: Key, plain: Path) -> None:
        """Open an age file of either form."""
        words = [self.program, "--decrypt", "--output", plain]
        if key.is_passphrase:
            run_at_terminal([*words, sealed], passphrase=_line(key.opening))
        else:
            run([*words, "--identity", key.opening, sealed])
        plain.touch()  # It makes the file with the first byte, and so none of an empty text.


def run(command: Sequence[object]) -> None:
    """Run a program that asks nothing.

    Raises:
        PeerFailedError: It ended with another status than zero.
    """
    done = subprocess.run(
        [str(word) for word in command],
        cwd=SCRIPTS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise PeerFailedError(f"status {done.returncode}: {_last_line(done.stderr)}")


def run_at_terminal(command: Sequence[object], *, passphrase: str) -> None:
    """Run a program that asks for its passphrase at the terminal, and type it at each prompt.

    Raises:
        PeerFailedError: It ended with another status than zero.
    """
    words = [str(word) for word in command]
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(words[0], words)  # noqa: S606  # the child becomes the program
    shown, answers = b"", 0
    while piece := _read(terminal):
        shown += piece
        if shown.count(b": ") > answers:
            os.write(terminal, f"{passphrase}\n".encode())
            answers += 1
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if status != 0:
        raise PeerFailedError(f"status {status}: {_last_line(shown)}")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # Linux says so where the other end is closed.
        return b""


def _last_line(told: bytes) -> str:
    return told.decode(errors="replace").strip().rpartition("\n")[2]


def _line(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
