"""Every command transcript in tests/scripts is played as it stands."""

import pytest

from tests.cli.playing import SCRIPTS, Playhouse
from tests.cli.transcript import Transcript

NAMES = sorted(path.stem for path in SCRIPTS.glob("*.txt"))


def _parameter(name: str) -> object:
    is_process = "run" in Transcript.read(SCRIPTS / f"{name}.txt").head
    return pytest.param(name, marks=pytest.mark.process if is_process else ())


@pytest.mark.parametrize("name", [_parameter(name) for name in NAMES])
def test_transcript(name: str, playhouse: Playhouse) -> None:
    """What is typed is answered as the transcript says, to the letter and to the status."""
    playhouse.play(name)
