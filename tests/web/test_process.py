"""The pages as a process of their own, and its wiring."""

import io
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from depesha.cipher import PassphraseError
from depesha.station import HomeError
from depesha.web import Access, ListenError, LoopbackError, wiring
from depesha.web.__main__ import main, read_passphrase
from tests.web.world import PASSPHRASE, QUAY, World

COMMAND = [sys.executable, "-m", "depesha.web"]


@contextmanager
def running(home: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*COMMAND, "--home", str(home), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def unlock(process: "subprocess.Popen[str]", line: str = f"{PASSPHRASE}\n") -> str:
    """Give the passphrase and return the address that the process says it listens on."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line)
    process.stdin.flush()
    return str(json.loads(process.stdout.readline())["listening"])


@pytest.mark.process
def test_a_station_is_read_over_a_socket(world: World) -> None:
    """The process says where it is, lets in the key alone, shows a telegram, and ends quietly."""
    with running(world.home) as process:
        address = unlock(process)
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/\?key=[0-9a-f]{64}", address)
        origin = address.partition("/?")[0]
        assert httpx.get(f"{origin}/").status_code == 403
        with httpx.Client(base_url=origin, follow_redirects=True) as client:
            register = client.get(address)
            assert register.status_code == 200
            assert str(register.url) == f"{origin}/"
            assert QUAY.partition("[")[0] in client.get(f"/telegrams/{world.sent}").text
            assert client.get(f"/api/telegrams/{world.sent}").json()["number"] == "17/k"
            assert client.get("/telegrams/none").status_code == 404
            assert client.post("/").status_code == 405
            head = client.head("/")
            assert head.status_code == 200
            assert int(head.headers["content-length"]) > 1000
            assert "server" not in register.headers
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=20)

    assert process.returncode == 0
    assert said == ""
    assert complained == ""


@pytest.mark.process
def test_each_run_has_a_key_of_its_own(world: World) -> None:
    """A key opens one run: stopping the pages closes every browser that was let in."""
    settings = wiring.Settings(home=world.home)
    keys = set()
    for _ in range(2):
        with wiring.pages(settings, PASSPHRASE, when_ready=lambda _: None) as made:
            keys.add(made.access.key)

    assert {len(key) for key in keys} == {64}
    assert len(keys) == 2


@pytest.mark.process
def test_nothing_but_this_machine_reaches_the_pages(world: World) -> None:
    """The socket is bound to the loopback address, not to all of them."""
    with wiring.pages(
        wiring.Settings(home=world.home), PASSPHRASE, when_ready=lambda _: None
    ) as made:
        assert made.listener.getsockname()[0] == "127.0.0.1"
        assert made.access.port == made.listener.getsockname()[1]


@pytest.mark.process
def test_a_port_that_is_taken(world: World) -> None:
    """A taken port is refused by its code, before the station is opened."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = wiring.Settings(home=world.home, port=taken.getsockname()[1])
        with (
            pytest.raises(ListenError),
            wiring.pages(settings, "not even tried", when_ready=lambda _: None),
        ):
            raise AssertionError("the port was taken twice")


@pytest.mark.process
@pytest.mark.parametrize("line", ["another passphrase\n", "\n", ""])
def test_a_wrong_passphrase_opens_nothing(world: World, line: str) -> None:
    """The program ends with the code, and says no word of what it was given."""
    ended = CliRunner().invoke(main, ["--home", str(world.home)], input=line)

    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "[cipher.passphrase]" in ended.stderr
    assert "another" not in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org"])  # noqa: S104
def test_no_other_host_is_listened_on(tmp_path: Path, host: str) -> None:
    """A host that others can reach is refused before anything is opened or bound."""
    ended = CliRunner().invoke(
        main, ["--home", str(tmp_path), "--host", host], input=f"{PASSPHRASE}\n"
    )

    assert ended.exit_code == 1
    assert "[web.loopback]" in ended.output
    with (
        pytest.raises(LoopbackError),
        wiring.pages(
            wiring.Settings(home=tmp_path, host=host), PASSPHRASE, when_ready=lambda _: None
        ),
    ):
        raise AssertionError("the host was taken")


class Terminal(io.TextIOWrapper):
    """Standard input with a person before it."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_for_the_passphrase() -> None:
    """At a terminal the passphrase is asked for by a prompt that hides it, not read as a line."""
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PASSPHRASE

    assert read_passphrase(Terminal(io.BytesIO(b"not this\n")), ask) == PASSPHRASE
    assert asked == ["Passphrase: "]


@pytest.mark.parametrize(
    ("given", "passphrase"),
    [
        (b"one line\n", "one line"),
        (b"one line\r\nanother\n", "one line"),
        (b"  spaces count \n", "  spaces count "),
        (b"no end", "no end"),
        ("Schlüssel\n".encode(), "Schlüssel"),
        (b"", ""),
    ],
)
def test_a_passphrase_is_one_line(given: bytes, passphrase: str) -> None:
    """Of standard input the first line is taken, without its end and with all its spaces."""

    def ask(prompt: str) -> str:
        raise AssertionError(prompt)

    assert read_passphrase(io.TextIOWrapper(io.BytesIO(given)), ask) == passphrase


def test_a_passphrase_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are refused by their own code and not repaired."""
    ended = CliRunner().invoke(main, ["--home", str(tmp_path)], input=b"\xff\xfe\n")

    assert ended.exit_code == 1
    assert "[web.passphrase_line]" in ended.output


@pytest.mark.process
@pytest.mark.parametrize(
    ("passphrase", "error"), [("another", PassphraseError), (PASSPHRASE, HomeError)]
)
def test_a_station_that_does_not_open_leaves_the_port(
    world: World, tmp_path: Path, passphrase: str, error: type[Exception]
) -> None:
    """What was bound for a station that does not open is given back at once."""
    home = tmp_path if error is HomeError else world.home
    ready: list[Access] = []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = wiring.Settings(home=home, port=port)

    with pytest.raises(error), wiring.pages(settings, passphrase, when_ready=ready.append):
        raise AssertionError("the station was opened")

    assert ready == []
    socket.create_server(("127.0.0.1", port)).close()
