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
        typed = [line for command in commands for line in _typed(command)]
        self.lines += len(told) + len(typed)
        if not self.is_silent:
            for line in told:
                click.echo(line)
            for line in typed:
                click.echo(click.style(line, dim=True))


def _typed(command: str) -> list[str]:
    """Write a command as a shell takes it, on as many lines as it needs."""
    lines = textwrap.wrap(
        f"    $ depesha {command}",
        COLUMNS - 2,
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]
