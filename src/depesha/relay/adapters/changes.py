"""The changes that a store is asked for, as values: a writer makes many of them in one commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from depesha.base import Digest
from depesha.channel import MailboxTerms
from depesha.relay.admission import Admission

EXPIRY_BATCH = 500


@dataclass(frozen=True, slots=True)
class Deposit:
    """Store an object."""

    name: str
    object_id: str
    sealed: bytes = field(repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True)
class Confirm:
    """Remove objects."""

    name: str
    object_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Open:
    """Open a mailbox."""

    name: str
    terms: MailboxTerms
    token: Digest
    now: datetime


@dataclass(frozen=True, slots=True)
class Close:
    """Remove a mailbox."""

    name: str


@dataclass(frozen=True, slots=True)
class Expire:
    """Remove at most `EXPIRY_BATCH` objects that have expired."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Admit:
    """Let a token open mailboxes."""

    admission: Admission


@dataclass(frozen=True, slots=True)
class Revoke:
    """Take a token back."""

    admission_id: str


Change = Deposit | Confirm | Open | Close | Expire | Admit | Revoke


def seconds_of(at: datetime) -> int:
    """Write an instant as a store keeps it."""
    return int(at.timestamp())


def size_of(change: Change) -> int:
    """Tell about how much a change writes."""
    return len(change.sealed) if isinstance(change, Deposit) else 0
