"""The square brackets of editors, told apart by what they do.

Four different acts look exactly the same in print, so a bracket gets a kind only where its words
or its place decide; otherwise the kind is None, and a person decides.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

_GAP_WORDS = frozenset({"illegible", "missing", "unclear", "omitted", "redacted"})
_WORDS = re.compile(r"[a-z]+", re.ASCII)
_ELLIPSES = frozenset({"…", "..."})
# What may stand between a space and a word: a parenthesis, and the quotation marks.
_OPENING = "(\"'\u201c\u2018\u00ab"
# Only so much before a bracket can be the name that it explains.
_NAME_LIMIT = 80
_EXPLANATION_WORDS = 5


class BracketKind(Enum):
    """What an editor does with a bracket."""

    IDENTIFICATION = "identification"
    VARIANT = "variant"
    SIC = "sic"
    GLOSS = "gloss"
    SUPPLIED = "supplied"
    STAMP = "stamp"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """One outermost bracket: its content, and where it stands in the text, brackets included.

    `kind` is None where the text alone does not decide.
    """

    kind: BracketKind | None
    content: str
    start: int
    end: int


def find_brackets(
    text: str, *, identifications: Mapping[str, str] | None = None
) -> tuple[Bracket, ...]:
    """Find every outermost pair of square brackets, in order; pairs do not cross an empty line.

    Args:
        text: Any text; the time taken grows with its length and with nothing else.
        identifications: Cover names known from elsewhere, each with who it stands for. A bracket
            that holds that person right after that name is an identification.
    """
    known = identifications or {}
    return tuple(
        Bracket(
            kind=_kind(text, start, end, known),
            content=text[start + 1 : end - 1],
            start=start,
            end=end,
        )
        for start, end in _outermost_pairs(text)
    )


def without_identifications(text: str, *, names: Collection[str] = ()) -> str:
    """Return `text` without the brackets that may say who a cover name stands for.

    It fails closed: what stands right after one of `names` goes, whatever it says; elsewhere a
    bracket of no certain kind goes too if it begins with a capital letter and follows a word that
    does. Only a longer explanation, such as what an office's initials mean, stays there.

    Args:
        text: A text as written.
        names: Every name that the telegram gives to a party, any of which may be a cover name.
    """
    kept: list[str] = []
    place = 0
    for bracket in find_brackets(text):
        if not _may_identify(text, bracket, names):
            continue
        kept.append(text[place : bracket.start].removesuffix(" "))
        place = bracket.end
    return "".join((*kept, text[place:]))


def _outermost_pairs(text: str) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in re.finditer(r"\[|\]|\n[ \t]*\n", text):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0] == "]":
            if opened:
                start = opened.pop()
                while pairs and pairs[-1][0] > start:
                    pairs.pop()
                pairs.append((start, match.end()))
        else:
            opened.clear()
    return pairs


def _kind(text: str, start: int, end: int, known: Mapping[str, str]) -> BracketKind | None:
    content = text[start + 1 : end - 1].strip()
    words = content.lower()
    if words in {"sic", "sic!"}:
        return BracketKind.SIC
    if words.startswith("stamp:"):
        return BracketKind.STAMP
    if content in _ELLIPSES or not _GAP_WORDS.isdisjoint(_WORDS.findall(words)):
        return BracketKind.GAP
    if content.endswith("?") or _is_inside_word(text, start, end):
        return BracketKind.SUPPLIED
    return _identification(text[max(0, start - _NAME_LIMIT) : start], content, known)


def _is_inside_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isalpha()) or text[end : end + 1].isalpha()


def _identification(before: str, content: str, known: Mapping[str, str]) -> BracketKind | None:
    name = before.rstrip()
    is_known = any(
        who == content and name.endswith(cover) and not name[: -len(cover)][-1:].isalnum()
        for cover, who in known.items()
        if cover
    )
    return BracketKind.IDENTIFICATION if is_known else None


def _may_identify(text: str, bracket: Bracket, names: Collection[str]) -> bool:
    before = text[max(0, bracket.start - _NAME_LIMIT) : bracket.start]
    if bracket.kind is BracketKind.IDENTIFICATION or _ends_in_name(before, names):
        return True
    words = before.split()
    follows_capital = bool(words) and words[-1].lstrip(_OPENING)[:1].isupper()
    is_undecided = bracket.kind is None and bracket.content[:1].isupper()
    return is_undecided and follows_capital and not _is_explanation(bracket.content)


def _ends_in_name(before: str, names: Collection[str]) -> bool:
    last = before.rstrip().casefold()
    return any(name and last.endswith(name.casefold()) for name in names)


def _is_explanation(content: str) -> bool:
    """Tell a phrase that explains from a name: five words at least, and some of it set apart."""
    return len(content.split()) >= _EXPLANATION_WORDS and any(mark in content for mark in ",(")
