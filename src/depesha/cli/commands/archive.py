"""depesha archive: describe, find, check; read historic records."""

from pathlib import Path

import click

from depesha.base import DepeshaError
from depesha.cli.output import Result, print_fields, print_json, print_table, shows
from depesha.cli.reading import read_record
from depesha.cli.session import Session, pass_session
from depesha.station import (
    Record,
    explain_record,
    holding_facts,
    parse_record_text,
)

_SILENT = "The text states nothing."
INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def archive() -> None:
    """Describe, find and check records; read historic ones."""


@archive.command()
@click.argument("files", nargs=-1, required=True, type=INPUT)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file.")
@click.option("--explain", is_flag=True, help="Say what each value was read from, and where.")
def parse(files: tuple[Path, ...], as_json: bool, explain: bool) -> None:
    r"""Print what historic records state. Needs no station.

    \b
    Example:
      depesha archive parse --explain record.txt
    """
    for path in files:
        if len(files) > 1 and not as_json:
            click.echo(f"\n{path}")
        try:
            _show_parsed(path, as_json=as_json, explain=explain)
        except DepeshaError as error:
            error.add_note(f"in the file {path}")
            raise


def _show_parsed(path: Path, *, as_json: bool, explain: bool) -> None:
    text = read_record(path)
    if explain:
        explained = explain_record(text)
        rows = [(one.name, f"{one.line}:{one.column}", one.verbatim) for one in explained]
        print_table(("field", "line", "words"), rows, empty=_SILENT)
    elif as_json:
        print_json({"file": path.name, **parse_record_text(text)})
    else:
        stated = parse_record_text(text).items()
        words = {name: _in_words(value) for name, value in stated if value is not None}
        if words:
            print_fields(words)
        else:
            click.echo(_SILENT)


def _in_words(value: object) -> object:
    """Put a value of a record index into words: a list's members, or names with their values."""
    if isinstance(value, list):
        return [_member(one) for one in value]
    return _member(value)


def _member(value: object) -> str:
    if isinstance(value, dict):
        stated = {name: one for name, one in value.items() if one is not None}
        return ", ".join(f"{name.replace('_', ' ')} {_member(one)}" for name, one in stated.items())
    if isinstance(value, list):
        # Leaves, or runs of leaves from the first to the last.
        run = all(isinstance(one, int) for one in value)
        return "-".join(map(str, dict.fromkeys(value))) if run else " + ".join(map(_member, value))
    return str(value)


@archive.command()
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@pass_session
@shows(lambda result: _show_hits(result))
def search(session: Session, query: str, limit: int) -> Result:
    r"""Find records by their words and fields.

    A query is of words, "phrases", prefixes*, no:17/k, from:, to:, date:1950-08, fonds:.

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
    print_fields(named)


@archive.command()
@click.argument("name", metavar="NUMBER")
@click.argument("record_file", metavar="RECORD", type=INPUT)
@pass_session
@shows(lambda result: _show_record(result))
def describe(session: Session, name: str, record_file: Path) -> Result:
    r"""Describe a telegram from its historic record.

    Title, date, language, summary and holdings are taken over; the telegram stays as it is.

    \b
    Example:
      depesha --home centre archive describe 17/k record.txt
    """
    record_id = session.station.reading.find(name)
    described = session.station.filing.describe(
        record_id, read_record(record_file), by=session.actor
    )
    return describe_record(described)


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
@shows(lambda result: click.echo(f"Preservation copies: {result['copies']}, all as they were."))
def check(session: Session) -> Result:
    r"""Compare every preservation copy with its registered digest.

    \b
    Example:
      depesha --home centre archive check
    """
    return {"copies": session.station.filing.check()}
