"""What the relay needs from its store.

Every call may be waited for without holding up the others. A change is answered when it is on the
disk; when it fails, nothing was changed, or (the connection broke in the commit) it is not known:
then the caller repeats it, and a repeated change does no harm. An adapter raises RelayStoreError
for whatever its own store fails with.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from depesha.base import Digest
from depesha.channel import ListedObject, MailboxTerms
from depesha.relay.admission import Admission
from depesha.relay.tally import Holdings


class AdmissionStore(Protocol):
    """The tokens that the operator gave out, by their digests."""

    async def one(self, token: Digest) -> Admission | None:
        """Return the token with this digest, over or not; None for one never given out."""

    async def every(self) -> Sequence[Admission]:
        """Return all tokens, in the order of their names."""

    async def admit(self, admission: Admission) -> None:
        """Let the holder of a token open mailboxes; a token that is there stays as it is."""

    async def revoke(self, admission_id: str) -> bool:
        """Take a token back; False if none has this name. What it opened stays open."""


class MailboxStore(Protocol):
    """Mailboxes and objects, kept by one process or by several over one database."""

    @property
    def admissions(self) -> AdmissionStore:
        """The tokens, kept beside the mailboxes."""

    async def terms(self, name: str, *, shown: Digest) -> MailboxTerms | None:
        """Return what a mailbox was opened with; None for an unknown one.

        What is remembered may be told only where `shown` is one of the two capabilities: a wrong
        one takes the same time whether there is such a mailbox or not.
        """

    async def objects(
        self, name: str, *, after: int, limit: int, now: datetime
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, without what has expired.

        Whatever is stored later has a greater arrival than all that was ever listed.
        """

    async def bodies(
        self, name: str, object_ids: Sequence[str], *, most_bytes: int, now: datetime
    ) -> Sequence[bytes | None]:
        """Return objects that wait, None in place of one that does not.

        The answer ends, after one object at least, where it would be more than `most_bytes`.
        """

    async def holdings(self) -> Holdings:
        """Count what lies here."""

    async def open(self, name: str, terms: MailboxTerms, *, token: Digest, now: datetime) -> bool:
        """Open a mailbox on account of a token; False if it is open with the same terms.

        Raises MailboxExistsError if it is open with others, and AdmissionDeniedError if the token
        is not admitted, is over, or has no allowance left for it.
        """

    async def deposit(self, name: str, object_id: str, sealed: bytes, *, expires: datetime) -> bool:
        """Store an object; False if the same bytes wait there already.

        Raises MailboxFullError, or MailboxDeniedError if the mailbox was closed meanwhile.
        """

    async def confirm(self, name: str, object_ids: Sequence[str]) -> None:
        """Remove objects, those of them that are there."""

    async def close_mailbox(self, name: str) -> None:
        """Remove a mailbox and all in it."""

    async def expire(self, now: datetime) -> int:
        """Remove some of what has expired, and return how many objects that was."""

    def watch(self, tell: Callable[[str | None], None]) -> None:
        """Have `tell` called, from any thread, when another process changed a mailbox.

        It is told the name; None where something may have been missed and everyone must look.
        """

    def shut(self) -> None:
        """Finish the changes asked for, and let go of the store."""
