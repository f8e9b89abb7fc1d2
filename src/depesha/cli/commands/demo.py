"""depesha demo: see everything once."""

import shutil
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from depesha.cli.output import print_json
from depesha.cli.play import Play
from depesha.cli.process import running
from depesha.cli.reading import read_record
from depesha.cli.script import Script
from depesha.cli.stage import PASSPHRASE, set_stage
from depesha.cli.story import Story
from depesha.station import InputError, draft_of_record

_CENTRE = "CENTRE"
_SECRET = ("centre", "post", "relay", "pouch")


@click.command()
@click.option(
    "--record",
    "record_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Play a historic record's text instead of our own.",
)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Keep what is made here."
)
@click.option("--serve", is_flag=True, help="Open the centre's page on it afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print the result object and nothing else.")
def demo(record_file: Path | None, home: Path | None, serve: bool, as_json: bool) -> None:
    r"""Play the whole life of one telegram on two real stations.

    Through a relay and a pouch, to the archive and to a reader. Without --home, the stations and
    their keys are removed at the end; the published page stays.

    \b
    Example:
      depesha demo --home /tmp/play
    """
    started = time.monotonic()
    text = _record(record_file)
    folder = _folder(home)
    story = Story(is_silent=as_json)
    try:
        result = _perform(folder, text, story)
        result["seconds"] = round(time.monotonic() - started, 1)
        if as_json:
            print_json(result)
        else:
            _tell_end(result, folder, story, is_kept=home is not None)
        if serve:
            _serve(folder, is_silent=as_json)
    finally:
        if home is None:
            _remove_secrets(folder)


def _record(record_file: Path | None) -> str:
    """Read the record to be played; what cannot be sent is refused before anything is made."""
    if record_file is None:
        return files("depesha.cli").joinpath("samples", "relief.txt").read_text(encoding="utf-8")
    text = read_record(record_file)
    draft_of_record(text, sender=_CENTRE)
    return text


def _folder(home: Path | None) -> Path:
    if home is None:
        return Path(tempfile.mkdtemp(prefix="depesha-demo-"))
    if home.exists() and any(home.iterdir()):
        raise InputError("the folder is not empty: name a new one for the demonstration")
    return home.absolute()


def _perform(folder: Path, text: str, story: Story) -> dict[str, Any]:
    script = Script.of(text)
    with set_stage(folder, post_name=script.post, officer=script.officer) as stage:
        return Play(stage=stage, script=script, story=story).perform()


def _tell_end(result: dict[str, Any], folder: Path, story: Story, *, is_kept: bool) -> None:
    centre, post = result["posts"]
    story.tell(
        f"Done in {result['seconds']} s. Registers: {centre['name']} {centre['register']['size']} "
        f"entries, {post['name']} {post['register']['size']}, each cosigned by the other."
    )
    click.echo(f"Page:  {result['edition']}")
    if is_kept:
        click.echo(f"Kept:  {folder}")
        click.echo("Its file `passphrase` opens both stations. Try, in that folder:")
        click.echo("    $ depesha --home centre --passphrase-file passphrase register log")
    else:
        click.echo("The stations and their keys are not kept; --home DIR keeps them.")


def _serve(folder: Path, *, is_silent: bool) -> None:
    with running("depesha.web", ["--home", str(folder / "centre")], line=PASSPHRASE) as pages:
        click.echo(f"Open:  {pages.address}\nCtrl-C ends it.", err=is_silent)
        pages.wait()


def _remove_secrets(folder: Path) -> None:
    """Remove the stations, their keys and what they carried; what is public stays."""
    for path in folder.iterdir():
        if path.name in _SECRET:
            shutil.rmtree(path)
        elif path.is_file() and path.name != "policy.txt":
            path.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
