"""All promises together, judged while a run goes on and when it is over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from tools.laboratory import promises
from tools.laboratory.chance import chance
from tools.laboratory.deniability import broken_deniability, signed_texts
from tools.laboratory.desk import Desk
from tools.laboratory.drill import Drill
from tools.laboratory.faults import Fault
from tools.laboratory.post import Post
from tools.laboratory.registers import broken_register, broken_sizes
from tools.laboratory.stores import Stores
from tools.laboratory.wire import broken_form, broken_openings
from tools.laboratory.world import World

TRIED = 40
ALWAYS = (promises.broken_serials, promises.broken_numbers, promises.broken_pages)
# A restore opens holes and takes back what was acknowledged, until the channels are mended.
WHEN_MENDED = (promises.broken_acknowledgements, promises.broken_sequences)
# By how much another clock may be ahead before what it dates is not believed.
BELIEVED = timedelta(days=2) - timedelta(hours=4)
OF_CLOCKS = frozenset({"station.arrival", "channel.card_validity", "channel.card_trust"})


@dataclass
class Judge:
    """Looks at the stores from outside, and writes what is broken into the account."""

    world: World
    formed: int = 0
    # The objects that were sealed to a period key, which opens them only until its last day.
    to_period_keys: set[str] = field(default_factory=set)

    @property
    def lost(self) -> list[Stores]:
        """The stores that restores took the place of."""
        return self.world.history

    def look(self) -> list[Stores]:
        """Judge what must hold at any moment."""
        stores = self.world.stores()
        for one in stores:
            self.to_period_keys |= {copy.digest for copy in one.copies if copy.is_period_key}
        for rule in ALWAYS:
            self._keep(rule(stores, self.lost))
        if not self.lost:
            self._judge_mended(stores)
        for post, one in zip(self.world.posts, stores, strict=True):
            self._keep(self.world.growth.note(post.station))
            self._keep(broken_sizes(one))
            self._keep(self._broken_burning(post, one))
        self._keep(self._broken_forms())
        return stores

    def conclude(self, drill: Drill) -> None:
        """Judge everything once more, and what holds only in the quiet afterwards."""
        stores = self.look()
        self._judge_mended(stores)
        self._keep(promises.broken_deliveries(stores, self.lost))
        self._keep(promises.broken_ends(stores))
        if not self.lost:
            # Correspondents of a restored post rightly say that its register went back.
            self._keep(promises.broken_trust(stores))
        self._keep(broken_deniability(stores))
        for desk in drill.desks:
            self._keep(_taken_twice(desk))
        for post, one in zip(self.world.posts, stores, strict=True):
            self._keep(broken_register(post.station))
            self._keep(self.world.growth.broken(one))
            self._keep(self._broken_quarantine(post, one))
        self._try_openings()
        self._count(stores)

    def is_settled(self) -> bool:
        """Tell whether every copy has come, or is known to be missing for good."""
        stores = self.world.stores()
        copies = promises.copies_sent(stores, self.lost)
        is_open = any(one.filed == 0 and not (one.is_void and one.is_named) for one in copies)
        is_missing = any(ledger.missing for one in stores for ledger in one.ledgers.values())
        return not (is_open or is_missing or any(one.queued for one in stores))

    def _judge_mended(self, stores: list[Stores]) -> None:
        for rule in WHEN_MENDED:
            self._keep(rule(stores, self.lost))

    def _try_openings(self) -> None:
        recorded = [one.sealed for one in self.world.relay.wire.values()]
        draw = chance(self.world.plan.seed, "openings")
        stations = [post.station for post in self.world.posts]
        self._keep(broken_openings(stations, recorded, draw, TRIED))
        self.world.tally.counts["objects_tried"] = min(TRIED, len(recorded))

    def _broken_burning(self, post: Post, one: Stores) -> Iterator[str]:
        if one.live & post.watch.burnt:
            yield f"{post.name}: a burnt page is among the live ones again"

    def _broken_forms(self) -> Iterator[str]:
        wire = list(self.world.relay.wire.values())
        found = chain.from_iterable(broken_form(one.sealed) for one in wire[self.formed :])
        self.formed = len(wire)
        return found

    def _broken_quarantine(self, post: Post, one: Stores) -> Iterator[str]:
        """Only what was never sealed for a post, or not by a clock that agrees, lies there."""
        junk = self.world.relay.junk
        for digest, code in one.quarantined.items():
            is_junk = (post.index, digest) in junk
            is_known = self._is_of_clocks(code, digest) or self._is_of_restores(post, code)
            if not (is_junk or is_known):
                yield f"{post.name}: an honest object lies in quarantine as {code}"

    def _is_of_clocks(self, code: str, digest: str) -> bool:
        """A wrong clock dates what nobody believes, and ends a period key before its day."""
        if Fault.CLOCK not in self.world.plan.faults:
            return False
        if code == "channel.no_live_page":
            return digest in self.to_period_keys
        wrong = [abs(offset) for post in self.world.posts for offset in post.offsets]
        return code in OF_CLOCKS and max(wrong) > BELIEVED

    def _is_of_restores(self, post: Post, code: str) -> bool:
        """A restored post has lost its pages; and a serial may come that it has given up since."""
        if code == "channel.no_live_page":
            return post.index in self.world.restored
        return bool(self.world.restored) and code == "station.arrival"

    def _count(self, stores: list[Stores]) -> None:
        tally = self.world.tally
        for one in promises.copies_sent(stores, self.lost):
            tally.copies += 1
            tally.delivered += one.filed == 1
            tally.named_missing += one.filed == 0 and one.is_named
        tally.counts["opened_twice"] = sum(1 for _ in promises.opened_twice(stores, self.lost))
        for name, count in (pair for one in stores for pair in _counts(one)):
            tally.counts[name] += count

    def _keep(self, found: Iterable[str]) -> None:
        for sentence in found:
            self.world.tally.break_(sentence)


def _counts(one: Stores) -> Iterator[tuple[str, int]]:
    sent = [copy for copy in one.copies if copy.is_sent]
    yield "quarantined", len(one.quarantined)
    yield "repeats", sum(copy.repeat > 0 for copy in sent)
    yield "period_key", sum(copy.is_period_key for copy in sent)
    yield "recaps", sum(text.is_sent and text.kind == "recap" for text in one.services.values())
    yield "services", sum(text.is_sent for text in one.services.values())
    yield "voids", sum(len(serials) for serials in one.voids.values())
    yield "signed_texts_searched", sum(1 for _ in signed_texts(one))


def _taken_twice(desk: Desk) -> Iterator[str]:
    for digest, count in desk.taken.items():
        if count > 1:
            yield f"{desk.post.name}: the object {digest} was taken in as new {count} times"
