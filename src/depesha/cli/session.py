"""What every command starts from: which home, who acts, and the passphrase, read once."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from getpass import GetPassWarning
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from depesha.cli.reading import read_words
from depesha.station import Actor, InputError, Station, StationError, open_station

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True, kw_only=True)
class Session:
    """The options before the command; the station opens when a command first needs it."""

    home: Path
    actor_name: str | None
    passphrase_file: Path | None = field(repr=False)
    _station: Station | None = field(default=None, init=False, repr=False)

    @property
    def station(self) -> Station:
        """The open station of this home; asks for the passphrase where no file names it."""
        return self._station or self.open(self.passphrase())

    def open(self, passphrase: str) -> Station:
        """Open the station with a passphrase that was asked for already."""
        self._station = open_station(self.home, passphrase)
        return self._station

    @property
    def actor(self) -> Actor:
        """Who acts: the one named by `--as`, or the only actor there is."""
        try:
            return self.station.actor(self.actor_name)
        except StationError as error:
            error.add_note("name one with --as; depesha station people lists them")
            raise

    def passphrase(self, *, confirm: bool = False) -> str:
        """Read the passphrase from its file or, hidden, from the terminal.

        Raises:
            InputError: There is neither a file nor a terminal that can hide what is typed.
        """
        if self.passphrase_file is not None:
            return read_words(self.passphrase_file, what="the passphrase").rstrip("\r\n")
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            try:
                typed = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
            except GetPassWarning:
                raise InputError(
                    "no terminal to ask for the passphrase: name its file with --passphrase-file"
                ) from None
        return str(typed)

    def close(self) -> None:
        """Close the station, if a command has opened it."""
        if self._station is not None:
            self._station.close()
            self._station = None


def pass_session(command: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Give a command the session of this run, made from the options before the command."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        return command(_session_of(click.get_current_context()), *arguments, **options)

    return run


def _session_of(context: click.Context) -> Session:
    root = context.find_root()
    if not isinstance(root.obj, Session):
        root.obj = Session(
            home=root.params["home"],
            actor_name=root.params["actor_name"],
            passphrase_file=root.params["passphrase_file"],
        )
        root.call_on_close(root.obj.close)
    return root.obj
