"""depesha watch: what asks for somebody's attention."""

import click

from depesha.cli.describing import describe_alarm
from depesha.cli.failure import ALARMED
from depesha.cli.output import Result, print_fields, shows
from depesha.cli.session import Session, pass_session

# The command that helps, by the kind of the alarm; `STATION` is put in where one is named.
HELPS = {
    "restored": "depesha mend ask STATION --out FILE",
    "missing": "depesha channel ask STATION",
    "voided": "depesha channel show STATION",
    "unacknowledged": "depesha channel show STATION",
    "overdue": "depesha telegram hand NUMBER --to PERSON",
    "pads_low": "depesha channel show STATION",
    "period_key": "depesha pads issue STATION --out FILE",
    "ending": "depesha post list",
    "quarantine": "depesha quarantine list",
    "incident": "depesha telegram show NUMBER",
}


@click.command()
@pass_session
@shows(lambda result: _show_alarms(result), status=lambda result: _status(result))
def watch(session: Session) -> Result:
    r"""Say what is missing, overdue, running out or refused.

    The urgent comes first. Ends with status 5 where something is urgent or asks for attention.

    \b
    Example:
      depesha --home harbour watch
    """
    return {"alarms": [describe_alarm(one) for one in session.station.watching.alarms()]}


def _show_alarms(result: Result) -> None:
    for one in result["alarms"]:
        words = [one["words"]]
        command = HELPS.get(one["kind"])
        if command is not None:
            words.append(command.replace("STATION", f'"{one["station"]}"'))
        print_fields({f"{one['urgency']:<9}": words})
    if not result["alarms"]:
        click.echo("All is well.")


def _status(result: Result) -> int:
    return ALARMED if any(one["urgency"] != "notice" for one in result["alarms"]) else 0
