"""depesha post: cards, the correspondents they introduce, and keys given up."""

from pathlib import Path

import click

from depesha.base import instant_from_text, instant_to_text, write_durably
from depesha.cli.output import Result, print_fields, print_table, print_words, shows
from depesha.cli.session import Session, pass_session
from depesha.station import KeyChange, KeyName, RevocationEffect

NOTE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path)
COMPARED = "The whole fingerprint, digits or words, as the other station reads it out."
WARNINGS = {
    "early": "not yet valid",
    "valid": "",
    "ending": "ends soon: ask for the next card",
    "over": "out of date: ask for the next card",
}


@click.group()
def post() -> None:
    """Exchange cards with other stations, and give up keys."""


@post.command()
@click.option("--out", type=OUT, help="Write the card to a file.")
@click.option("--edition", type=click.IntRange(min=1), help="An earlier edition of the card.")
@click.option("--qr", is_flag=True, help="Show the fingerprint as a QR code as well.")
@click.option("--svg", type=OUT, help="Write the fingerprint as a QR code to an SVG file.")
@click.option("--card-svg", type=OUT, help="Write the whole card so, where one code holds it.")
@pass_session
def card(
    session: Session,
    out: Path | None,
    edition: int | None,
    svg: Path | None,
    card_svg: Path | None,
    *,
    qr: bool,
) -> None:
    r"""Write this station's own card. Read its fingerprint out to the other side.

    The fingerprint is read as digits or as words, or scanned from a screen or paper that its
    holder shows in person; it never goes along with the card.

    \b
    Example:
      depesha --home harbour post card --out harbour.card --svg harbour.svg
    """
    desk = session.station.introducing
    note = desk.card(edition)
    if out is None:
        click.echo(note, nl=False)
    else:
        write_durably(out, note)
    if svg is not None:
        write_durably(svg, desk.picture())
    if card_svg is not None:
        write_durably(card_svg, desk.card_picture(edition))
    print_fields({"fingerprint": desk.fingerprint(), "in words": desk.words()}, err=True)
    if qr:
        click.echo(desk.drawing(), err=True)


@post.command()
@click.argument("card_file", metavar="CARD", type=NOTE)
@click.option("--fingerprint", help=COMPARED)
@pass_session
@shows(print_fields)
def add(session: Session, card_file: Path, fingerprint: str | None) -> Result:
    r"""Believe a card that was compared, or is vouched for.

    Without --fingerprint a card is taken only if a centre that is believed already has
    countersigned it, or if it is the next card of a station whose card is believed.

    \b
    Example:
      depesha --home harbour post add centre.card --fingerprint "1a2b 3c4d …"
    """
    note = card_file.read_bytes()
    peer = session.station.introducing.introduce(note, fingerprint=fingerprint, by=session.actor)
    return {
        "station": peer.card.call_sign.text,
        "relation": peer.relation.value,
        "edition": peer.card.edition,
    }


@post.command()
@click.argument("card_file", metavar="CARD", type=NOTE)
@click.option("--fingerprint", required=True, help=COMPARED)
@click.option("--out", type=OUT, required=True, help="Where the countersigned card goes.")
@pass_session
@shows(print_fields)
def countersign(session: Session, card_file: Path, fingerprint: str, out: Path) -> Result:
    r"""Sign a card as a centre, after comparing it in person.

    \b
    Example:
      depesha --home centre post countersign harbour.card \
        --fingerprint "1a2b 3c4d …" --out harbour-signed.card
    """
    note = session.station.introducing.countersign(
        card_file.read_bytes(), fingerprint=fingerprint, by=session.actor
    )
    write_durably(out, note)
    return {"countersigned": str(out)}


@post.command("list")
@pass_session
@shows(lambda result: _show_posts(result))
def list_posts(session: Session) -> Result:
    r"""List the stations whose cards are believed.

    \b
    Example:
      depesha --home harbour post list
    """
    posts = session.station.introducing.posts()
    return {
        "posts": [
            {
                "station": one.card.call_sign.text,
                "purpose": one.card.purpose.value,
                "relation": one.relation.value,
                "edition": one.card.edition,
                "valid_until": one.card.valid_until.date().isoformat(),
                "standing": one.standing.value,
                "fingerprint": one.card.comparison,
            }
            for one in posts
        ]
    }


def _show_posts(result: Result) -> None:
    columns = ("station", "purpose", "relation", "edition", "valid_until", "")
    rows = [
        [*(one[column] for column in columns[:-1]), WARNINGS[one["standing"]]]
        for one in result["posts"]
    ]
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
    session.station.introducing.retire(station, by=session.actor)
    return {"retired": station}


@post.command()
@click.option("--add-releaser", "releasers", multiple=True, metavar="KEY", help="A new key.")
@click.option("--add-clerk", "clerks", multiple=True, metavar="KEY", help="A new key.")
@click.option("--drop", multiple=True, metavar="KEY", help="A key to destroy: NAME or clerk/NAME.")
@click.option("--out", type=OUT, required=True, help="Where the new card goes.")
@pass_session
@shows(print_fields)
def renew(
    session: Session,
    releasers: tuple[str, ...],
    clerks: tuple[str, ...],
    drop: tuple[str, ...],
    out: Path,
) -> Result:
    r"""Write the next edition of the own card, valid from today.

    \b
    Example:
      depesha --home harbour post renew --drop a-lind --out harbour-2.card
    """
    change = KeyChange(drop=drop, releasers=releasers, clerks=clerks)
    write_durably(out, session.station.keys.renew(change, by=session.actor))
    return {"card": str(out), "next": "send it to every correspondent: post add CARD"}


@post.command()
@click.option("--out", type=OUT, required=True, help="Where the new card goes.")
@click.confirmation_option(prompt="The present identity key is destroyed. Roll over?")
@pass_session
@shows(print_fields)
def rollover(session: Session, out: Path) -> Result:
    r"""Draw new keys, and a card that the old key signs too.

    Correspondents take it without comparing again: the key that they know has signed it.

    \b
    Example:
      depesha --home harbour post rollover --out harbour-2.card
    """
    write_durably(out, session.station.keys.rollover(by=session.actor))
    return {
        "card": str(out),
        "fingerprint": session.station.introducing.fingerprint(),
        "next": "send it to every correspondent: post add CARD",
    }


@post.command()
@click.argument("station", required=False)
@click.option("--key", metavar="KEY", help="A releaser's NAME or clerk/NAME; else the identity.")
@click.option("--edition", type=click.IntRange(min=1), help="The identity key of that card.")
@click.option("--since", metavar="INSTANT", help="From when on, such as 2031-03-02T07:10Z.")
@click.option("--out", type=OUT, required=True, help="Where the revocation goes.")
@click.confirmation_option(prompt="Nothing takes a revocation back. Revoke the key?")
@pass_session
@shows(print_fields)
def revoke(
    session: Session,
    station: str | None,
    key: str | None,
    edition: int | None,
    since: str | None,
    out: Path,
) -> Result:
    r"""Write the note that a key is not believed any more.

    It is one of this station's own, or, at a centre, any.

    \b
    Example:
      depesha --home harbour post revoke --key a-lind --out a-lind.revocation
    """
    name = KeyName(call_sign=station, name=key, edition=edition)
    begin = None if since is None else instant_from_text(since)
    write_durably(out, session.station.keys.revoke(name, since=begin, by=session.actor))
    return {"revocation": str(out), "next": "send it to everybody: post add-revocation FILE"}


@post.command("add-revocation")
@click.argument("note_file", metavar="FILE", type=NOTE)
@click.option("--yes", is_flag=True, help="Take it; without this, only say what it would do.")
@pass_session
@shows(lambda result: _show_revocation(result))
def add_revocation(session: Session, note_file: Path, *, yes: bool) -> Result:
    r"""Say what a revocation would refuse, or take it (--yes).

    \b
    Example:
      depesha --home centre post add-revocation a-lind.revocation
    """
    note, desk = note_file.read_bytes(), session.station.keys
    effect = desk.believe(note, by=session.actor) if yes else desk.examine(note)
    return {"taken": yes, **_effect(effect)}


def _effect(effect: RevocationEffect) -> dict[str, object]:
    return {
        "station": effect.call_sign,
        "key": effect.key,
        "refused_from": instant_to_text(effect.revoked_from),
        "signed_by": effect.signed_by,
        "station_given_up": effect.retires,
        "pages_burnt": effect.live_pages,
    }


def _show_revocation(result: Result) -> None:
    fields = {name: value for name, value in result.items() if name != "taken"}
    fields["station_given_up"] = "yes" if result["station_given_up"] else "no"
    print_fields({**fields, "station": result["station"] or "not known here"})
    if not result["taken"]:
        print_words("Nothing was changed. To take it, say the same with --yes.")
