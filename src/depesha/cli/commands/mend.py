"""depesha mend: channels after a restore, at the restored station and at its correspondents."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.reading import require_new
from depesha.cli.session import Session, pass_session

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path)


@click.group()
def mend() -> None:
    """Mend channels after a backup was put back."""


@mend.command("list")
@pass_session
@shows(lambda result: _show_cases(result))
def list_cases(session: Session) -> Result:
    r"""List the posts to which nothing is sealed before they answer.

    \b
    Example:
      depesha --home harbour-again mend list
    """
    cases = session.station.reconciling.open_cases()
    return {"waiting": [{"station": call_sign, "since": one.since} for call_sign, one in cases]}


def _show_cases(result: Result) -> None:
    rows = [(one["station"], one["since"]) for one in result["waiting"]]
    print_table(("station", "since"), rows, empty="Every channel is in order.")


@mend.command()
@click.argument("station")
@click.option("--out", type=OUT, required=True, help="Where the question goes.")
@pass_session
@shows(print_fields)
def ask(session: Session, station: str, out: Path) -> Result:
    r"""Write the question to STATION, how far things had come.

    \b
    Example:
      depesha --home harbour-again mend ask CENTRE --out ask.note
    """
    write_durably(require_new(out), session.station.reconciling.ask(station, by=session.actor))
    return {"to": station, "question": str(out)}


@mend.command()
@click.argument("station")
@click.argument("question", type=FILE)
@click.option("--out", type=OUT, required=True, help="Where the answer goes.")
@pass_session
@shows(print_fields)
def answer(session: Session, station: str, question: Path, out: Path) -> Result:
    r"""Answer a STATION that was restored. Sync first.

    The pages that it issued to this station are given up with the answer: it
    cannot open them any more. Issue it a new book, and ask it for one.

    \b
    Example:
      depesha --home centre mend answer "POST HARBOUR" ask.note --out answer.note
    """
    note = session.station.reconciling.answer(question.read_bytes(), station, by=session.actor)
    write_durably(require_new(out), note)
    return {"to": station, "answer": str(out)}


@mend.command()
@click.argument("station")
@click.argument("answer_file", metavar="ANSWER", type=FILE)
@pass_session
@shows(lambda result: _show_mended(result))
def take(session: Session, station: str, answer_file: Path) -> Result:
    r"""Take the ANSWER of STATION, and go on behind all that was used.

    \b
    Example:
      depesha --home harbour-again mend take CENTRE answer.note
    """
    mended = session.station.reconciling.mend(answer_file.read_bytes(), station, by=session.actor)
    return {
        "station": mended.station,
        "skipped": {str(year): count for year, count in mended.skipped.items()},
        "pages given up": mended.pages_given_up,
        "lost entries": mended.lost_entries,
    }


def _show_mended(result: Result) -> None:
    skipped = ", ".join(f"{count} of {year}" for year, count in result["skipped"].items())
    print_fields({**result, "skipped": skipped or "none"})
    if result["lost entries"]:
        click.echo(
            "This post has seen entries of our register that the backup does not hold.\n"
            "Its cosignatures stop there; write down what happened, and keep the backup."
        )
    click.echo("Issue it a new pad book, and ask it for one: depesha pads issue")
