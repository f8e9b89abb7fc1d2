"""What a refusal looks like on a terminal, and the exit status it ends in.

The status hangs on the code, never on the words.
"""

import json
from pathlib import Path

import click

from depesha.base import DepeshaError

USAGE = 2
REFUSED = 1
UNREACHABLE = 4
# No refusal: `depesha watch` found something that asks for attention.
ALARMED = 5
# What is not named here ends in REFUSED.
STATUSES = {
    "edition.no_policy": 3,
    "channel.relay_unreachable": UNREACHABLE,
    "archive.store_busy": UNREACHABLE,
    "station.input": USAGE,
    "cli.input": USAGE,
}
HINTS = {
    "archive.store_busy": "another command is writing; try again in a moment",
    "archive.schema_behind": "run: depesha station upgrade",
    "channel.relay_unreachable": "nothing is lost; run `depesha sync` again when it answers",
    "channel.padbook_exhausted": "ask the post for a new book: depesha pads issue",
    "cipher.passphrase": "the passphrase opens nothing here; nothing was changed",
    "channel.card_validity": "ask that post for its next card, then: depesha post add",
    "channel.service_version": "the other station runs a newer program: bring this one up to it",
    "station.no_pad": "ask the post for a book (its clerk: depesha pads issue), then pads accept",
    "station.mode_refused": "see what the channel allows: depesha channel policy",
    "station.quarantined": "depesha mend list names the posts that have not answered",
    "station.busy": "let the other command of this station end, then try again",
    "station.arrival": "it is kept: depesha quarantine list",
    "station.not_addressed": "it is kept: depesha quarantine list",
    "station.not_permitted": "name another actor with --as",
    "station.two_persons": "name another actor with --as",
    "channel.store": "a station is known by its card: depesha post list",
    "register.stale_proof": "ask how much it has seen (register seen); advise again with --since",
    "edition.quorum": "let a correspondent cosign: register advise, cosign, attach",
}


def report(error: DepeshaError, *, as_json: bool) -> int:
    """Print a refusal on standard error and return the exit status."""
    hints = [*getattr(error, "__notes__", []), *filter(None, [HINTS.get(error.code)])]
    if as_json:
        hint = "; ".join(hints) or None
        body = {"error": {"code": error.code, "message": str(error), "hint": hint}}
        click.echo(json.dumps(body, ensure_ascii=False), err=True)
    else:
        click.echo(f"refused [{error.code}]: {error}", err=True)
        for hint in hints:
            click.echo(f"  {hint}", err=True)
    return STATUSES.get(error.code, REFUSED)


def report_disk(error: OSError) -> int:
    """Print that a file could not be read or written, and return the exit status."""
    place = f", in the folder {Path(error.filename).parent}" if error.filename else ""
    click.echo(f"refused [disk]: {error.strerror or 'the disk failed'}{place}", err=True)
    return REFUSED
