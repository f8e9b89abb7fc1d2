"""Carrying by relay: the outbox is emptied, mailboxes are brought in. Safe to repeat anywhere.

A carrier is told to give an object up only when the object is durable here.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from depesha.channel import (
    Carrier,
    ChannelError,
    ListedObject,
    MailboxClient,
    MailboxKeys,
    ObjectUnknownError,
    OutgoingObject,
    RelayUnreachableError,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.duties import Duties, DutyReport
from depesha.station.desks.entering import Received
from depesha.station.desks.outgoing import note_carried, queued
from depesha.station.desks.reception import Reception
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
    duties: DutyReport = field(default_factory=DutyReport)


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
        with self.office.carrying(), ExitStack() as stack:
            visits = _Visits(office=self.office, stack=stack)
            self.reception.finish_all()
            deposited = self._deposit_all(visits)
            received = self._retry_quarantine(by) if is_again else []
            received += self._fetch_all(visits, by, wait_seconds)
            duties = Duties(office=self.office, clerk=by.name).run()
            deposited += self._deposit_all(visits)
        return SyncReport(
            deposited=deposited,
            received=tuple(received),
            unreachable=visits.failed.count(RelayUnreachableError.code),
            failed=tuple(visits.failed),
            duties=duties,
        )

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

    def _deposit_all(self, visits: "_Visits") -> int:
        deposited = 0
        for one in queued(self.office):
            if one.address is None or one.address.relay in visits.silent:
                continue
            keys = MailboxKeys(name=one.address.mailbox, deposit=one.address.deposit)
            try:
                self._deposit(one, visits.to(one.address.relay).carrier(keys))
                deposited += 1
            except ChannelError as error:
                visits.note(one.address.relay, error)
                with self.office.transaction() as work:
                    work.channel.outbox.failed(one.outbox_id, error.code)
        return deposited

    def _deposit(self, one: OutgoingObject, carrier: Carrier) -> None:
        carrier.deposit(one.sealed)
        # A crash here leaves the object queued; the carrier takes the same bytes for the same
        # object, so the next round changes nothing there.
        self.office.observe("deposited")
        with self.office.transaction() as work:
            note_carried(work, self.office, one, "taken by relay", by="relay")

    def _fetch_all(self, visits: "_Visits", by: Actor, wait_seconds: int) -> list[Received]:
        with self.office.reading() as work:
            mailboxes = work.channel.issued.mailboxes()
        received: list[Received] = []
        for mailbox in mailboxes:
            if mailbox.relay in visits.silent:
                continue
            try:
                carrier = visits.to(mailbox.relay).carrier(mailbox.keys)
                received.extend(self._take_all(carrier, by, wait_seconds))
            except ChannelError as error:
                visits.note(mailbox.relay, error)
        return received

    def _take_all(self, carrier: Carrier, by: Actor, wait_seconds: int) -> Iterator[Received]:
        """Take what a carrier has, but never more in one round than an honest one would hold."""
        after = taken = 0
        while taken < ROUND_LIMIT and (
            listed := carrier.list(after=after, limit=_BATCH, wait_seconds=wait_seconds)
        ):
            durable: list[str] = []
            for waiting in listed:
                yield self._take(carrier, waiting, by, durable)
                after = waiting.arrival
            # These objects are durable here, filed or in quarantine: the carrier may give them up.
            # A crash before this lists them again, and they are known.
            carrier.confirm_all(durable)
            for _ in durable:
                self.office.observe("acknowledged")
            taken += len(listed)
            wait_seconds = 0

    def _take(
        self, carrier: Carrier, waiting: ListedObject, by: Actor, durable: list[str]
    ) -> Received:
        try:
            sealed = carrier.fetch(waiting.object_id)
        except ObjectUnknownError as error:
            # One damaged or vanished object must not hold up those behind it.
            return Received(object_digest=f"sha256:{waiting.object_id}", refused=error.code)
        received = self.reception.receive(sealed, by=by)
        durable.append(waiting.object_id)
        return received


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visits:
    """The relays visited in one round: one connection to each, and what they refused.

    A relay that did not answer once is not waited for again in this round.
    """

    office: Office
    stack: ExitStack
    clients: dict[str, MailboxClient] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def to(self, relay: str) -> MailboxClient:
        """Reach a relay, by the connection of this round if there is one."""
        if relay not in self.clients:
            self.clients[relay] = self.stack.enter_context(self.office.relay(relay, None))
        return self.clients[relay]

    def note(self, relay: str, error: ChannelError) -> None:
        """Note what a relay refused, or that it did not answer."""
        self.failed.append(error.code)
        if isinstance(error, RelayUnreachableError):
            self.silent.add(relay)
