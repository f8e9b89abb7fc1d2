"""What may stand in a heading, and how headings are read line by line.

A heading is what a clerk compares by eye, so it is stricter than the body: no brackets that would
carry an identification, no second kind of space, and no letters borrowed from another alphabet
(PROTOCOL section 15, no. 17). The body keeps the rules of `depesha.base.text` alone.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

from depesha.base import BaseFormatError, require_line
from depesha.telegram.errors import FieldTooLongError, LookAlikeError, TelegramFormatError

HEADING_LIMIT = 200
SENTENCE_LIMIT = 2000
# A signature line of a signed note begins with an em dash; these look the same to a reader.
_DASHES = ("\u2014", "\u2015", "\u2e3a", "\u2e3b")
_ALIKE_ALPHABETS = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"})
_JOINERS = frozenset("\u200c\u200d")

Value = TypeVar("Value")


class TelegramFormatOnly:
    """A block of code in which a refusal by `base` becomes one of this part's own."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        if isinstance(error, BaseFormatError):
            raise TelegramFormatError(str(error)) from error


def require_heading(text: str, *, what: str, limit: int = HEADING_LIMIT) -> str:
    """Return `text` if it is one line that looks like no other line.

    Raises:
        TelegramFormatError: It is not one plain line, or holds a bracket or a double space.
        FieldTooLongError: It is longer than `limit` characters.
        LookAlikeError: It mixes alphabets in a word, or holds disguised letters or spaces.
    """
    require_sentence(text, what=what, limit=limit)
    if "[" in text or "]" in text:
        raise TelegramFormatError(f"{what} holds a square bracket")
    if "  " in text:
        raise TelegramFormatError(f"{what} holds two spaces together")
    return text


def require_sentence(text: str, *, what: str, limit: int = SENTENCE_LIMIT) -> str:
    """Return `text` if it is one line of words, kept as they were given.

    Unlike a heading it may hold brackets and double spaces.

    Raises:
        TelegramFormatError: It is not one plain line.
        FieldTooLongError: It is longer than `limit` characters.
        LookAlikeError: It mixes alphabets in a word, or holds disguised letters or spaces.
    """
    if len(text) > limit:
        raise FieldTooLongError(f"{what} is longer than {limit} characters")
    with TelegramFormatOnly():
        require_line(text, what=what)
    if not text.isascii():
        _refuse_disguises(text, what)
    return text


def refuse_signature_dash(lines: Sequence[str]) -> None:
    """Refuse lines that could be taken for the signature lines of a signed note.

    Raises:
        TelegramFormatError: A line begins with an em dash or one of its likes.
    """
    if any(line.startswith(_DASHES) for line in lines):
        raise TelegramFormatError("a line begins with a dash, as signature lines do")


def _refuse_disguises(text: str, what: str) -> None:
    for character in text:
        if character.isascii():
            continue
        if unicodedata.category(character) == "Zs":
            raise LookAlikeError(f"{what} holds a space that is not the plain one")
        if character.isalnum() and unicodedata.normalize("NFKC", character).isascii():
            raise LookAlikeError(f"{what} holds a letter or digit in disguise")
    for word in text.split():
        alphabets = {_alphabet(character) for character in word if character.isalpha()}
        if len(alphabets & _ALIKE_ALPHABETS) > 1:
            raise LookAlikeError(f"{what} mixes alphabets within one word")
        if _JOINERS & set(word) and alphabets & _ALIKE_ALPHABETS:
            raise LookAlikeError(f"{what} holds an invisible joiner")


def _alphabet(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


class HeadingReader:
    """Reads `name: value` lines in a fixed order, each line exactly once.

    The caller asks for the fields in their order and then calls `finish`. What is out of order,
    unknown or repeated is left over, and so refused.
    """

    def __init__(
        self, lines: Sequence[str], error: type[TelegramFormatError], *, first_line: int
    ) -> None:
        self._lines = lines
        self._error = error
        self._first_line = first_line
        self._next = 0

    def one(self, name: str, read: Callable[[str], Value]) -> Value:
        """Read a field that must be there.

        Raises:
            TelegramFormatError: The next line is not this field, or `read` refuses its value.
        """
        text = self._take(name)
        if text is None:
            raise self._error(f"expected `{name}: …`", line=self._first_line + self._next)
        return self._read(read, text)

    def optional(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """Read a field that may be absent.

        Raises:
            TelegramFormatError: `read` refuses its value.
        """
        text = self._take(name)
        return None if text is None else self._read(read, text)

    def several(self, name: str, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """Read a field that stands any number of times, also none.

        Raises:
            TelegramFormatError: `read` refuses a value.
        """
        found: list[Value] = []
        while (text := self._take(name)) is not None:
            found.append(self._read(read, text))
        return tuple(found)

    def finish(self) -> None:
        """Refuse what is left over.

        Raises:
            TelegramFormatError: A line is unknown, out of order or there twice.
        """
        if self._next < len(self._lines):
            raise self._error(
                "unknown field, out of order or there twice", line=self._first_line + self._next
            )

    def _take(self, name: str) -> str | None:
        if self._next == len(self._lines):
            return None
        line = self._lines[self._next]
        if not line.startswith(f"{name}: "):
            return None
        self._next += 1
        return line[len(name) + 2 :]

    def _read(self, read: Callable[[str], Value], text: str) -> Value:
        line = self._first_line + self._next - 1
        try:
            return read(text)
        except BaseFormatError as error:
            raise self._error(str(error), line=line) from error
        except TelegramFormatError as error:
            if type(error) is TelegramFormatError:
                raise self._error(error.reason, line=line) from error
            error.line = line
            raise
