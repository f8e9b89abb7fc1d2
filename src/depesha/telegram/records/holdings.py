"""Where a record is kept: citations of archives, read and written.

A holding names an archive and a path in it. The levels of Russian archives are fond (fonds), opis
(inventory), delo (file), papka (folder) and listy (leaves); in the short style `p.` is a papka and
no page. Other archives have shelf-marks, kept under the name the citation uses. What is not
understood as a whole is kept verbatim, and every field of it is None.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from depesha.telegram.records.stated import IndexValue

HOLDING_LIMIT = 1000
HOLDINGS_LIMIT = 20
_LEVELS = {
    "fond": r"fond(?:\s+\(f\.\))?|f\.",
    "opis": r"opis(?:\s+\(op\.\))?|op\.",
    "delo": r"delo(?:\s+\(d\.\))?|d\.",
    "por": r"por(?:iadok|\.)",
    "papka": r"papka(?:\s+\(p\.\))?|pap\.|p\.",
}
_LEVEL = {
    name: re.compile(rf"(?:{words})\s+([\w/-]+)", re.IGNORECASE) for name, words in _LEVELS.items()
}
_LEAF = r"\d{1,6}(?:\s?ob\.?)?"
_LEAVES = rf"{_LEAF}(?:\s?[-\u2013]\s?{_LEAF})?"
_LISTY = re.compile(
    rf"(?:listy(?:\s+\(ll\.\))?|list(?:\s+\(l\.\))?|ll\.|l\.)\s+({_LEAVES}(?:,\s+{_LEAVES})*)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\(([^()]+)\)")
_SEPARATOR = re.compile(r",\s+")
_FIRST_LEVEL = re.compile(r"\s*[,:]\s+(?=(?:fond(?:\s+\(f\.\))?|f\.)\s+\d)", re.IGNORECASE)
_FILE = re.compile(
    r"(?P<archive>[^,]+),\s+File\s+(?:No\.\s+)?(?P<file>[^\s,()]+)"
    r"(?:,\s+vol\.\s+(?P<volume>[^\s,()]+))?(?:\s+\((?P<note>[^()]+)\))?"
)
_SIGNATURE = re.compile(
    rf"(?P<archive>[^,]+),\s+(?P<signature>[A-Z]{{1,4}}\s\d+/\d+)(?:,\s+(?P<leaves>{_LEAVES}))?"
)
_REFERENCE = re.compile(r"(?P<archive>[^,]+),\s+(?P<reference>[A-Z][A-Za-z ]+(?:/\w+){2,})")
_JOINT = re.compile(r";\s+(?:and\s+)?")


@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """A leaf, recto unless `verso` (printed `ob.`)."""

    number: int
    verso: bool = False

    def to_text(self) -> str:
        """Write the leaf as citations print it."""
        return f"{self.number} ob." if self.verso else str(self.number)


@dataclass(frozen=True, slots=True)
class LeafRange:
    """Leaves from the first to the last; one leaf is a range to itself."""

    first: Leaf
    last: Leaf

    def to_text(self) -> str:
        """Write the range as citations print it."""
        if self.first == self.last:
            return self.first.to_text()
        return f"{self.first.to_text()}-{self.last.to_text()}"


class CitationStyle(Enum):
    """How the levels are named: `Fond 45, Opis 1` or `f. 45, op. 1`."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One place where a record is kept, beside the words that say so.

    `other` holds the units of archives that have no fonds, as pairs of name and value. A holding
    that was not understood has its `verbatim` alone.
    """

    archive: str | None = None
    fond: str | None = None
    opis: str | None = None
    delo: str | None = None
    papka: str | None = None
    listy: tuple[LeafRange, ...] | None = None
    note: str | None = None
    other: tuple[tuple[str, str], ...] | None = None
    verbatim: str

    def to_citation(self, style: CitationStyle = CitationStyle.LONG) -> str:
        """Write the holding in one style; what was not understood is written verbatim."""
        if self.archive is None:
            return self.verbatim
        if self.fond is None:
            return self._shelf_mark()
        names = _NAMES[style]
        other = dict(self.other or ())
        levels = (self.fond, self.opis, self.delo, other.get("por"), self.papka)
        parts = [self.archive]
        parts += [
            f"{name} {value}"
            for name, value in zip(names, levels, strict=False)
            if value is not None
        ]
        if self.listy is not None:
            several = len(self.listy) > 1 or self.listy[0].first != self.listy[0].last
            parts.append(f"{names[-1 if several else -2]} {_leaves_to_text(self.listy)}")
        return ", ".join(parts) + self._note()

    def to_index(self) -> IndexValue:
        """Return the holding in the shape of a record index; None if it was not understood."""
        if self.archive is None:
            return None
        listy: IndexValue = None
        if self.listy is not None:
            listy = [[leaves.first.number, leaves.last.number] for leaves in self.listy]
        return {
            "archive": self.archive,
            "fond": self.fond,
            "opis": self.opis,
            "delo": self.delo,
            "papka": self.papka,
            "listy": listy,
            "note": self.note,
            "other": None if self.other is None else dict(self.other),
        }

    def _shelf_mark(self) -> str:
        printed = {"file": "File {}", "volume": "vol. {}"}
        parts = [self.archive or ""]
        parts += [printed.get(name, "{}").format(value) for name, value in self.other or ()]
        if self.listy is not None:
            parts.append(_leaves_to_text(self.listy))
        return ", ".join(parts) + self._note()

    def _note(self) -> str:
        return "" if self.note is None else f" ({self.note})"


_NAMES = {
    CitationStyle.LONG: ("Fond", "Opis", "Delo", "Poriadok", "Papka", "List", "Listy"),
    CitationStyle.SHORT: ("f.", "op.", "d.", "por.", "p.", "l.", "ll."),
}


def parse_holdings(text: str) -> tuple[Holding, ...]:
    """Read the holdings at the end of a citation, such as `APRF, Fond 45, Opis 1; and …`.

    Never fails: a holding that is not understood whole keeps its verbatim text alone.
    """
    if len(text) > HOLDING_LIMIT * HOLDINGS_LIMIT:
        return (Holding(verbatim=text),)
    return tuple(_holding(part) for part in _JOINT.split(text.strip()) if part)


def holdings_to_citation(
    holdings: tuple[Holding, ...], style: CitationStyle = CitationStyle.LONG
) -> str:
    """Write several holdings as one text that `parse_holdings` reads back."""
    return "; and ".join(holding.to_citation(style) for holding in holdings)


def _holding(verbatim: str) -> Holding:
    text = " ".join(verbatim.split())
    if len(text) > HOLDING_LIMIT:
        return Holding(verbatim=verbatim)
    first = _FIRST_LEVEL.search(text)
    found = (
        _shelf_mark(text)
        if first is None
        else _levels(text[first.end() :], Holding(archive=text[: first.start()], verbatim=""))
    )
    return replace(found or Holding(verbatim=""), verbatim=verbatim)


def _levels(text: str, holding: Holding) -> Holding | None:
    place = 0
    for name, pattern in _LEVEL.items():
        if match := pattern.match(text, place):
            holding = _with_level(holding, name, match[1])
            place = _after_separator(text, match.end())
    if match := _LISTY.match(text, place):
        listy = _leaves(match[1])
        if listy is None:
            return None
        holding = replace(holding, listy=listy)
        place = match.end()
    if match := _NOTE.match(text, place):
        holding = replace(holding, note=match[1])
        place = match.end()
    return holding if place == len(text) and holding.archive else None


def _with_level(holding: Holding, name: str, value: str) -> Holding:
    if name == "por":
        return replace(holding, other=((name, value),))
    if name == "fond":
        return replace(holding, fond=value)
    if name == "opis":
        return replace(holding, opis=value)
    return replace(holding, papka=value) if name == "papka" else replace(holding, delo=value)


def _after_separator(text: str, place: int) -> int:
    match = _SEPARATOR.match(text, place)
    return match.end() if match else place


def _shelf_mark(text: str) -> Holding | None:
    for pattern in (_FILE, _SIGNATURE, _REFERENCE):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found = {name: value for name, value in match.groupdict().items() if value is not None}
        leaves = found.pop("leaves", None)
        return Holding(
            archive=found.pop("archive"),
            note=found.pop("note", None),
            listy=None if leaves is None else _leaves(leaves),
            other=tuple(found.items()),
            verbatim="",
        )
    return None


def _leaves(text: str) -> tuple[LeafRange, ...] | None:
    ranges = tuple(_leaf_ranges(text))
    return None if any(leaves.last < leaves.first for leaves in ranges) else ranges


def _leaf_ranges(text: str) -> Iterator[LeafRange]:
    for part in _SEPARATOR.split(text):
        first, *last = (_leaf(leaf) for leaf in re.split(r"[-\u2013]", part))
        yield LeafRange(first, last[0] if last else first)


def _leaf(text: str) -> Leaf:
    text = text.strip().rstrip(". ").lower()
    return Leaf(int(text.removesuffix("ob").strip()), verso=text.endswith("ob"))


def _leaves_to_text(ranges: tuple[LeafRange, ...]) -> str:
    return ", ".join(leaves.to_text() for leaves in ranges)
