"""`python -m depesha.relay`: run a relay, admit its users, and see how full it is."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from depesha.base import DepeshaError
from depesha.relay import wiring

_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of this relay; it is made if it is not there.",
)


@click.group()
def main() -> None:
    """Carry sealed objects between stations without being able to read them."""


@main.command()
@_data
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8440, show_default=True, help="0 takes any free port.")
@click.option(
    "--calls-per-minute",
    default=6000,
    show_default=True,
    help="How often one capability may call; 0 lets all pass.",
)
@click.option(
    "--connections",
    type=click.IntRange(min=1),
    default=wiring.CONNECTIONS,
    show_default=True,
    help="How many callers at once; keep it below the process's limit of open files.",
)
def serve(data: Path, host: str, port: int, calls_per_minute: int, connections: int) -> None:
    """Answer until SIGTERM; put a TLS proxy or an onion service in front."""
    settings = wiring.Settings(
        data=data,
        host=host,
        port=port,
        calls_per_minute=calls_per_minute,
        connections=connections,
    )
    with _refusals():
        wiring.serve(settings, say=click.echo)


@main.command()
@_data
def admit(data: Path) -> None:
    """Print a new admission token; only its digest is kept here."""
    with _refusals():
        click.echo(wiring.admit(data))


@main.command()
@_data
def status(data: Path) -> None:
    """Print, as one line of JSON, how much lies here."""
    with _refusals():
        click.echo(json.dumps(dataclasses.asdict(wiring.status(data))))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DepeshaError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error


if __name__ == "__main__":
    main(prog_name="python -m depesha.relay")
