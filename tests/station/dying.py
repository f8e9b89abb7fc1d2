"""A station whose n-th durable act is its last: what a crash leaves, without a process to kill."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from depesha.archive import Vault
from depesha.base import Digest
from depesha.channel import (
    Capability,
    Carrier,
    ListedObject,
    MailboxClient,
    MailboxKeys,
    MailboxTerms,
    PageSecretStore,
)
from depesha.cipher import PageSecret
from depesha.station.office import Office
from depesha.station.station import Station, assemble
from depesha.station.work import Work
from tests.station.houses import House, connection_of

T = TypeVar("T")


class Crash(BaseException):
    """The process ends here, as far as the station can tell."""


@dataclass
class Fate:
    """Counts durable acts; the last one happens or not, and nothing happens after it."""

    last: int
    is_done: bool
    count: int = 0

    def before(self) -> None:
        self.count += 1
        if self.count > self.last or (self.count == self.last and not self.is_done):
            raise Crash(self.count)

    def after(self) -> None:
        if self.count == self.last:
            raise Crash(self.count)

    def act(self, do: Callable[[], T]) -> T:
        self.before()
        done = do()
        self.after()
        return done


@dataclass
class DyingVault:
    vault: Vault
    fate: Fate

    def keep(self, name: str, sealed: bytes) -> Digest:
        return self.fate.act(lambda: self.vault.keep(name, sealed))

    def read(self, name: str, expected: Digest) -> bytes:
        return self.vault.read(name, expected)

    def names(self) -> Iterator[str]:
        return self.vault.names()


@dataclass
class DyingPages:
    pages: PageSecretStore
    fate: Fate

    def add(self, secrets: Sequence[PageSecret]) -> None:
        self.fate.act(lambda: self.pages.add(secrets))

    def load(self) -> Mapping[Digest, PageSecret]:
        return self.pages.load()

    def burn(self, pages: Collection[Digest]) -> None:
        self.fate.act(lambda: self.pages.burn(pages))


@dataclass
class DyingCarrier:
    carrier: Carrier
    fate: Fate

    def deposit(self, sealed: bytes) -> str:
        return self.fate.act(lambda: self.carrier.deposit(sealed))

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        return self.carrier.list(after=after, limit=limit, wait_seconds=wait_seconds)

    def fetch(self, object_id: str) -> bytes:
        return self.carrier.fetch(object_id)

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        for object_id in object_ids:
            self.confirm(object_id)

    def confirm(self, object_id: str) -> None:
        self.fate.act(lambda: self.carrier.confirm(object_id))


@dataclass
class DyingRelay:
    relay: MailboxClient
    fate: Fate = field(repr=False)

    def open(self, name: str, terms: MailboxTerms) -> None:
        self.fate.act(lambda: self.relay.open(name, terms))

    def close(self, keys: MailboxKeys) -> None:
        self.fate.act(lambda: self.relay.close(keys))

    def carrier(self, keys: MailboxKeys) -> Carrier:
        return DyingCarrier(self.relay.carrier(keys), self.fate)


def dying(house: House, fate: Fate) -> Station:
    """The same open station, with a fate."""
    office = house.office
    mortal = replace(
        office,
        transaction=_transaction(office, fate),
        vault=DyingVault(office.vault, fate),
        quarantine=DyingVault(office.quarantine, fate),
        pages=DyingPages(office.pages, fate),
        relay=_relay(office, fate),
    )
    return assemble(mortal, house.station.close)


def _transaction(office: Office, fate: Fate) -> Callable[[], AbstractContextManager[Work]]:
    @contextmanager
    def transaction() -> Iterator[Work]:
        changed = False
        with office.transaction() as work:
            store = connection_of(work).connection.driver_connection
            assert store is not None
            at_first = store.total_changes
            yield work
            changed = store.total_changes != at_first
            # To look something up is no durable act.
            if changed:
                fate.before()
        if changed:
            fate.after()

    return transaction


def _relay(
    office: Office, fate: Fate
) -> Callable[[str, Capability | None], AbstractContextManager[MailboxClient]]:
    @contextmanager
    def relay(address: str, admission: Capability | None) -> Iterator[MailboxClient]:
        with office.relay(address, admission) as client:
            yield DyingRelay(client, fate)

    return relay
