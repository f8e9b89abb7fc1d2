"""depesha sync: carrying by relay; and the words for what carriers bring."""

from collections.abc import Mapping

import click

from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.session import Session, pass_session
from depesha.station import DutyReport, Received


def show_received(result: Result) -> None:
    """Show what became of each object that a carrier brought."""
    rows = [(_brought(one), one["became"], one["record"] or "") for one in result["received"]]
    print_table(("brought", "became", "record"), rows, empty="Nothing was waiting.")


def _brought(one: Mapping[str, str]) -> str:
    return one["number"] or one["service"] or one["object"][7:15]


def describe_received(received: tuple[Received, ...]) -> list[dict[str, object]]:
    """Put what became of each object into plain words."""
    return [
        {
            "object": one.object_digest,
            "record": one.record_id,
            "number": one.number,
            "service": one.service,
            "became": _became(one),
        }
        for one in received
    ]


def _became(one: Received) -> str:
    if one.refused:
        return f"quarantine [{one.refused}]"
    if not one.is_new:
        return "known already"
    return "taken in" if one.service else "filed"


def describe_duties(done: DutyReport) -> dict[str, object]:
    """Put what the station did of itself into plain values."""
    return {
        "repeated": done.repeated,
        "voided": done.voided,
        "asked": done.asked,
        "told": done.told,
        "recaps": done.recaps,
        "books": done.books,
        "undone": list(done.undone),
    }


DUTIES = {
    "repeated": "Sealed again, as asked",
    "voided": "Declared void, as not held here",
    "asked": "Serials asked for again",
    "told": "Facts told to their senders",
    "recaps": "Recaps sent",
    "books": "Books and period keys sent along",
}


@click.command()
@click.option(
    "--wait",
    default=0,
    type=click.IntRange(min=0),
    help="Wait up to so many seconds for something to arrive.",
)
@click.option("--again", is_flag=True, help="Open again what lies in quarantine, too.")
@pass_session
@shows(lambda result: _show_sync(result))
def sync(session: Session, wait: int, again: bool) -> Result:
    r"""Deliver what is sealed and open what has arrived. Safe to repeat.

    \b
    Example:
      depesha --home centre sync
    """
    done = session.station.courier.sync(by=session.actor, wait_seconds=wait, is_again=again)
    return {
        "deposited": done.deposited,
        "received": describe_received(done.received),
        "failed": list(done.failed),
        "duties": describe_duties(done.duties),
    }


def _show_sync(result: Result) -> None:
    click.echo(f"Deposited: {result['deposited']}")
    show_received(result)
    duties = result["duties"]
    print_fields({words: duties[name] for name, words in DUTIES.items() if duties[name]})
    for code in dict.fromkeys([*result["failed"], *duties["undone"]]):
        click.echo(f"Not done [{code}]: it is kept and tried again at the next sync.")
