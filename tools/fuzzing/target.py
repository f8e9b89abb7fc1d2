"""What is fuzzed: one reader of outside bytes, and where its first inputs come from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


class TwoSpellingsError(Exception):
    """What was read writes itself in other bytes than it was read from."""


class Written(Protocol):
    """A value that has one text form."""

    def to_text(self) -> str:
        """Write it."""


class Packed(Protocol):
    """A value that has one form in bytes."""

    def to_bytes(self) -> bytes:
        """Write it."""


def _as_it_is(data: bytes) -> bytes:
    return data


@dataclass(frozen=True, slots=True)
class Target:
    """One reader: `run` takes any bytes, and may raise nothing but a `DepeshaError`.

    If it returns words, they tell apart what was read: an input with other words is of interest.
    `seeds` gives the inputs to begin with, best of all one for each rule. `mend` repairs in a
    mutated input what would let it fail before it is looked into, such as a checksum.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    mend: Callable[[bytes], bytes] = _as_it_is


def as_text(data: bytes) -> str:
    """Return the bytes as a careless caller hands them on: what is no UTF-8 is kept in halves."""
    return data.decode(errors="surrogateescape")


def text(read: Callable[[str], object]) -> Callable[[bytes], None]:
    """Return the run of a reader of texts."""

    def run(data: bytes) -> None:
        read(as_text(data))

    return run


def one_text(read: Callable[[str], Written]) -> Callable[[bytes], None]:
    """Return the run of a reader of texts that have one spelling: what is read is written so."""

    def run(data: bytes) -> None:
        given = as_text(data)
        if read(given).to_text() != given:
            raise TwoSpellingsError

    return run


def one_form(read: Callable[[bytes], Packed]) -> Callable[[bytes], None]:
    """Return the run of a reader of bytes that have one form: what is read is written so."""

    def run(data: bytes) -> None:
        if read(data).to_bytes() != data:
            raise TwoSpellingsError

    return run
