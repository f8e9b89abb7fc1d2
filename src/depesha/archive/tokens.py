"""The one tokenizer: what is indexed and what is asked pass through the same rules.

A text is folded (NFKC, case-fold, accents off) and cut into tokens:

- a word is a run of letters, marks and digits;
- a run of Han, Hangul or Kana becomes overlapping bigrams, and its last character once more
  alone, so that a query of one character finds it wherever it stands;
- a number such as 483/sh becomes `483`, `sh` and `483/sh`, so that each of the three finds it.

A token therefore never holds a space or a quotation mark: a query built of tokens can't mean
anything else to the search engine. A change of these rules is a new `TOKENIZER_VERSION`, and an
index made under another version is rebuilt.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

TOKENIZER_VERSION = 1
# Longer tokens are cut, in texts and in queries alike: nobody types them.
TOKEN_LIMIT = 128

# Marks that a reader leaves out or a keyboard lacks: Latin, Greek and Cyrillic accents, and the
# points of Hebrew and Arabic by their combining class. Marks that spell a vowel stay.
_ACCENTS = "\u0300-\u036f"
_POINT_CLASSES = range(10, 36)
# Characters that only shape what stands beside them: soft hyphen, joiners, variation selectors.
_SHAPING = "\u00ad\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Han, Hangul and Kana: scripts in which a space does not part one word from the next.
_RUN = (
    "\u1100-\u11ff\u3005\u3007\u3040-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
# No mark stands at or above this code but the variation selectors.
_MARKS_END = 0x20000
_ASCII_PIECE = re.compile(r"[a-z0-9]+(?:/[a-z0-9]+)*", re.ASCII)
_ACCENT_FREE = re.compile(
    "[\u0000-\u00ac\u00ae-\u00bf\u3400-\u4dbf\u4e00-\u9fff\u0430-\u0438\u043a-\u044f]*"
)


def fold(text: str) -> str:
    """Return `text` with the differences gone that a reader doesn't search by."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if _ACCENT_FREE.fullmatch(text):
        return text
    bare = _dropped().sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", bare)


def index_tokens(text: str) -> Iterator[str]:
    """Yield the tokens under which `text` is found, in the order of the text."""
    folded = fold(text)
    if folded.isascii():
        for piece in _ASCII_PIECE.findall(folded):
            if "/" in piece:
                yield from _slashed(piece)
            else:
                yield piece[:TOKEN_LIMIT]
        return
    for match in _piece().finditer(folded):
        if match.lastgroup == "run":
            yield from _bigrams(match[0])
            yield match[0][-1]
        else:
            yield from _slashed(match[0])


def phrase_tokens(text: str) -> tuple[str, ...]:
    """Return the tokens that stand next to one another wherever `text` stands in an indexed text.

    They are the index tokens, except that a final run of Han, Hangul or Kana of more than one
    character ends in its last bigram: the indexed text may go on where the query ends.
    """
    tokens = tuple(index_tokens(text))
    final = _final_run(text)
    return tokens[:-1] if len(final) > 1 else tokens


def word_tokens(text: str) -> tuple[tuple[str, ...], ...]:
    """Return one phrase for every piece of `text`: a joined number is its joined form alone."""
    phrases: list[tuple[str, ...]] = []
    for match in _piece().finditer(fold(text)):
        if match.lastgroup == "run":
            phrases.append(tuple(_bigrams(match[0])) or (match[0],))
        else:
            tokens = tuple(_slashed(match[0]))
            # The joined form comes last; words that a slash merely parts are looked for alone.
            phrases.extend([tokens[-1:]] if "/" in tokens[-1] else [(each,) for each in tokens])
    return tuple(phrases)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, joined number or run where it stands in a text that is not folded."""

    start: int
    end: int
    folded: str
    is_run: bool


def pieces(text: str) -> Iterator[Piece]:
    """Yield every word, joined number and run of `text`."""
    for match in _piece().finditer(text):
        yield Piece(match.start(), match.end(), fold(match[0]), match.lastgroup == "run")


def is_run(piece: str) -> bool:
    """Tell whether a folded piece is of a script that is searched without spaces."""
    match = _piece().match(piece)
    return match is not None and match.lastgroup == "run"


def _bigrams(run: str) -> Iterator[str]:
    return (run[place : place + 2] for place in range(len(run) - 1))


def _slashed(piece: str) -> Iterator[str]:
    for part in piece.split("/"):
        yield part[:TOKEN_LIMIT]
    if "/" in piece and any(character.isdigit() for character in piece):
        yield piece[:TOKEN_LIMIT]


def _final_run(text: str) -> str:
    last = ""
    for match in _piece().finditer(fold(text)):
        last = match[0] if match.lastgroup == "run" else ""
    return last


@cache
def _piece() -> re.Pattern[str]:
    """Return the pattern of one run, joined number or word; made when first asked for.

    Python's own word class leaves out combining marks, with which many scripts write vowels.
    """
    marks = _ranges(lambda character: unicodedata.category(character) in {"Mn", "Mc"})
    word = f"(?:[^\\W_{_RUN}]|[{marks}{_SHAPING}])+"
    return re.compile(f"(?P<run>[{_RUN}]+)|(?P<joined>{word}(?:/{word})+)|(?P<word>{word})")


@cache
def _dropped() -> re.Pattern[str]:
    """Return the pattern of what folding leaves out of a decomposed text."""
    points = _ranges(lambda character: unicodedata.combining(character) in _POINT_CLASSES)
    return re.compile(f"[{_ACCENTS}{_SHAPING}{points}]+")


def _ranges(belongs: Callable[[str], bool]) -> str:
    """Return the characters that belong, as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in range(_MARKS_END):
        if not belongs(chr(code)):
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
