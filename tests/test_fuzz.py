"""The fuzzer runs, finds what is planted, and finds nothing in any reader of ours."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tools.fuzzing import guided
from tools.fuzzing.catalogue import TARGETS
from tools.fuzzing.engine import Explorer, Finding, Tally, attempt, shrink
from tools.fuzzing.mutation import SIZE_LIMIT_BYTES, mutate
from tools.fuzzing.target import Target, TwoSpellingsError, one_form, one_text

from depesha.base import BaseFormatError, Digest
from tests.support import REPOSITORY

INPUTS = 200
# What one input may take on the slowest machine that runs the tests.
CPU_SECONDS = 5.0
SEED = b"depesha/1 seed\nname: value\nnumber: 17\nkey: AAECAwQFBgcICQ==\n"


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_no_input_makes_a_reader_fail(target: Target) -> None:
    """Whatever the bytes, a reader returns its one spelling or refuses, and soon."""
    tally = Explorer(target, seed=0, cpu_seconds=CPU_SECONDS).run(inputs=INPUTS)

    assert tally.findings == []
    assert tally.inputs >= INPUTS


def planted(fails: Callable[[bytes], object]) -> Target:
    return Target("planted", fails, lambda: (SEED,))


def _fails_on_a_large_number(data: bytes) -> None:
    if b"number: 9999" in data:
        raise ValueError("planted")


def _refuses(_: bytes) -> None:
    raise BaseFormatError("as it should")


def _never_ends(_: bytes) -> None:
    while True:
        pass


def test_a_planted_fault_is_found_and_made_small() -> None:
    """A fault behind one value of one field is reached, once, and its input is cut down to it."""
    tally = Explorer(planted(_fails_on_a_large_number), seed=0).run(inputs=5000)

    assert [(found.fault, found.data) for found in tally.findings] == [
        ("ValueError", b"number: 9999")
    ]


def test_a_seed_names_a_run() -> None:
    """The same seed tries the same inputs, another seed tries others."""
    runs = []
    for seed in (7, 7, 8):
        tried: list[bytes] = []
        Explorer(planted(_refuses), seed=seed).run(inputs=50, before=tried.append)
        runs.append(tried)

    assert runs[0] == runs[1] != runs[2]
    assert runs[0][0] == SEED


def test_a_refusal_with_new_words_is_of_interest() -> None:
    """What is refused as never before is kept to be mutated further; a known refusal is not."""

    def refuses(data: bytes) -> None:
        raise BaseFormatError(f"line {data.count(10)}: refused")

    assert Explorer(planted(_refuses), seed=0).run(inputs=300).kept == 1
    assert Explorer(planted(refuses), seed=0).run(inputs=300).kept > 3


def test_an_endless_reader_is_broken_off() -> None:
    """An input that takes more time than it may is a finding, not a hanging run."""
    outcome = attempt(planted(_never_ends), b"", cpu_seconds=0.1)
    assert outcome.fault == "more than 0.1 s"


def test_a_second_spelling_is_a_fault() -> None:
    """A reader that takes what it would not write is found out, in texts and in bytes."""

    class Careless(Digest):
        @classmethod
        def from_text(cls, text: str) -> "Careless":
            return super().from_text(text.strip())

        def to_bytes(self) -> bytes:
            return self.value

    text = Target("planted", one_text(Careless.from_text), tuple)
    spelt = Careless.of(b"").to_text().encode()
    assert attempt(text, spelt).fault is None
    assert attempt(text, spelt + b" ").fault == TwoSpellingsError.__name__

    form = Target("planted", one_form(lambda data: Careless(data[:32])), tuple)
    assert attempt(form, bytes(32)).fault is None
    assert attempt(form, bytes(33)).fault == TwoSpellingsError.__name__
    assert attempt(form, bytes(31)).words.startswith("base.format")


def test_shrinking_keeps_the_fault() -> None:
    """What is left fails in the same way and place."""
    target = planted(_fails_on_a_large_number)
    large = SEED * 20 + b"number: 9999999" + SEED * 20
    small = shrink(target, large, attempt(target, large))
    assert small == b"number: 9999"


class FakeAtheris:
    """Proposes the seeds, and then the same input for ever, as a search does that never returns."""

    def __init__(self) -> None:
        self.options: list[str] = []
        self._one: Callable[[bytes], None] = print

    def Setup(self, options: list[str], one: Callable[[bytes], None]) -> None:  # noqa: N802
        self.options, self._one = options, one

    def Fuzz(self) -> None:  # noqa: N802
        for path in Path(self.options[-1]).iterdir():
            self._one(path.read_bytes())
        while True:
            self._one(b"number: 99999")


class DoneError(Exception):
    """The run was ended."""


def test_a_search_by_coverage_is_judged_in_the_same_way(tmp_path: Path) -> None:
    """The seeds are handed over; what another engine proposes is judged, shrunk and told here."""
    tallies, tried = [], list[bytes]()

    def done(tally: Tally) -> None:
        tallies.append(tally)
        raise DoneError

    atheris, explorer = FakeAtheris(), Explorer(planted(_fails_on_a_large_number), seed=0)
    with pytest.raises(DoneError):
        guided.explore(
            atheris, explorer, tmp_path, seconds=0.05, seed=4, before=tried.append, done=done
        )

    assert {"-seed=5", f"-artifact_prefix={tmp_path}/"} <= set(atheris.options)
    assert tried[:2] == [SEED, b"number: 99999"]
    assert [found.data for found in tallies[0].findings] == [b"number: 9999"]


def test_mutations_differ_and_have_a_limit() -> None:
    """Most mutations change something, and none grows without end."""
    chance = Random(0)  # noqa: S311 - chance that can be repeated
    made = [mutate(SEED, (SEED, b"", b"other: 1\n"), chance) for _ in range(500)]
    assert len(set(made)) > 400
    assert all(len(data) <= SIZE_LIMIT_BYTES for data in made)
    assert mutate(b"", (b"",), chance) is not None


def test_a_finding_does_not_show_its_input() -> None:
    """Bytes that were read stay out of what is printed."""
    assert "secret" not in repr(Finding("planted", "ValueError", "", b"secret"))


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "tools" / "fuzz.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.process
def test_the_command_fuzzes_each_target_in_a_process(tmp_path: Path) -> None:
    """One JSON object for each target; the status says that nothing was found."""
    ran = fuzz(
        "--minutes", "0.01", "--json", "--keep", str(tmp_path), "--only", "void", "--only", "digest"
    )

    assert ran.returncode == 0, ran.stderr
    tallies = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {tally["target"] for tally in tallies} == {"void", "digest"}
    assert all(tally["inputs"] > 50 and tally["findings"] == [] for tally in tallies)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_one_input_can_be_tried_again(tmp_path: Path) -> None:
    """A kept input is replayed against its target, which says how it ends."""
    path = tmp_path / "input.bin"
    path.write_bytes(b"depesha/2 void\n")

    ran = fuzz("--only", "void", "--replay", str(path))

    assert (ran.returncode, ran.stdout) == (
        0,
        "void: channel.service_version line 1: a version that is not read here\n",
    )


@pytest.mark.process
def test_findings_are_not_kept_in_the_repository() -> None:
    """A run leaves nothing behind where the history is kept."""
    ran = fuzz("--only", "void", "--keep", str(REPOSITORY / "findings"))
    assert ran.returncode != 0
    assert "outside" in ran.stderr or "another folder" in ran.stderr
