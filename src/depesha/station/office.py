"""What every desk of a station works with: keys, clock, stores, one way to open a transaction."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from depesha.archive import Vault
from depesha.channel import Capability, MailboxClient, PageSecretStore, PouchMedia
from depesha.station.keyring import KeyCabinet, Keyring
from depesha.station.ports import Clock, Observer
from depesha.station.work import Work

# Reaches a relay by its address, with the operator's token where a mailbox is to be opened.
RelayAccess = Callable[[str, Capability | None], AbstractContextManager[MailboxClient]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The inside of one open station.

    `transaction` commits when its block ends and undoes everything when the block raises;
    `reading` writes nothing and waits for nobody. `carrying` lets one command at a time carry. What
    must be durable outside it (page secrets, vault, quarantine) says so at its own port. `relay`
    reaches a relay by its address, with the operator's token where a mailbox is to be opened;
    `pouches` are the media that couriers carry. `publish` writes the files of a page as one
    folder. `observe` hears each step's name once that step is durable.
    """

    keys: KeyCabinet
    clock: Clock
    transaction: Callable[[], AbstractContextManager[Work]]
    reading: Callable[[], AbstractContextManager[Work]]
    carrying: Callable[[], AbstractContextManager[None]]
    vault: Vault
    quarantine: Vault
    pages: PageSecretStore
    relay: RelayAccess
    pouches: PouchMedia
    publish: Callable[[Path, Mapping[str, bytes]], None]
    observe: Observer

    @property
    def keyring(self) -> Keyring:
        """The station's keys as they are now: a roll-over changes them under an open station."""
        return self.keys.keyring
