"""The model of the channel: its promises hold, its faults are found, its page says so (process)."""

import json
import re

import pytest
from tools.model import (
    CONFIGURATIONS,
    FAULTS,
    PROMISES,
    SETTLED,
    Configuration,
    Fault,
    find,
    holds,
    is_found,
    main,
    read_search,
    search,
)

from tests.support import REPOSITORY

PAGE = (REPOSITORY / "docs" / "model" / "README.md").read_text(encoding="utf-8")
WHOLE = """
Full statespace search for:
State-vector 144 byte, depth reached 117, errors: 0
   268573 states, stored
  172.214	total actual memory usage
pan: elapsed time 0.72 seconds
"""


@pytest.mark.process
def test_a_configuration_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """Every state of a configuration is visited, and each promise is named with its errors."""
    assert main(["--only", "receiver-restored"]) == 0

    told = capsys.readouterr().out
    (states, depth) = re.findall(r"([\d,]+) states, depth (\d+), exhaustive", told)[0]
    row = next(line for line in PAGE.splitlines() if line.startswith("| `receiver-restored`"))
    assert f"| {states} | {depth} |" in row
    assert [line.split()[0] for line in told.splitlines() if "errors: 0" in line] == [*PROMISES]


@pytest.mark.process
def test_every_fault_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault breaks its promise, and the page tells the very way that a new search finds."""
    assert main(["--json", *(word for one in FAULTS for word in ("--only", one.name))]) == 0

    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert [one["name"] for one in report["faults"]] == [one.name for one in FAULTS]
    for one in report["faults"]:
        told = "".join(f"    {step}\n" for step in one["steps"])
        assert f"### {one['name']}\n\nBreaks `{one['broken']}`." in PAGE
        assert f"\n\n{told}" in PAGE, one["name"]


@pytest.mark.process
def test_a_formula_that_fails_is_not_passed_over() -> None:
    """Where the fair carrier's runs do not come to rest, the search over all runs says so."""
    broken = search(
        Configuration(
            name="fair-carrier",
            flags=("-DFAIR", "-DTEXTS=1", "-DBOOK=2", "-DNO_FINISH_ALL"),
            has_progress=True,
        )
    )

    assert broken.errors == 1
    assert not holds(broken)
    assert broken.steps


@pytest.mark.process
def test_a_fault_that_breaks_nothing_is_reported() -> None:
    """A fault that the model no longer feels does not pass for found."""
    harmless = find(Fault(name="GAPS_ONLY", breaks="a_page_opens_once", flags=("-DTEXTS=1",)))

    assert harmless.errors == 0
    assert not is_found(harmless)


@pytest.mark.parametrize(
    "said",
    [
        "error: max search depth too small\n",
        "Warning: Search not completed\n",
        "pan: reached -DMEMLIM bound\n",
        "pan: out of memory\n",
    ],
)
def test_a_search_that_was_cut_short_proves_nothing(said: str) -> None:
    """Whatever the checker says of an early end, the configuration does not hold."""
    assert holds(read_search("hostile-carrier", WHOLE))
    assert not holds(read_search("hostile-carrier", said + WHOLE))
    assert not holds(read_search("hostile-carrier", WHOLE.replace("Full", "Bit")))


def test_an_answer_that_cannot_be_read_is_refused() -> None:
    """Words of the checker that are not known stop the run."""
    with pytest.raises(SystemExit, match="cannot be read"):
        read_search("hostile-carrier", "pan: segmentation fault")


def test_the_page_names_every_promise_and_configuration() -> None:
    """What is checked is what the page says is checked."""
    for name in (*PROMISES, SETTLED, *(one.name for one in CONFIGURATIONS)):
        assert f"| `{name}` |" in PAGE


def test_the_steps_are_steps_of_the_code() -> None:
    """Each function that the page ties a step to is still there under its name."""
    path = None
    named = 0
    for word in re.findall(r"`([\w./]+)`", PAGE.split("| step in the model |")[1].split("## ")[0]):
        if word.endswith(".py"):
            path = REPOSITORY / "src" / "depesha" / word
        elif path is not None:
            named += 1
            assert f"def {word}(" in path.read_text(encoding="utf-8"), word
    assert named > 20
