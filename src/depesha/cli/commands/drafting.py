"""depesha telegram draft, drafts, preview, release: from a text to a numbered telegram."""

from pathlib import Path

import click

from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.reading import read_record
from depesha.cli.session import Session, pass_session
from depesha.station import (
    Addressee,
    Citation,
    Draft,
    Enclosure,
    InputError,
    draft_of_record,
    draft_of_text,
)

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)
PRECEDENCES = ("flash", "immediate", "priority", "routine", "deferred")


@click.command()
@click.option(
    "--to",
    "action",
    multiple=True,
    required=True,
    metavar="STATION[=PRECEDENCE]",
    help="A station that must act.",
)
@click.option(
    "--info",
    multiple=True,
    metavar="STATION[=PRECEDENCE]",
    help="A station to be kept informed; routine, if nothing else is said.",
)
@click.option("--from", "sender", help="The office or pseudonym in whose name it goes.")
@click.option(
    "--precedence",
    type=click.Choice(PRECEDENCES),
    default="routine",
    show_default=True,
    help="Of the stations that must act, where none is said.",
)
@click.option(
    "--unsigned",
    is_flag=True,
    help="Convince the receiver alone: nobody can show others who sent it.",
)
@click.option("--series", help="The suffix of the office's numbers, such as k.")
@click.option("--text", "text_file", type=INPUT, help="The points, with empty lines between.")
@click.option("--record", "record_file", type=INPUT, help="A historic record, sent as of today.")
@click.option("--via", help="The custodian at the receiving station.")
@click.option("--for", "final", help="The final addressee, who is not on the system.")
@click.option("--convey", "form", help='The form, such as "spoken, if asked written unsigned".')
@click.option("--instruction", help="How it is to be conveyed, in the sender's own words.")
@click.option("--signature", help="The name below the text, as written.")
@click.option("--classification", help="As it is to be sent; never edited.")
@click.option("--reply-to", help="The number of a telegram held here, such as 483/sh.")
@click.option("--cancels", metavar="NUMBER", help="A telegram of ours that holds no more.")
@click.option("--supersedes", metavar="NUMBER", help="A telegram of ours that this one replaces.")
@click.option("--enclose", multiple=True, type=INPUT, help="A file to go with it.")
@pass_session
@shows(print_fields)
def draft(
    session: Session,
    *,
    action: tuple[str, ...],
    info: tuple[str, ...],
    precedence: str,
    text_file: Path | None,
    record_file: Path | None,
    unsigned: bool,
    reply_to: str | None,
    cancels: str | None,
    supersedes: str | None,
    enclose: tuple[Path, ...],
    **stated: str | None,
) -> Result:
    r"""Write a draft; somebody with the role releaser releases it.

    \b
    Example:
      depesha --home centre telegram draft --to "POST HARBOUR=immediate" \
        --from "NORTH DESK" --series k --text points.txt \
        --for "the Minister" --convey "spoken"
    """
    changes = {
        "action": tuple(_addressee(one, precedence) for one in action),
        "info": tuple(_addressee(one, "routine") for one in info),
        "mode": "unsigned" if unsigned else None,
        "in_reply_to": _cited(session, reply_to),
        "cancels": _cited(session, cancels),
        "supersedes": _cited(session, supersedes),
        "enclosures": tuple(Enclosure(name=one.name, data=one.read_bytes()) for one in enclose),
    }
    written = _read_draft(text_file, record_file, stated["sender"]).amended(stated | changes)
    entry = session.station.drafting.write(written, by=session.actor)
    return {"draft": entry.draft_id, "state": entry.state.value, "by": entry.drafted_by}


def _addressee(text: str, precedence: str) -> Addressee:
    """Read `STATION` or `STATION=PRECEDENCE`."""
    call_sign, separator, word = text.partition("=")
    if separator and word not in PRECEDENCES:
        raise InputError(f"a precedence is one of {', '.join(PRECEDENCES)}")
    return Addressee(call_sign=call_sign, precedence=word or precedence)


def _cited(session: Session, name: str | None) -> Citation | None:
    return session.station.reading.citation(name) if name else None


def _read_draft(text_file: Path | None, record_file: Path | None, sender: str | None) -> Draft:
    """Start from a historic record, or from points alone."""
    if (text_file is None) == (record_file is None):
        raise InputError("name the text with --text, or a historic record with --record")
    if record_file is not None:
        return draft_of_record(read_record(record_file), sender=sender)
    if text_file is None or sender is None:
        raise InputError("say in whose name it goes with --from")
    return draft_of_text(read_record(text_file), sender=sender)


@click.command()
@pass_session
@shows(lambda result: _show_drafts(result))
def drafts(session: Session) -> Result:
    r"""List the drafts, oldest first.

    \b
    Example:
      depesha --home centre telegram drafts
    """
    entries = session.station.drafting.drafts()
    return {
        "drafts": [
            {
                "draft": one.draft_id,
                "state": one.state.value,
                "by": one.drafted_by,
                "at": one.drafted_at,
                "to": [addressee.call_sign for addressee in one.draft.action],
            }
            for one in entries
        ]
    }


def _show_drafts(result: Result) -> None:
    rows = [
        (one["draft"], one["state"], one["at"][:10], one["by"], ", ".join(one["to"]))
        for one in result["drafts"]
    ]
    print_table(("draft", "state", "written", "by", "to"), rows, empty="No drafts.")


@click.command()
@click.argument("draft_id", metavar="DRAFT")
@pass_session
def preview(session: Session, draft_id: str) -> None:
    r"""Show a draft as it would be released now.

    \b
    Example:
      depesha --home centre telegram preview 4f…
    """
    click.echo(session.station.drafting.preview(draft_id), nl=False)


@click.command()
@click.argument("draft_id", metavar="DRAFT")
@pass_session
@shows(print_fields)
def release(session: Session, draft_id: str) -> Result:
    r"""Number, sign and register a draft. See it first: depesha telegram preview.

    \b
    Example:
      depesha --home centre --as "I. Calder" telegram release 4f…
    """
    released = session.station.drafting.release(draft_id, by=session.actor)
    return {
        "number": released.number,
        "record": released.record_id,
        "register_index": released.register_index,
        "minute": released.minute_digest,
    }
