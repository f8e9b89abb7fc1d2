"""Two founded stations, their people, a clock that is set by hand, and a relay in memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any, cast

from sqlalchemy import Connection

from depesha.channel import Capability, MailboxClient
from depesha.station import (
    Actor,
    Addressee,
    BookOrder,
    CallSign,
    Draft,
    Founding,
    HeldTelegram,
    HybridRecipient,
    Purpose,
    RelayAdmission,
    Role,
    Station,
    found_station,
    new_identity,
    open_station,
)
from depesha.station.adapters.store import SqlPeople
from depesha.station.office import Office
from depesha.station.station import assemble
from depesha.station.work import Work
from tests.channel.memory_relay import MemoryRelay

PASSPHRASE = "four barges past the bar"
NORTH, PORT = "NORTH DESK", "PORT AMARO"
CLERK, RELEASER, ARCHIVIST, SECOND = "Calder", "Okonjo", "Sato", "Weiss"
FINAL = "Minister Adeyemi"
SENTENCE = "The pilots will show no light at the lower quay."
RELAY = "https://relay.example"
PAGES = 12
BEGIN = datetime(2031, 3, 2, 7, 10, tzinfo=UTC)

# What no error text, and no file of a station, may ever show.
SECRETS = (PASSPHRASE, FINAL, SENTENCE, PORT)


_COMPILED: dict[Any, Any] = {}


class SetClock:
    """A clock that goes only when it is told to."""

    def __init__(self, instant: datetime = BEGIN) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def pass_time(self, **amount: int) -> None:
        self.instant += timedelta(**amount)


PEOPLE = (
    (
        Actor(
            name=CLERK,
            roles=frozenset({Role.CLERK, Role.DRAFTER, Role.REGISTRAR, Role.CONVEYOR}),
        ),
        "",
    ),
    (Actor(name=RELEASER, roles=frozenset({Role.RELEASER, Role.ARCHIVIST})), "okonjo"),
    (Actor(name=ARCHIVIST, roles=frozenset({Role.ARCHIVIST, Role.EDITOR})), ""),
    # May release by role, and has no key to sign with.
    (Actor(name=SECOND, roles=frozenset({Role.RELEASER, Role.READER})), ""),
)


@dataclass
class House:
    """One open station, with its people by the part they play and the steps it has gone."""

    station: Station
    home: Path
    clock: SetClock
    relay: MemoryRelay
    steps: list[str]
    clerk: Actor = field(init=False)
    releaser: Actor = field(init=False)
    archivist: Actor = field(init=False)
    second: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.clerk = self.station.actor(CLERK)
        self.releaser = self.station.actor(RELEASER)
        self.archivist = self.station.actor(ARCHIVIST)
        self.second = self.station.actor(SECOND)

    @property
    def name(self) -> str:
        return self.station.call_sign

    @property
    def office(self) -> Office:
        return self.station.office

    def released(self, draft: Draft) -> HeldTelegram:
        entry = self.station.drafting.write(draft, by=self.clerk)
        return self.station.drafting.release(entry.draft_id, by=self.releaser)

    def sealed(self, draft: Draft) -> HeldTelegram:
        held = self.released(draft)
        self.station.dispatch.seal(held.record_id, by=self.clerk)
        return held

    def register_size(self) -> int:
        return self.station.registering.status().size


@dataclass
class Pair:
    """Two stations that know each other, and the relay between them."""

    north: House
    port: House
    relay: MemoryRelay
    clock: SetClock

    def sync(self, house: House) -> tuple[str, ...]:
        """Carry both ways once; return what became of each arrival: its record or its code."""
        report = house.station.courier.sync(by=house.clerk)
        return tuple(one.refused or one.record_id or "" for one in report.received)

    def waiting(self) -> list[bytes]:
        """Everything that lies at the relay."""
        return [sealed for box in self.relay.boxes.values() for _, sealed in box.objects.values()]


def found(home: Path, call_sign: str, clock: SetClock) -> str:
    """Found a station; return the archivist's identity."""
    identity, recipient = new_identity()
    founding = Founding(
        call_sign=CallSign(call_sign),
        purpose=Purpose.POST,
        people=PEOPLE,
        archive=HybridRecipient.from_text(recipient),
        work_factor=10,
    )
    found_station(home, founding, PASSPHRASE, clock=clock)
    return identity


def open_house(home: Path, relay: MemoryRelay, clock: SetClock) -> House:
    """Open a station whose relay is the one in memory."""
    steps: list[str] = []
    station = open_station(home, PASSPHRASE, clock=clock, observe=steps.append)
    office = replace(
        station.office, relay=reach(relay), transaction=_compiled_once(station.office.transaction)
    )
    station = assemble(office, station.close)
    return House(station=station, home=home, clock=clock, relay=relay, steps=steps)


def _compiled_once(
    transaction: Callable[[], AbstractContextManager[Work]],
) -> Callable[[], AbstractContextManager[Work]]:
    """Share what the engines of all tests compile: it is the same for each, and takes its time."""

    @contextmanager
    def begun() -> Iterator[Work]:
        with transaction() as work:
            connection_of(work).execution_options(compiled_cache=_COMPILED)
            yield work

    return begun


def connection_of(work: Work) -> Connection:
    """The connection of an open transaction."""
    return cast("SqlPeople", work.people).connection


def reach(
    relay: MemoryRelay,
) -> Callable[[str, Capability | None], AbstractContextManager[MailboxClient]]:
    """Reach the one relay by whatever address."""

    @contextmanager
    def reached(address: str, admission: Capability | None) -> Iterator[MailboxClient]:
        yield replace(relay, admission=admission)

    return reached


def acquaint(
    one: Station, other: Station, relay: RelayAdmission | None, *, pages: int = PAGES
) -> None:
    """Pin each other's cards, and hand each other a pad book."""
    for here, there in ((one, other), (other, one)):
        card, fingerprint = there.introducing.card(), there.introducing.fingerprint()
        by = here.actor(CLERK)
        here.introducing.introduce(card, fingerprint=fingerprint, by=by)
    for here, there in ((one, other), (other, one)):
        order = BookOrder(call_sign=there.call_sign, pages=pages, relay=relay)
        book = here.correspondence.issue(order, by=here.actor(CLERK))
        there.correspondence.accept(book, issuer=here.call_sign, by=there.actor(CLERK))


@dataclass(frozen=True)
class Founded:
    """What the pairs of a session are copied from."""

    folder: Path
    relay: MemoryRelay
    archivists: dict[str, str]

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Pair]:
        """Copy both homes and the relay, and open the stations while the block lasts."""
        for name in ("north", "port"):
            copytree(self.folder / name, folder / name)
        with open_pair(folder, deepcopy(self.relay), SetClock()) as pair:
            yield pair


@contextmanager
def open_pair(folder: Path, relay: MemoryRelay, clock: SetClock) -> Iterator[Pair]:
    north = open_house(folder / "north", relay, clock)
    port = open_house(folder / "port", relay, clock)
    try:
        yield Pair(north=north, port=port, relay=relay, clock=clock)
    finally:
        north.station.close()
        port.station.close()


def found_pair(folder: Path) -> Founded:
    """Found two stations, acquaint them, and close them again."""
    clock, token = SetClock(), Capability.generate()
    relay = MemoryRelay(admitted={token.to_text()})
    archivists = {
        call_sign: found(folder / home, call_sign, clock)
        for home, call_sign in (("north", NORTH), ("port", PORT))
    }
    with open_pair(folder, relay, clock) as pair:
        admission = RelayAdmission(address=RELAY, token=token.to_text())
        acquaint(pair.north.station, pair.port.station, admission)
    return Founded(folder, relay, archivists)


def draft_to(call_sign: str, text: str = SENTENCE, **changes: object) -> Draft:
    """A short telegram, with the sentence that must not be seen where it should not."""
    draft = Draft(
        sender="River Section",
        action=(Addressee(call_sign=call_sign, precedence="immediate"),),
        points=(("1.", text), ("2.", "We accept the second variant.")),
    )
    return draft.amended(changes)


def draft_to_convey(call_sign: str) -> Draft:
    return draft_to(
        call_sign,
        via="Okonjo",
        final=FINAL,
        form="spoken, if asked written unsigned",
        instruction="Speak it; if he asks, leave the text without my signature.",
    )
