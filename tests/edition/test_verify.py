import base64
import json
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from depesha.base.text import is_plain_character
from depesha.edition import (
    CommitmentFormatError,
    DecisionAlteredError,
    EditionError,
    NoPolicyError,
    PolicyFormatError,
    Reading,
    ReleaseFormatError,
    Selection,
    UnknownRegisterError,
    commit,
    verifier_source,
    verify,
    verify_release,
)
from depesha.edition.segment import outline_paths
from depesha.edition.verify import VerifyError, main
from tests.edition.forgeries import STRANGER, policies, releases, vector_bytes
from tests.edition.world import (
    CENTRE,
    LAKE,
    LOG,
    POLICY,
    SECRET,
    PreparedWorld,
    World,
    card,
    rewritten,
)
from tests.support import VECTORS, Vector, shared, vectors


def load(relative: str) -> Any:  # noqa: ANN401 (shared JSON is anything)
    return json.loads(shared(relative).read_text("utf-8"))


def is_accepted(key: str, message: bytes, signature: str) -> bool:
    try:
        verify.require_ed25519(bytes.fromhex(key), message, bytes.fromhex(signature))
    except VerifyError:
        return False
    return True


def is_accepted_by_openssl(key: str, message: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), message
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def test_ed25519_of_rfc_8032() -> None:
    """The five signatures printed in the standard are accepted."""
    for case in load("vectors/ed25519/rfc8032.json"):
        assert is_accepted(case["public"], bytes.fromhex(case["message"]), case["signature"])


def test_ed25519_of_wycheproof() -> None:
    """Every case of Wycheproof is judged as it says."""
    for case in load("vectors/ed25519/wycheproof-ed25519.json")["tests"]:
        found = is_accepted(case["pk"], bytes.fromhex(case["msg"]), case["sig"])
        assert found == (case["result"] == "valid"), case["tcId"]


def test_ed25519_of_odd_points() -> None:
    """No key of small order is accepted, and nothing that OpenSSL refuses."""
    for case in load("vectors/ed25519/cctv-edge-cases.json"):
        message = case["msg"].encode()
        if is_accepted(case["key"], message, case["sig"]):
            assert "low_order_A" not in (case["flags"] or [])
            assert is_accepted_by_openssl(case["key"], message, case["sig"])


@pytest.mark.parametrize("size", [0, 31, 32, 63, 65, 96])
def test_ed25519_of_other_sizes(size: int) -> None:
    """A signature or a key of another size is refused."""
    assert not is_accepted(LOG.data[1:].hex(), b"", bytes(size).hex())
    assert size == 32 or not is_accepted(bytes(size).hex(), b"", bytes(64).hex())


def test_inclusion_proofs_of_others() -> None:
    """Proofs made by another implementation are judged as they say."""
    judged = 0
    for path in sorted(shared("vectors/tlog/merkle/inclusion").rglob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        judged += 1
        assert _includes(case) != case["wantErr"], path.name
    assert judged > 50


def _includes(case: dict[str, Any]) -> bool:
    hashes = [base64.b64decode(item) for item in case["proof"] or []]
    root, leaf = (base64.b64decode(case[name] or "") for name in ("root", "leafHash"))
    fits = all(len(item) == 32 for item in (*hashes, root, leaf))
    index, size = case["leafIdx"], case["treeSize"]
    return fits and 0 <= index < size and verify._climb(leaf, index, size, hashes) == root


def test_notes_of_others() -> None:
    """Real and crafted notes with Ed25519 keys that are checkpoints are judged as they say."""
    judged = 0
    for case in load("vectors/tlog/notes.json"):
        found = _judge_note(case)
        if found:
            judged += 1
            assert found == case["expect"], case["name"]
    assert judged > 10


def _judge_note(case: dict[str, Any]) -> str:
    """Judge one note; nothing is said of one that is no checkpoint, or of keys not checked."""
    keys = {}
    for vkey in case["vkeys"]:
        name, key_id, data = vkey.split("+", 2)
        raw = verify._base64(data)
        keys[name, bytes.fromhex(key_id)] = (raw[0], raw[1:])
    try:
        checkpoint = verify._Checkpoint(case["note"])
    except VerifyError:
        return "malformed" if case["expect"] == "malformed" else ""
    if any(kind not in {1, 4} for kind, _ in keys.values()):
        return ""
    known = [line for line in checkpoint.signatures if line[:2] in keys]
    try:
        for name, key_id, signature in known:
            checkpoint.require_signature(*keys[name, key_id], signature)
    except VerifyError:
        return "invalid signature"
    return "verified" if known else "unverified"


@pytest.mark.parametrize("vector", vectors("edition/policy"), ids=lambda vector: vector.name)
def test_vector_of_a_policy(vector: Vector) -> None:
    """A policy is obeyed, or refused with the code that its vector names."""
    release = World().bundle().to_bytes()
    if vector.expect == "ok":
        assert verify_release(release, vector.body.decode()).register == LOG.name
        return
    with pytest.raises(EditionError) as refused:
        verify_release(release, vector.body.decode())
    assert refused.value.code == vector.expect


def test_policy_vectors_are_those_of_the_generator() -> None:
    """No vector is a mystery: each can be made again, and none is left over."""
    folder = VECTORS / "edition" / "policy"
    made = {name: vector_bytes(*case) for name, case in policies().items()}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made


@given(st.text() | st.lists(st.sampled_from(POLICY.split()), max_size=12).map(" ".join))
def test_any_policy_is_read_or_refused(policy: str) -> None:
    """No policy makes the verifier fail in a way callers are not told about."""
    with pytest.raises((PolicyFormatError, UnknownRegisterError)):
        verify_release(World().bundle().to_bytes(), policy)


@given(st.binary())
def test_any_file_is_read_or_refused(release: bytes) -> None:
    """No file makes the verifier fail in a way callers are not told about."""
    with pytest.raises(EditionError):
        verify_release(release, POLICY)


@given(st.text())
def test_any_note_is_read_or_refused(note: str) -> None:
    """No checkpoint makes the verifier fail in a way callers are not told about."""
    with suppress(VerifyError):
        verify._Checkpoint(note)


def test_result_says_what_was_proved_and_by_whom() -> None:
    """The result names the register, both entries, the witnesses and the lines nobody knows."""
    world = World()
    release = world.bundle(signers=(STRANGER, LOG, LAKE, CENTRE)).to_bytes()
    result = verify_release(release, POLICY)
    assert (result.register, result.size) == (LOG.name, 13)
    assert (result.telegram_index, result.decision_index) == (5, 11)
    assert result.witnesses == ("lake", "centre")
    assert result.not_checked == (f"{STRANGER.name} {STRANGER.key_id.hex()}",)
    assert [part["path"] for part in result.body] == [
        *("points", "1", "1.1", "1.2", "1.3", "2", "3", "3.1", "3.2")
    ]


def test_without_a_policy_nothing_is_proved() -> None:
    """A release that agrees with itself is told from one that is verified, and names its keys."""
    with pytest.raises(NoPolicyError) as refused:
        verify_release(World().bundle().to_bytes(), None)
    assert LOG.key_id.hex() in str(refused.value)


def test_withheld_in_full_verifies() -> None:
    """A release that lets out one card for everything is proved like any other."""
    world = World()
    statement = world.statement(
        header=Selection(withheld=[card("fields")]), body=Selection(withheld=[card("points")])
    )
    result = verify_release(world.bundle(statement).to_bytes(), POLICY)
    assert [part["path"] for part in (*result.header, *result.body)] == ["fields", "points"]


def test_no_refusal_repeats_the_text() -> None:
    """An error can be logged: it holds no sentence and no addressee."""
    for code, _, release in releases().values():
        if code != "ok":
            with pytest.raises(EditionError) as refused:
                verify_release(release, POLICY)
            assert "variant" not in str(refused.value)
            assert "HARBOUR" not in str(refused.value)


def test_a_policy_of_many_groups_is_refused_and_not_followed_down() -> None:
    """A chain of groups cannot exhaust the verifier."""
    chain = "\n".join(f"group g{n} any {'lake' if n == 0 else f'g{n - 1}'}" for n in range(2000))
    policy = f"log {LOG.vkey}\nwitness lake {LAKE.vkey}\n{chain}\nquorum g1999\n"
    with pytest.raises(PolicyFormatError):
        verify_release(World().bundle().to_bytes(), policy)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "release.json").write_bytes(World().bundle().to_bytes())
    (tmp_path / "policy.txt").write_text(POLICY, "utf-8")
    return tmp_path


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[int, str]:
    status = main([str(argument) for argument in arguments])
    return status, capfdbinary.readouterr().out.decode()


def test_command_shows_text_and_cards(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A verified release is shown as it was released, withheld parts with their reasons."""
    arguments = ("--policy", folder / "policy.txt", folder / "release.json")
    status, shown = run(capfdbinary, *arguments)
    assert status == 0
    assert shown.startswith("VERIFIED\n")
    assert "\n  1.1: We accept the second variant.\n" in shown
    assert "\n  1.2 [withheld: 3.3(b)(1), Release board]\n" in shown
    assert "\ncosigned by: lake\n" in shown


def test_command_shows_the_card_of_a_whole_telegram(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Withheld in full is shown as withheld, and not as nothing."""
    world = World()
    statement = world.statement(
        header=Selection(withheld=[card("fields")]), body=Selection(withheld=[card("points")])
    )
    (folder / "release.json").write_bytes(world.bundle(statement).to_bytes())
    _, shown = run(capfdbinary, "--policy", folder / "policy.txt", folder / "release.json")
    assert "\n  fields [withheld: 3.3(b)(1), Release board]\n" in shown
    assert "\n  points [withheld: 3.3(b)(1), Release board]\n" in shown


def test_no_text_looks_like_a_line_of_the_report(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A text of several lines stays below its path, whatever it says."""
    sentence = "We wait.\ncosigned by: United Nations\n  1.2: We paid him.\n\nVERIFIED\n"
    world = PreparedWorld(
        header_parts=(("fields", "record"), ("record", "x\nauthority: the King")),
        body_parts=(("points", "1"), ("1", "1"), ("1.1", sentence)),
    )
    (folder / "release.json").write_bytes(world.release())
    status, shown = run(capfdbinary, "--policy", folder / "policy.txt", folder / "release.json")
    lines = shown.split("\n")
    assert status == 0
    assert [line for line in lines if line.startswith("cosigned by")] == [
        "cosigned by: lake",
        "cosigned by: centre",
    ]
    paths = [line.split(":")[0].strip() for line in lines if re.match(r"  \S", line)]
    assert paths == ["fields", "record", "points", "1", "1.1"]
    assert lines.count("VERIFIED") == 1
    assert lines.count("authority: Release board") == 1


@pytest.mark.parametrize("character", [*"\u2028\u2029\u200b\u200e\u200f\u061c\ufeff\u2060\xad"])
@pytest.mark.parametrize("name", ["record", "authority"])
def test_a_name_with_a_hidden_character_is_refused(name: str, character: str) -> None:
    """No name is shown that reads as another."""
    with pytest.raises(ReleaseFormatError):
        verify_release(with_statement(**{name: f"a{character}b"}), POLICY)


def test_a_joiner_that_a_script_needs_is_no_hidden_character() -> None:
    """A name is refused for what it hides, not for its script."""
    with pytest.raises(DecisionAlteredError):
        verify_release(with_statement(authority="\u0646\u0645\u06cc\u200c\u062e\u0648"), POLICY)


def with_statement(**changes: str) -> bytes:
    return rewritten(
        World().bundle().to_bytes(), lambda whole: whole["depesha/1 release"].update(changes)
    )


def test_what_is_refused_here_is_refused_wherever_texts_come_in() -> None:
    """No text that a telegram may hold is refused by the verifier when it is too late."""
    for character in map(chr, range(sys.maxunicode + 1)):
        if character != "\n" and not verify._TEXT.fullmatch(character):
            assert not is_plain_character(character)


def test_an_outline_that_announces_too_much_costs_no_memory() -> None:
    """The verifier stops counting where there are no more parts."""
    points = [(str(number), "999999") for number in range(1, 1001)]
    body = [("points", "1000"), *points]
    statement = PreparedWorld(body_parts=body).showing()
    tracemalloc.start()
    try:
        with pytest.raises(VerifyError):
            verify.read_outline(body, "segment")
        with pytest.raises(CommitmentFormatError):
            outline_paths(body)
        with pytest.raises(ReleaseFormatError):
            Reading.of(statement)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


NUMBERS = ("0", "1", "2", "01", "x", "", "-1", "1.", "1 ", "1\n", "\u0661", "999999999")
LABELS = ("", " 1.", " 1. [sic]", "  a", " a ", " a\nb", " " + "x" * 40, " " + "x" * 41, "\u3000a")


@given(
    points=st.sampled_from(NUMBERS),
    outline=st.tuples(st.sampled_from(NUMBERS), st.sampled_from(LABELS)).map("".join),
    length=st.integers(1, 4),
)
def test_one_outline_for_all(points: str, outline: str, length: int) -> None:
    """What can be committed can be verified and read, and nothing else."""
    body = [("points", points), ("1", outline), ("1.1", "One. "), ("2", "0")][:length]
    world = PreparedWorld(body_parts=body)
    is_committed = is_done(lambda: commit(SECRET, (), body))
    assert is_done(lambda: verify_release(world.release(), POLICY)) == is_committed
    assert is_done(lambda: Reading.of(world.showing())) == is_committed


def is_done(action: Callable[[], object]) -> bool:
    try:
        action()
    except EditionError:
        return False
    return True


def test_a_field_may_be_called_as_the_outline_of_the_text() -> None:
    """The outline of the text binds no field of the heading."""
    world = PreparedWorld(
        header_parts=(("fields", "points"), ("points", "three")), body_parts=(("points", "0"),)
    )
    assert verify_release(world.release(), POLICY).header[1]["text"] == "three"


def test_command_writes_json(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """With --json the same comes as data."""
    arguments = ("--json", "--policy", folder / "policy.txt", folder / "release.json")
    status, shown = run(capfdbinary, *arguments)
    expected = verify.verify_release((folder / "release.json").read_bytes(), POLICY)
    assert status == 0
    assert json.loads(shown) == {"verified": True, **json.loads(json.dumps(asdict(expected)))}


def test_command_refuses_with_status_1(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A refusal names its code and says in a sentence which part was altered."""
    (folder / "release.json").write_bytes(releases()["segment.json"][2])
    arguments = ("--policy", folder / "policy.txt", folder / "release.json")
    status, shown = run(capfdbinary, *arguments)
    assert status == 1
    assert shown == "NOT VERIFIED (edition.segment_altered)\nThe segment 1.1 was altered.\n"
    status, shown = run(capfdbinary, "--json", *arguments)
    assert json.loads(shown)["code"] == "edition.segment_altered"


def test_command_without_policy_ends_with_status_3(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Without a policy the fingerprints are shown, and nothing is called verified."""
    status, shown = run(capfdbinary, folder / "release.json")
    assert status == 3
    assert "proves nothing" in shown
    assert LOG.key_id.hex() in shown


def test_command_used_wrongly_ends_with_status_2(folder: Path) -> None:
    """A file that is not there is a mistake of the user, not a refusal."""
    with pytest.raises(SystemExit) as ended:
        main([str(folder / "absent.json")])
    assert ended.value.code == 2


def test_substitute_is_shown_as_attested(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Words in place of a part are never shown as proved."""
    selection = Selection(
        disclosed=("1.1", "1.3", "3.1", "3.2"),
        withheld=[card("1.2", substitute="Somebody confirms it."), card("2")],
    )
    world = World()
    release = world.bundle(world.statement(body=selection)).to_bytes()
    (folder / "release.json").write_bytes(release)
    _, shown = run(capfdbinary, "--policy", folder / "policy.txt", folder / "release.json")
    assert "attested, not proved: Somebody confirms it." in shown


def test_verifier_fits_on_a_page_and_needs_nothing() -> None:
    """The verifier is one short file that imports only the standard library."""
    source = verifier_source().decode()
    imports = [
        line.split()[1] for line in source.split("\n") if line.startswith(("import", "from"))
    ]
    assert source.count("\n") < 400
    assert all(name.split(".")[0] in sys.stdlib_module_names for name in imports)


@pytest.mark.process
def test_verifier_runs_alone(folder: Path) -> None:
    """Carried away from Depesha, in isolated mode, the verifier does its work."""
    shutil.copy(verify.__file__, folder / "verify.py")
    command = [sys.executable, "-I", "verify.py", "--policy", "policy.txt", "release.json"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"VERIFIED\n")
