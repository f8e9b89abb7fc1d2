"""Who acts at a station, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum

from depesha.base import BaseFormatError, require_line
from depesha.station.errors import InputError, NotPermittedError, TwoPersonsError


class Role(StrEnum):
    """What a person at a station does (the users of the design)."""

    DRAFTER = "drafter"
    RELEASER = "releaser"
    CLERK = "clerk"
    CONVEYOR = "conveyor"
    REGISTRAR = "registrar"
    ARCHIVIST = "archivist"
    EDITOR = "editor"
    READER = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A named person with roles, as the station knows it."""

    name: str
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        try:
            require_line(self.name, what="the actor's name")
        except BaseFormatError as error:
            raise InputError(str(error)) from error


def require(actor: Actor, role: Role) -> None:
    """Let the step go on only for an actor who holds `role`.

    Raises:
        NotPermittedError: The actor does not hold it.
    """
    if role not in actor.roles:
        raise NotPermittedError(f"this step is for the role {role.value}; nothing was changed")


def require_second(actor: Actor, *, first: str) -> None:
    """Let the step go on only for somebody else than the person who took the step before.

    Raises:
        TwoPersonsError: It is the same person.
    """
    if actor.name == first:
        raise TwoPersonsError("a second person must take this step; nothing was changed")
