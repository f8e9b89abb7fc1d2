"""depesha sync and depesha pouch: carrying."""

from pathlib import Path

import click

from depesha.cli.output import Result, print_table, shows
from depesha.cli.session import Session, pass_session
from depesha.station import Received


def _show_received(result: Result) -> None:
    rows = [
        (one["number"] or one["object"][7:15], one["became"], one["record"] or "")
        for one in result["received"]
    ]
    print_table(("brought", "became", "record"), rows, empty="Nothing was waiting.")


def describe_received(received: tuple[Received, ...]) -> list[dict[str, object]]:
    """Put what became of each object into plain words."""
    return [
        {
            "object": one.object_digest,
            "record": one.record_id,
            "number": one.number,
            "became": _became(one),
        }
        for one in received
    ]


def _became(one: Received) -> str:
    if one.refused:
        return f"quarantine [{one.refused}]"
    return "filed" if one.is_new else "known already"


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
    }


def _show_sync(result: Result) -> None:
    click.echo(f"Deposited: {result['deposited']}")
    _show_received(result)
    for code in result["failed"]:
        click.echo(f"Not done [{code}]: it is kept and tried again at the next sync.")


@click.group()
def pouch() -> None:
    """Carry sealed files by hand."""


@pouch.command()
@click.argument("station")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@pass_session
@shows(lambda result: click.echo(f"Sealed files packed for {result['for']}: {result['packed']}"))
def pack(session: Session, station: str, folder: Path) -> Result:
    r"""Put what is sealed to STATION and not delivered into FOLDER.

    \b
    Example:
      depesha --home centre pouch pack "POST HARBOUR" /media/stick
    """
    packed = session.station.courier.pack(station, folder, by=session.actor)
    return {"for": station, "packed": packed}


@pouch.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@pass_session
@shows(_show_received)
def unpack(session: Session, folder: Path) -> Result:
    r"""Open every sealed file in FOLDER; the medium is only read. Safe to repeat.

    \b
    Example:
      depesha --home harbour pouch unpack /media/stick
    """
    received = session.station.courier.unpack(folder, by=session.actor)
    return {"received": describe_received(received)}
