"""Broken constraints in the archive's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from depesha.archive.errors import DuplicateError, ItemNotFoundError

# SQLite's driver tells constraints apart by the beginning of its message only.
_TAKEN = "UNIQUE constraint failed"
_ABSENT = "FOREIGN KEY constraint failed"


@contextmanager
def constraints(*, taken: str, absent: str) -> Iterator[None]:
    """Translate a clash of keys into `taken` and a missing parent row into `absent`.

    Raises:
        DuplicateError: A key is taken.
        ItemNotFoundError: A row that is referred to is not there.
    """
    try:
        yield
    except IntegrityError as error:
        reason = str(error.orig)
        if reason.startswith(_TAKEN):
            raise DuplicateError(taken) from error
        if reason.startswith(_ABSENT):
            raise ItemNotFoundError(absent) from error
        raise
