"""What a reader is shown of a record: its heading and its points, with cards where a part is kept.

A reading is made from a release (and is then covered by its proof), or by the station from a
record that no register holds, such as one imported from an archive.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Self

from depesha.edition.decision import Withholding
from depesha.edition.errors import ReleaseFormatError
from depesha.edition.release import ReleasedTree, Statement
from depesha.edition.verify import VerifyError, read_outline

_NUMBERS: Final = ("transmission", "number")
_SIGNATURES: Final = ("signature",)
# What a reader looks for first, in this order; every other field stands below the text.
_PRINCIPAL: Final = {
    "from": "From",
    "action": "To, for action",
    "info": "To, for information",
    "exempt": "Exempted",
    "via": "Via",
    "for": "For",
    "convey": "Conveyance",
    "instruction": "Instruction",
    "reply": "In reply to",
    "cites": "Cites",
    "corrects": "Corrects",
    "cancels": "Cancels",
    "subject": "Subject",
    "classification": "Classification",
    "caveat": "Caveat",
    "heading": "Heading",
}
_LABELS: Final = {
    **_PRINCIPAL,
    "number": "Originator\u2019s number",
    "transmission": "Transmission number",
    "signature": "Signed",
    "released": "Released to be sent",
    "copies": "Copies stated",
}
_BRACKET = re.compile(r"(\[[^\[\]]*\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPart:
    """One field or sentence: its text, or the card that stands in its place."""

    path: str
    text: str = ""
    card: Withholding | None = None

    @property
    def label(self) -> str:
        """The words that stand before a field."""
        return _LABELS.get(self.name, self.name.replace("-", " ").capitalize())

    @property
    def name(self) -> str:
        """The name of a field, without the number that tells it from others of that name."""
        return self.path.partition(".")[0]

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in turns of what was written and what editors set in square brackets."""
        pieces = enumerate(_BRACKET.split(self.text))
        return tuple((piece, place % 2 == 1) for place, piece in pieces if piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPoint:
    """One point: its place, its printed label and its sentences, or the card for all of it."""

    number: int
    label: str = ""
    parts: tuple[ReadingPart, ...] = ()
    card: Withholding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The heading and the points, in order; a card for the whole of either where it is kept."""

    heading: tuple[ReadingPart, ...] = field(default=())
    points: tuple[ReadingPoint, ...] = field(default=())

    @classmethod
    def of(cls, statement: Statement) -> Self:
        """Read a release. It is shown as it is: verify it first.

        Raises:
            ReleaseFormatError: The outline is one that the verifier refuses.
        """
        return cls(heading=tuple(_heading(statement.header)), points=tuple(_points(statement.body)))

    @property
    def numbers(self) -> tuple[ReadingPart, ...]:
        """The transmission number and the originator's number."""
        return tuple(part for part in self.heading if part.name in _NUMBERS)

    @property
    def principal(self) -> tuple[tuple[str, tuple[ReadingPart, ...]], ...]:
        """The fields that a reader looks for first, those of one name together."""
        return _grouped(self.heading, list(_PRINCIPAL))

    @property
    def particulars(self) -> tuple[tuple[str, tuple[ReadingPart, ...]], ...]:
        """Every other field, in its order."""
        elsewhere = {*_PRINCIPAL, *_NUMBERS, *_SIGNATURES}
        names = [part.name for part in self.heading if part.name not in elsewhere]
        return _grouped(self.heading, list(dict.fromkeys(names)))

    @property
    def signatures(self) -> tuple[ReadingPart, ...]:
        """The signature as it is written under the text."""
        return tuple(part for part in self.heading if part.name in _SIGNATURES)

    @property
    def cards(self) -> tuple[Withholding, ...]:
        """Every card, in reading order."""
        parts = [*self.heading]
        cards = [part.card for part in parts]
        for point in self.points:
            cards += [point.card, *(part.card for part in point.parts)]
        return tuple(card for card in cards if card)

    @property
    def has_brackets(self) -> bool:
        """Whether editors have set anything in square brackets."""
        parts = [*self.heading, *(part for point in self.points for part in point.parts)]
        return any(_BRACKET.search(part.text) for part in parts)


def _grouped(
    heading: Sequence[ReadingPart], names: Sequence[str]
) -> tuple[tuple[str, tuple[ReadingPart, ...]], ...]:
    groups = ((name, tuple(part for part in heading if part.name == name)) for name in names)
    return tuple((parts[0].label, parts) for _, parts in groups if parts)


def _heading(tree: ReleasedTree) -> Iterator[ReadingPart]:
    root, *parts = _parts(tree, "field")
    if root.card:
        yield ReadingPart(path="heading", card=root.card)
    yield from parts


def _points(tree: ReleasedTree) -> Iterator[ReadingPoint]:
    root, *parts = _parts(tree, "segment")
    if root.card:
        yield ReadingPoint(number=1, card=root.card)
    for number, (outline, *sentences) in groupby(parts, key=lambda part: part.name):
        label = outline.text.partition(" ")[2]
        yield ReadingPoint(
            number=int(number), label=label, parts=tuple(sentences), card=outline.card
        )


def _parts(tree: ReleasedTree, noun: str) -> list[ReadingPart]:
    """Return all parts in reading order, the root of the outline first."""
    parts = [ReadingPart(path=part.path, text=part.text) for part in tree.disclosed]
    parts += [ReadingPart(path=card.path, card=card) for card in tree.withheld]
    by_path = {part.path: part for part in parts}
    texts = [(part.path, None if part.card else part.text) for part in parts]
    try:
        return [by_path[path] for path in read_outline(texts, noun)]
    except VerifyError as error:
        raise ReleaseFormatError(str(error)) from error
