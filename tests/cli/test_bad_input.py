"""Whatever a file holds, the answer is one clear refusal: never a traceback, never a guess."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.playing import Playhouse
from tests.cli.running import Ended, run

BAD: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": bytes(range(256)) * 40,
    "latin-1": "Ambassadeur à Pékin\n".encode("latin-1"),
    "utf-16": "Ciphered telegram\n".encode("utf-16"),
    "byte order mark": "\ufeffCiphered telegram\n".encode(),
    "five megabytes": b"**Ciphered telegram**\n" * 250_000,
    "many lines": b"a\n" * 150_000,
}
STATION = ("--home", "centre", "--passphrase-file", "pw", "--as")
DRAFT = (*STATION, "R. Weiss", "telegram", "draft", "--to", "POST HARBOUR", "--from", "DESK")
COMMANDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "parse": lambda path: ("archive", "parse", path),
    "explain": lambda path: ("archive", "parse", "--explain", path),
    "json": lambda path: ("archive", "parse", "--json", path),
    "demo": lambda path: ("demo", "--record", path),
    "describe": lambda path: (*STATION, "M. Sato", "archive", "describe", "1/k", path),
    "draft": lambda path: (*DRAFT, "--text", path),
    "draft of a record": lambda path: (*DRAFT, "--record", path),
}


@pytest.fixture(scope="module")
def stage(playhouse: Playhouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "stage"
    playhouse.copy("sending", folder)
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    return folder


def require_refused(ended: Ended) -> None:
    """Expect one line on standard error, or one with hints below it, and nothing else.

    The commands on plain files end with the code alone.
    """
    first, *hints = ended.err.splitlines()
    if hints and hints[-1].startswith("error: "):
        assert f"[{hints.pop().removeprefix('error: ')}]" in first
    assert ended.status in {1, 2}
    assert ended.out == ""
    if first.startswith("{"):
        assert set(json.loads(ended.err)["error"]) == {"code", "message", "hint"}
        return
    assert first.startswith("refused [")
    assert len(first) < 160
    assert all(line.startswith("  ") for line in hints)


# Many short lines are a long telegram, which may be sent; they are no historic record.
PAIRS = [(name, one) for name in BAD for one in COMMANDS if (name, one) != ("many lines", "draft")]


@pytest.mark.parametrize(("name", "command"), PAIRS)
def test_a_bad_record_is_refused(name: str, command: str, stage: Path) -> None:
    """A record that cannot be read is refused in one line, before anything is made."""
    before = sorted(stage.iterdir())

    require_refused(run(COMMANDS[command](name), stage))

    assert sorted(stage.iterdir()) == before


NO_TEXT = "binary"
RELAY = ("--relay", "https://relay.example", "--admission-file", NO_TEXT)
WEISS, SATO = (*STATION, "R. Weiss"), (*STATION, "M. Sato")
FILES: dict[str, tuple[str, ...]] = {
    "passphrase": ("--home", "centre", "--passphrase-file", NO_TEXT, "register", "log"),
    "policy": ("edition", "verify", NO_TEXT, "--policy", NO_TEXT),
    "release": ("edition", "verify", NO_TEXT, "--policy", "pw"),
    "identity": ("cipher", "open", NO_TEXT, "--identity", NO_TEXT),
    "sealed file": ("cipher", "open", NO_TEXT, "--identity", "pw"),
    "key file": ("--passphrase-file", "pw", "cipher", "unlock", NO_TEXT, "--out", "new"),
    "card": (*WEISS, "post", "add", NO_TEXT, "--fingerprint", "00" * 32),
    "book": (*WEISS, "pads", "accept", NO_TEXT, "--from", "POST HARBOUR"),
    "token": (*WEISS, "pads", "issue", "POST HARBOUR", "--out", "new", *RELAY),
    "advice": (*WEISS, "register", "cosign", NO_TEXT, "--from", "POST HARBOUR"),
    "cosignature": (*WEISS, "register", "attach", NO_TEXT, "--from", "POST HARBOUR"),
    "edition's policy": (*SATO, "edition", "publish", "9c", "site", "--policy", NO_TEXT),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_no_text_is_refused(what: str, stage: Path) -> None:
    """Every file that a command reads may hold anything at all."""
    require_refused(run(FILES[what], stage))

    assert not (stage / "new").exists()


def test_the_file_that_is_bad_is_named(stage: Path) -> None:
    """Among several records it is said which one cannot be read; those before it are shown."""
    (stage / "good").write_text("Telegram\n", encoding="utf-8")

    ended = run(("archive", "parse", "good", "latin-1"), stage)

    assert ended.status == 2
    assert ended.err.splitlines()[1] == "  in the file latin-1"
    assert ended.out == "\ngood\nThe text states nothing.\n\nlatin-1\n"


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_file_is_read_or_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No bytes make the reader fail in a way that is not a refusal."""
    folder = tmp_path_factory.getbasetemp()
    (folder / "record").write_bytes(data)

    for option in ("--json", "--explain"):
        ended = run(("archive", "parse", option, "record"), folder)
        if ended.status:
            require_refused(ended)
        else:
            assert ended.out
