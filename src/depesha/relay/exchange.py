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
    BUNDLE_LIMIT_BYTES,
    OBJECT_LIMIT_BYTES,
    AdmissionDeniedError,
    Capability,
    ListedObject,
    MailboxDeniedError,
    MailboxTerms,
    ObjectUnknownError,
    expires_at,
    object_id_of,
    require_admission,
    require_bundle,
    require_capability,
    require_listing,
    require_mailbox_name,
    require_object_id,
    require_object_size,
)
from depesha.relay.pace import NOBODY, Pace
from depesha.relay.ports import MailboxStore
from depesha.relay.tally import Holdings
from depesha.relay.waiters import Waiters

# Counting is work, and anybody may ask for the counts.
HOLDINGS_SECONDS = 5.0
_NOTHING = Digest(bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the relay does not make itself: two clocks, and random bytes for the blur."""

    now: Callable[[], datetime]
    steady_seconds: Callable[[], float]
    draw_blur: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The calls of a relay; a refusal changes nothing.

    Whoever calls asks `require_admitted`, `require_depositor` or `require_fetcher` first, before
    it reads the rest of what was sent.
    """

    store: MailboxStore
    pace: Pace
    surroundings: Surroundings
    waiters: Waiters = field(default_factory=Waiters)

    async def require_admitted(self, token: Capability | None) -> Digest:
        """Refuse a call without a token of the operator's, and return the digest of one.

        Raises:
            ChannelError: The token is not admitted or over, or calls too often.
        """
        shown = _NOTHING if token is None else token.digest
        admission = await self.store.admissions.one(shown)
        is_admitted = admission is not None and not admission.is_over(self.surroundings.now())
        try:
            require_admission(token, shown if is_admitted else None)
        except AdmissionDeniedError:
            self._spend(NOBODY)
            raise
        self._spend(shown.value)
        return shown

    async def open(self, name: str, terms: MailboxTerms, *, admitted: Digest) -> bool:
        """Open a mailbox; False if it is open with the same terms already.

        Args:
            name: What the caller drew.
            terms: What it is opened with.
            admitted: What `require_admitted` returned.

        Raises:
            ChannelError: The token is used up, or the name is taken under other terms.
        """
        now = self.surroundings.now()
        return await self.store.open(require_mailbox_name(name), terms, token=admitted, now=now)

    async def require_depositor(self, name: str, right: Capability | None) -> None:
        """Refuse a call without the deposit capability, before its body is read.

        Raises:
            ChannelError: The capability opens nothing here, or calls too often.
        """
        terms = await self._terms(name, right)
        self._require(right, None if terms is None else terms.deposit)

    async def require_fetcher(self, name: str, right: Capability | None) -> None:
        """Refuse a call without the fetch capability, before its body is read.

        Raises:
            ChannelError: The capability opens nothing here, or calls too often.
        """
        terms = await self._terms(name, right)
        self._require(right, None if terms is None else terms.fetch)

    async def deposit(self, name: str, sealed: bytes) -> tuple[str, bool]:
        """Store an object durably; return its id, and whether it is new here.

        Raises:
            ChannelError: The object is too large, or the mailbox full or closed.
        """
        require_object_size(len(sealed))
        expires = expires_at(self.surroundings.now(), self.surroundings.draw_blur())
        object_id = object_id_of(sealed)
        is_new = await self.store.deposit(name, object_id, sealed, expires=expires)
        if is_new:
            self.waiters.wake(name)
        return object_id, is_new

    async def list(
        self, name: str, *, after: int, limit: int, wait_seconds: int
    ) -> Sequence[ListedObject]:
        """List what waits; with nothing there yet, wait for the first arrival.

        Raises:
            ChannelError: An argument is out of range.
        """
        require_listing(after=after, limit=limit, wait_seconds=wait_seconds)
        if not wait_seconds:
            return await self._objects(name, after, limit)
        try:
            async with asyncio.timeout(wait_seconds):
                return await self._await_objects(name, after, limit)
        except TimeoutError:
            return []

    async def _await_objects(self, name: str, after: int, limit: int) -> Sequence[ListedObject]:
        while True:
            with self.waiters.enter(name) as arrival:
                found = await self._objects(name, after, limit)
                if found or arrival is None:
                    return found
                await arrival.wait()
            # Whoever is woken for nothing waits on, but nobody waits for a mailbox that is gone.
            if await self.store.terms(name, shown=_NOTHING) is None:
                return []

    async def fetch(self, name: str, object_id: str) -> bytes:
        """Return the bytes of an object.

        Raises:
            ChannelError: There is no such object.
        """
        wanted = [require_object_id(object_id)]
        now = self.surroundings.now()
        found = await self.store.bodies(name, wanted, most_bytes=OBJECT_LIMIT_BYTES, now=now)
        if found[0] is None:
            raise ObjectUnknownError("no such object waits in this mailbox")
        return found[0]

    async def fetch_many(self, name: str, object_ids: Sequence[str]) -> Sequence[bytes | None]:
        """Return the bytes of as many of these objects as one answer holds, in their order.

        Raises:
            ChannelError: An id is none, or there are none or too many of them.
        """
        wanted = require_bundle(object_ids)
        now = self.surroundings.now()
        return await self.store.bodies(name, wanted, most_bytes=BUNDLE_LIMIT_BYTES, now=now)

    async def confirm(self, name: str, object_ids: Sequence[str]) -> None:
        """Remove objects; one that is not there is removed already.

        Raises:
            ChannelError: An id is none, or there are none or too many of them.
        """
        await self.store.confirm(name, require_bundle(object_ids))

    async def close(self, name: str) -> None:
        """Remove a mailbox and all in it."""
        await self.store.close_mailbox(name)
        self.waiters.wake(name)

    async def require_ready(self) -> None:
        """Ask the store for something.

        Raises:
            RelayStoreError: It does not answer.
        """
        await self.store.admissions.one(_NOTHING)

    async def expire(self) -> int:
        """Remove some of what has expired; return how many objects that was."""
        return await self.store.expire(self.surroundings.now())

    async def _objects(self, name: str, after: int, limit: int) -> Sequence[ListedObject]:
        now = self.surroundings.now()
        return await self.store.objects(name, after=after, limit=limit, now=now)

    async def _terms(self, name: str, right: Capability | None) -> MailboxTerms | None:
        shown = _NOTHING if right is None else right.digest
        return await self.store.terms(name, shown=shown)

    def _require(self, right: Capability | None, stored: Digest | None) -> None:
        try:
            require_capability(right, stored)
        except MailboxDeniedError:
            self._spend(NOBODY)
            raise
        self._spend(NOBODY if stored is None else stored.value)

    def _spend(self, key: bytes) -> None:
        self.pace.spend(key, now_seconds=self.surroundings.steady_seconds())


@dataclass(slots=True)
class Counted:
    """The holdings as they were a moment ago."""

    exchange: Exchange
    _at_seconds: float | None = None
    _found: Holdings | None = None

    async def holdings(self) -> Holdings:
        """Count what lies here, at most once in a few seconds."""
        now = self.exchange.surroundings.steady_seconds()
        is_old = self._at_seconds is None or now - self._at_seconds >= HOLDINGS_SECONDS
        if self._found is None or is_old:
            self._found = await self.exchange.store.holdings()
            self._at_seconds = now
        return self._found
