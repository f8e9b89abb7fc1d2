"""depesha telegram hand, custody, return-copy, destroy-copy: who holds what."""

import click

from depesha.cli.output import Result, print_fields, print_table, print_words, shows
from depesha.cli.session import Session, pass_session


@click.command()
@click.argument("name", metavar="NUMBER")
@click.option("--to", "person", required=True, help="Who was given it; told to nobody outside.")
@pass_session
@shows(print_fields)
def hand(session: Session, name: str, person: str) -> Result:
    r"""Write down who in the house was given a telegram.

    Its sender hears by whom and when, where the channel's policy tells it; never to whom.

    \b
    Example:
      depesha --home harbour telegram hand 17/k --to "A. Lind"
    """
    record_id = session.station.reading.find(name)
    session.station.custody.hand(record_id, to=person, by=session.actor)
    return {"number": name, "handed_to": person}


@click.command()
@click.argument("name", metavar="NUMBER")
@pass_session
@shows(lambda result: _show_custody(result))
def custody(session: Session, name: str) -> Result:
    r"""List who held which numbered copy of a telegram.

    \b
    Example:
      depesha --home centre telegram custody 17/k
    """
    events = session.station.custody.custody(session.station.reading.find(name))
    return {
        "custody": [
            {
                "copy": one.copy_number,
                "what": one.kind.value,
                "holder": one.holder,
                "by": one.by,
                "at": one.at,
                "note": one.note,
            }
            for one in events
        ]
    }


def _show_custody(result: Result) -> None:
    rows = [
        (one["at"], one["copy"], one["what"], one["holder"], one["by"], one["note"])
        for one in result["custody"]
    ]
    columns = ("at", "copy", "", "holder", "by", "")
    print_table(columns, rows, empty="No copy was issued or received yet.")


@click.command("return-copy")
@click.argument("name", metavar="NUMBER")
@click.option("--copy", "number", type=click.IntRange(min=1), required=True, help="Its number.")
@click.option("--note", default="", help="How it came back.")
@pass_session
@shows(print_fields)
def return_copy(session: Session, name: str, number: int, note: str) -> Result:
    r"""Write down that a numbered copy came back from its holder.

    \b
    Example:
      depesha --home centre telegram return-copy 17/k --copy 1
    """
    record_id = session.station.reading.find(name)
    event = session.station.custody.return_copy(record_id, number, note=note, by=session.actor)
    return {"number": name, "copy": number, "returned_by": event.holder}


@click.command("destroy-copy")
@click.argument("name", metavar="NUMBER")
@click.option("--copy", "number", type=click.IntRange(min=1), required=True, help="Its number.")
@click.option("--reason", required=True)
@click.option("--witness", required=True, help="The second person who works here.")
@click.option("--yes", is_flag=True, help="Do it; without this, only say what would be done.")
@pass_session
@shows(lambda result: _show_destroyed(result))
def destroy_copy(
    session: Session, name: str, number: int, reason: str, witness: str, *, yes: bool
) -> Result:
    r"""Write down that a copy was destroyed before a witness.

    The record of it stays; the copy is gone for ever.

    \b
    Example:
      depesha --home centre --as "R. Weiss" telegram destroy-copy 17/k --copy 1 \
        --reason "the office closes" --witness "M. Sato"
    """
    record_id = session.station.reading.find(name)
    second = session.station.actor(witness)
    if yes:
        session.station.custody.destroy_copy(
            record_id, number, reason=reason, witness=second, by=session.actor
        )
    return {"destroyed": yes, "number": name, "copy": number, "witness": second.name}


def _show_destroyed(result: Result) -> None:
    copy = f"Copy {result['copy']} of No. {result['number']}"
    if result["destroyed"]:
        print_words(f"{copy} is written down as destroyed. The record stays.")
    else:
        print_words(f"{copy} would be written down as destroyed, witnessed by {result['witness']}.")
        print_words("Nothing was changed. To do it, say the same with --yes.")
