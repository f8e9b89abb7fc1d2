"""What the archive's rules need from outside: a store, a search index, a vault and a sealer."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from depesha.archive.query import Query
from depesha.archive.record import Event, Instantiation, Record
from depesha.archive.reference import Reference
from depesha.archive.resolve import Candidate, Resolution
from depesha.archive.search import SearchResult
from depesha.archive.unit import RecordSet, UnitTree
from depesha.base import Digest


class UnitStore(Protocol):
    """Keeps the arrangement. A unit, once placed, is neither moved nor renumbered."""

    def add(self, unit: RecordSet) -> None:
        """Place a unit.

        Raises:
            UnitOrderError: Its level may not stand under its parent, or the parent is absent.
            DuplicateError: The identifier, or the number under that parent, is taken.
        """

    def unit(self, unit_id: str) -> RecordSet:
        """Return one unit.

        Raises:
            ItemNotFoundError: There is none of that identifier.
        """

    def describe(self, unit: RecordSet) -> None:
        """Put a new title, dates and description on the unit of that identifier.

        Raises:
            ItemNotFoundError: There is none of that identifier.
            UnitOrderError: `unit` also has another level, number or parent.
        """

    def tree(self, repository: str) -> UnitTree:
        """Return all units under the repository's code."""


class RecordStore(Protocol):
    """Keeps records. A record is added once; what happens to it afterwards is added to it."""

    def add(self, records: Iterable[Record]) -> None:
        """Keep new records, all or none.

        Raises:
            ItemNotFoundError: The unit one of them is filed in does not exist.
            UnitOrderError: That unit is not one in which records are filed.
            DuplicateError: One of the identifiers is taken.
        """

    def record(self, record_id: str) -> Record:
        """Return one record, equal to the one that was added and what was added to it.

        Raises:
            ItemNotFoundError: There is none of that identifier.
        """

    def all(self, unit_id: str | None = None) -> Iterator[Record]:
        """Yield every record, or those filed in one unit, in the order in which they came."""

    def describe(self, record: Record) -> None:
        """Put a new description on the record of that identifier; see `require_description`.

        Raises:
            ItemNotFoundError: There is no such record.
            ArchiveFormatError: `record` differs in more than its description.
        """

    def refile(self, record_id: str, unit_id: str) -> None:
        """Put a record into another working file.

        Raises:
            ItemNotFoundError: There is no such record or unit.
            UnitOrderError: That unit is not one in which records are filed.
        """

    def add_instantiation(self, record_id: str, instantiation: Instantiation) -> None:
        """Note a further copy of a record in the vault.

        Raises:
            ItemNotFoundError: There is no such record.
            DuplicateError: The name is taken.
        """


class ReferenceStore(Protocol):
    """Keeps what references were found to mean."""

    def candidates(self, reference: Reference) -> tuple[Candidate, ...]:
        """Return every record that bears a number the reference may mean; none without one."""

    def resolve(self, record_id: str, position: int, resolution: Resolution) -> None:
        """Write down what one reference of a record, counted from 0, was found to mean.

        Raises:
            ItemNotFoundError: There is no such record or reference.
        """

    def citing(self, record_id: str) -> tuple[tuple[str, int], ...]:
        """Return the records, and the positions in them, whose references have this target."""

    def unresolved(self) -> tuple[tuple[str, int], ...]:
        """Return the references with a number that nobody has looked up, or that are not held."""


class EventStore(Protocol):
    """Keeps what was done to records, in order; an event is never changed."""

    def add(self, record_id: str, event: Event) -> None:
        """Add an event after those that are there.

        Raises:
            ItemNotFoundError: There is no such record.
        """

    def all(self, record_id: str) -> tuple[Event, ...]:
        """Return a record's events in order."""


class ArchiveStore(Protocol):
    """The stores of one transaction: all see the same state, and the caller commits it."""

    @property
    def units(self) -> UnitStore:
        """The arrangement."""

    @property
    def records(self) -> RecordStore:
        """The records."""

    @property
    def references(self) -> ReferenceStore:
        """What the records' references mean."""

    @property
    def events(self) -> EventStore:
        """What was done to the records."""


class SearchIndex(Protocol):
    """Finds records by words. It is derived: it can be dropped and made again from the records."""

    def add(self, records: Iterable[Record]) -> None:
        """Index records that the store keeps; one that is indexed already is indexed anew.

        Raises:
            ItemNotFoundError: The store keeps no record of that identifier.
        """

    def remove(self, record_id: str) -> None:
        """Take a record out of the index, if it is there.

        The words may stay on disk until `purge`.
        """

    def purge(self) -> None:
        """Clear the words of removed records out of the index for good."""

    def search(self, query: Query, limit: int) -> SearchResult:
        """Return the best matches, at most `limit`.

        Raises:
            SchemaBehindError: The index was made by other rules and must be rebuilt.
        """


class Vault(Protocol):
    """Keeps sealed objects by name, and never overwrites one."""

    def keep(self, name: str, sealed: bytes) -> Digest:
        """Keep bytes durably before returning, and return their digest.

        The same bytes under the same name may be kept again, so that a crash between keeping
        and noting is repaired by doing both again.

        Raises:
            ArchiveFormatError: The name is not a plain file name.
            DuplicateError: Other bytes are kept under that name.
            StoreFaultError: The bytes could not be made durable.
        """

    def read(self, name: str, expected: Digest) -> bytes:
        """Return the bytes that were kept.

        Raises:
            ArchiveFormatError: The name is not a plain file name.
            ItemNotFoundError: Nothing is kept under that name.
            FixityError: What is kept has another digest; it is not returned, and not removed.
        """

    def names(self) -> Iterator[str]:
        """Yield the names of all objects, in order."""


class Sealer(Protocol):
    """Seals bytes to the archive key. The archive cannot: the station hands it one that can."""

    def seal(self, data: bytes) -> bytes:
        """Return `data` sealed so that only the holder of the archive key opens it."""
