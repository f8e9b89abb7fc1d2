"""How results are shown: words for people, or one JSON object for programs."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

# What a command has done, as names and plain values: JSON as it is, words as a face likes.
Result = Mapping[str, Any]


def shows(render: Callable[[Result], None]) -> Callable[[Callable[..., Result]], Any]:
    """Give a command `--json`; without it, `render` puts the same object into words."""

    def decorate(command: Callable[..., Result]) -> Callable[..., None]:
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
        @wraps(command)
        def run(*args: object, as_json: bool, **options: object) -> None:
            result = command(*args, **options)
            if as_json:
                print_json(result)
            else:
                render(result)

        return run

    return decorate


def print_json(value: Result) -> None:
    """Print one object, in UTF-8, its names in the order in which they were given."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under their columns, or say in one line that there are none.

    What is shown came from outside in part: cells are plain text, never markup.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        Console(highlight=False).print(table)
    else:
        click.echo(empty)


def print_fields(fields: Mapping[str, object]) -> None:
    """Print names and values under one another; a value of None is left out."""
    width = max((len(name) for name, value in fields.items() if value is not None), default=0)
    for name, value in fields.items():
        if value is not None:
            click.echo(f"{name:<{width}}  {value}")
