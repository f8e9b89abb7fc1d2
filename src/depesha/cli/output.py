"""How results are shown: words for people, or one JSON object for programs."""

import json
import shutil
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from itertools import zip_longest
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from depesha.base import is_plain_character

# What a command has done, as names and plain values: JSON as it is, words as a face likes.
Result = Mapping[str, Any]


def shows(
    render: Callable[[Result], None], *, status: Callable[[Result], int] | None = None
) -> Callable[[Callable[..., Result]], Any]:
    """Give a command `--json`; without it, `render` puts the same object into words.

    Where the result itself is a yes or a no for scripts, `status` returns what the command ends in.
    """

    def decorate(command: Callable[..., Result]) -> Callable[..., None]:
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
        @wraps(command)
        def run(*args: object, as_json: bool, **options: object) -> None:
            result = command(*args, **options)
            if as_json:
                print_json(result)
            else:
                render(result)
            if status is not None:
                click.get_current_context().exit(status(result))

        return run

    return decorate


def print_json(value: Result) -> None:
    """Print one object, in UTF-8, its names in the order in which they were given."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo("".join(letter if is_shown(letter) else _escaped(letter) for letter in text))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under their columns, or say in one line that there are none.

    What is shown came from outside in part: cells are plain text, never markup. The first column
    is what a person copies into the next command: it is never broken over lines.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(_in_words(column), overflow="fold", no_wrap=index == 0)
    for row in rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    if table.row_count:
        Console(highlight=False).print(table)
    else:
        click.echo(empty)


def print_fields(fields: Mapping[str, object], *, err: bool = False) -> None:
    """Print names and values under one another; each member of a list begins a line of its own.

    A value of None is left out.
    """
    stated = {_in_words(name): value for name, value in fields.items() if value is not None}
    width = max(map(len, stated), default=0)
    for name, value in stated.items():
        members = value if isinstance(value, list | tuple) else [value]
        lines = [line for member in members for line in _lines(str(member), width + 2)]
        for label, line in zip_longest([name], lines or ["none"], fillvalue=""):
            click.echo(f"{label:<{width}}  {line}", err=err)


def print_words(words: str) -> None:
    """Print a sentence in lines that fit the terminal."""
    for line in _lines(words, 0):
        click.echo(line)


def printable(text: str) -> str:
    """Return a text that a terminal can only show: what would command it is marked instead.

    Historic records and file names come from outside; an escape sequence in one must not act.
    """
    return "".join(letter if is_shown(letter) else "\ufffd" for letter in text)


def is_shown(letter: str) -> bool:
    """Tell whether a character shows itself and nothing else; a line feed ends a line."""
    return letter == "\n" or is_plain_character(letter)


def _escaped(letter: str) -> str:
    """Write a character as JSON escapes it."""
    return json.dumps(letter)[1:-1]


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _lines(text: str, indent: int) -> list[str]:
    """Break a text between its words, never inside one: somebody may want to copy it."""
    text = printable(text)
    width = max(20, shutil.get_terminal_size().columns - indent)
    return [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False)
    ]
