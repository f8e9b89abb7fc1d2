"""Copies, enclosures and stamps: what is counted, and who did what when."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Self

from depesha.base import Digest, require_name
from depesha.telegram.errors import TelegramFormatError
from depesha.telegram.headings import TelegramFormatOnly, require_heading, require_sentence
from depesha.telegram.serials import read_count, read_size


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionEntry:
    """One numbered copy and its holder: a call-sign, or a place such as the file."""

    copy_number: int
    holder: str

    def __post_init__(self) -> None:
        read_count(str(self.copy_number))
        require_heading(self.holder, what="holder of a copy")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `2 POST RIVER`.

        Raises:
            TelegramFormatError: The text has another shape.
        """
        number, _, holder = text.partition(" ")
        return cls(copy_number=read_count(number), holder=holder)

    def to_text(self) -> str:
        """Write the one text form."""
        return f"{self.copy_number} {self.holder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The copies of a telegram: the number of copies claimed, and the list.

    Copy numbers rise. The list may be shorter than the claim; neither is corrected by the other,
    but a copy with a number beyond the claim is refused.
    """

    stated_total: int | None = None
    entries: tuple[DistributionEntry, ...] = ()

    def __post_init__(self) -> None:
        if self.stated_total is not None:
            read_count(str(self.stated_total))
        numbers = [entry.copy_number for entry in self.entries]
        if any(right <= left for left, right in pairwise(numbers)):
            raise TelegramFormatError("copy numbers do not rise")
        if self.stated_total is not None and numbers and numbers[-1] > self.stated_total:
            raise TelegramFormatError("a copy is numbered beyond the number of copies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that travels with the telegram, bound to it by size and digest."""

    name: str
    size_bytes: int
    digest: Digest

    def __post_init__(self) -> None:
        with TelegramFormatOnly():
            require_name(self.name)
        read_size(str(self.size_bytes))

    @classmethod
    def of(cls, name: str, data: bytes) -> Self:
        """Describe the bytes of an enclosure.

        Raises:
            TelegramFormatError: The name is not a plain file name.
        """
        return cls(name=name, size_bytes=len(data), digest=Digest.of(data))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `2048 sha256:… annex.pdf`.

        Raises:
            TelegramFormatError: The text has another shape.
        """
        size, _, rest = text.partition(" ")
        digest, _, name = rest.partition(" ")
        with TelegramFormatOnly():
            return cls(name=name, size_bytes=read_size(size), digest=Digest.from_text(digest))

    def to_text(self) -> str:
        """Write the one text form."""
        return f"{self.size_bytes} {self.digest.to_text()} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What was done to a telegram, by whom, and when.

    A stamp of our own has `at`; one read off a historic record has `verbatim`, as printed, and
    `at` only where the print leaves no doubt about day, time and zone.
    """

    event: str
    by: str | None = None
    verbatim: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        require_heading(self.event, what="event of a stamp")
        if self.by is not None:
            require_heading(self.by, what="hand of a stamp")
        if self.verbatim is not None:
            require_sentence(self.verbatim, what="time of a stamp")
