"""Processes to be killed: a relay, and children that work at a post and report through a pipe."""

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
_FORK = multiprocessing.get_context("fork")


@dataclass
class RelayProcess:
    """A relay that is killed and started again on the same port over the same data."""

    data: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it and wait until it listens; return its address."""
        self.process = subprocess.Popen(
            self._command("serve", "--port", str(self.port), "--calls-per-minute", "0"),
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        assert self.process.stdout is not None  # noqa: S101 - it was asked for just above
        address = str(json.loads(self.process.stdout.readline())["listening"])
        self.port = int(address.rpartition(":")[2])
        return address

    def admit(self) -> str:
        """Draw an admission token."""
        made = subprocess.run(
            self._command("admit"), stdout=subprocess.PIPE, text=True, check=True, cwd=REPOSITORY
        )
        return made.stdout.strip()

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def _command(self, act: str, *options: str) -> list[str]:
        return [sys.executable, "-m", "depesha.relay", act, "--data", str(self.data), *options]


def begin(do: Callable[[], object]) -> ForkProcess:
    """Begin something in a child process that may be killed over it."""
    process = _FORK.Process(target=do)
    process.start()
    return process


def child(do: Callable[[], T]) -> T:
    """Do something in a child process that nobody kills; return what it found.

    Raises:
        RuntimeError: The child failed, and has said on standard error over what.
    """
    here, there = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_answer, args=(do, there))
    process.start()
    there.close()
    try:
        found: T = here.recv()
    except EOFError:
        raise RuntimeError("a child process failed") from None
    finally:
        process.join(PATIENCE_SECONDS)
        here.close()
    return found


def _answer(do: Callable[[], object], pipe: Connection) -> None:
    pipe.send(do())
    pipe.close()
