"""What may be let out and what is kept back, and by whose word.

A decision is a whitelist: what it does not name as disclosed is not let out, and what it does not
name at all is refused, so that nothing is forgotten either way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from depesha.base import BaseFormatError, require_line, require_utc
from depesha.edition.commitment import FIELDS_PATH, CommitmentTree
from depesha.edition.errors import UndecidedError
from depesha.edition.segment import POINTS_PATH

_OUTLINE_ROOTS: Final = frozenset({FIELDS_PATH, POINTS_PATH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """Why one part is kept back: the card that stands in its place.

    Args:
        path: The part; a whole point (`2`) stands for all its sentences and hides their number.
        reason: The code of the exemption, such as `3.3(b)(1)`.
        authority: Who decided.
        decided: When.
        review: When it will be looked at again; None where no day is set.
        substitute: Words that the authority gives instead. They are attested, not proved.
    """

    path: str
    reason: str
    authority: str
    decided: date
    review: date | None = None
    substitute: str = ""

    def __post_init__(self) -> None:
        require_decided_line(self.path, "a path")
        require_decided_line(self.reason, "a reason")
        require_decided_line(self.authority, "an authority")
        if self.substitute:
            require_decided_line(self.substitute, "a substitute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The decision about one tree: the paths disclosed, and a card for each one withheld."""

    disclosed: Collection[str] = field(default=())
    withheld: Sequence[Withholding] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One release as it is decided.

    Args:
        record: The name under which the record is published, one line.
        authority: Who lets it out.
        released: When, in UTC.
        header: The decision on the fields of the heading.
        body: The decision on the text.
    """

    record: str
    authority: str
    released: datetime
    header: Selection
    body: Selection

    def __post_init__(self) -> None:
        require_decided_line(self.record, "the name of a record")
        require_decided_line(self.authority, "an authority")
        require_utc(self.released)


def settle(tree: CommitmentTree, selection: Selection) -> tuple[str, ...]:
    """Return the paths to lay open, with the outline that they need.

    Raises:
        UndecidedError: A part is neither disclosed nor withheld, or both, or does not exist.
    """
    withheld = [card.path for card in selection.withheld]
    given = [*selection.disclosed, *withheld]
    if len(set(given)) != len(given):
        raise UndecidedError("a part is decided twice")
    implied = {path for path in tree.parts if is_outline(path)} - set(given)
    if _OUTLINE_ROOTS.intersection(withheld):
        # Withheld in full: one card for everything, and not even the number of parts is told.
        implied = set()
    expected = {path for path in tree.parts if not _is_covered(path, withheld)}
    shown = {path for path in implied if not _is_covered(path, withheld)}
    if shown | set(given) != expected:
        raise UndecidedError("a part is neither disclosed nor withheld, or does not exist")
    shown.update(selection.disclosed)
    return tuple(path for path in tree.parts if path in shown)


def is_outline(path: str) -> bool:
    """Tell whether a path belongs to the outline rather than to what was written."""
    return path in _OUTLINE_ROOTS or path.isdecimal()


def _is_covered(path: str, withheld: Collection[str]) -> bool:
    """Tell whether a part lies within one that is withheld whole, and has no card of its own."""
    whole = path.partition(".")[0]
    roots = _OUTLINE_ROOTS.intersection(withheld)
    within_point = "." in path and whole.isdecimal() and whole in withheld
    return (bool(roots) and path not in roots) or within_point


def require_decided_line(text: str, what: str) -> None:
    """Refuse what is not one line, so that nothing decided can look like two.

    Raises:
        UndecidedError: It is empty, or holds a line break, an outer space or a hidden character.
    """
    try:
        require_line(text, what=what)
    except BaseFormatError as error:
        raise UndecidedError(str(error)) from error
