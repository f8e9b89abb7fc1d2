"""`python -m depesha.web`: show a station's register and telegrams on this machine, to be read."""

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import click

from depesha.base import BaseFormatError, DepeshaError, decode
from depesha.web import wiring
from depesha.web.errors import PassphraseLineError

_LINE_LIMIT_BYTES = 4096


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of the station.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="A loopback address; no other is taken."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="0 takes any free port.",
)
def main(home: Path, host: str, port: int) -> None:
    """Answer until SIGTERM, on this machine alone.

    The passphrase is asked for at the terminal, or read as one line where standard input is none.
    """
    settings = wiring.Settings(home=home, host=host, port=port)
    try:
        wiring.serve(settings, read_passphrase(sys.stdin, getpass.getpass), say=click.echo)
    except DepeshaError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error


def read_passphrase(source: TextIO, ask: Callable[[str], str]) -> str:
    """Ask for the passphrase where the source is a terminal; else read the source's first line.

    Raises:
        PassphraseLineError: The line is not UTF-8.
    """
    if source.isatty():
        return ask("Passphrase: ")
    line = source.buffer.readline(_LINE_LIMIT_BYTES)
    try:
        return decode(line, what="the passphrase").rstrip("\r\n")
    except BaseFormatError as error:
        raise PassphraseLineError("standard input holds no line of UTF-8") from error


if __name__ == "__main__":
    main(prog_name="python -m depesha.web")
