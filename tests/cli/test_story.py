"""The demonstration's telling."""

import pytest

from depesha.cli.story import COLUMNS, Story


def test_a_story_fits_the_smallest_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Words and commands are told in 80 columns; a long command goes on as a shell does."""
    story = Story()

    story.tell("word " * 40, 'telegram draft --to "POST HARBOUR" ' + "--enclose file " * 8, "sync")

    lines = capsys.readouterr().out.splitlines()
    assert story.lines == len(lines)
    assert all(len(line) <= COLUMNS for line in lines)
    typed = [line for line in lines if line.startswith("    ")]
    assert typed[-1] == "    $ depesha sync"
    assert all(line.endswith(" \\") for line in typed[:-2])
    whole = " ".join(line.removesuffix("\\").strip() for line in typed[:-1])
    assert whole.startswith("$ depesha telegram draft --to")
    assert whole.count("--enclose file") == 8


def test_a_silent_story_is_counted_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the result is wanted as JSON, nothing else is written."""
    story = Story(is_silent=True)

    story.tell("Something happened.", "sync")

    assert capsys.readouterr().out == ""
    assert story.lines == 2
