"""`python -m depesha.relay`: run a relay, admit its users, and see how full it is."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import click

from depesha.base import DepeshaError, instant_to_text
from depesha.relay import wiring
from depesha.relay.admission import TOKEN_MAILBOXES, Admission
from depesha.relay.tally import Holdings

_data = click.option(
    "--data",
    required=True,
    help="The folder of this relay, made if it is not there; or postgresql://...",
)
_host = click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
_calls = click.option(
    "--calls-per-minute",
    type=click.IntRange(min=0),
    default=6000,
    show_default=True,
    help="How often one capability may call one process; 0 lets all pass.",
)
_connections = click.option(
    "--connections",
    type=click.IntRange(min=1),
    default=wiring.CONNECTIONS,
    show_default=True,
    help="How many callers of one process at once; keep it below its limit of open files.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@click.group()
def main() -> None:
    """Carry sealed objects between stations without being able to read them."""


@main.command()
@_data
@_host
@click.option("--port", default=8440, show_default=True, help="0 takes any free port.")
@click.option(
    "--workers",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="How many processes; more than one over PostgreSQL only.",
)
@_calls
@_connections
def serve(
    data: str, host: str, port: int, workers: int, calls_per_minute: int, connections: int
) -> None:
    """Answer until SIGTERM; put a TLS proxy or an onion service in front."""
    settings = wiring.Settings(
        data=data,
        host=host,
        port=port,
        workers=workers,
        calls_per_minute=calls_per_minute,
        connections=connections,
    )
    with _refusals():
        wiring.serve(settings, say=click.echo)


@main.command(hidden=True)
@_data
@_host
@_calls
@_connections
@click.option("--share", required=True)
def work(data: str, host: str, calls_per_minute: int, connections: int, share: str) -> None:
    """Be one of several workers; started by `serve` only."""
    settings = wiring.Settings(
        data=data, host=host, calls_per_minute=calls_per_minute, connections=connections
    )
    with _refusals():
        wiring.work(settings, share, say=click.echo)


@main.command()
@_data
@click.option(
    "--days", default=wiring.TOKEN_DAYS, show_default=True, help="How long the token is good."
)
@click.option(
    "--mailboxes", default=TOKEN_MAILBOXES, show_default=True, help="How many it may open."
)
@click.option("--list", "is_list", is_flag=True, help="List the tokens by their names instead.")
@click.option("--revoke", metavar="NAME", help="Take the token of this name back instead.")
@_json
def admit(
    data: str, *, days: int, mailboxes: int, is_list: bool, revoke: str | None, as_json: bool
) -> None:
    """Print a new admission token; only its digest is kept here."""
    if is_list and revoke is not None:
        raise click.UsageError("--list and --revoke exclude each other")
    with _refusals():
        if is_list:
            write = _admissions_json if as_json else _admissions_text
            click.echo(write(wiring.admissions(data)), nl=False)
        elif revoke is not None:
            wiring.revoke(data, revoke)
        else:
            click.echo(wiring.admit(data, days=days, most_mailboxes=mailboxes))


@main.command()
@_data
@_json
def status(data: str, *, as_json: bool) -> None:
    """Count mailboxes, objects and bytes, and tell when the first object expires."""
    with _refusals():
        found = wiring.status(data)
    click.echo(_status_json(found) if as_json else _status_text(found))


def _admissions_text(found: Sequence[Admission]) -> str:
    lines = [f"{'name':16}  {'opened':>6}  {'of':>4}  until"] if found else ["No tokens."]
    lines += [
        f"{one.admission_id}  {one.mailboxes:6}  {one.most_mailboxes:4}  {_instant(one.expires)}"
        for one in found
    ]
    return "".join(f"{line}\n" for line in lines)


def _admissions_json(found: Sequence[Admission]) -> str:
    rows = [
        {
            "name": one.admission_id,
            "mailboxes": one.mailboxes,
            "most_mailboxes": one.most_mailboxes,
            "expires": one.expires and instant_to_text(one.expires),
        }
        for one in found
    ]
    return json.dumps({"admissions": rows}) + "\n"


def _status_text(found: Holdings) -> str:
    return (
        f"mailboxes     {found.mailboxes}\n"
        f"objects       {found.objects}\n"
        f"bytes         {found.size_bytes}\n"
        f"first expiry  {_instant(found.next_expiry)}"
    )


def _status_json(found: Holdings) -> str:
    return json.dumps(
        {
            "mailboxes": found.mailboxes,
            "objects": found.objects,
            "size_bytes": found.size_bytes,
            "next_expiry": found.next_expiry and instant_to_text(found.next_expiry),
        }
    )


def _instant(at: datetime | None) -> str:
    return "none" if at is None else instant_to_text(at)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DepeshaError as error:
        raise click.ClickException(f"{error} [{error.code}]") from error


if __name__ == "__main__":
    main(prog_name="python -m depesha.relay")
