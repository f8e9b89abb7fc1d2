"""Carrying: the outbox is emptied, mailboxes and pouches are brought in. Safe to repeat anywhere.

A carrier is told to give an object up only when the object is durable here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from depesha.base import Digest
from depesha.channel import (
    Carrier,
    ChannelError,
    ListedObject,
    MailboxKeys,
    ObjectUnknownError,
    OutgoingObject,
    PouchFormatError,
    RelayUnreachableError,
    channel_id,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.keeping import stamp
from depesha.station.desks.reception import Received, Reception
from depesha.station.office import Office

_BATCH = 100
ROUND_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one round of carrying did; `unreachable` counts relays that did not answer."""

    deposited: int = 0
    received: tuple[Received, ...] = ()
    unreachable: int = 0
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Courier:
    """Empties the outbox and brings in what waits."""

    office: Office
    reception: Reception

    def sync(self, *, by: Actor, wait_seconds: int = 0, is_again: bool = False) -> SyncReport:
        """Finish what a crash left, deposit what is queued, fetch and open what waits.

        A relay that does not answer, or refuses, is reported and never fatal: what is queued stays
        queued, and what waits there waits on.

        Args:
            by: The clerk.
            wait_seconds: How long to wait for something to arrive.
            is_again: Whether to open again what lies in quarantine, as after a card was put right.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
        """
        require(by, Role.CLERK)
        with self.office.carrying():
            self.reception.finish_all()
            deposited, failed = self._deposit_all()
            received = self._retry_quarantine(by) if is_again else []
            fetched, more = self._fetch_all(by, wait_seconds)
        received += fetched
        failed += more
        return SyncReport(
            deposited=deposited,
            received=tuple(received),
            unreachable=failed.count("channel.relay_unreachable"),
            failed=tuple(failed),
        )

    def pack(self, call_sign: str, folder: Path, *, by: Actor) -> int:
        """Put everything queued for one post into a pouch folder; return how many objects.

        Raises:
            NotPermittedError: The actor is no clerk.
            PouchFormatError: The medium cannot be written; what was not packed stays queued.
        """
        require(by, Role.CLERK)
        with self.office.transaction() as work:
            peer = work.channel.peers.by_call_sign(call_sign)
        channel = channel_id(self.office.keyring.fingerprint, peer.card.fingerprint)
        packed = 0
        with self.office.pouch(folder) as pouch:
            for one in self._queued():
                if one.channel == channel:
                    self._deposit(one, pouch, "packed into a pouch", by=by.name)
                    packed += 1
        return packed

    def unpack(self, folder: Path, *, by: Actor) -> tuple[Received, ...]:
        """Open every object in a pouch folder; the medium is only read. Safe to repeat.

        Raises:
            NotPermittedError: The actor is no clerk.
            PouchFormatError: The medium cannot be read, or holds what no pouch holds.
        """
        require(by, Role.CLERK)
        with self.office.carrying(), self.office.pouch(folder) as pouch:
            self.reception.finish_all()
            return tuple(self._take_all(pouch, by, 0))

    def _retry_quarantine(self, by: Actor) -> list[Received]:
        """Open again what lies in quarantine; what is accepted now is settled, the rest stays."""
        with self.office.reading() as work:
            cases = work.channel.quarantine.open_cases()
        received = []
        for case in cases:
            sealed = self.office.quarantine.read(case.kept_as, case.object_digest)
            done = self.reception.receive(sealed, by=by)
            received.append(done)
            if done.refused is None:
                with self.office.transaction() as work:
                    work.channel.quarantine.settle(case.object_digest, self.office.clock.now())
        return received

    def _deposit_all(self) -> tuple[int, list[str]]:
        deposited = 0
        failed: list[str] = []
        silent: set[str] = set()
        for one in self._queued():
            # A relay that did not answer once is not waited for again in this round.
            if one.address is None or one.address.relay in silent:
                continue
            try:
                with self._mailbox_of(one) as carrier:
                    self._deposit(one, carrier, "taken by relay", by="relay")
                    deposited += 1
            except ChannelError as error:
                failed.append(error.code)
                if isinstance(error, RelayUnreachableError):
                    silent.add(one.address.relay)
                with self.office.transaction() as work:
                    work.channel.outbox.failed(one.outbox_id, error.code)
        return deposited, failed

    def _queued(self) -> Iterator[OutgoingObject]:
        """Yield every object that waits, once each; what stays waiting stays at the head."""
        seen: set[int] = set()
        while True:
            with self.office.reading() as work:
                found = work.channel.outbox.waiting(limit=len(seen) + _BATCH)
            fresh = [one for one in found if one.outbox_id not in seen]
            if not fresh:
                return
            for one in fresh:
                seen.add(one.outbox_id)
                yield one

    @contextmanager
    def _mailbox_of(self, one: OutgoingObject) -> Iterator[Carrier]:
        if one.address is None:
            raise ValueError("an object without an address waits for a pouch")
        keys = MailboxKeys(name=one.address.mailbox, deposit=one.address.deposit)
        with self.office.relay(one.address.relay, None) as client:
            yield client.carrier(keys)

    def _deposit(self, one: OutgoingObject, carrier: Carrier, kind: str, *, by: str) -> None:
        carrier.deposit(one.sealed)
        # A crash here leaves the object queued; the carrier takes the same bytes for the same
        # object, so the next round changes nothing there.
        self.office.observe("deposited")
        now = self.office.clock.now()
        with self.office.transaction() as work:
            copy = work.copies.of_object(Digest.of(one.sealed).to_text())
            work.channel.outbox.deposited(one.outbox_id, now)
            if copy is not None:
                stamp(work, copy.record_id, kind, by=by, at=now)

    def _fetch_all(self, by: Actor, wait_seconds: int) -> tuple[list[Received], list[str]]:
        with self.office.transaction() as work:
            mailboxes = work.channel.issued.mailboxes()
        received: list[Received] = []
        failed: list[str] = []
        for mailbox in mailboxes:
            try:
                with self.office.relay(mailbox.relay, None) as client:
                    carrier = client.carrier(mailbox.keys)
                    received.extend(self._take_all(carrier, by, wait_seconds))
            except ChannelError as error:
                failed.append(error.code)
        return received, failed

    def _take_all(self, carrier: Carrier, by: Actor, wait_seconds: int) -> Iterator[Received]:
        """Take what a carrier has, but never more in one round than an honest one would hold."""
        after = taken = 0
        while taken < ROUND_LIMIT and (
            listed := carrier.list(after=after, limit=_BATCH, wait_seconds=wait_seconds)
        ):
            for waiting in listed:
                yield self._take(carrier, waiting, by)
                after = waiting.arrival
            taken += len(listed)
            wait_seconds = 0

    def _take(self, carrier: Carrier, waiting: ListedObject, by: Actor) -> Received:
        try:
            sealed = carrier.fetch(waiting.object_id)
        except (PouchFormatError, ObjectUnknownError) as error:
            # One damaged or vanished object must not hold up those behind it.
            return Received(object_digest=f"sha256:{waiting.object_id}", refused=error.code)
        received = self.reception.receive(sealed, by=by)
        # The object is durable here, filed or in quarantine: the carrier may give it up.
        carrier.confirm(waiting.object_id)
        self.office.observe("acknowledged")
        return received
