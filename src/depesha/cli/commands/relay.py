"""depesha relay: the process that carries and cannot read. It is never loaded into this one."""

import sys

import click

from depesha.cli.process import replace_by


@click.group()
def relay() -> None:
    """Run a relay, or let somebody open mailboxes on it."""


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def serve(arguments: tuple[str, ...]) -> None:
    r"""Serve mailboxes over HTTP, until it is told to end.

    \b
    --data PLACE            Its folder, made if it is not there, or the address of
                            a PostgreSQL database. Required.
    --host ADDRESS          Where to listen; only on this machine by default.
    --port N                8440 by default; 0 takes any free port.
    --workers N             How many processes; above 1 over PostgreSQL only.
    --calls-per-minute N    How often one capability may call; 6000 by default.
    --connections N         How many callers at once; 960 by default.

    \b
    Example:
      depesha relay serve --data /var/lib/depesha-relay --port 8088
      depesha relay serve --data postgresql://relay@db.example/relay --workers 4
    """
    sys.exit(replace_by("depesha.relay", ["serve", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def admit(arguments: tuple[str, ...]) -> None:
    r"""Print a token by which a station may open mailboxes.

    The token is shown once. It has a name too, which opens nothing: by it the
    token is listed and taken back. Mailboxes that it opened stay open.

    \b
    --data PLACE            The folder or the database of the relay. Required.
    --days N                How long the token is good; 365 by default.
    --mailboxes N           How many mailboxes it may open; 4096 by default.
    --list [--json]         List the tokens by their names instead.
    --revoke NAME           Take the token of this name back instead.

    \b
    Example:
      depesha relay admit --data /var/lib/depesha-relay --days 90 > token
      depesha relay admit --data /var/lib/depesha-relay --list
    """
    sys.exit(replace_by("depesha.relay", ["admit", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def status(arguments: tuple[str, ...]) -> None:
    r"""Count mailboxes and objects, without naming any.

    How old the oldest object is, the relay does not know; it tells when the first
    of all expires, which is 30 to 44 days after it came.

    \b
    --data PLACE            The folder or the database of the relay. Required.
    --json                  Write JSON.

    \b
    Example:
      depesha relay status --data /var/lib/depesha-relay
    """
    sys.exit(replace_by("depesha.relay", ["status", *arguments]))
