"""What a demonstration takes from the record it plays, beside its text."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Self

from depesha.station import parse_record_text

_PLACE = "HARBOUR"
_OFFICER = "Okonjo"
_CALL_SIGN_LIMIT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A record to be played: where its numbers go on from, and who receives it.

    `sender` is None where the record itself says in whose name it went. What the record does not
    state is filled in: numbers begin at 1, and the post and its officer get names of ours.
    """

    text: str
    transmission: int
    office_number: int
    sender: str | None
    post: str
    officer: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read the script out of a record.

        Raises:
            RecordError: The text is no record, or too large.
        """
        facts: dict[str, Any] = parse_record_text(text)
        numbers = facts["numbers"] or []
        return cls(
            text=text,
            transmission=_stated(numbers, "ciphered telegram number"),
            office_number=_stated(numbers, "registration number of the outgoing telegram"),
            sender=None if facts["sender"] else "CENTRE",
            post=_capitals(facts["place_to"] or _PLACE),
            officer=facts["via"] or _OFFICER,
        )


def _stated(numbers: list[dict[str, str]], what: str) -> int:
    """Return the number that is called so, without its suffix; 1 where none is stated."""
    for one in numbers:
        digits = one["number"].partition("/")[0]
        if one["what"] == what and digits.isascii() and digits.isdecimal():
            return max(1, int(digits))
    return 1


def _capitals(place: str) -> str:
    """Write a place as a call-sign: words of capital ASCII, or a name of ours if none is left."""
    bare = unicodedata.normalize("NFKD", place).upper()
    words = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in bare)
    return " ".join(words.split())[:_CALL_SIGN_LIMIT].strip() or _PLACE
