"""How the demonstration is told: what happened, and the command that does the same by hand."""

import textwrap
from dataclasses import dataclass, field

import click

COLUMNS = 80


@dataclass(slots=True)
class Story:
    """Tells a story line by line as it happens, or keeps silent."""

    is_silent: bool = False
    lines: int = field(default=0, init=False)

    def tell(self, words: str, *commands: str) -> None:
        """Tell one thing that happened, and the commands for it."""
        told = textwrap.wrap(words, COLUMNS)
        told += [f"    $ depesha {command}" for command in commands]
        self.lines += len(told)
        if not self.is_silent:
            for line in told:
                is_command = line.startswith("    $ ")
                click.echo(click.style(line, dim=True) if is_command else line)
