"""What the program says about itself: help for every command, and a page that names them all."""

import shlex
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
import pytest

from depesha.cli.main import root
from tests.cli.running import run
from tests.support import REPOSITORY

COLUMNS = 80
CONTEXT = click.Context(root)
Path_ = tuple[str, ...]


def walk(command: click.Command, path: Path_ = ()) -> Iterator[tuple[Path_, click.Command]]:
    """Yield every group and command with the words that lead to it."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(CONTEXT):
            yield from walk(below(command, name), (*path, name))


def below(group: click.Group, name: str) -> click.Command:
    found = group.get_command(CONTEXT, name)
    assert found is not None, name
    return found


EVERYTHING = dict(walk(root))
GROUPS = [path for path, one in EVERYTHING.items() if isinstance(one, click.Group)]
COMMANDS = [path for path in EVERYTHING if path not in GROUPS]


def named(path: Path_) -> str:
    return " ".join(path) or "depesha"


@pytest.mark.parametrize("path", EVERYTHING, ids=named)
def test_help_fits_the_smallest_terminal(path: Path_, tmp_path: Path) -> None:
    """Every help is shown in whole on 80 columns, with nothing of its markup."""
    ended = run([*path, "--help"], tmp_path)

    assert ended.status == 0
    assert ended.err == ""
    assert [line for line in ended.out.splitlines() if len(line) > COLUMNS] == []
    assert "\\b" not in ended.out
    assert "\b" not in ended.out


@pytest.mark.parametrize("path", GROUPS, ids=named)
def test_no_command_is_cut_short_in_its_list(path: Path_, tmp_path: Path) -> None:
    """In a list of commands each is told in a whole sentence."""
    _, _, listed = run([*path, "--help"], tmp_path).out.partition("Commands:\n")

    assert listed
    assert all(line.endswith(".") for line in listed.splitlines())
    assert "..." not in listed


@pytest.mark.parametrize("name", root.list_commands(CONTEXT))
def test_the_first_list_says_what_the_commands_say(name: str, tmp_path: Path) -> None:
    """The list of all commands loads none of them, and yet agrees with each."""
    _, _, listed = run(["--help"], tmp_path).out.partition("Commands:\n")
    said = below(root, name).get_short_help_str(limit=COLUMNS)

    assert f"  {name:<11} {said.partition('. ')[0].removesuffix('.')}." in listed.splitlines()


def example_of(path: Path_) -> list[str]:
    """Return the lines of a command's example."""
    _, _, example = cleandoc(EVERYTHING[path].help or "").partition("\b\nExample:\n")
    return [line.strip() for line in example.replace("\\\n", " ").splitlines() if line.strip()]


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_every_command_has_an_example(path: Path_) -> None:
    """A newcomer can copy a line from each help, and its commands and options exist."""
    first, *_ = example_of(path)
    words = shlex.split(first.split(" > ")[0])
    command: click.Command = root
    assert words.pop(0) == "depesha"
    reached: list[str] = []
    while words:
        word = words.pop(0)
        options = {name: one for one in command.params for name in [*one.opts, *one.secondary_opts]}
        if word.startswith("--") and command.context_settings.get("ignore_unknown_options"):
            assert f"{word} " in (command.help or "")  # The relay's own, which it passes on.
            words.pop(0)
        elif word.startswith("--"):
            option = options[word]
            assert isinstance(option, click.Option)
            if not option.is_flag:
                words.pop(0)
        elif isinstance(command, click.Group):
            command = below(command, word)
            reached.append(word)
    assert tuple(reached) == path


def test_the_page_names_every_command() -> None:
    """The documentation cannot forget a command, nor keep one that is gone."""
    page = (REPOSITORY / "docs" / "guide" / "cli.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| `depesha")
    ]

    assert sorted(rows) == sorted(f"`depesha {named(path)}`" for path in COMMANDS)
    assert all(f"`{path[0]}`" in page for path in GROUPS if path)
