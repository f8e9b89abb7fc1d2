"""Whole numbers in their one spelling."""

import re

from depesha.telegram.errors import TelegramFormatError

NONE = "none"
_COUNT = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_YEAR = re.compile(r"[1-9][0-9]{3}", re.ASCII)


def read_count(text: str) -> int:
    """Read a whole number from 1 on, in its one spelling.

    Raises:
        TelegramFormatError: The text is anything else, or has more than nine digits.
    """
    if not _COUNT.fullmatch(text):
        raise TelegramFormatError("not a number from 1 on in its one spelling")
    return int(text)


def read_size(text: str) -> int:
    """Read a whole number from 0 on, in its one spelling.

    Raises:
        TelegramFormatError: The text is anything else, or has more than eighteen digits.
    """
    if not _SIZE.fullmatch(text):
        raise TelegramFormatError("not a size in its one spelling")
    return int(text)


def read_year(text: str) -> int:
    """Read a year of four digits.

    Raises:
        TelegramFormatError: The text is anything else.
    """
    if not _YEAR.fullmatch(text):
        raise TelegramFormatError("not a year of four digits")
    return int(text)
