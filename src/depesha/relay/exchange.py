"""The relay at work: who may do what in which mailbox, and who waits for what.

Holds no key and reads no object. The rules are the channel's (`depesha.channel`, mailbox); the
store is behind a port; the clock, the source of blur and the pace are given.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from depesha.base import Digest
from depesha.channel import (
    AdmissionDeniedError,
    Capability,
    ListedObject,
    MailboxDeniedError,
    MailboxTerms,
    ObjectUnknownError,
    expires_at,
    object_id_of,
    require_admission,
    require_capability,
    require_listing,
    require_mailbox_name,
    require_object_id,
    require_object_size,
)
from depesha.relay.pace import NOBODY, Pace
from depesha.relay.ports import MailboxStore
from depesha.relay.tally import Holdings


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the relay does not make itself: two clocks, and random bytes for the blur."""

    now: Callable[[], datetime]
    steady_seconds: Callable[[], float]
    draw_blur: Callable[[], bytes]


@dataclass(slots=True)
class Waiters:
    """Those who wait for a mailbox to receive something."""

    _events: dict[str, asyncio.Event] = field(default_factory=dict)
    is_closing: bool = False

    def event(self, name: str) -> asyncio.Event:
        """Return the event of a mailbox; it is set at the next arrival."""
        return self._events.setdefault(name, asyncio.Event())

    def wake(self, name: str) -> None:
        """Wake those who wait for one mailbox."""
        event = self._events.pop(name, None)
        if event is not None:
            event.set()

    def wake_all(self) -> None:
        """Wake everyone, and let nobody wait any more: the relay is about to stop."""
        self.is_closing = True
        for name in list(self._events):
            self.wake(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The calls of a relay. Each checks the right first, and a refusal changes nothing."""

    store: MailboxStore
    pace: Pace
    surroundings: Surroundings
    waiters: Waiters = field(default_factory=Waiters)

    async def open(self, name: str, token: Capability | None, terms: MailboxTerms) -> bool:
        """Open a mailbox; False if it is open with the same terms already.

        Raises:
            ChannelError: The token is not admitted or used up, or the name is taken under other
                terms.
        """
        admitted = self._require_admitted(token)
        self._spend(admitted.value)
        opened = self.store.open(require_mailbox_name(name), terms, token=admitted)
        return await asyncio.wrap_future(opened)

    def require_depositor(self, name: str, right: Capability | None) -> None:
        """Refuse a call without the deposit capability, before its body is read.

        Raises:
            ChannelError: The capability opens nothing here, or calls too often.
        """
        terms = self.store.terms(name)
        self._require(right, None if terms is None else terms.deposit)

    async def deposit(self, name: str, sealed: bytes) -> tuple[str, bool]:
        """Store an object durably; return its id, and whether it is new here.

        The caller called `require_depositor` before.

        Raises:
            ChannelError: The object is too large, or the mailbox full or closed.
        """
        require_object_size(len(sealed))
        expires = expires_at(self.surroundings.now(), self.surroundings.draw_blur())
        object_id = object_id_of(sealed)
        stored = self.store.deposit(name, object_id, sealed, expires=expires)
        is_new = await asyncio.wrap_future(stored)
        if is_new:
            self.waiters.wake(name)
        return object_id, is_new

    async def list(
        self, name: str, right: Capability | None, *, after: int, limit: int, wait_seconds: int
    ) -> Sequence[ListedObject]:
        """List what waits; with nothing there yet, wait for the first arrival.

        Raises:
            ChannelError: The capability opens nothing here, or an argument is out of range.
        """
        self._require_fetcher(name, right)
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        # The event is taken before the listing, so an arrival between the two is not missed.
        event = self.waiters.event(name) if wait_seconds else None
        found = self._objects(name, after, limit)
        if found or event is None or self.waiters.is_closing:
            return found
        try:
            await asyncio.wait_for(event.wait(), wait_seconds)
        except TimeoutError:
            return found
        return self._objects(name, after, limit)

    def fetch(self, name: str, right: Capability | None, object_id: str) -> bytes:
        """Return the bytes of an object.

        Raises:
            ChannelError: The capability opens nothing here, or there is no such object.
        """
        self._require_fetcher(name, right)
        body = self.store.body(name, require_object_id(object_id), now=self.surroundings.now())
        if body is None:
            raise ObjectUnknownError("no such object waits in this mailbox")
        return body

    async def confirm(self, name: str, right: Capability | None, object_id: str) -> None:
        """Remove an object; one that is not there is removed already.

        Raises:
            ChannelError: The capability opens nothing here.
        """
        self._require_fetcher(name, right)
        await asyncio.wrap_future(self.store.confirm(name, require_object_id(object_id)))

    async def close(self, name: str, right: Capability | None) -> None:
        """Remove a mailbox and all in it.

        Raises:
            ChannelError: The capability opens nothing here.
        """
        self._require_fetcher(name, right)
        await asyncio.wrap_future(self.store.close_mailbox(name))
        self.waiters.wake(name)

    async def expire(self) -> int:
        """Remove what has expired; return how many objects that was."""
        return await asyncio.wrap_future(self.store.expire(self.surroundings.now()))

    def holdings(self) -> Holdings:
        """Count what lies here."""
        return self.store.holdings()

    def _objects(self, name: str, after: int, limit: int) -> Sequence[ListedObject]:
        now = self.surroundings.now()
        return self.store.objects(name, after=after, limit=limit, now=now)

    def _require_admitted(self, token: Capability | None) -> Digest:
        shown = Digest(bytes(32)) if token is None else token.digest
        try:
            require_admission(token, shown if self.store.is_admitted(shown) else None)
        except AdmissionDeniedError:
            self._spend(NOBODY)
            raise
        return shown

    def _require_fetcher(self, name: str, right: Capability | None) -> None:
        terms = self.store.terms(name)
        self._require(right, None if terms is None else terms.fetch)

    def _require(self, right: Capability | None, stored: Digest | None) -> None:
        try:
            require_capability(right, stored)
        except MailboxDeniedError:
            self._spend(NOBODY)
            raise
        self._spend(NOBODY if stored is None else stored.value)

    def _spend(self, key: bytes) -> None:
        self.pace.spend(key, now_seconds=self.surroundings.steady_seconds())
