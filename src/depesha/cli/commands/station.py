"""depesha station: found it, look at it, its people, its store, its page."""

from pathlib import Path

import click

from depesha.base import write_durably
from depesha.cli.commands.backup import backup, restore
from depesha.cli.output import Result, print_fields, print_table, shows
from depesha.cli.process import running
from depesha.cli.reading import require_new
from depesha.cli.session import Session, pass_session
from depesha.station import (
    Actor,
    CallSign,
    Founding,
    HomeError,
    HybridRecipient,
    InputError,
    Purpose,
    Role,
    found_station,
    new_archive_key,
    pending_upgrades,
    upgrade_station,
)

ALL_ROLES = ",".join(role.value for role in Role)


@click.group()
def station() -> None:
    """Found a station and look after it."""


station.add_command(backup)
station.add_command(restore)


@station.command()
@click.argument("call_sign", metavar="CALL-SIGN")
@click.option("--centre", is_flag=True, help="This station is the centre.")
@click.option(
    "--person",
    "people",
    multiple=True,
    required=True,
    metavar="NAME=ROLE,…",
    help=f"Somebody who works here. Roles: {ALL_ROLES}; or all.",
)
@click.option(
    "--archive-key", type=click.Path(path_type=Path), help="Where the archivist's new key goes."
)
@click.option("--archive-recipient", help="The public key of an archivist who has one (age1pq…).")
@pass_session
@shows(lambda result: print_fields(result))
def init(
    session: Session,
    call_sign: str,
    centre: bool,
    people: tuple[str, ...],
    archive_key: Path | None,
    archive_recipient: str | None,
) -> Result:
    r"""Found a station in the folder named by --home.

    \b
    Example:
      depesha --home harbour station init "POST HARBOUR" \
        --person "A. Okonjo=all" --archive-key /media/stick/harbour.key
    """
    passphrase = session.passphrase(confirm=True)
    founding = Founding(
        call_sign=CallSign(call_sign),
        purpose=Purpose.CENTRE if centre else Purpose.POST,
        people=tuple(read_person(text) for text in people),
        archive=_archivist(archive_key, archive_recipient, passphrase),
    )
    try:
        found_station(session.home, founding, passphrase)
    except HomeError:
        # The key was made for a station that does not come to be: it would only confuse.
        if archive_key is not None:
            archive_key.unlink()
        raise
    introducing = session.open(passphrase).introducing
    return {
        "station": call_sign,
        "home": str(session.home),
        "fingerprint": introducing.fingerprint(),
    }


def read_person(text: str) -> tuple[Actor, str]:
    """Read `NAME=ROLE,…`; a releaser's key is named by the name's letters and digits."""
    name, separator, words = text.rpartition("=")
    if not separator:
        raise InputError('a person is written NAME=ROLE,… such as "A. Okonjo=all"')
    chosen = ALL_ROLES if words == "all" else words
    try:
        roles = frozenset(Role(word.strip()) for word in chosen.split(","))
    except ValueError as error:
        raise InputError(f"a role is one of {ALL_ROLES}") from error
    plain = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in name)
    key = "-".join(plain.lower().split()) or "releaser"
    return Actor(name=name, roles=roles), key if Role.RELEASER in roles else ""


def _archivist(path: Path | None, recipient: str | None, passphrase: str) -> HybridRecipient:
    if (path is None) == (recipient is None):
        raise InputError("name either --archive-key, to make one, or --archive-recipient")
    if path is not None:
        key_file, recipient = new_archive_key(passphrase)
        write_durably(require_new(path), key_file)
    return HybridRecipient.from_text(recipient or "")


@station.command()
@pass_session
@shows(lambda result: print_fields(result))
def status(session: Session) -> Result:
    r"""Show the station's name, register and pads at a glance.

    \b
    Example:
      depesha --home harbour station status
    """
    register = session.station.registering.status()
    pads = session.station.correspondence.pads()
    return {
        "station": session.station.call_sign,
        "fingerprint": session.station.introducing.fingerprint(),
        "register": register.origin,
        "entries": register.size,
        "cosigned": register.cosigned_size,
        "posts": len(pads),
        "low_pads": sum(pad.is_low for pad in pads),
        "alarms": len(session.station.watching.alarms()),
    }


@station.command()
@pass_session
@shows(lambda result: _show_people(result))
def people(session: Session) -> Result:
    r"""List who works here, and in which roles.

    \b
    Example:
      depesha --home harbour station people
    """
    actors = session.station.actors()
    return {"people": [{"name": one.name, "roles": sorted(one.roles)} for one in actors]}


def _show_people(result: Result) -> None:
    rows = [(one["name"], ", ".join(one["roles"])) for one in result["people"]]
    print_table(("name", "roles"), rows, empty="Nobody works here.")


@station.command()
@click.option("--dry-run", is_flag=True, help="Only list what would be done.")
@pass_session
@shows(lambda result: _show_steps(result))
def upgrade(session: Session, dry_run: bool) -> Result:
    r"""Bring the store up to this program, keeping a copy of it first.

    \b
    Example:
      depesha --home harbour station upgrade --dry-run
    """
    act = pending_upgrades if dry_run else upgrade_station
    steps = act(session.home, session.passphrase())
    return {"dry_run": dry_run, "steps": [f"{one.revision}: {one.title}" for one in steps]}


def _show_steps(result: Result) -> None:
    steps = [(step,) for step in result["steps"]]
    print_table(("to do" if result["dry_run"] else "done",), steps, empty="Nothing to do.")


@station.command()
@click.option("--port", default=0, show_default="any free port")
@pass_session
def serve(session: Session, port: int) -> None:
    r"""Show the register and the telegrams as pages on this machine.

    \b
    Example:
      depesha --home harbour station serve --port 8080
    """
    arguments = ["--home", str(session.home), "--port", str(port)]
    with running("depesha.web", arguments, line=session.passphrase()) as pages:
        click.echo(f"Open {pages.address}\nCtrl-C ends it.")
        pages.wait()
