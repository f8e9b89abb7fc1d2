"""depesha telegram: seal and give up, list and show; its other commands stand beside it."""

import click

from depesha.cli.commands.conveying import convey, handover
from depesha.cli.commands.custody import custody, destroy_copy, hand, return_copy
from depesha.cli.commands.drafting import draft, drafts, preview, release
from depesha.cli.describing import describe_telegram
from depesha.cli.output import Result, print_fields, print_table, print_words, shows
from depesha.cli.session import Session, pass_session

_BESIDE = (
    *(draft, drafts, preview, release),
    *(handover, convey),
    *(hand, custody, return_copy, destroy_copy),
)


@click.group()
def telegram() -> None:
    """Draft, release, seal, read and convey telegrams."""


for _command in _BESIDE:
    telegram.add_command(_command)


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


@telegram.command()
@click.argument("name", metavar="NUMBER")
@click.argument("station")
@click.option("--yes", is_flag=True, help="Do it; without this, only say what would be done.")
@pass_session
@shows(lambda result: _show_void(result))
def void(session: Session, name: str, station: str, *, yes: bool) -> Result:
    r"""Give up the copy to STATION before it leaves.

    Its transmission number is void, for ever; the telegram stays in the register.

    \b
    Example:
      depesha --home centre telegram void 17/k "POST HARBOUR"
    """
    reading = session.station.reading
    record_id = reading.find(name)
    copy, is_waiting = reading.waiting_copy(record_id, station)
    if yes:
        session.station.dispatch.void(record_id, station, by=session.actor)
    return {
        "voided": yes,
        "number": name,
        "station": station,
        "transmission": copy.serial,
        "series": copy.series,
        "waiting": is_waiting,
    }


def _show_void(result: Result) -> None:
    words = f"No. {result['transmission']} of {result['series']} to {result['station']}"
    if result["voided"]:
        print_words(f"{words} is void. The telegram stays in the register and in the file.")
    elif result["waiting"]:
        print_words(f"{words} has not left: it would be void for ever, and its page used up.")
        print_words("Nothing was changed. To do it, say the same with --yes.")
    else:
        print_words(f"{words} has left the house: cancel it by a telegram (draft --cancels).")


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
                "marks": list(one.marks),
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
            ", ".join([one["state"], *(mark.partition(" ")[0] for mark in one["marks"])]),
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


def _show_telegram(result: Result) -> None:
    for mark in result["marks"]:
        print_words(f"{mark[:1].upper()}{mark[1:]}.")
    click.echo(result["sheet"])
    facts = [
        (one["what"], one["by"] or "-", one["at"] or "-", one["note"]) for one in result["facts"]
    ]
    print_table(("fact", "by", "at", ""), facts, empty="")
    click.echo()
    print_fields({"due": [_due(one) for one in result["due"]], "sealed": _how(result)})
    click.echo()
    rows = [(one["at"], one["what"], one["by"], one["note"]) for one in result["stamps"]]
    print_table(("at", "stamp", "by", ""), rows, empty="No stamps.")
    for one in result["citations"]:
        click.echo(f"\n{one['kind']} No. {one['cites']}: {one['status']}")


def _due(one: Result) -> str:
    purpose = "action" if one["action"] else "information"
    return f"{one['at']}: {one['station']}, for {purpose}, {one['precedence']}"


def _how(result: Result) -> list[str] | None:
    """Say what is unusual in how a telegram was sealed."""
    words = ["no page was left: under the period key"] if result["period_key"] else []
    words += [f"repeated {result['repeat']} times"] if result["repeat"] else []
    return words or None
