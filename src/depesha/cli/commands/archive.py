"""depesha archive: describe, find, check; read historic records."""

from pathlib import Path

import click

from depesha.cli.output import Result, print_fields, print_json, print_table, shows
from depesha.cli.session import Session, pass_session
from depesha.station import (
    Record,
    explain_record,
    holding_facts,
    parse_record_text,
    read_text,
)

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def archive() -> None:
    """Describe, find and check records; read historic ones."""


@archive.command()
@click.argument("files", nargs=-1, required=True, type=INPUT)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file.")
@click.option("--explain", is_flag=True, help="Say what each value was read from, and where.")
def parse(files: tuple[Path, ...], as_json: bool, explain: bool) -> None:
    r"""Read historic records and print what they state; needs no station.

    \b
    Example:
      depesha archive parse --explain record.txt
    """
    for path in files:
        text = read_text(path.read_bytes())
        if explain:
            rows = [
                (one.name, one.verbatim, f"{one.line}:{one.column}") for one in explain_record(text)
            ]
            print_table(("field", "words", "line"), rows, empty="The text states nothing.")
        elif as_json:
            print_json({"file": path.name, **parse_record_text(text)})
        else:
            stated = {name: value for name, value in parse_record_text(text).items() if value}
            print_fields(stated)


@archive.command()
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@pass_session
@shows(lambda result: _show_hits(result))
def search(session: Session, query: str, limit: int) -> Result:
    r"""Find records by words, "phrases", prefixes*, no:, from:, to:, date:, fonds:.

    \b
    Example:
      depesha --home centre archive search 'pilots no:17/k'
    """
    hits = session.station.filing.search(query, limit=limit)
    return {
        "query": query,
        "hits": [
            {"record": hit.record_id, "title": hit.title, "snippet": hit.snippet.to_text()}
            for hit in hits
        ],
    }


def _show_hits(result: Result) -> None:
    rows = [(one["record"][:8], one["title"], one["snippet"]) for one in result["hits"]]
    print_table(("record", "title", "words"), rows, empty="Nothing was found.")


@archive.command()
@click.argument("name", metavar="NUMBER")
@pass_session
@shows(lambda result: _show_record(result))
def show(session: Session, name: str) -> Result:
    r"""Show the description of a record.

    \b
    Example:
      depesha --home centre archive show 17/k
    """
    record = session.station.filing.record(session.station.reading.find(name))
    return describe_record(record)


def describe_record(record: Record) -> dict[str, object]:
    """Name what a record's description says."""
    return {
        "record": record.record_id,
        "title": record.title.shown,
        "date": record.date.edtf,
        "kind": record.kind,
        "languages": list(record.languages),
        "summary": record.abstract,
        "holdings": list(holding_facts(record)),
        "held_at": [one.verbatim for one in record.holdings],
        "register_index": record.register_index,
    }


def _show_record(result: Result) -> None:
    named = {name: value for name, value in result.items() if value and name != "holdings"}
    print_fields({**named, "held_at": "; and ".join(result["held_at"]) or None})


@archive.command()
@click.argument("name", metavar="NUMBER")
@click.argument("record_file", metavar="RECORD", type=INPUT)
@pass_session
@shows(lambda result: _show_record(result))
def describe(session: Session, name: str, record_file: Path) -> Result:
    r"""Describe a telegram from its historic record: title, summary, holdings.

    \b
    Example:
      depesha --home centre archive describe 17/k record.txt
    """
    record_id = session.station.reading.find(name)
    text = read_text(record_file.read_bytes())
    return describe_record(session.station.filing.describe(record_id, text, by=session.actor))


@archive.command()
@pass_session
@shows(lambda result: _show_units(result))
def units(session: Session) -> Result:
    r"""Show the arrangement, from the fonds down.

    \b
    Example:
      depesha --home centre archive units
    """
    return {
        "units": [
            {"code": code, "level": unit.level.value, "title": unit.title}
            for code, unit in session.station.filing.units()
        ]
    }


def _show_units(result: Result) -> None:
    rows = [(one["code"], one["level"], one["title"]) for one in result["units"]]
    print_table(("reference code", "level", "title"), rows, empty="Nothing is filed yet.")


@archive.command()
@pass_session
@shows(lambda result: click.echo(f"{result['copies']} preservation copies, all as they were."))
def check(session: Session) -> Result:
    r"""Compare every preservation copy with the digest that was registered for it.

    \b
    Example:
      depesha --home centre archive check
    """
    return {"copies": session.station.filing.check()}
