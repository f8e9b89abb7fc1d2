"""A relay in memory that keeps to the words of its interface, and to nothing else.

What it is given may be lost, kept back, given twice, brought to a wrong mailbox or altered; it may
list in any order, and not answer. It passes for a real one: bytes are those of the id they are
listed under, quotas and capabilities hold.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from random import Random

from tools.laboratory.chance import chance
from tools.laboratory.faults import FLOODS, IN_TRANSIT, SHUFFLES, SILENT_CALLS, Fault
from tools.laboratory.junk import junk_object
from tools.laboratory.tally import Tally

from depesha.channel import (
    Capability,
    Carrier,
    ListedObject,
    MailboxClient,
    MailboxExistsError,
    MailboxKeys,
    MailboxTerms,
    ObjectUnknownError,
    RelayUnreachableError,
    object_id_of,
    require_capability,
)

Reach = Callable[[str, Capability | None], AbstractContextManager[MailboxClient]]
DELAY_ROUNDS = 6


@dataclass(frozen=True)
class OnWire:
    """One object as a station deposited it."""

    sealed: bytes = field(repr=False)
    sender: int
    receiver: int


@dataclass
class Box:
    """One mailbox: what was ever deposited in it, and from which round on each object shows."""

    ordinal: int
    owner: int
    terms: MailboxTerms
    deposited: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    listed: list[str] = field(default_factory=list)
    listings: int = 0


@dataclass
class HostileRelay:
    """All mailboxes, everything that ever passed, and what it does to it.

    `wire` holds each object that a station deposited, in order; `junk` the digests of all that
    was brought to a post and was not sealed for it, or not as it is.
    """

    seed: int
    faults: frozenset[Fault]
    tally: Tally
    round: int = 0
    is_honest: bool = False
    boxes: dict[str, Box] = field(default_factory=dict)
    wire: dict[str, OnWire] = field(default_factory=dict)
    junk: set[tuple[int, str]] = field(default_factory=set)
    calls: int = 0

    def reach(self, caller: int, live: Callable[[], None]) -> Reach:
        """Return how one post reaches the relay; `live` is asked before and after each call."""

        @contextmanager
        def reached(_address: str, _admission: Capability | None) -> Iterator[MailboxClient]:
            yield _Client(self, caller, live)

        return reached

    def trouble(self) -> None:
        """Do what a hostile carrier does between the calls: bring old objects again, and junk."""
        self.round += 1
        boxes = list(self.boxes.values())
        draw = chance(self.seed, "trouble", self.round)
        if self.has(Fault.REPLAY) and self.wire:
            old = draw.choice(list(self.wire.values()))
            self._bring(draw.choice(boxes), old.sealed)
            self.tally.inject(Fault.REPLAY)
        if self.has(Fault.FLOOD) and _is_hit(draw, FLOODS):
            box = draw.choice(boxes)
            for _ in range(draw.randint(1, 12)):
                self._bring(box, junk_object(draw))
                self.tally.inject(Fault.FLOOD)

    def settle(self) -> None:
        """Be an honest relay from now on; what was kept back shows at once."""
        self.is_honest = True
        for box in self.boxes.values():
            box.twice.clear()
            box.waiting = {name: (sealed, 0) for name, (sealed, _) in box.waiting.items()}

    def has(self, fault: Fault) -> bool:
        """Tell whether a fault may happen now."""
        return fault in self.faults and not self.is_honest

    def called(self) -> None:
        """Answer, or not."""
        self.calls += 1
        if not self.has(Fault.SILENCE):
            return
        if _is_hit(chance(self.seed, "call", self.calls), SILENT_CALLS):
            self.tally.inject(Fault.SILENCE)
            raise RelayUnreachableError("the relay gave no answer")

    def take(self, box: Box, sealed: bytes, sender: int) -> None:
        """Take an object in, and decide what becomes of it."""
        object_id = object_id_of(sealed)
        if object_id in box.deposited:
            return
        waiting = sum(len(body) for body, _ in box.waiting.values())
        box.terms.quota.require_room(
            objects=len(box.waiting), size_bytes=waiting, new_bytes=len(sealed)
        )
        box.deposited.add(object_id)
        self.wire[object_id] = OnWire(sealed, sender, box.owner)
        draw = chance(self.seed, "deposit", box.ordinal, len(box.deposited))
        fate = self._fate(draw)
        if fate is not None:
            self.tally.inject(fate)
        self._carry(box, sealed, fate, draw)

    def list(self, box: Box, after: int, limit: int) -> Sequence[ListedObject]:
        """List what shows now; a listing from the beginning is a new one."""
        if after == 0:
            box.listings += 1
            box.listed = [name for name, (_, since) in box.waiting.items() if since <= self.round]
            draw = chance(self.seed, "list", box.ordinal, box.listings)
            if self.has(Fault.REORDER) and len(box.listed) > 1 and _is_hit(draw, SHUFFLES):
                draw.shuffle(box.listed)
                self.tally.inject(Fault.REORDER)
        return [
            ListedObject(object_id=name, size_bytes=len(box.waiting[name][0]), arrival=place)
            for place, name in enumerate(box.listed, start=1)
            if place > after and name in box.waiting
        ][:limit]

    def give_up(self, box: Box, object_id: str) -> None:
        """Forget an object that was confirmed, or show it a second time."""
        if object_id in box.twice:
            box.twice.discard(object_id)
            return
        box.waiting.pop(object_id, None)

    def _fate(self, draw: Random) -> Fault | None:
        point = draw.uniform(0, 100)
        for fault, share in IN_TRANSIT.items():
            if self.has(fault) and point < share:
                return fault
            point -= share
        return None

    def _carry(self, box: Box, sealed: bytes, fate: Fault | None, draw: Random) -> None:
        later = self.round + draw.randint(1, DELAY_ROUNDS)
        if fate in {Fault.TRUNCATE, Fault.FLIP, Fault.SWAP}:
            self._bring(box, self._altered(sealed, fate, draw))
            # Every other time the true object comes as well, later.
            fate = Fault.DELAY if draw.random() < 0.5 else Fault.DROP  # noqa: PLR2004 - half
        if fate is Fault.DROP:
            return
        box.waiting[object_id_of(sealed)] = (sealed, later if fate is Fault.DELAY else 0)
        if fate is Fault.DUPLICATE:
            box.twice.add(object_id_of(sealed))

    def _altered(self, sealed: bytes, fate: Fault, draw: Random) -> bytes:
        place = draw.randrange(1, len(sealed))
        if fate is Fault.TRUNCATE:
            return sealed[:place]
        if fate is Fault.SWAP:
            other = draw.choice(list(self.wire.values())).sealed
            return sealed[:place] + other[place:] + other[: max(0, place - len(other))]
        return (
            sealed[:place] + bytes([sealed[place] ^ 1 << draw.randrange(8)]) + sealed[place + 1 :]
        )

    def _bring(self, box: Box, sealed: bytes) -> None:
        """Put an object into a mailbox without anybody's right to."""
        object_id = object_id_of(sealed)
        true = self.wire.get(object_id)
        if true is None or true.receiver != box.owner:
            self.junk.add((box.owner, object_id))
        box.waiting.setdefault(object_id, (sealed, 0))


@dataclass(frozen=True)
class _Client:
    relay: HostileRelay
    caller: int
    live: Callable[[], None]

    def open(self, name: str, terms: MailboxTerms) -> None:
        self.live()
        boxes = self.relay.boxes
        box = boxes.setdefault(name, Box(len(boxes), self.caller, terms))
        if box.terms != terms:
            raise MailboxExistsError("a mailbox of this name is open under other terms")
        self.live()

    def close(self, keys: MailboxKeys) -> None:
        self.live()
        require_capability(keys.to_fetch, self.relay.boxes[keys.name].terms.fetch)
        del self.relay.boxes[keys.name]
        self.live()

    def carrier(self, keys: MailboxKeys) -> Carrier:
        return _Mailbox(self, keys)


@dataclass(frozen=True)
class _Mailbox:
    client: _Client
    keys: MailboxKeys

    def deposit(self, sealed: bytes) -> str:
        relay = self.client.relay
        self.client.live()
        relay.called()
        box = self._box(self.keys.to_deposit, is_deposit=True)
        relay.take(box, sealed, self.client.caller)
        # The answer to what was taken may be lost as well.
        relay.called()
        self.client.live()
        return object_id_of(sealed)

    def list(
        self, *, after: int = 0, limit: int = 100, wait_seconds: int = 0
    ) -> Sequence[ListedObject]:
        del wait_seconds
        self.client.relay.called()
        return self.client.relay.list(self._fetched(), after, limit)

    def fetch(self, object_id: str) -> bytes:
        self.client.relay.called()
        found = self._fetched().waiting.get(object_id)
        if found is None:
            raise ObjectUnknownError("no such object waits in this mailbox")
        return found[0]

    def confirm_all(self, object_ids: Sequence[str]) -> None:
        for object_id in object_ids:
            self.confirm(object_id)

    def confirm(self, object_id: str) -> None:
        self.client.live()
        self.client.relay.called()
        self.client.relay.give_up(self._fetched(), object_id)
        self.client.live()

    def _fetched(self) -> Box:
        return self._box(self.keys.to_fetch, is_deposit=False)

    def _box(self, right: Capability, *, is_deposit: bool) -> Box:
        box = self.client.relay.boxes.get(self.keys.name)
        stored = None if box is None else box.terms.deposit if is_deposit else box.terms.fetch
        require_capability(right, stored)
        assert box is not None  # noqa: S101 - narrows: an unknown mailbox was refused above
        return box


def _is_hit(draw: Random, in_a_hundred: float) -> bool:
    return draw.uniform(0, 100) < in_a_hundred
