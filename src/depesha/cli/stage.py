"""The demonstration's stage: two stations and a relay in one folder, and the people who act."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from depesha.base import write_durably
from depesha.cli.process import output_of, running
from depesha.station import (
    Actor,
    CallSign,
    Founding,
    HybridRecipient,
    Purpose,
    Role,
    Station,
    found_station,
    new_archive_key,
    open_station,
)

# What opens a demonstration, which is deleted or meant to be looked at: no secret at all.
PASSPHRASE = "a demonstration, and no secret"  # noqa: S105

CLERK, RELEASER, ARCHIVIST = "Weiss", "Calder", "Sato"
_CLERKS = frozenset({Role.DRAFTER, Role.CLERK, Role.REGISTRAR, Role.CONVEYOR, Role.READER})


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One open station of the demonstration, with its people by the part they play."""

    station: Station
    home: str
    clerk: Actor
    releaser: Actor
    archivist: Actor

    @property
    def name(self) -> str:
        """The station's call-sign."""
        return self.station.call_sign

    def by_hand(self, actor: Actor, command: str) -> str:
        """Write a command as one would type it in the demonstration's folder."""
        return f"--home {self.home} --as {actor.name} {command}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that is set up before the play begins."""

    folder: Path
    centre: House
    post: House
    relay: str
    token: str = field(repr=False)


@contextmanager
def set_stage(folder: Path, *, post_name: str, officer: str) -> Iterator[Stage]:
    """Found a centre and a post, start a relay as a process of its own, and open both stations."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(folder / "passphrase", f"{PASSPHRASE}\n".encode())
    relay_data = str(folder / "relay")
    token = output_of("depesha.relay", ["admit", "--data", relay_data]).strip()
    write_durably(folder / "relay-token", f"{token}\n".encode())
    key_file, archive = new_archive_key(PASSPHRASE)
    write_durably(folder / "archivist.key", key_file)
    _found(folder / "centre", "CENTRE", Purpose.CENTRE, officer=CLERK, archive=archive)
    _found(folder / "post", post_name, Purpose.POST, officer=officer, archive=archive)
    with (
        running("depesha.relay", ["serve", "--data", relay_data, "--port", "0"]) as relay,
        _opened(folder, "centre", officer=CLERK) as centre,
        _opened(folder, "post", officer=officer) as post,
    ):
        yield Stage(folder=folder, centre=centre, post=post, relay=relay.address, token=token)


def _people(officer: str) -> tuple[tuple[Actor, str], ...]:
    return (
        (Actor(name=officer, roles=_CLERKS), ""),
        (Actor(name=RELEASER, roles=frozenset({Role.RELEASER, Role.ARCHIVIST})), "releaser"),
        (Actor(name=ARCHIVIST, roles=frozenset({Role.ARCHIVIST, Role.EDITOR})), ""),
    )


def _found(home: Path, call_sign: str, purpose: Purpose, *, officer: str, archive: str) -> None:
    founding = Founding(
        call_sign=CallSign(call_sign),
        purpose=purpose,
        people=_people(officer),
        archive=HybridRecipient.from_text(archive),
    )
    found_station(home, founding, PASSPHRASE)


@contextmanager
def _opened(folder: Path, home: str, *, officer: str) -> Iterator[House]:
    station = open_station(folder / home, PASSPHRASE)
    try:
        yield House(
            station=station,
            home=home,
            clerk=station.actor(officer),
            releaser=station.actor(RELEASER),
            archivist=station.actor(ARCHIVIST),
        )
    finally:
        station.close()
