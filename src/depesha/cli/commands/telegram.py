"""depesha telegram: draft, release, seal, read, convey."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.reading import read_record
from depesha.cli.session import Session, pass_session
from depesha.station import (
    Addressee,
    Conveyed,
    Draft,
    Enclosure,
    InputError,
    TelegramView,
    draft_of_record,
    draft_of_text,
)

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)
PRECEDENCES = ("flash", "immediate", "priority", "routine", "deferred")


@click.group()
def telegram() -> None:
    """Draft, release, seal, read and convey telegrams."""


@telegram.command()
@click.option("--to", "action", multiple=True, required=True, help="A station that must act.")
@click.option("--info", multiple=True, help="A station to be kept informed.")
@click.option("--from", "sender", help="The office or pseudonym in whose name it goes.")
@click.option("--precedence", type=click.Choice(PRECEDENCES), default="routine", show_default=True)
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
    reply_to: str | None,
    enclose: tuple[Path, ...],
    **stated: str | None,
) -> Result:
    r"""Write a draft; somebody with the role releaser releases it.

    \b
    Example:
      depesha --home centre telegram draft --to "POST HARBOUR" \
        --from "NORTH DESK" --series k --text points.txt \
        --for "the Minister" --convey "spoken"
    """
    changes = {
        "action": tuple(Addressee(call_sign=one, precedence=precedence) for one in action),
        "info": tuple(Addressee(call_sign=one) for one in info),
        "in_reply_to": session.station.reading.citation(reply_to) if reply_to else None,
        "enclosures": tuple(Enclosure(name=one.name, data=one.read_bytes()) for one in enclose),
    }
    written = _read_draft(text_file, record_file, stated["sender"]).amended(stated | changes)
    entry = session.station.drafting.write(written, by=session.actor)
    return {"draft": entry.draft_id, "state": entry.state.value, "by": entry.drafted_by}


def _read_draft(text_file: Path | None, record_file: Path | None, sender: str | None) -> Draft:
    """Start from a historic record, or from points alone."""
    if (text_file is None) == (record_file is None):
        raise InputError("name the text with --text, or a historic record with --record")
    if record_file is not None:
        return draft_of_record(read_record(record_file), sender=sender)
    if text_file is None or sender is None:
        raise InputError("say in whose name it goes with --from")
    return draft_of_text(read_record(text_file), sender=sender)


@telegram.command()
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


@telegram.command()
@click.argument("draft_id", metavar="DRAFT")
@pass_session
def preview(session: Session, draft_id: str) -> None:
    r"""Show a draft as it would be released now; this changes nothing.

    \b
    Example:
      depesha --home centre telegram preview 4f…
    """
    click.echo(session.station.drafting.preview(draft_id), nl=False)


@telegram.command()
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


@telegram.command()
@click.argument("name", metavar="NUMBER")
@pass_session
@shows(lambda result: _show_sealed(result))
def seal(session: Session, name: str) -> Result:
    r"""Seal every copy of a released telegram. A sync or a pouch carries it.

    \b
    Example:
      depesha --home centre telegram seal 17/k
    """
    record_id = session.station.reading.find(name)
    copies = session.station.dispatch.seal(record_id, by=session.actor)
    return {
        "number": name,
        "copies": [
            {"copy": one.copy_number, "transmission": one.serial, "page": one.page}
            for one in copies
        ],
    }


def _show_sealed(result: Result) -> None:
    rows = [(one["copy"], one["transmission"], one["page"]) for one in result["copies"]]
    print_table(("copy", "transmission No.", "page"), rows, empty="No copy was sealed.")


@telegram.command("list")
@pass_session
@shows(lambda result: _show_list(result))
def list_telegrams(session: Session) -> Result:
    r"""List every telegram in the order of the register.

    \b
    Example:
      depesha --home harbour telegram list
    """
    return {
        "telegrams": [
            {
                "number": one.number,
                "from": one.originator,
                "year": one.year,
                "direction": one.direction,
                "state": one.state,
                "transmission": list(one.transmissions),
                "record": one.record_id,
            }
            for one in session.station.reading.telegrams()
        ]
    }


def _show_list(result: Result) -> None:
    rows = [
        (
            one["number"],
            one["direction"],
            one["from"],
            ", ".join(one["transmission"]),
            one["state"],
            one["record"][:8],
        )
        for one in result["telegrams"]
    ]
    columns = ("No.", "", "from", "transmission", "state", "record")
    print_table(columns, rows, empty="No telegrams yet.")


@telegram.command()
@click.argument("name", metavar="NUMBER")
@pass_session
@shows(lambda result: _show_telegram(result))
def show(session: Session, name: str) -> Result:
    r"""Show one telegram with its stamps, copies and citations.

    \b
    Example:
      depesha --home harbour telegram show 17/k
    """
    view = session.station.reading.telegram(session.station.reading.find(name))
    return describe_telegram(view)


def describe_telegram(view: TelegramView) -> dict[str, object]:
    """Name everything that is shown of a telegram."""
    return {
        "number": view.line.number,
        "year": view.line.year,
        "record": view.line.record_id,
        "direction": view.line.direction,
        "state": view.line.state,
        "mode": view.mode,
        "register_index": view.line.register_index,
        "minute": view.minute_digest,
        "heading": [list(pair) for pair in view.heading],
        "points": list(view.points),
        "copies": [
            {
                "copy": one.copy_number,
                "transmission": one.serial,
                "page": one.page,
                "page_burnt": one.page_burnt,
                "acknowledged": one.acknowledged,
            }
            for one in view.copies
        ],
        "citations": [
            {
                "kind": one.kind,
                "cites": one.cites,
                "status": one.status,
                "to": list(one.resolved_to),
            }
            for one in view.citations
        ],
        "enclosures": list(view.enclosures),
        "stamps": [
            {"what": one.kind, "by": one.actor, "at": one.at, "note": one.note}
            for one in view.stamps
        ],
        "sheet": view.sheet,
    }


def _show_telegram(result: Result) -> None:
    click.echo(result["sheet"])
    rows = [(one["at"], one["what"], one["by"], one["note"]) for one in result["stamps"]]
    print_table(("at", "stamp", "by", ""), rows, empty="No stamps.")
    for one in result["citations"]:
        click.echo(f"\n{one['kind']} No. {one['cites']}: {one['status']}")


@telegram.command()
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


@telegram.command()
@click.argument("name", metavar="NUMBER")
@click.option("--where", "place", required=True)
@click.option("--form", required=True, help='"spoken", "text left" or "text left unsigned".')
@click.option("--notes", default="none", show_default=True, help='"none", "asked to" or "taken".')
@click.option("--reaction", help="What the listener said, in a sentence.")
@click.option("--deviation", help="What was done otherwise than ordered, and why.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Where the report goes."
)
@pass_session
@shows(print_fields)
def convey(session: Session, name: str, out: Path, **told: str | None) -> Result:
    r"""Report that a telegram was conveyed. Enclose the report in the reply.

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
    write_durably(out, session.station.conveying.report(record_id, conveyed, by=session.actor))
    return {"number": name, "report": str(out)}
