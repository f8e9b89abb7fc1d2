"""Starting the relay and the pages, which are processes of their own (docs/adr/0007)."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from depesha.station import InputError

_STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Service:
    """A process that listens at an address."""

    address: str
    process: "subprocess.Popen[str]"

    def wait(self) -> None:
        """Wait until it ends, or somebody presses Ctrl-C."""
        with suppress(KeyboardInterrupt):
            self.process.wait()


def replace_by(module: str, arguments: Sequence[str]) -> int:
    """Run a module as a process of its own until it ends; return its exit status."""
    with _started(module, arguments, line=None, captured=False) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            return 0


@contextmanager
def running(module: str, arguments: Sequence[str], *, line: str | None = None) -> Iterator[Service]:
    """Run a module while the block lasts, from when it says that it listens.

    `line` is given to it on standard input and nowhere else.

    Raises:
        InputError: The process ended before it listened.
    """
    with _started(module, arguments, line=line, captured=True) as process:
        said = process.stdout.readline() if process.stdout else ""
        if not said:
            raise InputError("the process could not be started; its own message is above")
        yield Service(str(json.loads(said)["listening"]), process)


@contextmanager
def _started(
    module: str, arguments: Sequence[str], *, line: str | None, captured: bool
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE if line is not None else None,
        stdout=subprocess.PIPE if captured else None,
        text=True,
    )
    try:
        if line is not None and process.stdin is not None:
            # If it ended already, its own message says why; that is no matter of this pipe.
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(f"{line}\n")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def output_of(module: str, arguments: Sequence[str]) -> str:
    """Run a module to its end and return what it wrote.

    Raises:
        InputError: It ended in a failure.
    """
    done = subprocess.run(  # noqa: S603 - our own module, by this interpreter
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise InputError("the process failed; its own message is above")
    return done.stdout
