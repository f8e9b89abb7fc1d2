"""Call-signs and the originator's number: the names by which telegrams are cited."""

import re
from dataclasses import dataclass
from typing import Self

from depesha.base.errors import BaseFormatError

CALL_SIGN_LIMIT = 40
_CALL_SIGN = re.compile(r"[A-Z0-9]+(?:[ -][A-Z0-9]+)*", re.ASCII)
_NUMBER = re.compile(r"([1-9][0-9]{0,8})(?:/([a-z]{1,8}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class CallSign:
    """The name of a station, such as `POST HARBOUR`.

    Only capital ASCII letters, digits, and single spaces or hyphens between them, so that two
    call-signs that look alike are alike.
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > CALL_SIGN_LIMIT or not _CALL_SIGN.fullmatch(self.text):
            raise BaseFormatError(
                "not a call-sign: capital letters, digits and single spaces or hyphens, at most 40"
            )

    @property
    def slug(self) -> str:
        """The call-sign as one lower-case word, for key names and origins."""
        return self.text.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class OriginatorNumber:
    """The number that the author's office gave, such as `483/sh`.

    Alone it is ambiguous: the full key is (originator, series, year, number), and the series is
    the suffix. It has one spelling: no leading zero, the suffix in lower-case ASCII.
    """

    serial: int
    series: str = ""

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.to_text()):
            raise BaseFormatError("not an originator's number: expected such as 17 or 17/k")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form.

        Raises:
            BaseFormatError: The text is anything else.
        """
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise BaseFormatError("not an originator's number: expected such as 17 or 17/k")
        return cls(int(match[1]), match[2] or "")

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        return f"{self.serial}/{self.series}" if self.series else str(self.serial)
