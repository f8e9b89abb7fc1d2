"""Rows as both stores keep them, read as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from depesha.base import Digest
from depesha.channel import MailboxTerms, Quota
from depesha.relay.admission import Admission
from depesha.relay.tally import Holdings

# In PostgreSQL a bare `fetch` is a word of the language.
TERMS = 'deposit, "fetch", most_objects, most_bytes'
ADMISSION = "token, expires_at, most_mailboxes, mailboxes, bytes"


@dataclass(slots=True)
class Box:
    """The counts of one mailbox while a commit is made; written back at its end if they changed."""

    mailbox: int
    quota: Quota
    objects: int
    size_bytes: int
    arrivals: int
    is_changed: bool = False

    def add(self, size_bytes: int) -> int:
        """Count an object that was stored, and return its arrival."""
        self.is_changed = True
        self.objects += 1
        self.size_bytes += size_bytes
        self.arrivals += 1
        return self.arrivals

    def remove(self, size_bytes: int) -> None:
        """Count an object that was removed."""
        self.is_changed = True
        self.objects -= 1
        self.size_bytes -= size_bytes


def read_terms(row: tuple[bytes, bytes, int, int]) -> MailboxTerms:
    """Read the columns `TERMS`."""
    deposit, fetch, objects, size_bytes = row
    return MailboxTerms(
        deposit=Digest(bytes(deposit)),
        fetch=Digest(bytes(fetch)),
        quota=Quota(objects=objects, size_bytes=size_bytes),
    )


def read_box(row: Sequence[int]) -> Box:
    """Read a mailbox's number, quota (objects, bytes) and counts (objects, bytes, arrivals)."""
    mailbox, most_objects, most_bytes, objects, size_bytes, arrivals = row
    quota = Quota(objects=most_objects, size_bytes=most_bytes)
    return Box(mailbox, quota, objects, size_bytes, arrivals)


def read_admission(row: tuple[bytes, int | None, int, int, int]) -> Admission:
    """Read the columns `ADMISSION`."""
    token, expires_at, most_mailboxes, mailboxes, size_bytes = row
    return Admission(
        token=Digest(bytes(token)),
        expires=instant_of(expires_at),
        most_mailboxes=most_mailboxes,
        mailboxes=mailboxes,
        size_bytes=size_bytes,
    )


def read_holdings(row: tuple[int, float | None, float | None, int | None]) -> Holdings:
    """Read the numbers of mailboxes, objects and bytes, and when the first of all expires."""
    mailboxes, objects, size_bytes, expires_at = row
    return Holdings(
        mailboxes=mailboxes,
        objects=int(objects or 0),
        size_bytes=int(size_bytes or 0),
        next_expiry=instant_of(expires_at),
    )


def instant_of(seconds: int | None) -> datetime | None:
    """Read an instant as a store keeps it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
