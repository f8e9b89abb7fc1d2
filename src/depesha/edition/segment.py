"""Cutting a text into the parts that can be disclosed or withheld one by one.

A body is points; a point is sentences. Nothing is lost or added: the sentences of a point, joined,
are its text, because the space that follows a sentence belongs to it. Beside the sentences stand
the *outline* parts, which let a reader see that none is missing: `points` holds the number of
points, and `2` the number of sentences of point 2 and its printed label (docs/formats/commitment).

Where a sentence ends is judged once, at sealing. The cut is then committed, so a later change of
these rules alters no record. In doubt the text is not cut: a part too large can still be withheld,
a name cut in two cannot.
"""
# ruff: noqa: RUF001, RUF002 (punctuation and words of other scripts are what this module is about)

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final

from depesha.edition.errors import CommitmentFormatError

POINTS_PATH: Final = "points"
_LABEL_LIMIT: Final = 40
_ENUMERATOR_LIMIT: Final = 2
# How many characters around a full stop are looked at.
_GLANCE: Final = 40

# A terminator, the marks that close a quotation or bracket after it, and the space that follows.
_STOP = re.compile(r"(?P<stop>[.!?…]+|[。！？｡]+)(?P<close>[\"'”’»)\]}」』）】》]*)(?P<space>\s*)")
_WIDE_STOPS = frozenset("。！？｡")
_NOT_SPACE = re.compile(r"\S")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LAST_WORD = re.compile(r"[\w’'-]+(?:\.[\w’'-]+)*$")
_OPENERS = dict(zip("([{（【《「『", ")]}）】》」』", strict=True))
# Words that a full stop shortens, whatever follows.
_SHORTENED_TEXT = """
mr mrs ms dr prof gen col lt maj capt sgt adm amb gov sen rep hon rev st vs cf viz ca approx e.g i.e
jan feb mar apr jun jul aug sept sep oct nov dec tov
т тов гр им ул обл проф ген полк акад см ср напр гос т.е т.к т.н
"""
# Words that a full stop shortens only where a number follows.
_NUMBERING_TEXT = """
no nos nr vol pp p art fig op ch sec par para ll l f d r doc pt ref
ст п пп гл рис табл л лл д ф оп стр том с
"""
_SHORTENED = frozenset(_SHORTENED_TEXT.split())
_NUMBERING = frozenset(_NUMBERING_TEXT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PointText:
    """One point as it was written: its printed label, if any, and its text."""

    label: str = ""
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.label:
            _require_label(self.label)
        if not self.label.isprintable():
            raise CommitmentFormatError("a point's label is one short line without outer spaces")


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a body: its path, such as `2.3`, and its text."""

    path: str
    text: str = field(repr=False)


def cut_points(points: Sequence[PointText]) -> tuple[Segment, ...]:
    """Cut a body into its outline and its sentences, in reading order."""
    return tuple(_segments(points))


def cut_sentences(text: str) -> tuple[str, ...]:
    """Cut one text; joining what is returned gives the text again. No text has no sentences."""
    ends = [end for end in _boundaries(text) if end < len(text)]
    edges = [0, *ends, len(text)]
    pieces = (text[start:end] for start, end in pairwise(edges))
    return tuple(piece for piece in pieces if piece)


def outline_text(sentences: int, label: str) -> str:
    """Write the outline part of a point: `4`, or `4 2.` where a label was printed."""
    return f"{sentences} {label}" if label else str(sentences)


def outline_paths(parts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the paths that the outline in `parts` announces, in reading order.

    Raises:
        CommitmentFormatError: A part of the outline is missing, is not a number and perhaps a
            label, or announces more parts than there are.
    """
    paths: list[str] = []
    for path in _announced(dict(parts)):
        if len(paths) == len(parts):
            raise CommitmentFormatError("the outline of the body announces more than there is")
        paths.append(path)
    return tuple(paths)


def _announced(texts: Mapping[str, str]) -> Iterator[str]:
    yield POINTS_PATH
    for point in range(1, _count(texts.get(POINTS_PATH, "")) + 1):
        yield str(point)
        count, space, label = texts.get(str(point), "").partition(" ")
        if space:
            _require_label(label)
        yield from (f"{point}.{sentence}" for sentence in range(1, _count(count) + 1))


def _segments(points: Sequence[PointText]) -> Iterator[Segment]:
    yield Segment(POINTS_PATH, str(len(points)))
    for number, point in enumerate(points, start=1):
        sentences = cut_sentences(point.text)
        yield Segment(str(number), outline_text(len(sentences), point.label))
        for place, sentence in enumerate(sentences, start=1):
            yield Segment(f"{number}.{place}", sentence)


def _require_label(label: str) -> None:
    if not label or len(label) > _LABEL_LIMIT or label != label.strip() or "\n" in label:
        raise CommitmentFormatError("a point's label is one short line without outer spaces")


def _count(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,5}", text, re.ASCII):
        raise CommitmentFormatError("the outline of the body is missing a number")
    return int(text)


def _boundaries(text: str) -> Iterator[int]:
    """Yield where a sentence ends, in order."""
    depth = _bracket_depth(text)
    stops = {match.end(): match for match in _STOP.finditer(text) if not depth[match.start()]}
    breaks = {match.end() for match in _BLANK_LINE.finditer(text)}
    # Where the sentence's first word begins is looked up once for each sentence: a hostile text may
    # hold a hundred thousand full stops that end none.
    start, first = 0, _first_word(text, 0)
    for end in sorted(stops.keys() | breaks):
        if first < end and (end in breaks or _ends_sentence(text, start, first, stops[end])):
            yield end
            start, first = end, _first_word(text, end)


def _first_word(text: str, start: int) -> int:
    found = _NOT_SPACE.search(text, start)
    return found.start() if found else len(text)


def _ends_sentence(text: str, start: int, first: int, match: re.Match[str]) -> bool:
    if match["stop"][0] in _WIDE_STOPS:
        return True
    following = text[match.end() : match.end() + _GLANCE].lstrip("\"'“‘«([{—–-")
    if not match["space"] or following[:1].islower():
        return False
    if match["stop"] != "." or match["close"]:
        return True
    before = text[max(start, match.start() - _GLANCE) : match.start()]
    stands_first = first >= match.start() - _ENUMERATOR_LIMIT
    return not _is_shortened(before, following, stands_first=stands_first)


def _is_shortened(before: str, following: str, *, stands_first: bool) -> bool:
    """Tell whether the full stop after `before` shortens a word instead of ending a sentence."""
    found = _LAST_WORD.search(before)
    if found is None:
        return before.endswith("№")
    word, lower = found[0], found[0].lower()
    if word.isdecimal():
        return stands_first and len(word) <= _ENUMERATOR_LIMIT
    if lower in _NUMBERING and following[:1].isdecimal():
        return True
    return lower in _SHORTENED or _is_initials(word)


def _is_initials(word: str) -> bool:
    """Tell whether a word is an initial or initials: `V`, `U.S`, `И.В`; a lone `a` is not."""
    letters = word.split(".")
    return all(len(letter) == 1 and letter.isupper() for letter in letters)


def _bracket_depth(text: str) -> list[int]:
    """Count for each place the matching brackets around it, where no sentence ends."""
    changes = [0] * (len(text) + 1)
    expected: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if character in _OPENERS:
            expected.append((_OPENERS[character], place))
        elif expected and character == expected[-1][0]:
            changes[expected.pop()[1]] += 1
            changes[place] -= 1
    return list(accumulate(changes))
