"""depesha telegram handover, convey: to somebody who is not on the system."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.output import Result, print_fields, shows
from depesha.cli.session import Session, pass_session
from depesha.station import Conveyed


@click.command()
@click.argument("name", metavar="NUMBER")
@click.option("--out", type=click.Path(path_type=Path), help="Write the text alone to a file.")
@pass_session
@shows(lambda result: _show_handover(result))
def handover(session: Session, name: str, out: Path | None) -> Result:
    r"""Give the text for the final addressee and how to convey it.

    \b
    Example:
      depesha --home harbour telegram handover 17/k --out for-the-minister.txt
    """
    record_id = session.station.reading.find(name)
    given = session.station.conveying.hand_over(record_id, by=session.actor)
    if out is not None:
        write_durably(out, given.text.encode())
    return {
        "number": given.number,
        "to": given.to,
        "form": given.form,
        "instruction": given.instruction,
        "text": given.text,
    }


def _show_handover(result: Result) -> None:
    click.echo(f"For: {result['to']}\nForm: {result['form']}")
    if result["instruction"]:
        click.echo(f"Order: {result['instruction']}")
    click.echo(f"\n{result['text']}", nl=False)
    click.echo("\nThe wording itself can identify the telegram.", err=True)


@click.command()
@click.argument("name", metavar="NUMBER")
@click.option("--where", "place", required=True)
@click.option("--form", required=True, help='"spoken", "text left" or "text left unsigned".')
@click.option("--notes", default="none", show_default=True, help='"none", "asked to" or "taken".')
@click.option("--reaction", help="What the listener said, in a sentence.")
@click.option("--deviation", help="What was done otherwise than ordered, and why.")
@click.option("--tell", is_flag=True, help="Let the sender hear of it before any reply.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Where the report goes."
)
@pass_session
@shows(lambda result: _show_conveyed(result))
def convey(session: Session, name: str, out: Path, *, tell: bool, **told: str | None) -> Result:
    r"""Report that a telegram was conveyed. Enclose the report in the reply.

    Nothing is told to the sender by itself; with --tell it hears, with the next
    covers, that the telegram was conveyed, by whom and when, and not to whom.

    \b
    Example:
      depesha --home harbour telegram convey 17/k --where "the ministry" \
        --form spoken --notes taken --out conveyance.txt
    """
    record_id = session.station.reading.find(name)
    conveyed = Conveyed(
        place=told["place"] or "",
        form=told["form"] or "",
        notes=told["notes"] or "none",
        reaction=told["reaction"],
        deviation=told["deviation"],
    )
    report = session.station.conveying.report(record_id, conveyed, by=session.actor, tell=tell)
    write_durably(out, report)
    return {"number": name, "report": str(out), "told": tell}


def _show_conveyed(result: Result) -> None:
    print_fields({**result, "told": "the sender is told" if result["told"] else None})
