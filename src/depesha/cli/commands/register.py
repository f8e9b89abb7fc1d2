"""depesha register: the log that cannot be rewritten."""

from pathlib import Path

import click

from depesha.cli.describing import describe_status
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.session import Session, pass_session


@click.group()
def register() -> None:
    """Read the register, check it, and exchange cosignatures."""


def _show_status(result: Result) -> None:
    print_fields({**result, "cosigned_by": ", ".join(result["cosigned_by"]) or "nobody yet"})


@register.command()
@pass_session
@shows(lambda result: _show_log(result))
def log(session: Session) -> Result:
    r"""List every entry with what it is.

    \b
    Example:
      depesha --home centre register log
    """
    lines = session.station.registering.lines()
    return {
        "entries": [
            {"index": one.index, "what": one.what, "record": one.record_id, "entry": one.entry}
            for one in lines
        ]
    }


def _show_log(result: Result) -> None:
    rows = [
        (one["index"], one["what"], (one["record"] or "")[:8], f"{one['entry'][2:18]}…")
        for one in result["entries"]
    ]
    print_table(("entry", "what", "record", "commitment"), rows, empty="The register is empty.")


@register.command()
@pass_session
@shows(_show_status)
def status(session: Session) -> Result:
    r"""Sum the register up, and say who has cosigned it.

    \b
    Example:
      depesha --home centre register status
    """
    return describe_status(session.station.registering.status())


def _show_audit(result: Result) -> None:
    click.echo("Recomputed: every entry and every checkpoint agrees.")
    _show_status(result)


@register.command()
@pass_session
@shows(_show_audit)
def verify(session: Session) -> Result:
    r"""Recompute the register and check every checkpoint ever signed.

    \b
    Example:
      depesha --home centre register verify
    """
    return describe_status(session.station.registering.audit())


@register.command()
@click.argument("station")
@pass_session
@shows(print_fields)
def seen(session: Session, station: str) -> Result:
    r"""Say how much of a correspondent's register is accepted here.

    \b
    Example:
      depesha --home harbour register seen CENTRE
    """
    return {"station": station, "seen": session.station.registering.seen(station)}


@register.command()
@click.argument("station")
@click.option("--since", type=int, help="The size STATION says it has seen (register seen).")
@pass_session
def advise(session: Session, station: str, since: int | None) -> None:
    r"""Write the advice by which STATION can cosign this register.

    \b
    Example:
      depesha --home centre register advise "POST HARBOUR" > advice
    """
    desk = session.station.registering
    click.echo(desk.advise(station, since=since, by=session.actor), nl=False)


@register.command()
@click.argument("advice", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--from", "station", required=True, help="The station whose advice it is.")
@pass_session
def cosign(session: Session, advice: Path, station: str) -> None:
    r"""Check a correspondent's advice, and cosign its register.

    It is refused unless it continues all that the correspondent showed before.

    \b
    Example:
      depesha --home harbour register cosign advice --from CENTRE > cosignature
    """
    desk = session.station.registering
    click.echo(desk.cosign(advice.read_bytes(), station, by=session.actor), nl=False)


@register.command()
@click.argument("cosignature", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--from", "station", required=True, help="The station that cosigned.")
@pass_session
@shows(_show_status)
def attach(session: Session, cosignature: Path, station: str) -> Result:
    r"""Keep a correspondent's cosignature beside the checkpoint it is on.

    \b
    Example:
      depesha --home centre register attach cosignature --from "POST HARBOUR"
    """
    desk = session.station.registering
    return describe_status(desk.attach(cosignature.read_bytes(), station, by=session.actor))
