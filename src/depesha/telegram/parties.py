"""Who a telegram is from and to, and how urgently (RFC 6477 vocabulary)."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Self

from depesha.base import CallSign
from depesha.telegram.errors import TelegramFormatError, UnknownPrecedenceError
from depesha.telegram.headings import TelegramFormatOnly

_ADDRESSEE = re.compile(r"([^()]+) \(([^()]*)\)")


class Precedence(Enum):
    """How urgently a telegram is carried and dealt with."""

    FLASH = "flash"
    IMMEDIATE = "immediate"
    PRIORITY = "priority"
    ROUTINE = "routine"
    DEFERRED = "deferred"

    @classmethod
    def from_text(cls, text: str) -> "Precedence":
        """Read the lower-case word.

        Raises:
            UnknownPrecedenceError: It is none of the five.
        """
        found = _PRECEDENCES.get(text)
        if found is None:
            raise UnknownPrecedenceError("not a precedence: expected one of the five words")
        return found

    def to_text(self) -> str:
        """Write the lower-case word."""
        return self.value

    @property
    def urgency(self) -> int:
        """The integer of STANAG 4406 and RFC 6477: deferred 0, routine 1, … flash 4."""
        return _URGENCIES[self]


_PRECEDENCES = {precedence.value: precedence for precedence in Precedence}
_URGENCIES = {precedence: 4 - place for place, precedence in enumerate(Precedence)}


class Role(Enum):
    """What a party does for a telegram."""

    ORIGINATOR = "originator"
    ACTION = "action"
    INFO = "info"
    VIA = "via"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party as the telegram names it.

    `name` is as written. `identification` is who an editor says it is: it belongs to editions and
    sealed concordances and never to a minute.
    """

    role: Role
    name: str
    identification: str | None = None
    precedence: Precedence | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise TelegramFormatError("a party has no name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A station that a telegram is addressed to, with the precedence for it."""

    call_sign: CallSign
    precedence: Precedence

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `POST HARBOUR (immediate)`.

        Raises:
            TelegramFormatError: The text has another shape, or the name is no call-sign.
            UnknownPrecedenceError: The word in parentheses is no precedence.
        """
        match = _ADDRESSEE.fullmatch(text)
        if match is None:
            raise TelegramFormatError("expected a call-sign and a precedence in parentheses")
        with TelegramFormatOnly():
            return cls(call_sign=CallSign(match[1]), precedence=Precedence.from_text(match[2]))

    def to_text(self) -> str:
        """Write the one text form."""
        return f"{self.call_sign.text} ({self.precedence.value})"
