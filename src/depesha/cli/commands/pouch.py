"""depesha pouch: carrying by hand, on a medium or on paper."""

from collections.abc import Mapping
from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.commands.carry import describe_received, show_received
from depesha.cli.output import Result, shows
from depesha.cli.reading import read_words, require_new
from depesha.cli.session import Session, pass_session
from depesha.station import Comparison, Drawn, InputError, Scanned, Unpacked

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def pouch() -> None:
    """Carry sealed files by hand."""


@pouch.command()
@click.argument("station")
@click.argument("folder", type=_FOLDER)
@click.option("--dry-run", is_flag=True, help="Only count what waits, and change nothing.")
@pass_session
@shows(lambda result: _show_packed(result))
def pack(session: Session, station: str, folder: Path, dry_run: bool) -> Result:
    r"""Put what is sealed to STATION and not delivered into FOLDER.

    \b
    Example:
      depesha --home centre pouch pack "POST HARBOUR" /media/stick
    """
    pouching = session.station.pouching
    done = pouching.pack(station, folder, by=session.actor, is_dry_run=dry_run)
    return {
        "for": station,
        "packed": done.objects,
        "bytes": done.size_bytes,
        "label": done.label,
        "waybill": done.has_papers,
        "dry_run": dry_run,
    }


def _show_packed(result: Result) -> None:
    if result["dry_run"]:
        click.echo(f"Waiting for {result['for']}: {result['packed']} ({result['bytes']} bytes)")
        return
    click.echo(f"Sealed files packed for {result['for']}: {result['packed']}")
    click.echo(f"Label of the pouch: {result['label']}")
    if not result["waybill"]:
        click.echo("No waybill: the receiver cannot tell by the pouch alone that all is there.")


@pouch.command()
@click.argument("path", metavar="POUCH", type=click.Path(path_type=Path, exists=True))
@pass_session
@shows(lambda result: _show_unpacked(result))
def unpack(session: Session, path: Path) -> Result:
    r"""Open every sealed file in POUCH, a folder or a tar. Safe to repeat.

    \b
    Example:
      depesha --home harbour pouch unpack /media/stick
    """
    return _describe_unpacked(session.station.pouching.unpack(path, by=session.actor))


def _describe_unpacked(done: Unpacked) -> Result:
    return {
        "label": done.label,
        "received": describe_received(done.received),
        "own": list(done.own),
        "strays": done.strays,
        "waybills": {name: _describe_compared(one) for name, one in done.compared.items()},
    }


def _describe_compared(compared: Comparison) -> dict[str, list[str]]:
    return {
        "missing": [digest.to_text() for digest in compared.missing],
        "added": [digest.to_text() for digest in compared.added],
    }


def _show_unpacked(result: Result) -> None:
    show_received(result)
    _show_own(result)
    if result["strays"]:
        click.echo(f"Left alone, since no pouch holds such files: {result['strays']}")
    for name, compared in result["waybills"].items():
        _show_compared(name, compared)


def _show_own(result: Result) -> None:
    if result["own"]:
        click.echo(f"Sent from this station itself, and not opened: {len(result['own'])}")


def _show_compared(name: str, compared: Mapping[str, list[str]]) -> None:
    if not compared["missing"] and not compared["added"]:
        click.echo(f"As {name} packed it: nothing is missing, nothing was added.")
    for word, said in (("missing", "named on the waybill and missing"), ("added", "not on it")):
        if compared[word]:
            click.echo(f"From {name}, {said}: {len(compared[word])}")
            for digest in compared[word]:
                click.echo(f"  {digest}")


@pouch.command()
@click.argument("station")
@click.option("--svg", type=click.Path(path_type=Path), help="Write pages of A4: FILE, FILE-2, …")
@click.option("--html", type=click.Path(path_type=Path), help="Write one file to print.")
@click.option("--text", "as_text", is_flag=True, help="Print the texts of the codes.")
@click.option("--printed", is_flag=True, help="Count them as delivered: they are on paper.")
@pass_session
@shows(lambda result: _show_drawn(result))
def sheets(
    session: Session,
    station: str,
    svg: Path | None,
    html: Path | None,
    as_text: bool,
    printed: bool,
) -> Result:
    r"""Put what is sealed to STATION on sheets of codes to print.

    What is too long for paper waits on for another carrier.

    \b
    Example:
      depesha --home centre pouch sheets "POST HARBOUR" --html sheets.html
    """
    if svg is None and html is None and not as_text:
        raise InputError("say what to make: --svg FILE, --html FILE or --text")
    drawn = session.station.sheeting.draw(station, by=session.actor)
    files = _write_sheets(drawn, svg, html)
    if printed:
        session.station.sheeting.printed(drawn, by=session.actor)
    return {
        "for": station,
        "on_sheets": len(drawn.objects),
        "left_out": drawn.left_out,
        "codes": len(drawn.texts),
        "files": files,
        "texts": list(drawn.texts) if as_text else [],
    }


def _write_sheets(drawn: Drawn, svg: Path | None, html: Path | None) -> list[str]:
    files = {}
    if svg is not None:
        for number, page in enumerate(drawn.pages, 1):
            name = svg.name if number == 1 else f"{svg.stem}-{number}{svg.suffix}"
            files[svg.with_name(name)] = page
    if html is not None and drawn.pages:
        files[html] = drawn.html
    for path in files:
        require_new(path)
    for path, text in files.items():
        write_durably(path, text.encode())
    return [str(path) for path in files]


def _show_drawn(result: Result) -> None:
    for text in result["texts"]:
        click.echo(text)
    words = f"{result['on_sheets']} in {result['codes']} codes"
    click.echo(f"On sheets for {result['for']}: {words}", err=bool(result["texts"]))
    if result["left_out"]:
        click.echo(f"Too long for paper, and still waiting: {result['left_out']}", err=True)


@pouch.command()
@click.argument("path", metavar="FILE", type=_FILE)
@pass_session
@shows(lambda result: _show_scanned(result))
def scan(session: Session, path: Path) -> Result:
    r"""Open what was scanned from sheets, one code's text to a line.

    \b
    Example:
      depesha --home harbour pouch scan scanned.txt
    """
    lines = read_words(path, what="the file").splitlines()
    return _describe_scanned(session.station.sheeting.scan(lines, by=session.actor))


def _describe_scanned(done: Scanned) -> Result:
    return {
        "received": describe_received(done.received),
        "own": list(done.own),
        "incomplete": [
            {
                "sheet": one.label,
                "parts": one.parts,
                "missing": list(one.missing),
                "contradicting": list(one.contradicting),
            }
            for one in done.incomplete
        ],
        "unread_lines": list(done.unread_lines),
    }


def _show_scanned(result: Result) -> None:
    show_received(result)
    _show_own(result)
    for one in result["incomplete"]:
        again = ", ".join(map(str, sorted({*one["missing"], *one["contradicting"]})))
        click.echo(f"Sheet {one['sheet']}: scan part {again} of {one['parts']}")
    if result["unread_lines"]:
        numbers = ", ".join(map(str, result["unread_lines"]))
        click.echo(f"No part of a sheet: line {numbers}")
