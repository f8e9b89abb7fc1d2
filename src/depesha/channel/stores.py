"""What a station's store keeps for its channels, and the ports to it.

All ports work inside a transaction that the caller began and will commit or roll back; nothing
here commits. Every refusal is a ChannelStoreError, and means that nothing was written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from depesha.base import Digest, SerialRanges, SeriesSerials
from depesha.channel.cards import PeerStore
from depesha.channel.dues import DueStore
from depesha.channel.mailbox import MailboxKeys
from depesha.channel.padbook import BookUse, HeldBook, MailboxAddress, PadBook
from depesha.channel.policy import PolicyStore
from depesha.channel.serial import (
    Arrival,
    IncomingCover,
    IncomingLedger,
    OutgoingSerial,
)
from depesha.cipher import Page


class PageState(StrEnum):
    """Where an issued page stands; nothing leads back from spent."""

    LIVE = "live"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPage:
    """A page that this station issued, and to whom."""

    key: Digest
    book: str
    number: int
    holder: str
    state: PageState
    use: BookUse = BookUse.ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedBook:
    """A book that this station issued and has not closed.

    `live` counts the pages not yet used, `size` all of them. A travelling book goes along inside
    covers; `carried` names the last that took it, by series and serial.
    """

    book: str
    holder: str
    note: bytes = field(repr=False)
    use: BookUse
    issued_at: datetime
    not_after: datetime
    size: int
    live: int
    is_travelling: bool
    carried: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedMailbox:
    """The mailbox of an issued book: where this station fetches."""

    book: str
    holder: str
    relay: str
    keys: MailboxKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPage:
    """The next page of a channel, taken: its pointer has been moved in this transaction."""

    number: int
    page: Page
    book: HeldBook


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCover:
    """One cover received, with what it came in and where it was filed."""

    channel: str
    series: str
    cover: IncomingCover
    object_digest: Digest
    arrival: Arrival
    record_id: str
    received_at: datetime


class OutboxState(StrEnum):
    """Where a sealed object stands on its way out."""

    QUEUED = "queued"
    DEPOSITED = "deposited"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingObject:
    """A sealed object to be deposited; without an address it waits for a pouch."""

    outbox_id: int
    channel: str
    serial: int
    sealed: bytes = field(repr=False)
    address: MailboxAddress | None
    queued_at: datetime
    attempts: int = 0
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedObject:
    """An object that was refused, by which code, and under which name its bytes are kept."""

    object_digest: Digest
    code: str
    kept_as: str
    source: str
    refused_at: datetime
    settled_at: datetime | None = None


class HeldBookStore(Protocol):
    """The books that others issued to this station."""

    def accept(self, book: PadBook, note: bytes, at: datetime) -> None:
        """Keep a book that `require_usable` let pass, and remember its pages for ever.

        A book or a page that is there already is refused, and so is a book under the name of one
        that this station issued.
        """

    def has(self, book: str) -> bool:
        """Tell whether a book was ever accepted."""

    def note(self, book: str) -> bytes | None:
        """Return the signed note of a book as it was accepted, if it was."""

    def offered(self, keys: Collection[Digest]) -> Mapping[Digest, str]:
        """Return the issuer of each of these page keys that was ever offered."""

    def usable(
        self, channel: str, at: datetime, *, use: BookUse = BookUse.ONCE
    ) -> Sequence[HeldBook]:
        """Return the books with pages left that are valid at `at`, first accepted first."""

    def take(self, channel: str, at: datetime) -> TakenPage:
        """Take the next page and move the pointer.

        Raises:
            PadBookExhaustedError: No book of the channel has a page to give.
        """

    def period(self, channel: str, at: datetime) -> TakenPage:
        """Take the period key that lives longest; nothing is used up.

        Raises:
            PadBookExhaustedError: No period key of the channel is valid.
        """

    def void(self, channel: str) -> int:
        """Give up all pages not yet used, as after a restore; return how many."""


class IssuedBookStore(Protocol):
    """The books that this station issued; their secrets lie in the `PageSecretStore`."""

    def issue(
        self, book: PadBook, note: bytes, at: datetime, *, fetch: MailboxKeys | None = None
    ) -> None:
        """Keep a book about to leave, and the right to fetch from its mailbox, if it has one.

        A book or a page that was issued before is refused, and so is a book under the name of one
        that this station holds.
        """

    def page(self, key: Digest) -> IssuedPage:
        """Return a page ever issued; an unknown one is refused."""

    def note(self, book: str) -> bytes:
        """Return the signed note of a book, to be handed out again; an unknown one is refused."""

    def live(self, holder: str | None = None) -> Sequence[IssuedPage]:
        """Return the live pages, of one holder or of all, oldest book first, in page order."""

    def spend(self, key: Digest, at: datetime) -> None:
        """Mark a page as used, for ever; one already spent is refused."""

    def spent(self, keys: Collection[Digest]) -> frozenset[Digest]:
        """Return which of these page keys are spent."""

    def mailboxes(self) -> Sequence[IssuedMailbox]:
        """Return where to fetch: the mailboxes of all books that are not closed."""


class BookLives(Protocol):
    """How issued books live: on their way inside covers, and until they are closed."""

    def every(self, holder: str | None = None) -> Sequence[IssuedBook]:
        """Return the books that are not closed, oldest first."""

    def send(self, book: str) -> None:
        """Let a book travel inside covers until one of them is acknowledged."""

    def carried(self, book: str, series: int, serial: int) -> None:
        """Note the cover that carries it."""

    def arrived(self, holder: str, have: SeriesSerials) -> None:
        """Note that these covers arrived: the books that they carried travel no more."""

    def stop(self, holder: str) -> None:
        """Let no book travel to a station any more."""

    def close(self, book: str, at: datetime) -> Sequence[Digest]:
        """Close a book: its live pages become spent and are returned, to be burnt."""


class OutgoingStore(Protocol):
    """The numbers given, and what the other end says it has."""

    def state(self, channel: str, series: str) -> OutgoingSerial | None:
        """Return the next number of a series; None before the first."""

    def put(self, state: OutgoingSerial) -> None:
        """Store the state after a number was used; a number below the stored one is refused."""

    def every(self, channel: str) -> Sequence[OutgoingSerial]:
        """Return the next numbers of all series of a channel, oldest series first."""

    def void(self, channel: str, series: str, serials: SerialRanges, at: datetime) -> None:
        """Declare serials void, for ever; declaring them again changes nothing."""

    def voided(self, channel: str, series: str) -> SerialRanges:
        """Return the serials declared void."""


class IncomingStore(Protocol):
    """The ledger of what came in."""

    def ledger(self, channel: str, series: str) -> IncomingLedger | None:
        """Return the ledger of a series; None before the first arrival."""

    def put_ledger(self, channel: str, series: str, ledger: IncomingLedger) -> None:
        """Store the ledger of a series."""

    def ledgers(self, channel: str) -> Mapping[str, IncomingLedger]:
        """Return the ledgers of all series of a channel."""

    def record(self, received: ReceivedCover) -> None:
        """Keep one cover; the same cover again is refused (it is a replay)."""

    def known(self, channel: str, series: str, serial: int) -> IncomingCover | None:
        """Return the cover first received under a serial."""

    def beside(
        self, channel: str, series: str, serial: int
    ) -> tuple[IncomingCover | None, IncomingCover | None]:
        """Return the first covers received with the nearest serial below and above."""

    def by_object(self, object_digest: Digest) -> ReceivedCover | None:
        """Return what a sealed object was received as, if it was."""


class OutboxStore(Protocol):
    """Sealed objects on their way out; delivering one is safe to repeat."""

    def queue(
        self,
        sealed: bytes,
        *,
        channel: str,
        serial: int,
        address: MailboxAddress | None,
        at: datetime,
    ) -> int:
        """Queue an object and return its number in the outbox."""

    def waiting(self, *, after: int = 0, limit: int = 100) -> Sequence[OutgoingObject]:
        """Return the objects not yet deposited, oldest first, behind a number in the outbox."""

    def deposited(self, outbox_id: int, at: datetime) -> None:
        """Note that a carrier has it durably; the sealed bytes are given up. Safe to repeat."""

    def withdraw(self, channel: str, serial: int, object_digest: Digest) -> bool:
        """Take back an object that no carrier is known to have; tell whether it was there."""

    def withdraw_all(self, channel: str) -> int:
        """Take back everything of a channel that no carrier is known to have; return how many."""

    def failed(self, outbox_id: int, code: str) -> None:
        """Count an attempt that failed, and by which code."""


class QuarantineStore(Protocol):
    """The objects refused; nothing that fails is deleted."""

    def put(self, refused: QuarantinedObject) -> None:
        """Keep a refusal; the same object again changes nothing."""

    def open_cases(self) -> Sequence[QuarantinedObject]:
        """Return what a registrar has not settled yet, oldest first."""

    def settle(self, object_digest: Digest, at: datetime) -> None:
        """Note that a registrar dealt with it; an unknown object is refused."""


class ChannelStore(Protocol):
    """All of them together, in one transaction."""

    @property
    def peers(self) -> PeerStore:
        """The pinned cards."""

    @property
    def held(self) -> HeldBookStore:
        """The books held."""

    @property
    def issued(self) -> IssuedBookStore:
        """The books issued."""

    @property
    def lives(self) -> BookLives:
        """How the issued books live."""

    @property
    def policies(self) -> PolicyStore:
        """What is agreed for each channel."""

    @property
    def dues(self) -> DueStore:
        """What is owed to the other side, and by it."""

    @property
    def outgoing(self) -> OutgoingStore:
        """The numbers given."""

    @property
    def incoming(self) -> IncomingStore:
        """The ledger."""

    @property
    def outbox(self) -> OutboxStore:
        """The way out."""

    @property
    def quarantine(self) -> QuarantineStore:
        """What was refused."""
