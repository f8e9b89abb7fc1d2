"""depesha channel: the traffic with one correspondent, and what is agreed for it."""

from dataclasses import replace
from typing import Any

import click

from depesha.base import SerialRanges
from depesha.cli.describing import describe_channel, describe_policy
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.session import Session, pass_session
from depesha.station import FactKind, InputError

TOLD = ("received", "opened", "handed")


@click.group()
def channel() -> None:
    """Look at the traffic with a station, and agree its rules."""


@channel.command()
@click.argument("station")
@pass_session
@shows(lambda result: _show_channel(result))
def show(session: Session, station: str) -> Result:
    r"""Show rules, pages, serials both ways, gaps, and what is owed.

    \b
    Example:
      depesha --home harbour channel show CENTRE
    """
    return describe_channel(session.station.watching.channel(station))


@channel.command()
@click.argument("station")
@click.option(
    "--unsigned/--signed-only",
    "allows_unsigned",
    default=None,
    help="Whether telegrams go and come that nobody can show to others as proof.",
)
@click.option(
    "--period-key/--no-pad-no-telegram",
    "allows_period_key",
    default=None,
    help="What happens where no page is left.",
)
@click.option(
    "--tell",
    metavar="FACTS",
    help=f"What it hears about its telegrams: {','.join(TOLD)}; or nothing.",
)
@click.option(
    "--replenish", "replenish_pages", type=int, help="The pages of a book in a cover; 0: none."
)
@click.option("--one-way/--both-ways", default=None, help="Whether nothing ever comes back.")
@pass_session
@shows(lambda result: _show_policy(result))
def policy(session: Session, station: str, tell: str | None, **stated: bool | int | None) -> Result:
    r"""Show the rules of a channel, or set those that are named. Each side sets its own.

    \b
    Example:
      depesha --home harbour channel policy CENTRE --signed-only --tell opened
    """
    desk = session.station.correspondence
    changes: dict[str, Any] = {name: to for name, to in stated.items() if to is not None}
    if tell is not None:
        changes["tells"] = _facts(tell)
    agreed = desk.policy(station)
    if changes:
        try:
            agreed = replace(agreed, **changes)
        except ValueError as error:
            raise InputError(str(error)) from error
        desk.set_policy(station, agreed, by=session.actor)
    return {"station": station, **describe_policy(agreed)}


def _facts(text: str) -> frozenset[FactKind]:
    words = [] if text == "nothing" else [word.strip() for word in text.split(",")]
    if not set(words) <= set(TOLD):
        raise InputError(f"what is told is any of {', '.join(TOLD)}, or nothing")
    return frozenset(FactKind(word) for word in words)


def _show_policy(result: Result) -> None:
    print_fields({"station": result["station"], **_rules(result)})


def _rules(policy: Result) -> dict[str, object]:
    return {
        "telegrams": "signed or unsigned" if policy["unsigned"] else "signed only",
        "without_a_page": "period key" if policy["period_key"] else "no pad, no telegram",
        "it_hears": ", ".join(policy["tells"]) or "nothing",
        "books_in_covers": f"of {policy['replenish']} pages" if policy["replenish"] else "none",
        "way_back": "none: a one-way post" if policy["one_way"] else "both ways",
    }


@channel.command()
@click.argument("station")
@pass_session
@shows(print_fields)
def recap(session: Session, station: str) -> Result:
    r"""Tell STATION now how far this station has counted.

    It says as well what was received from it, and what of ours is void.

    \b
    Example:
      depesha --home centre channel recap "POST HARBOUR"
    """
    copy = session.station.liaison.recap(station, by=session.actor)
    return {"station": station, "transmission": copy.serial, "carried_by": "the next sync or pouch"}


@channel.command()
@click.argument("station")
@pass_session
@shows(print_fields)
def ask(session: Session, station: str) -> Result:
    r"""Ask STATION now to repeat what is missing from it.

    \b
    Example:
      depesha --home harbour channel ask CENTRE
    """
    asked = session.station.liaison.ask(station, by=session.actor)
    return {
        "station": station,
        "asked_for": [f"{year}: {_short(serials)}" for year, serials in asked.series],
        "carried_by": "the next sync or pouch",
    }


def _short(serials: SerialRanges) -> str:
    return serials.to_text().replace(",", ", ")


def _show_channel(result: Result) -> None:
    until = result["period_key_until"]
    print_fields(
        {
            "station": result["station"],
            "restored": "waits for its answer: nothing is sealed"
            if result["quarantined"]
            else None,
            **_rules(result["policy"]),
            "pages_to_it": f"{result['pages_to_it']}{' (low)' if result['low'] else ''}",
            "pages_from_it": result["pages_from_it"],
            "period_key": f"until {until}" if until else "none",
            "recap_sent": result["recap_sent"] or "never",
            "recap_received": result["recap_received"] or "never",
            "its_register": f"seen up to {result['register_seen']}",
            "our_register": f"cosigned by it up to {result['register_cosigned']}",
            "facts_owed": len(result["owed"]),
            "repeats_asked_of_us": len(result["asked_of_us"]),
        }
    )
    _show_series(result)


def _show_series(result: Result) -> None:
    click.echo()
    sent = [
        (one["series"], f"{one['first']}-{one['highest']}", one["acknowledged"], one["voided"])
        for one in result["sent"]
    ]
    print_table(("sent", "given", "acknowledged", "void"), sent, empty="Nothing was sent.")
    received = [
        (one["series"], one["received"], one["missing"], one["voided"], one["announced"] or "")
        for one in result["received"]
    ]
    click.echo()
    columns = ("received", "serials", "missing", "void", "announced up to")
    print_table(columns, received, empty="Nothing was received.")
    gaps = [
        (f"{one['series']} No. {one['serial']}", one["since"], one["asked"], one["next"])
        for one in result["gaps"]
    ]
    if gaps:
        click.echo()
        print_table(("missing", "since", "asked", "asked again after"), gaps, empty="")
