"""Stations and a relay as real processes, killed at random moments, then repaired and judged.

The process that runs this opens no station: it forks children that do, so that a start costs no
import, and kills them from outside, wherever they are.
"""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median

from tools.laboratory import promises
from tools.laboratory.chance import chance
from tools.laboratory.processes import PATIENCE_SECONDS, RelayProcess, begin, child
from tools.laboratory.registers import Growth, broken_register, broken_sizes
from tools.laboratory.stores import look_into, unfinished
from tools.laboratory.watching import shared

from depesha.station import Addressee, BookOrder, Draft, RelayAdmission, Station, open_station
from depesha.station.adapters.clock import SystemClock
from tests.station.houses import CLERK, PASSPHRASE, RELEASER, SetClock, acquaint, found

NAMES = ("POST AMARO", "POST BRISTOW")
PAGES = 64
AUDIT_EVERY = 25
TELEGRAMS = 2
# Of a hundred rounds: those in which the relay dies too.
RELAY_DIES = 10
RULES = (
    promises.broken_deliveries,
    promises.broken_acknowledgements,
    promises.broken_serials,
    promises.broken_numbers,
    promises.broken_sequences,
    promises.broken_pages,
    promises.broken_ends,
    promises.broken_trust,
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where it all lies: a home for each post, and how the relay is reached."""

    folder: Path
    admission: RelayAdmission

    @contextmanager
    def opened(self) -> Iterator[list[Station]]:
        """Open all posts while the block lasts."""
        with ExitStack() as stack:
            yield [stack.enter_context(self.one(name)) for name in NAMES]

    @contextmanager
    def one(self, name: str) -> Iterator[Station]:
        """Open one post while the block lasts."""
        station = open_station(self.folder / name, PASSPHRASE)
        try:
            yield shared(station)
        finally:
            station.close()


@dataclass(frozen=True)
class Found:
    """What the judging child brings back."""

    copies: int
    delivered: int
    growth: Growth
    broken: tuple[str, ...]


@dataclass
class Killer:
    """The rounds, and their account."""

    seed: int
    command: str
    rounds: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    growth: Growth = field(default_factory=Growth)
    copies: int = 0
    delivered: int = 0
    broken: list[str] = field(default_factory=list)
    lengths: list[float] = field(default_factory=lambda: [0.4])

    def run(self, folder: Path, rounds: int) -> None:
        """Set everything up in a folder, and kill in it round after round."""
        relay = RelayProcess(folder / "relay")
        try:
            rehearse(folder / "rehearsal")
            ground = prepare(folder, relay)
            for self.rounds in range(1, rounds + 1):
                self._round(ground, relay, is_last=self.rounds == rounds)
        finally:
            relay.kill()

    def to_json(self, seconds: float) -> dict[str, object]:
        """Return everything as one JSON object."""
        return {
            "rounds": self.rounds,
            "killed": dict(sorted(self.killed.items())),
            "copies": self.copies,
            "delivered": self.delivered,
            "seconds": round(seconds, 1),
            "broken": self.broken,
        }

    def _round(self, ground: Ground, relay: RelayProcess, *, is_last: bool) -> None:
        draw = chance(self.seed, "kill", self.rounds)
        self._work_and_kill(ground, relay, draw)
        is_full = is_last or self.rounds % AUDIT_EVERY == 0
        found = child(lambda: repair_and_judge(ground, self.growth, is_full=is_full))
        self.copies, self.delivered, self.growth = found.copies, found.delivered, found.growth
        self.broken += [f"round {self.rounds}: {one} [{self.command}]" for one in found.broken]

    def _work_and_kill(self, ground: Ground, relay: RelayProcess, draw: Random) -> None:
        begun = time.monotonic()
        number = self.rounds
        working = {
            name: begin(lambda name=name: work(ground, name, number))  # type: ignore[misc]
            for name in NAMES
        }
        victims = draw.sample(NAMES, draw.choice((1, 1, 2)))
        for share, victim in sorted((draw.uniform(0, 1.1), name) for name in victims):
            time.sleep(max(0.0, begun + share * median(self.lengths) - time.monotonic()))
            working[victim].kill()
        if draw.randrange(100) < RELAY_DIES:
            relay.kill()
            self.killed["relay"] += 1
            relay.start()
        for name, process in working.items():
            process.join(PATIENCE_SECONDS)
            self._note_end(name, process.exitcode, name in victims)
        if len(victims) < len(NAMES):
            self.lengths = [*self.lengths[-8:], time.monotonic() - begun]

    def _note_end(self, name: str, status: int | None, is_victim: bool) -> None:
        if status == -signal.SIGKILL:
            self.killed["station"] += 1
        elif is_victim:
            self.killed["too late"] += 1
        elif status != 0:
            self.broken.append(f"round {self.rounds}: {name} failed [{self.command}]")


def rehearse(folder: Path) -> None:
    """Play one telegram here, so that what children compile is compiled before they are forked."""
    for name in NAMES:
        found(folder / name, name, SetClock())
    with ExitStack() as stack:
        clock = SetClock()
        one, other = (
            shared(
                stack.enter_context(closing(open_station(folder / name, PASSPHRASE, clock=clock)))
            )
            for name in NAMES
        )
        acquaint(one, other, None, pages=1)
        draft = Draft(
            sender="Rehearsal",
            action=(Addressee(call_sign=other.call_sign),),
            points=(("1.", "Nothing."),),
        )
        entry = one.drafting.write(draft, by=one.actor(CLERK))
        held = one.drafting.release(entry.draft_id, by=one.actor(RELEASER))
        one.dispatch.seal(held.record_id, by=one.actor(CLERK))
        with one.office.reading() as work_of_one:
            (queued,) = work_of_one.channel.outbox.waiting()
        other.reception.receive(queued.sealed, by=other.actor(CLERK))
        for station in (one, other):
            station.courier.sync(by=station.actor(CLERK))
        list(_broken([one, other], Growth(), is_full=True))


def prepare(folder: Path, relay: RelayProcess) -> Ground:
    """Start the relay, found the posts, and let each know all others: in a child."""
    token = relay.admit()
    ground = Ground(folder=folder, admission=RelayAdmission(address=relay.start(), token=token))
    child(lambda: _found(ground))
    return ground


def _found(ground: Ground) -> None:
    for name in NAMES:
        found(ground.folder / name, name, SetClock(SystemClock().now()))
    with ground.opened() as (one, other):
        acquaint(one, other, ground.admission, pages=PAGES)


def work(ground: Ground, name: str, number: int) -> None:
    """Write, release, seal and carry a few telegrams, and take in what came: until the end."""
    with ground.one(name) as station:
        clerk, releaser = station.actor(CLERK), station.actor(RELEASER)
        for place in range(TELEGRAMS):
            draft = Draft(
                sender=f"{name.title()} Section",
                action=tuple(Addressee(call_sign=other) for other in NAMES if other != name),
                points=(("1.", f"Telegram {place} of round {number}."),),
            )
            entry = station.drafting.write(draft, by=clerk)
            held = station.drafting.release(entry.draft_id, by=releaser)
            station.dispatch.seal(held.record_id, by=clerk)
            station.courier.sync(by=clerk)


def repair_and_judge(ground: Ground, growth: Growth, *, is_full: bool) -> Found:
    """Go on from wherever everything stands, carry twice, and judge what lies there then."""
    with ground.opened() as stations:
        for station in stations:
            _finish(station)
        for station in (*stations, *stations):
            station.courier.sync(by=station.actor(CLERK))
        broken = list(_broken(stations, growth, is_full=is_full))
        stores = [look_into(station) for station in stations]
        judged = list(promises.copies_sent(stores))
        _replenish(ground, stations)
    return Found(len(judged), sum(one.filed == 1 for one in judged), growth, tuple(broken))


def _finish(station: Station) -> None:
    """Release and seal what a kill left lying; the number is given once."""
    drafts, _ = unfinished(station)
    for draft in drafts:
        station.drafting.release(draft, by=station.actor(RELEASER))
    _, released = unfinished(station)
    for record in released:
        station.dispatch.seal(record, by=station.actor(CLERK))


def _broken(stations: list[Station], growth: Growth, *, is_full: bool) -> Iterator[str]:
    stores = [look_into(station) for station in stations]
    yield from chain.from_iterable(rule(stores) for rule in RULES)
    for station, one in zip(stations, stores, strict=True):
        yield from growth.note(station)
        yield from broken_sizes(one)
        yield from (f"{one.name}: quarantine holds {code}" for code in one.quarantined.values())
        if is_full:
            yield from broken_register(station)
            yield from growth.broken(one)


def _replenish(ground: Ground, stations: list[Station]) -> None:
    """Give each post that runs low a new book by hand."""
    for holder in stations:
        low = [one.call_sign for one in holder.correspondence.pads() if one.is_low]
        for issuer in (station for station in stations if station.call_sign in low):
            order = BookOrder(call_sign=holder.call_sign, pages=PAGES, relay=ground.admission)
            book = issuer.correspondence.issue(order, by=issuer.actor(CLERK))
            holder.correspondence.accept(book, issuer=issuer.call_sign, by=holder.actor(CLERK))
