"""An office whose durable acts are watched, and any of which may be its last.

A crash is drawn before and after each commit and each write beside the store, and at each step
that the station names; what was done stays, and what was open is undone.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from depesha.archive import Vault
from depesha.base import Digest
from depesha.channel import PageSecretStore
from depesha.cipher import PageSecret
from depesha.station import Station
from depesha.station.office import Office
from depesha.station.station import assemble
from depesha.station.work import Work
from tests.station.houses import connection_of

# What the engines of all stations compile is the same for each, and outlives a crash.
_COMPILED: dict[Any, Any] = {}
Begin = Callable[[], AbstractContextManager[Work]]


class Crash(BaseException):
    """The process ends here, as far as the station can tell."""


@dataclass
class Fate:
    """Draws for each act whether it is the last one."""

    draw: Random
    in_a_thousand: float
    is_spared: bool = False

    def live(self) -> None:
        """Go on, or end here."""
        if not self.is_spared and self.draw.uniform(0, 1000) < self.in_a_thousand:
            raise Crash


@dataclass
class WatchedVault:
    """A vault; every keeping is a durable act."""

    vault: Vault
    fate: Fate

    def keep(self, name: str, sealed: bytes) -> Digest:
        """Keep bytes; see the port."""
        self.fate.live()
        digest = self.vault.keep(name, sealed)
        self.fate.live()
        return digest

    def read(self, name: str, expected: Digest) -> bytes:
        """Return what was kept; see the port."""
        return self.vault.read(name, expected)

    def names(self) -> Iterator[str]:
        """Yield all names; see the port."""
        return self.vault.names()


@dataclass
class WatchedPages:
    """A page store that remembers what was burnt, so that nobody need believe it."""

    pages: PageSecretStore
    fate: Fate
    burnt: set[Digest]

    def add(self, secrets: Sequence[PageSecret]) -> None:
        """Keep new secrets; see the port."""
        self.fate.live()
        self.pages.add(secrets)
        self.fate.live()

    def load(self) -> Mapping[Digest, PageSecret]:
        """Return the live secrets; see the port."""
        return self.pages.load()

    def burn(self, pages: Collection[Digest]) -> None:
        """Destroy secrets; see the port."""
        self.fate.live()
        self.pages.burn(pages)
        self.burnt.update(pages)
        self.fate.live()


@dataclass
class Watch:
    """What outlives every crash of one post: its fate, and the keys of its burnt pages."""

    fate: Fate
    burnt: set[Digest] = field(default_factory=set)

    def over(self, office: Office) -> Office:
        """Return the same open office, watched."""
        return replace(
            office,
            transaction=_mortal(_compiled_once(office.transaction), self.fate),
            reading=_compiled_once(office.reading),
            vault=WatchedVault(office.vault, self.fate),
            quarantine=WatchedVault(office.quarantine, self.fate),
            pages=WatchedPages(office.pages, self.fate, self.burnt),
        )


def _mortal(begin: Begin, fate: Fate) -> Begin:
    @contextmanager
    def transaction() -> Iterator[Work]:
        with begin() as work:
            yield work
            fate.live()
        fate.live()

    return transaction


def shared(station: Station) -> Station:
    """Return the same open station; what it compiles is shared with all that come after it."""
    office = station.office
    compiled = replace(
        office,
        transaction=_compiled_once(office.transaction),
        reading=_compiled_once(office.reading),
    )
    return assemble(compiled, station.close)


def _compiled_once(begin: Begin) -> Begin:
    @contextmanager
    def begun() -> Iterator[Work]:
        with begin() as work:
            connection_of(work).execution_options(compiled_cache=_COMPILED)
            yield work

    return begun
