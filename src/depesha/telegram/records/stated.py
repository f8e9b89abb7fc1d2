"""What a text states: a value, the very words it was read from, and where they stand."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)
IndexValue = str | int | None | list["IndexValue"] | dict[str, "IndexValue"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text; lines and columns are counted from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Stated(Generic[Value_co]):
    """A value as read, beside its verbatim text and its place."""

    value: Value_co
    verbatim: str
    place: Place


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, from `start` up to but not including `end`."""

    start: int
    end: int

    def __bool__(self) -> bool:
        return self.start < self.end


class SourceText:
    """The text of a record, from which values are cut together with their places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._line_starts = [0]
        place = text.find("\n")
        while place >= 0:
            self._line_starts.append(place + 1)
            place = text.find("\n", place + 1)

    @property
    def whole(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.text))

    def cut(self, span: Span) -> str:
        """Return the text of a span as it stands."""
        return self.text[span.start : span.end]

    def trim(self, span: Span) -> Span:
        """Narrow a span to leave out white space and the asterisks of bold print at its ends."""
        text = self.cut(span)
        start = span.start + len(text) - len(text.lstrip(_EDGES))
        return Span(start, max(start, span.start + len(text.rstrip(_EDGES))))

    def place(self, offset: int) -> Place:
        """Return line and column of a character."""
        line = bisect_right(self._line_starts, offset)
        return Place(line, offset - self._line_starts[line - 1] + 1)

    def stated(self, value: Value, span: Span) -> Stated[Value]:
        """Join a value to the words it was read from."""
        return Stated(value, self.cut(span), self.place(span.start))

    def words(self, span: Span) -> Stated[str] | None:
        """Take the words of a span as one line; None if there are none."""
        span = self.trim(span)
        return self.stated(one_line(self.cut(span)), span) if span else None

    def lines(self, span: Span) -> list[Span]:
        """Split a span at line feeds; white space and bold print at the ends are left out."""
        spans: list[Span] = []
        start = span.start
        while start < span.end:
            end = self.text.find("\n", start, span.end)
            end = span.end if end < 0 else end
            spans.append(self.trim(Span(start, end)))
            start = end + 1
        return spans

    def blocks(self, span: Span) -> list[list[Span]]:
        """Group the lines of a span into blocks with empty lines between them."""
        blocks: list[list[Span]] = [[]]
        for line in self.lines(span):
            if line:
                blocks[-1].append(line)
            elif blocks[-1]:
                blocks.append([])
        return blocks if blocks[-1] else blocks[:-1]


_EDGES = " \t\r\n\f\v*"


def one_line(text: str) -> str:
    """Join broken lines: every run of white space becomes one space."""
    return " ".join(text.split())
