"""depesha quarantine: what was refused, kept sealed as it came."""

import click

from depesha.base import instant_to_text
from depesha.cli.commands.carry import describe_received, show_received
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.session import Session, pass_session
from depesha.station import QuarantineCase


@click.group()
def quarantine() -> None:
    """Look at what was refused, try it again, and settle it."""


@quarantine.command("list")
@pass_session
@shows(lambda result: _show_cases(result))
def list_cases(session: Session) -> Result:
    r"""List the open cases, oldest first. Nothing in them was believed.

    \b
    Example:
      depesha --home harbour quarantine list
    """
    return {"cases": [_describe(one) for one in session.station.settling.cases()]}


def _describe(case: QuarantineCase) -> dict[str, object]:
    return {
        "case": case.object_digest.removeprefix("sha256:"),
        "code": case.code,
        "refused_at": instant_to_text(case.refused_at),
        "advice": case.advice,
    }


def _show_cases(result: Result) -> None:
    rows = [(one["case"][:12], one["refused_at"], one["code"]) for one in result["cases"]]
    print_table(("case", "refused", "code"), rows, empty="Quarantine is empty.")


@quarantine.command()
@click.argument("case")
@pass_session
@shows(print_fields)
def show(session: Session, case: str) -> Result:
    r"""Show one case, and what to do about it.

    CASE is the first digits of its name, six at the least.

    \b
    Example:
      depesha --home harbour quarantine show 3f9c12
    """
    found = session.station.settling.case(case)
    return {**_describe(found), "bytes": found.size_bytes}


@quarantine.command()
@click.argument("case")
@pass_session
@shows(print_fields)
def settle(session: Session, case: str) -> Result:
    r"""Close a case that was dealt with; its bytes stay where they are.

    \b
    Example:
      depesha --home harbour quarantine settle 3f9c12
    """
    closed = session.station.settling.settle(case, by=session.actor)
    return {"settled": closed.object_digest.removeprefix("sha256:"), "code": closed.code}


@quarantine.command()
@click.argument("case", required=False)
@pass_session
@shows(lambda result: show_received(result))
def again(session: Session, case: str | None) -> Result:
    r"""Open a case again, or all of them.

    What is accepted now, as after a card or a rule was put right, is settled.

    \b
    Example:
      depesha --home harbour quarantine again 3f9c12
    """
    received = session.station.settling.again(case, by=session.actor)
    return {"received": describe_received(received)}
