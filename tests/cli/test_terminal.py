"""The command in its surroundings: pipes that close, signals, terminals, and none at all."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE
from tests.cli.playing import Playhouse
from tests.cli.running import COMMAND, environment, run_process

pytestmark = pytest.mark.process

OPEN = ("--home", "centre", "--passphrase-file", "pw")
# Takes the terminal given as standard input for its own, as a shell does, and runs the command.
AT_A_TERMINAL = (
    "import fcntl, os, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from depesha.cli import main; main()"
)


@pytest.fixture(scope="module")
def stage(playhouse: Playhouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "stage"
    playhouse.copy("sending", folder)
    return folder


def start(arguments: Sequence[str], folder: Path, *, out: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment() | {"TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    "arguments",
    [(*OPEN, "register", "log"), (*OPEN, "register", "log", "--json"), ("telegram", "--help")],
    ids=["table", "json", "help"],
)
def test_a_closed_pipe_is_no_failure(arguments: tuple[str, ...], stage: Path) -> None:
    """Whoever reads the first line alone, as `head -1` does, gets no traceback for it."""
    reading, writing = os.pipe()
    os.close(reading)
    with start(arguments, stage, out=writing) as process:
        os.close(writing)
        _, err = process.communicate(timeout=60)

    assert err == b""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [
        (signal.SIGINT, 130, b"\nStopped; what was finished is kept.\n"),
        (signal.SIGTERM, 143, b""),
    ],
)
def test_a_demonstration_that_is_stopped_leaves_nothing(
    number: signal.Signals, status: int, told: bytes, tmp_path: Path
) -> None:
    """However it is told to end, its relay ends as well, and no key stays behind."""
    with start(["demo"], tmp_path, out=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"CENTRE and")
        os.kill(process.pid, number)
        _, err = process.communicate(timeout=60)

    assert process.returncode == status
    assert err == told
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_is_shown_until_ctrl_c(tmp_path: Path) -> None:
    """With --serve the centre's pages stay open until somebody ends them; then the keys go."""
    with start(["demo", "--serve"], tmp_path, out=subprocess.PIPE) as process:
        assert process.stdout is not None
        told = [line.decode() for line in iter(process.stdout.readline, b"Ctrl-C ends it.\n")]
        (folder,) = tmp_path.iterdir()
        assert (folder / "centre" / "keys.age").is_file()
        time.sleep(1)  # Nobody reads the words and presses the keys in less.
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert told[-1].startswith("Open:  http://127.0.0.1:")
    assert (process.returncode, err) == (0, b"")
    assert sorted(path.name for path in folder.iterdir()) == ["edition", "policy.txt"]


def test_without_a_terminal_nobody_is_asked(stage: Path) -> None:
    """A script that forgot the passphrase is told so; it does not hang or show anything."""
    ended = run_process(["--home", "centre", "register", "log"], stage)

    assert ended.status == 2
    assert ended.out == ""
    assert ended.err == (
        "refused [station.input]: no terminal to ask for the passphrase: "
        "name its file with --passphrase-file\n"
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (PASSPHRASE, "sent No. 1/k"),
        ("a wrong one", "refused [cipher.passphrase]"),
    ],
)
def test_a_typed_passphrase_is_not_shown(typed: str, told: str, stage: Path) -> None:
    """At a terminal the passphrase is asked for, and what is typed does not appear."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, "--home", "centre", "register", "log"],
        cwd=stage,
        env=environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = until(ours, "Passphrase: ")
        os.write(ours, f"{typed}\n".encode())
        shown += until(ours, None)
        process.wait(timeout=60)
    os.close(ours)

    assert told in shown
    assert typed not in shown


def until(terminal: int, words: str | None) -> str:
    """Read what a terminal shows until some words appear, or until nobody writes to it any more."""
    shown = b""
    while words is None or words.encode() not in shown:
        try:
            piece = os.read(terminal, 1024)
        except OSError:  # Linux says so where the other end is closed.
            break
        if not piece:
            break
        shown += piece
    return shown.decode()
