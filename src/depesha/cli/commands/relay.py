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
    --data DIR              Its folder; it is made if it is not there. Required.
    --host ADDRESS          Where to listen; only on this machine by default.
    --port N                8440 by default; 0 takes any free port.
    --calls-per-minute N    How often one capability may call; 6000 by default.

    \b
    Example:
      depesha relay serve --data /var/lib/depesha-relay --port 8088
    """
    sys.exit(replace_by("depesha.relay", ["serve", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def admit(arguments: tuple[str, ...]) -> None:
    r"""Print a token by which a station may open mailboxes.

    \b
    --data DIR              The folder of the relay. Required.

    \b
    Example:
      depesha relay admit --data /var/lib/depesha-relay > token
    """
    sys.exit(replace_by("depesha.relay", ["admit", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def status(arguments: tuple[str, ...]) -> None:
    r"""Count mailboxes and objects, without naming any.

    \b
    --data DIR              The folder of the relay. Required.

    \b
    Example:
      depesha relay status --data /var/lib/depesha-relay
    """
    sys.exit(replace_by("depesha.relay", ["status", *arguments]))
