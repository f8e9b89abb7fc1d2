"""Processes that a command starts: they listen, they end, or it is said that they could not."""

import os
from pathlib import Path

import pytest

from depesha.cli.process import output_of, running
from depesha.station import InputError

pytestmark = pytest.mark.process


def test_a_process_runs_while_it_is_needed(tmp_path: Path) -> None:
    """It says where it listens; when the block ends it is gone."""
    arguments = ["serve", "--data", str(tmp_path / "relay"), "--port", "0"]

    with running("depesha.relay", arguments) as service:
        assert service.address.startswith("http://127.0.0.1:")
        assert service.process.poll() is None

    assert service.process.poll() == 0


def test_a_process_that_cannot_start_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    """Its own message is shown, also where it ends before it has read what it is given."""
    with (
        pytest.raises(InputError, match="could not be started"),
        running("depesha.relay", ["frobnicate"], line="x" * 1_000_000),
    ):
        pytest.fail("the block is never entered")

    assert "No such command 'frobnicate'" in capfd.readouterr().err


def test_a_process_that_fails_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What it wrote is not taken for a result."""
    with pytest.raises(InputError, match="the process failed"):
        output_of("depesha.relay", ["admit", "--data", os.devnull])

    assert capfd.readouterr().err
