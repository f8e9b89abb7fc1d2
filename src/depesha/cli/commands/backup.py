"""depesha station backup and restore."""

import sys
from pathlib import Path

import click

from depesha.cli.output import Result, shows
from depesha.cli.session import Session, pass_session
from depesha.station import backup_of, restore_from


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only count what would be written.")
@pass_session
@shows(lambda result: _show_backup(result))
def backup(session: Session, folder: Path, dry_run: bool) -> Result:
    r"""Write all of the station but its live pages into FOLDER.

    \b
    Example:
      depesha --home harbour station backup /media/disc/harbour-2031-03
    """
    with backup_of(session.home, session.passphrase()) as made:
        if dry_run:
            plan = made.plan(folder)
            return {"dry_run": True, "files": plan.files, "bytes": plan.size_bytes}
        manifest = made.write(folder, _progress)
    return {"dry_run": False, "files": len(manifest.files), "bytes": manifest.size_bytes}


def _show_backup(result: Result) -> None:
    done = "To be written" if result["dry_run"] else "Written"
    click.echo(f"{done}: {result['files']} files, {result['bytes']} bytes")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only check the backup.")
@pass_session
@shows(lambda result: _show_restore(result))
def restore(session: Session, folder: Path, dry_run: bool) -> Result:
    r"""Put the backup in FOLDER into a new home, named by --home.

    \b
    Example:
      depesha --home harbour-again station restore /media/disc/harbour-2031-03
    """
    kept = restore_from(folder, session.passphrase())
    manifest = kept.check() if dry_run else kept.write(session.home, _progress)
    return {
        "dry_run": dry_run,
        "made": f"{manifest.made:%Y-%m-%dT%H:%MZ}",
        "files": len(manifest.files),
        "bytes": manifest.size_bytes,
    }


def _show_restore(result: Result) -> None:
    done = "Checked" if result["dry_run"] else "Put back"
    words = f"{result['files']} files, {result['bytes']} bytes, made {result['made']}"
    click.echo(f"{done}: {words}")
    if not result["dry_run"]:
        click.echo("It opens in quarantine: nothing is sealed to a post that has not answered yet.")


def _progress(done: int, total: int) -> None:
    """Say on a terminal how far it is; what is written to a file or another program stays plain."""
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total} files", nl=done == total, err=True)
