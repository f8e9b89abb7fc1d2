"""What the relay needs from its store."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from depesha.base import Digest
from depesha.channel import ListedObject, MailboxTerms
from depesha.relay.tally import Holdings


class MailboxStore(Protocol):
    """Mailboxes and objects. Reads answer at once.

    A change answers through a future: when it is resolved, the change is on the disk; when it
    carries an error, nothing was changed. Changes are made in the order in which they were asked
    for, many in one commit.
    """

    def is_admitted(self, token: Digest) -> bool:
        """Tell whether the operator gave out the token with this digest."""

    def terms(self, name: str) -> MailboxTerms | None:
        """Return what a mailbox was opened with; None for an unknown one."""

    def objects(
        self, name: str, *, after: int, limit: int, now: datetime
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, without what has expired."""

    def body(self, name: str, object_id: str, *, now: datetime) -> bytes | None:
        """Return an object that waits, or None."""

    def holdings(self) -> Holdings:
        """Count what lies here."""

    def admit(self, token: Digest) -> Future[None]:
        """Let the holder of a token open mailboxes."""

    def open(self, name: str, terms: MailboxTerms, *, token: Digest) -> Future[bool]:
        """Open a mailbox on account of a token; False if it is open with the same terms.

        Fails with MailboxExistsError if it is open with others, and with AdmissionDeniedError if
        the token is not admitted or has no allowance left for it.
        """

    def deposit(
        self, name: str, object_id: str, sealed: bytes, *, expires: datetime
    ) -> Future[bool]:
        """Store an object; False if the same bytes wait there already.

        Fails with MailboxFullError, or with MailboxDeniedError if the mailbox was closed meanwhile.
        """

    def confirm(self, name: str, object_id: str) -> Future[None]:
        """Remove an object, if it is there."""

    def close_mailbox(self, name: str) -> Future[None]:
        """Remove a mailbox and all in it."""

    def expire(self, now: datetime) -> Future[int]:
        """Remove what has expired, and return how many objects that was."""
