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
    r"""Serve mailboxes over HTTP. Needs --data DIR.

    \b
    Example:
      depesha relay serve --data /var/lib/depesha-relay --port 8088
    """
    sys.exit(replace_by("depesha.relay", ["serve", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def admit(arguments: tuple[str, ...]) -> None:
    r"""Print a token by which a station may open mailboxes. Needs --data DIR.

    \b
    Example:
      depesha relay admit --data /var/lib/depesha-relay > token
    """
    sys.exit(replace_by("depesha.relay", ["admit", *arguments]))


@relay.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def status(arguments: tuple[str, ...]) -> None:
    r"""Count mailboxes and objects, without naming any. Needs --data DIR.

    \b
    Example:
      depesha relay status --data /var/lib/depesha-relay
    """
    sys.exit(replace_by("depesha.relay", ["status", *arguments]))
