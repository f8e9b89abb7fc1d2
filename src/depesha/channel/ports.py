"""What carrying needs from outside: a relay or a pouch, and a place for live page secrets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from depesha.base import Digest
from depesha.channel.mailbox import MailboxKeys, MailboxTerms
from depesha.cipher import PageSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """One object that waits: its id, its size, and its place in the order of arrival."""

    object_id: str
    size_bytes: int
    arrival: int


class Carrier(Protocol):
    """One place where sealed objects are left and taken: a mailbox, or a pouch."""

    def deposit(self, sealed: bytes) -> str:
        """Leave an object and return its id (the SHA-256 of its bytes, in digits).

        When this returns, the object is durable where it lies. The same bytes again are the same
        object: depositing is safe to repeat after any failure.

        Raises:
            MailboxFullError, ObjectTooLargeError: Nothing was stored.
            RelayUnreachableError: It is not known whether it was stored.
        """

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        """List what waits, in order of arrival, beginning behind `after`.

        Args:
            after: The `arrival` of the last object already seen; 0 from the beginning.
            limit: The most objects to list.
            wait_seconds: How long to wait for a first object where there is none yet.
        """

    def fetch(self, object_id: str) -> bytes:
        """Return the bytes of an object; they are checked against the id, and nothing else.

        Raises:
            ObjectUnknownError: It is not there, or not any more.
        """

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        """Give several objects up, in few calls where the carrier knows how. Safe to repeat."""

    def confirm(self, object_id: str) -> None:
        """Give the object up: it is kept safely here, and is listed no more. Safe to repeat."""


class MailboxClient(Protocol):
    """A relay, as one who holds capabilities sees it.

    Errors are those of `Carrier`, and MailboxDeniedError alike for a wrong capability and for an
    unknown mailbox.
    """

    def open(self, name: str, terms: MailboxTerms) -> None:
        """Open a mailbox; the same name with the same terms again changes nothing.

        Raises:
            AdmissionDeniedError: The operator admitted nobody with this token.
            MailboxExistsError: The name is taken under other terms.
        """

    def close(self, keys: MailboxKeys) -> None:
        """Close a mailbox and give up all that lies in it; needs the fetch capability."""

    def carrier(self, keys: MailboxKeys) -> Carrier:
        """Return the mailbox as a carrier for whoever holds `keys`; calls nothing yet."""


class PageSecretStore(Protocol):
    """The secrets of all live pages, under the digests of their pages; there is no other copy."""

    def add(self, secrets: Sequence[PageSecret]) -> None:
        """Keep new secrets durably, before their book leaves the house."""

    def load(self) -> Mapping[Digest, PageSecret]:
        """Return the live secrets in the order in which they were added.

        Raises:
            PageStoreError: The store cannot be opened.
        """

    def burn(self, pages: Collection[Digest]) -> None:
        """Destroy secrets so that no copy on the medium opens any more. Safe to repeat.

        When this returns they are gone; if it fails, they are gone or still loaded.
        """
