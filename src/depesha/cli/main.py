"""The command's root: the options before a command, the groups, and how refusals end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from depesha.base import DepeshaError
from depesha.cli.commands.archive import archive
from depesha.cli.commands.carry import pouch, sync
from depesha.cli.commands.cipher import cipher
from depesha.cli.commands.demo import demo
from depesha.cli.commands.edition import edition
from depesha.cli.commands.pads import pads
from depesha.cli.commands.post import post
from depesha.cli.commands.register import register
from depesha.cli.commands.relay import relay
from depesha.cli.commands.station import station
from depesha.cli.commands.telegram import telegram
from depesha.cli.failure import report, report_disk
from depesha.cli.session import HOME_VARIABLE, Session

INTERRUPTED = 130
_ORDERS_TO_END = (signal.SIGTERM, signal.SIGHUP)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
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
@click.pass_context
def root(
    context: click.Context, home: Path, actor_name: str | None, passphrase_file: Path | None
) -> None:
    r"""Sealed on the wire. Numbered and registered at both ends. Kept for history.

    \b
    To see the whole life of one telegram:   depesha demo
    To found a station:                      depesha station init --help
    """
    session = Session(home=home, actor_name=actor_name, passphrase_file=passphrase_file)
    context.obj = session
    context.call_on_close(session.close)


for command in (
    station,
    post,
    pads,
    telegram,
    sync,
    pouch,
    register,
    archive,
    edition,
    relay,
    cipher,
    demo,
):
    root.add_command(command)


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
            root(standalone_mode=False)
    except DepeshaError as error:
        sys.exit(report(error, as_json=as_json))
    except OSError as error:
        sys.exit(report_disk(error))
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
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
