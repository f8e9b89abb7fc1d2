"""How a command on plain files is refused: in words, and below them in one line for programs.

These commands need no station, so they have errors of their own.

InputRefusedError   cli.input    what was typed, or a file that it names, cannot be used
OutputLostError     cli.output   standard output was closed before all was written
"""

from typing import Any

import click

from depesha.base import DepeshaError
from depesha.cli.failure import USAGE, report, report_disk


class InputRefusedError(DepeshaError):
    """What was typed, or a file that it names, cannot be used."""

    code = "cli.input"


class OutputLostError(DepeshaError):
    """Standard output was closed before all was written."""

    code = "cli.output"


class PlainGroup(click.Group):
    """Commands whose refusals end in a line that holds the code alone: `error: CODE`."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # as click has it
        """Run a command of the group.

        Raises:
            Exit: With the status, once a refusal has been told.
        """
        try:
            return super().invoke(ctx)
        except DepeshaError as error:
            status, code = report(error, as_json=False), error.code
        except OSError as error:
            status, code = report_disk(error), "disk"
        except click.UsageError as error:
            error.show()
            status, code = USAGE, InputRefusedError.code
        click.echo(f"error: {code}", err=True)
        raise click.exceptions.Exit(status)
