"""Files that a person names: their words are read, and nothing that is there is written over."""

from pathlib import Path

from depesha.base import BaseFormatError, decode
from depesha.station import InputError, read_text


def read_words(path: Path, *, what: str) -> str:
    """Read a text file.

    Raises:
        InputError: It is not UTF-8; the message names `what` and never the text.
    """
    try:
        return decode(path.read_bytes(), what=what)
    except BaseFormatError as error:
        raise InputError(str(error)) from error


def read_record(path: Path) -> str:
    """Read the text of a record, or of a telegram's points.

    Raises:
        InputError: It is not UTF-8, or holds no word.
    """
    text = read_text(path.read_bytes())
    if not text.strip():
        raise InputError("the file is empty")
    return text


def require_new(path: Path) -> Path:
    """Return the path if nothing is there yet: a key that is written over is lost for ever.

    Raises:
        InputError: Something is there.
    """
    if path.exists():
        raise InputError("the file to be written is there already: name a new one")
    return path
