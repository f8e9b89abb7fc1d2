"""The demonstration: the whole life of one telegram, as a program and as a reader see it."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from depesha.cli.stage import PASSPHRASE
from tests.cli.running import Ended, run
from tests.support import shared

COLUMNS, LINES = 80, 60
REGISTER = {"origin": str, "size": int, "root": str, "cosigned_by": list}
TELEGRAM = {
    "number": str,
    "transmission": str,
    "mode": str,
    "minute_sha256_sent": str,
    "minute_sha256_opened": str,
    "page_burnt": bool,
}
HOLDING = {"archive", "fond", "opis", "delo", "papka", "listy", "note"}
NAMES = {
    *("posts", "telegrams", "conveyance", "reply", "holdings", "citation", "search"),
    *("release", "edition", "seconds"),
}


@dataclass(frozen=True)
class Played:
    """One run of the demonstration, and the folder it was played in."""

    ended: Ended
    folder: Path

    @property
    def result(self) -> dict[str, Any]:
        value = json.loads(self.ended.out)
        assert isinstance(value, dict)
        return value


def play(folder: Path, *arguments: str) -> Played:
    """Play with the system's folder for temporary files put below `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        ended = run(["demo", *arguments], folder)
    assert ended.status == 0, ended.err
    return Played(ended, folder)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("told"))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("given"), "--json")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The model record is played, and what is made is kept."""
    record = str(shared("records/wilson/000.txt"))
    folder = tmp_path_factory.mktemp("model")
    return play(folder, "--record", record, "--home", "kept", "--json")


@pytest.mark.process
@pytest.mark.parametrize("name", ["given", "model"])
def test_the_result_is_one_object(name: str, request: pytest.FixtureRequest) -> None:
    """`--json` writes one object and nothing else, with the names that programs rely on."""
    played: Played = request.getfixturevalue(name)
    result = played.result

    assert played.ended.err == ""
    assert set(result) == NAMES
    assert len(result["posts"]) == 2
    for post in result["posts"]:
        require_shape(post["register"], REGISTER)
        assert len(post["register"]["cosigned_by"]) == 1
    assert len(result["telegrams"]) == 3
    for telegram in result["telegrams"]:
        require_shape(telegram, TELEGRAM)
        assert telegram["mode"] == "signed"
    assert set(result["conveyance"]) == {"number", "form", "handover_text"}
    assert {"cites", "resolved_to"} <= set(result["reply"])
    assert all(set(holding) >= HOLDING for holding in result["holdings"])
    assert len(result["search"]["hits"]) == 1
    assert set(result["release"]) == {"withheld", "proof", "policy", "verified"}
    assert 0 < result["seconds"] < 600


def require_shape(value: dict[str, Any], shape: dict[str, type]) -> None:
    """Expect each name with a value of its type."""
    for name, kind in shape.items():
        assert isinstance(value[name], kind), name


@pytest.mark.process
@pytest.mark.parametrize("name", ["given", "model"])
def test_what_was_opened_is_what_was_sent(name: str, request: pytest.FixtureRequest) -> None:
    """Both ends hold the same bytes, and every page that was used is burnt."""
    for telegram in request.getfixturevalue(name).result["telegrams"]:
        assert telegram["minute_sha256_sent"] == telegram["minute_sha256_opened"]
        assert telegram["minute_sha256_sent"].startswith("sha256:")
        assert telegram["page_burnt"] is True


@pytest.mark.process
def test_the_model_record_is_played_to_the_letter(model: Played) -> None:
    """Numbers go on from the record's, its holdings are read as its index has them."""
    index = json.loads(shared("records/wilson/index.json").read_text(encoding="utf-8"))
    (entry,) = [one for one in index if one["file"] == "000.txt"]
    result = model.result

    assert result["telegrams"][0]["number"] == "483/sh"
    assert result["telegrams"][0]["transmission"] == "75021"
    assert result["reply"]["cites"] == "483/sh"
    assert result["search"]["hits"][0]["record"] == result["reply"]["resolved_to"]
    assert result["holdings"] == entry["holdings"]
    assert entry["holdings"][0]["archive"] in result["citation"]
    assert result["conveyance"]["number"] == "483/sh"


@pytest.mark.process
def test_the_text_handed_over_betrays_nothing(model: Played) -> None:
    """The final addressee may keep the points; number, signature and copy mark are not there."""
    text = model.result["conveyance"]["handover_text"]
    record = shared("records/wilson/000.txt").read_text(encoding="utf-8")
    points = [line for line in record.splitlines() if line[:3] in {"1. ", "2. ", "3. "}]

    assert len(points) == 3
    assert text.split("\n\n") == [*points[:2], f"{points[2]}\n"]
    for mark in ("483", "75021", "Feng Xi", "Stalin", "Copy", "sha256"):
        assert mark not in text


@pytest.mark.process
@pytest.mark.parametrize("name", ["given", "model"])
def test_the_release_is_verified_by_a_stranger(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The release holds by its policy, also for somebody who has neither keys nor stations."""
    release = request.getfixturevalue(name).result["release"]

    assert release["verified"] is True
    assert release["withheld"] == ["2"]
    command = ["edition", "verify", release["proof"], "--json"]
    assert run([*command, "--policy", release["policy"]], tmp_path).status == 0
    assert run(command, tmp_path).status == 3


@pytest.mark.process
@pytest.mark.parametrize("name", ["given", "model"])
def test_the_page_does_not_hold_what_is_withheld(name: str, request: pytest.FixtureRequest) -> None:
    """The page stays, with the points that were let out and without the other."""
    result = request.getfixturevalue(name).result
    page = Path(result["edition"])
    first, second, third = result["conveyance"]["handover_text"].rstrip("\n").split("\n\n")
    files = b"".join(path.read_bytes() for path in page.parent.iterdir()).decode()

    assert page.name == "index.html"
    assert last_sentence(first) in files
    assert last_sentence(third) in files
    assert last_sentence(second) not in files


def last_sentence(point: str) -> str:
    """Return some words that no page breaks up or escapes."""
    return point.rstrip(".").rpartition(". ")[2].rpartition("'")[2]


@pytest.mark.process
@pytest.mark.parametrize("name", ["told", "given"])
def test_nothing_secret_stays(name: str, request: pytest.FixtureRequest) -> None:
    """Without --home only the page and the policy stay: no station, no key, no sealed file."""
    played: Played = request.getfixturevalue(name)
    (folder,) = played.folder.iterdir()

    assert sorted(path.name for path in folder.iterdir()) == ["edition", "policy.txt"]
    (page,) = (folder / "edition").iterdir()
    assert sorted(path.name for path in page.iterdir()) == [
        *("citation.bib", "csl.json", "index.html", "policy.txt", "release.json", "verify.py"),
    ]
    for path in page.iterdir():
        assert b"AGE-SECRET-KEY" not in path.read_bytes()
        assert PASSPHRASE.encode() not in path.read_bytes()


@pytest.mark.process
def test_the_story_fits_one_reading(told: Played) -> None:
    """The story is one screen or two: at most 60 lines of 80 columns, each act with its command."""
    lines = told.ended.out.splitlines()
    (folder,) = told.folder.iterdir()
    words = [line for line in lines if str(folder) not in line]

    assert len(lines) <= LINES
    assert [line for line in words if len(line) > COLUMNS] == []
    assert sum(line.startswith("    $ depesha ") for line in lines) >= 15
    for word in ("pouch", "burnt", "cosigned", "verified it against", "17/k", "resolved"):
        assert word in told.ended.out
    assert f"{folder}/edition/" in told.ended.out
    assert told.ended.err == ""


@pytest.mark.process
def test_what_is_kept_can_be_used_by_hand(model: Played) -> None:
    """With --home both stations stay, and open with the passphrase that lies beside them."""
    kept = model.folder / "kept"
    station = ("--home", "centre", "--passphrase-file", "passphrase")

    log = run([*station, "register", "log"], kept)
    shown = run([*station, "telegram", "show", "483/sh", "--json"], kept)
    checked = run([*station, "archive", "check"], kept)

    assert "sent No. 483/sh" in log.out
    assert json.loads(shown.out)["record"] == model.result["reply"]["resolved_to"]
    assert checked.status == 0
    assert oct((kept / "centre").stat().st_mode & 0o777) == "0o700"


@pytest.mark.process
def test_nothing_is_played_twice_in_one_folder(model: Played) -> None:
    """A folder that holds something is refused, and stays as it is."""
    kept = model.folder / "kept"
    before = sorted(kept.rglob("*"))

    ended = run(["demo", "--home", str(kept)], model.folder)

    assert ended.status == 2
    assert ended.err.startswith("refused [station.input]: the folder is not empty")
    assert sorted(kept.rglob("*")) == before
