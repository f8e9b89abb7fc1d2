"""The `depesha` command as a test runs it: inside this process, or as one of its own."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from depesha.cli import main

COMMAND = (sys.executable, "-c", "from depesha.cli import main; main()")
# A terminal of the smallest common size, without colours.
_TERMINAL = {"COLUMNS": "80", "LINES": "24", "NO_COLOR": "1", "TERM": "dumb"}
_CHOSEN_BY_PEOPLE = ("DEPESHA_HOME", "FORCE_COLOR", "CLICOLOR_FORCE")


@dataclass(frozen=True, slots=True)
class Ended:
    """How one command ended."""

    status: int
    out: str
    err: str


def run(arguments: Sequence[str], folder: Path) -> Ended:
    """Run a command in a folder, within this process."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    with _terminal(), chdir(folder), redirect_stdout(out), redirect_stderr(err):
        status = _status_of(arguments)
    return Ended(status, _written(out), _written(err))


def run_process(arguments: Sequence[str], folder: Path) -> Ended:
    """Run a command in a folder as a process of its own, without any terminal."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=120,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def environment() -> dict[str, str]:
    """Return this process's environment, but for what the machine's user has chosen."""
    kept = {name: value for name, value in os.environ.items() if name not in _CHOSEN_BY_PEOPLE}
    return kept | _TERMINAL


def _status_of(arguments: Sequence[str]) -> int:
    typed = sys.argv
    sys.argv = ["depesha", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.argv = typed
    return 0


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data = stream.detach()
    assert isinstance(data, io.BytesIO)
    return data.getvalue().decode()


@contextmanager
def _terminal() -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
