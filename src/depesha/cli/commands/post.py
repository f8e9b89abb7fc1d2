"""depesha post: cards, and the correspondents they introduce."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.session import Session, pass_session


@click.group()
def post() -> None:
    """Exchange cards with other stations."""


@post.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write the card to a file.")
@pass_session
def card(session: Session, out: Path | None) -> None:
    r"""Write this station's own card. Read its fingerprint out to the other side.

    \b
    Example:
      depesha --home harbour post card --out harbour.card
    """
    note = session.station.correspondence.card()
    if out is None:
        click.echo(note, nl=False)
    else:
        write_durably(out, note)
    print_fields({"fingerprint": session.station.correspondence.fingerprint()}, err=True)


@post.command()
@click.argument(
    "card_file", metavar="CARD", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--fingerprint",
    required=True,
    help="All 64 digits, as the other station reads them out; never taken from the card.",
)
@pass_session
@shows(lambda result: print_fields(result))
def add(session: Session, card_file: Path, fingerprint: str) -> Result:
    r"""Believe a card whose fingerprint was compared with a person.

    \b
    Example:
      depesha --home harbour post add centre.card --fingerprint "1a2b 3c4d …"
    """
    note = card_file.read_bytes()
    peer = session.station.correspondence.introduce(note, fingerprint=fingerprint, by=session.actor)
    return {"station": peer.card.call_sign.text, "relation": peer.relation.value}


@post.command("list")
@pass_session
@shows(lambda result: _show_posts(result))
def list_posts(session: Session) -> Result:
    r"""List the stations whose cards are believed.

    \b
    Example:
      depesha --home harbour post list
    """
    posts = session.station.correspondence.posts()
    return {
        "posts": [
            {
                "station": peer.card.call_sign.text,
                "purpose": peer.card.purpose.value,
                "relation": peer.relation.value,
                "valid_until": peer.card.valid_until.date().isoformat(),
                "fingerprint": peer.card.fingerprint,
            }
            for peer in posts
        ]
    }


def _show_posts(result: Result) -> None:
    columns = ("station", "purpose", "relation", "valid_until")
    rows = [[one[column] for column in columns] for one in result["posts"]]
    print_table(columns, rows, empty="No station is known yet: depesha post add CARD")


@post.command()
@click.argument("station")
@click.confirmation_option(prompt="Nothing it seals will be opened any more. Retire it?")
@pass_session
@shows(print_fields)
def retire(session: Session, station: str) -> Result:
    r"""Believe a station no more, as when its keys are lost. This cannot be undone.

    \b
    Example:
      depesha --home centre post retire "POST HARBOUR"
    """
    session.station.correspondence.retire(station, by=session.actor)
    return {"retired": station}
