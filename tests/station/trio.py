"""A centre and two posts that know nobody yet, for what cards and keys do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from depesha.station import (
    CallSign,
    Founding,
    HybridRecipient,
    Peer,
    Purpose,
    found_station,
    new_identity,
)
from tests.channel.memory_relay import MemoryRelay
from tests.station.houses import PASSPHRASE, PEOPLE, House, SetClock, open_house

NAMES = {"centre": "THE CENTRE", "harbour": "POST HARBOUR", "river": "POST RIVER"}


@dataclass
class Trio:
    centre: House
    harbour: House
    river: House
    clock: SetClock

    def again(self, house: House) -> House:
        """Close a station and open it anew, as the next command does."""
        house.station.close()
        return open_house(house.home, house.relay, self.clock)


def found_trio(folder: Path) -> Path:
    for home, name in NAMES.items():
        founding = Founding(
            call_sign=CallSign(name),
            purpose=Purpose.CENTRE if home == "centre" else Purpose.POST,
            people=PEOPLE,
            archive=HybridRecipient.from_text(new_identity()[1]),
            work_factor=10,
        )
        found_station(folder / home, founding, PASSPHRASE, clock=SetClock())
    return folder


@contextmanager
def open_trio(founded: Path, folder: Path) -> Iterator[Trio]:
    clock, relay = SetClock(), MemoryRelay(admitted=set())
    copytree(founded, folder, dirs_exist_ok=True)
    houses = {home: open_house(folder / home, relay, clock) for home in NAMES}
    try:
        yield Trio(**houses, clock=clock)
    finally:
        for house in houses.values():
            house.station.close()


def meet(here: House, there: House) -> Peer:
    """Compare in person: `here` pins the card of `there`."""
    desk = there.station.introducing
    return here.station.introducing.introduce(desk.card(), fingerprint=desk.words(), by=here.clerk)


def take(here: House, note: bytes) -> Peer:
    """Take a card that nobody compared."""
    return here.station.introducing.introduce(note, by=here.clerk)
