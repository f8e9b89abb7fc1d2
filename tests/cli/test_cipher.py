"""Plain files from a shell: all CCTV vectors, streams of any size, and how each refusal ends."""

import hashlib
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from depesha.cli.main import root
from tests.cipher.age.cases import CASES, Case
from tests.cli.running import COMMAND, environment

SMALL = ("stream_three_chunks", "hybrid", "armor_scrypt", "hmac_bad", "stream_bad_tag_second_chunk")
# Takes the terminal given as standard input for its own, as a shell does, and runs the command.
AT_A_TERMINAL = (
    "import fcntl, os, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from depesha.cli import main; main()"
)
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Done:
    status: int
    out: bytes
    err: str

    @property
    def last_line(self) -> str:
        return (self.err.splitlines() or [""])[-1]


def typed(*arguments: object, given: bytes = b"") -> Done:
    """Run `depesha cipher` within this process."""
    done = CliRunner().invoke(root, ["cipher", *map(str, arguments)], input=given)
    return Done(done.exit_code, done.stdout_bytes, done.stderr)


def process(*arguments: object, given: bytes = b"", folder: Path) -> Done:
    """Run `depesha cipher` as a process of its own, without any terminal."""
    done = subprocess.run(
        [*COMMAND, "cipher", *map(str, arguments)],
        cwd=folder,
        env=environment(),
        input=given,
        capture_output=True,
        check=False,
        start_new_session=True,
        timeout=60,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode())


def arguments_for(case: Case, folder: Path) -> list[str]:
    """Write a vector and its keys into a folder; return the words that open it."""
    (folder / "sealed").write_bytes(case.body)
    words = ["open", str(folder / "sealed")]
    if case.one("identity"):
        lines = "".join(f"{line}\n" for line in case.every("identity"))
        (folder / "identities").write_text(f"# of the vector\n\n{lines}", encoding="ascii")
        words += ["-i", str(folder / "identities")]
    if case.one("passphrase"):
        (folder / "passphrase").write_text(f"{case.one('passphrase')}\n", encoding="utf-8")
        words += ["--passphrase-file", str(folder / "passphrase")]
    return words


def require_outcome(case: Case, done: Done) -> None:
    empty = hashlib.sha256(b"").hexdigest()
    assert hashlib.sha256(done.out).hexdigest() == (case.one("payload") or empty)
    if case.code == "ok":
        assert (done.status, done.err) == (0, "")
    else:
        assert (done.status, done.last_line) == (1, f"error: {case.code}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_vector(case: Case, tmp_path: Path) -> None:
    """Each vector is opened, or refused by its code after what may be released and nothing else."""
    require_outcome(case, typed(*arguments_for(case, tmp_path)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_refused_vector_leaves_no_file(case: Case, tmp_path: Path) -> None:
    """Under the name that was asked for there is the whole text, or nothing at all."""
    words = arguments_for(case, tmp_path)
    before = sorted(tmp_path.iterdir())

    done = typed(*words, "-o", tmp_path / "text")

    assert done.out == b""
    if case.code == "ok":
        text = (tmp_path / "text").read_bytes()
        assert hashlib.sha256(text).hexdigest() == case.one("payload")
    else:
        assert done.last_line == f"error: {case.code}"
        assert sorted(tmp_path.iterdir()) == before


@pytest.mark.process
@pytest.mark.parametrize("case", [one for one in CASES if one.name in SMALL], ids=lambda c: c.name)
def test_vector_as_a_process(case: Case, tmp_path: Path) -> None:
    """The same holds for a process, also where the file comes by standard input."""
    words = arguments_for(case, tmp_path)

    require_outcome(case, process(*words, folder=tmp_path))
    words[1] = "-"
    require_outcome(case, process(*words, given=case.body, folder=tmp_path))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    assert typed("keygen", "-o", tmp_path / "me.key").status == 0
    assert typed("keygen", "--classic", "-o", tmp_path / "old.key").status == 0
    for name in ("me", "old"):
        text = typed("keygen", "-y", tmp_path / f"{name}.key").out
        (tmp_path / f"{name}.pub").write_bytes(b"# to whom\n\n" + text)
    return tmp_path


@pytest.mark.parametrize("name", ["me", "old"])
@pytest.mark.parametrize("form", [(), ("--armor",)], ids=["binary", "armor"])
def test_a_pipe_is_sealed_and_opened(name: str, form: Sequence[str], keys: Path) -> None:
    """From standard input to standard output, in either form, to either kind of key."""
    sealed = typed("seal", "-R", keys / f"{name}.pub", *form, given=b"Six pilots.\n")
    assert sealed.status == 0
    assert sealed.out.startswith(b"-----BEGIN" if form else b"age-encryption.org/v1\n")

    opened = typed("open", "-i", keys / "me.key", "-i", keys / "old.key", given=sealed.out)

    assert opened == Done(0, b"Six pilots.\n", "")


def test_kinds_are_not_mixed(keys: Path) -> None:
    """A classic key beside a hybrid one would undo what the hybrid one promises."""
    done = typed("seal", "-R", keys / "me.pub", "-R", keys / "old.pub", given=b"x")

    assert (done.status, done.out) == (1, b"")
    assert done.last_line == "error: cipher.mixed_recipients"


def test_a_key_is_for_its_owner_alone(keys: Path) -> None:
    """The file of an identity is private from its first byte, and a text as age writes it."""
    assert (keys / "me.key").stat().st_mode & 0o777 == 0o600
    first, second = (keys / "me.key").read_text(encoding="ascii").splitlines()
    assert first == "# public key: " + (keys / "me.pub").read_text(encoding="ascii").split()[-1]
    assert second.startswith("AGE-SECRET-KEY-PQ-1")


def test_a_file_may_be_sealed_over_itself(keys: Path) -> None:
    """The old bytes are read before the new file takes the name; a link keeps pointing at it."""
    (keys / "text").write_bytes(b"Six pilots.\n")
    (keys / "link").symlink_to(keys / "text")

    assert typed("seal", keys / "text", "-R", keys / "me.pub", "-o", keys / "link").status == 0

    assert (keys / "link").is_symlink()
    assert typed("open", keys / "text", "-i", keys / "me.key").out == b"Six pilots.\n"


def test_a_device_stays_a_device(keys: Path) -> None:
    """What is not a regular file is written to, never replaced."""
    done = typed("seal", keys / "me.pub", "-R", keys / "me.pub", "-o", os.devnull)

    assert done.status == 0
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("out", [".", "missing/text"], ids=["a folder", "no folder"])
def test_an_output_that_cannot_be(out: str, keys: Path) -> None:
    """One clear error, and nothing written."""
    before = sorted(keys.iterdir())

    done = typed("seal", keys / "me.pub", "-R", keys / "me.pub", "-o", keys / out)

    assert done.last_line in {"error: cli.input", "error: disk"}
    assert sorted(keys.iterdir()) == before


def test_a_file_of_keys_has_bounds(keys: Path) -> None:
    """Nobody makes the program hold a file of any size because it is called a key."""
    with (keys / "me.key").open("ab") as file:
        file.truncate(17 * MEBIBYTE)

    done = typed("open", keys / "me.pub", "-i", keys / "me.key")

    assert (done.status, done.last_line) == (2, "error: cli.input")


@pytest.mark.process
def test_a_full_disk_is_told_once(keys: Path) -> None:
    """What could not be written is said in one line with its code, and by the status."""
    for words in (("-o", "/dev/full"), ()):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*COMMAND, "cipher", "seal", "me.pub", "-R", "me.pub", *words],
                cwd=keys,
                env=environment(),
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                timeout=60,
            )
        told = done.stderr.decode().splitlines()
        assert done.returncode == 1
        assert told[0].startswith("refused [disk]: No space left on device")
        assert told[1:] == ["error: disk"]


@pytest.mark.process
def test_a_closed_pipe_is_told_once(keys: Path) -> None:
    """Where nobody reads any more, the command ends with one clear error and no traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        [*COMMAND, "cipher", "seal", "me.pub", "-R", "me.pub"],
        cwd=keys,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as started:
        os.close(writing)
        _, told = started.communicate(timeout=60)

    assert started.returncode == 1
    assert told.decode() == (
        "refused [cli.output]: standard output was closed before all was written\n"
        "error: cli.output\n"
    )


@pytest.mark.process
@pytest.mark.parametrize("form", [(), ("--armor",)], ids=["binary", "armor"])
def test_a_large_file_needs_little_memory(form: Sequence[str], keys: Path) -> None:
    """A file of 96 MiB passes through less than 64 MiB of memory, both ways."""
    with (keys / "large").open("wb") as file:
        file.truncate(96 * MEBIBYTE)
    seal = ["seal", "large", "-R", "me.pub", "-o", "large.age", *form]
    for words in (seal, ["open", "large.age", "-i", "me.key", "-o", "large.again"]):
        assert peak_bytes(words, keys) < 64 * MEBIBYTE
    assert (keys / "large.again").stat().st_size == 96 * MEBIBYTE


def peak_bytes(words: Sequence[str], folder: Path) -> int:
    """Run a command and return the most memory that it held."""
    # A process between, because what this one holds would count as held by what it starts.
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measure, *COMMAND, "cipher", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.process
def test_without_a_terminal_nobody_is_asked(keys: Path) -> None:
    """A script that named neither an identity nor a passphrase is told so."""
    sealed = typed("seal", keys / "me.pub", "--passphrase-file", keys / "me.pub").out

    done = process("open", given=sealed, folder=keys)

    assert (done.status, done.out) == (2, b"")
    assert done.err.startswith("refused [cli.input]: no terminal to ask for the passphrase")
    assert done.last_line == "error: cli.input"


def at_a_terminal(words: Sequence[str], answers: Sequence[str], folder: Path) -> tuple[int, str]:
    """Run a command at a terminal and type one answer at each prompt; return what is shown."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, "cipher", *words],
        cwd=folder,
        env=environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as started:
        os.close(theirs)
        shown = b""
        waiting = list(answers)
        while piece := _read(ours):
            shown += piece
            if waiting and shown.endswith(b": "):
                os.write(ours, f"{waiting.pop(0)}\n".encode())
        started.wait(timeout=60)
    os.close(ours)
    return started.returncode, shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # Linux says so where the other end is closed.
        return b""


@pytest.mark.process
def test_a_passphrase_is_typed_twice_to_seal_and_once_to_open(keys: Path) -> None:
    """What is typed is not shown; a slip while sealing would lock the file for ever."""
    seal = ["seal", "me.pub", "-p", "-o", "locked.age"]

    status, shown = at_a_terminal(seal, ["hush now", "hush nwo"], keys)
    assert status == 2
    assert "typed differently the second time" in shown
    assert not (keys / "locked.age").exists()
    assert at_a_terminal(seal, ["hush now", "hush now"], keys)[0] == 0
    status, shown = at_a_terminal(["open", "locked.age"], ["hush now"], keys)

    assert status == 0
    assert "age1pq1" in shown
    assert "hush" not in shown


@pytest.mark.process
def test_a_terminal_is_spared_bytes(keys: Path) -> None:
    """A sealed file is not poured over a terminal, whose orders it could hold; its armor may be."""
    status, shown = at_a_terminal(["seal", "me.pub", "-R", "me.pub"], [], keys)
    assert status == 2
    assert "a terminal cannot show it" in shown

    status, shown = at_a_terminal(["seal", "me.pub", "-R", "me.pub", "-a"], [], keys)
    assert status == 0
    assert "-----END AGE ENCRYPTED FILE-----" in shown


@pytest.mark.process
def test_nothing_of_a_station_is_loaded(tmp_path: Path) -> None:
    """Neither the list of commands nor a plain file costs what a whole station costs."""
    code = (
        "import sys; from depesha.cli import main; sys.argv = ['depesha', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('depesha.station')])"
    )
    for words in (["--help"], ["cipher", "keygen", "-o", "me.key"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert done.stdout.splitlines()[-1] == b"[]"
