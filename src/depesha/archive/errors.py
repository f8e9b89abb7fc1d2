"""What the archive refuses.

ArchiveError                       archive
├─ ArchiveFormatError              archive.format            a value from outside is not canonical
├─ ItemNotFoundError               archive.item_not_found    no such unit, record or kept object
├─ DuplicateError                  archive.duplicate         the name or number is taken
├─ UnitOrderError                  archive.unit_order        a unit may not stand there
├─ QueryFormatError                archive.query_format      the search words cannot be read
├─ FixityError(details)            archive.fixity            kept bytes are missing or altered
├─ WrongArchiveKeyError            archive.wrong_key         the store does not open with the key
├─ SchemaTooNewError               archive.schema_too_new    written by a newer program
├─ SchemaBehindError               archive.schema_behind     a person must upgrade or rebuild
├─ StoreBusyError (retryable)      archive.store_busy        another writer holds the store
└─ StoreFaultError                 archive.store_fault       damaged, full or not writable
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from depesha.base import DepeshaError


class ArchiveError(DepeshaError):
    """The archive will not do, or cannot do, what was asked."""

    code: ClassVar[str] = "archive"


class ArchiveFormatError(ArchiveError):
    """A value from outside is not written as the archive writes it."""

    code = "archive.format"


class ItemNotFoundError(ArchiveError):
    """Nothing is kept under that identifier."""

    code = "archive.item_not_found"


class DuplicateError(ArchiveError):
    """An identifier or number is already taken, and what stands there is not overwritten."""

    code = "archive.duplicate"


class UnitOrderError(ArchiveError):
    """A unit of arrangement may not stand where it was put."""

    code = "archive.unit_order"


class QueryFormatError(ArchiveError):
    """The search words cannot be read; the message says why and never repeats them."""

    code = "archive.query_format"


class Fault(StrEnum):
    """What is wrong with one kept object."""

    MISSING = "missing"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixityFault:
    """One kept object that is not what was kept."""

    name: str
    fault: Fault
    record_id: str | None = None


class FixityError(ArchiveError):
    """Kept bytes are missing or altered; `details` names every fault that was found."""

    code = "archive.fixity"

    def __init__(self, details: Iterable[FixityFault]) -> None:
        self.details = tuple(details)
        count = len(self.details)
        super().__init__(f"{count} kept object{'' if count == 1 else 's'} missing or altered")


class WrongArchiveKeyError(ArchiveError):
    """The store does not open with this key, or it is not a store at all: both look the same."""

    code = "archive.wrong_key"


class SchemaTooNewError(ArchiveError):
    """A newer program wrote the store; this one leaves it alone."""

    code = "archive.schema_too_new"


class SchemaBehindError(ArchiveError):
    """The store, or what is derived from it, is older than the program; nothing upgrades itself."""

    code = "archive.schema_behind"


class StoreBusyError(ArchiveError):
    """Another writer holds the store; the same call may be made again."""

    code = "archive.store_busy"
    retryable = True


class StoreFaultError(ArchiveError):
    """The store cannot be read or written: damaged, full, or not writable."""

    code = "archive.store_fault"
