"""Telegrams as printed for people: a sheet of 80 columns, and the text that is handed over."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from depesha.telegram.brackets import without_identifications
from depesha.telegram.points import Point

COLUMNS = 80
_LABEL_COLUMNS = 16


def render_sheet(
    title: str,
    heading: Iterable[tuple[str, str]],
    points: Sequence[Point],
    *,
    signature: str | None,
    foot: Iterable[tuple[str, str]] = (),
) -> str:
    """Lay out a telegram for a terminal or a printer, no line wider than 80 columns.

    Args:
        title: The line at the top.
        heading: Pairs of label and value, printed in two columns.
        points: The body.
        signature: As written; None prints none.
        foot: Pairs printed below the signature.
    """
    rule = "-" * COLUMNS
    lines = [*_wrap(title, COLUMNS), rule, *_pairs(heading), rule]
    for point in points:
        lines += ["", *_paragraph(point.to_text())]
    if signature is not None:
        lines += ["", *(_right(line) for line in _wrap(signature, COLUMNS // 2))]
    below = _pairs(foot)
    if below:
        lines += ["", rule, *below]
    return "\n".join(lines) + "\n"


def render_handover(points: Sequence[Point], *, names: Collection[str]) -> str:
    """Write the text for a final addressee: the points as written, and nothing else.

    No number, heading, date, signature or copy mark is in it, nor a bracket that may say who a
    cover name stands for (PROTOCOL section 5).
    """
    texts = (without_identifications(point.to_text(), names=names) for point in points)
    return "\n\n".join(text for text in texts if text) + "\n"


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for label, value in pairs:
        wrapped = list(_wrap(value, COLUMNS - _LABEL_COLUMNS))
        for place, line in enumerate(wrapped):
            lines.append(f"{label.upper() if place == 0 else '':<{_LABEL_COLUMNS}}{line}")
    return lines


def _paragraph(text: str) -> list[str]:
    return [line for written in text.split("\n") for line in _wrap(written, COLUMNS)]


def _right(line: str) -> str:
    return " " * (COLUMNS - _width(line)) + line


def _wrap(text: str, columns: int) -> Iterator[str]:
    """Break at spaces; a word that is too wide for a line is broken where the line ends."""
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if _width(joined) <= columns:
            line = joined
            continue
        if line:
            yield line
        *full, line = _slices(word, columns)
        yield from full
    yield line


def _slices(word: str, columns: int) -> list[str]:
    slices = [""]
    width = 0
    for character in word:
        width += _width(character)
        if width > columns:
            slices.append("")
            width = _width(character)
        slices[-1] += character
    return slices


def _width(text: str) -> int:
    """Count terminal columns: wide characters of East Asia take two, marks above take none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
