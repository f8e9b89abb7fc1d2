"""The body of a telegram: its points, numbered or not.

A body is paragraphs with one empty line between them, and each paragraph is one point. A point
that begins with a number and a full stop bears that label; what is printed as label and where the
point stands are two things, because numbers are skipped, repeated and marked `[sic]`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from depesha.base import require_block
from depesha.telegram.errors import TelegramFormatError
from depesha.telegram.headings import TelegramFormatOnly, refuse_signature_dash

_LIKE_LABEL = re.compile(r"[0-9]+\.(?:\s|\Z)", re.ASCII)
_LABELLED = re.compile(r"([1-9][0-9]{0,3}\.(?: \[sic\])?) (\S.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One paragraph: where it stands, the label it bears as printed (`3.`), and its text.

    The text is one or more lines without an end; none is empty or ends with a space. Label and
    text together read back as the same label and text; a text that only resembles a label (`01. `,
    or a number with nothing after it) is refused.
    """

    sequence: int
    label: str | None = None
    text: str

    def __post_init__(self) -> None:
        if self.sequence < 1:
            raise TelegramFormatError("points are counted from 1")
        _require_paragraph(self.text)
        if _split_label(self.to_text()) != (self.label, self.text):
            raise TelegramFormatError("label and text of a point cannot be told apart")
        if self.label is None and _LIKE_LABEL.match(self.text):
            raise TelegramFormatError("a point begins with a label in another spelling")

    @property
    def number(self) -> int | None:
        """The number in the label; None for a point without a label."""
        return None if self.label is None else int(self.label.partition(".")[0])

    def to_text(self) -> str:
        """Write label and text as they stand in the body."""
        return self.text if self.label is None else f"{self.label} {self.text}"


def points_from_text(body: str) -> tuple[Point, ...]:
    """Read a body: paragraphs with one empty line between, a line feed at the very end.

    Raises:
        TelegramFormatError: The body is empty, or not written in its one way.
    """
    if not body.endswith("\n"):
        raise TelegramFormatError("the body does not end with a line feed")
    points = []
    for sequence, paragraph in enumerate(body[:-1].split("\n\n"), start=1):
        label, text = _split_label(paragraph)
        points.append(Point(sequence=sequence, label=label, text=text))
    return tuple(points)


def points_to_text(points: Sequence[Point]) -> str:
    """Write a body that `points_from_text` reads back."""
    return "\n\n".join(point.to_text() for point in points) + "\n"


def number_points(texts: Sequence[str]) -> tuple[Point, ...]:
    """Make points of paragraphs as a drafter types them, with or without labels.

    Raises:
        TelegramFormatError: There is none, or one is not a paragraph.
    """
    return points_from_text("\n\n".join(texts) + "\n")


def _split_label(paragraph: str) -> tuple[str | None, str]:
    match = _LABELLED.fullmatch(paragraph)
    return (None, paragraph) if match is None else (match[1], match[2])


def _require_paragraph(text: str) -> None:
    with TelegramFormatOnly():
        require_block(text + "\n", what="a point")
    if text[:1].isspace():
        raise TelegramFormatError("a point begins with a space")
    lines = text.split("\n")
    if any(line != line.rstrip() for line in lines):
        raise TelegramFormatError("a line of a point ends with a space")
    if not all(lines):
        raise TelegramFormatError("a point holds an empty line")
    refuse_signature_dash(lines)
