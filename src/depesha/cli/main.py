"""The command's root: the options before a command, the groups, and how refusals end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import click

from depesha.base import DepeshaError
from depesha.cli.failure import report, report_disk

HOME_VARIABLE = "DEPESHA_HOME"
INTERRUPTED = 130
_ORDERS_TO_END = (signal.SIGTERM, signal.SIGHUP)
# Where each command is found, and what the list of commands says of it.
_COMMANDS = {
    "archive": ("archive", "Describe, find and check records; read historic ones."),
    "channel": ("channel", "Look at the traffic with a station, and agree its rules."),
    "cipher": ("cipher", "Seal and open plain age files with post-quantum keys."),
    "demo": ("demo", "Play the whole life of one telegram on two real stations."),
    "edition": ("edition", "Release records in part or in full, and verify releases."),
    "mend": ("mend", "Mend channels after a backup was put back."),
    "pads": ("pads", "Issue, accept and count pad books."),
    "post": ("post", "Exchange cards with other stations, and give up keys."),
    "pouch": ("pouch", "Carry sealed files by hand."),
    "quarantine": ("quarantine", "Look at what was refused, try it again, and settle it."),
    "register": ("register", "Read the register, check it, and exchange cosignatures."),
    "relay": ("relay", "Run a relay, or let somebody open mailboxes on it."),
    "station": ("station", "Found a station and look after it."),
    "sync": ("carry", "Deliver what is sealed and open what has arrived."),
    "telegram": ("telegram", "Draft, release, seal, read and convey telegrams."),
    "watch": ("watch", "Say what is missing, overdue, running out or refused."),
}


class LateGroup(click.Group):
    """A group whose commands are loaded when one of them is asked for.

    Most of them load a whole station, which takes a second and 80 MiB; those that need none
    should cost neither, nor should the list of them all.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Name the commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """Load one command, or return None where there is no such."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"depesha.cli.commands.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        _keep_lines(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        """Write the list of commands from the table, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in sorted(_COMMANDS.items())])


@click.group(
    cls=LateGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(package_name="depesha")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("depesha-home"),
    envvar=HOME_VARIABLE,
    show_default=True,
    show_envvar=True,
    help="The folder of the station.",
)
@click.option("--as", "actor_name", metavar="NAME", help="Who acts, where several people work.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read the passphrase from a file instead of the terminal.",
)
def root(**_: object) -> None:
    r"""Sealed on the wire. Numbered and registered at both ends. Kept for history.

    \b
    To see the whole life of one telegram:   depesha demo
    To found a station:                      depesha station init --help
    """


def _keep_lines(command: click.Command) -> None:
    """Give click its mark for lines that stay as they are, which a raw docstring spells out."""
    command.help = (command.help or "").replace(r"\b", "\b")
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _keep_lines(one)


_keep_lines(root)


def main() -> None:
    """Run the command line; a refusal becomes one message and an exit status."""
    as_json = "--json" in sys.argv
    try:
        with _ending_in_good_order():
            # An early end, such as after `--help`, comes back as its status.
            sys.exit(root(standalone_mode=False) or 0)
    except DepeshaError as error:
        sys.exit(report(error, as_json=as_json))
    except OSError as error:
        sys.exit(report_disk(error))
    except click.Abort:
        click.echo("Stopped; what was finished is kept.", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


@contextmanager
def _ending_in_good_order() -> Iterator[None]:
    """Let an order to end do what Ctrl-C does: processes are stopped, secrets removed."""

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in _ORDERS_TO_END}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
