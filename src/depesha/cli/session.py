"""What every command starts from: which home, who acts, and the passphrase, read once."""

from dataclasses import dataclass, field
from pathlib import Path

import click

from depesha.station import Actor, Station, open_station

HOME_VARIABLE = "DEPESHA_HOME"


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
        return self.station.actor(self.actor_name)

    def passphrase(self, *, confirm: bool = False) -> str:
        """Read the passphrase from its file or, hidden, from the terminal."""
        if self.passphrase_file is not None:
            return self.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))

    def close(self) -> None:
        """Close the station, if a command has opened it."""
        if self._station is not None:
            self._station.close()
            self._station = None


pass_session = click.make_pass_decorator(Session)
