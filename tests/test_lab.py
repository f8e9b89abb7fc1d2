"""The laboratory: nothing is lost without a carrier's faults, and all is named with them."""

import json
import subprocess
import sys

import pytest

from tests.support import REPOSITORY


def work(*arguments: str) -> dict[str, object]:
    command = [sys.executable, str(REPOSITORY / "tools" / "lab.py"), *arguments, "--json"]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.process
def test_an_honest_carrier_delivers_everything() -> None:
    """Without faults every copy arrives, and no page opens twice."""
    found = work("--posts", "3", "--telegrams", "12", "--seed", "1", "--faults", "none")
    assert found["broken"] == []
    assert found["delivered"] == found["copies"]
    assert found["opened_twice"] == 0


@pytest.mark.process
def test_a_hostile_carrier_leaves_nothing_unnamed() -> None:
    """With faults every copy is delivered or named as missing, and no promise breaks."""
    faults = "drop,duplicate,reorder,delay,replay,truncate,flip,swap,flood,crash"
    found = work("--posts", "3", "--telegrams", "30", "--seed", "5", "--faults", faults)
    assert found["broken"] == []
    assert found["crashes"]
    arrived, named = found["delivered"], found["named_missing"]
    assert isinstance(arrived, int)
    assert isinstance(named, int)
    assert arrived + named == found["copies"]
