"""The posts of a run, founded and acquainted, and the carrier and the time that they share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from tools.laboratory.carrier import HostileRelay
from tools.laboratory.chance import chance
from tools.laboratory.faults import LAST_ACTS, Fault
from tools.laboratory.post import Post, PostClock, Time
from tools.laboratory.registers import Growth
from tools.laboratory.stores import Stores, look_into
from tools.laboratory.tally import Tally
from tools.laboratory.watching import Fate, Watch

from depesha.channel import Capability
from depesha.station import RelayAdmission
from tests.station.houses import RELAY, SetClock, acquaint, found

# Half a day before a year ends, so that the shortest run has two series of numbers.
BEGIN = datetime(2031, 12, 31, 12, 0, tzinfo=UTC)
# The posts are older than that by more than a clock is ever set back.
FOUNDED = BEGIN - timedelta(days=10)
PAGES = 32
NAMES = ("AMARO", "BRISTOW", "CORDOVA", "DELGADO", "EVERETT", "FALMOUTH", "GALWAY", "HAMMOND")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be run."""

    posts: int
    telegrams: int
    seed: int
    faults: frozenset[Fault]


@dataclass
class World:
    """Everything of one run."""

    plan: Plan
    time: Time
    relay: HostileRelay
    tally: Tally
    folder: Path
    posts: list[Post] = field(default_factory=list)
    backups_made: int = 0
    # The stores of posts as they were when an older backup took their place, and whose they were.
    history: list[Stores] = field(default_factory=list)
    restored: set[int] = field(default_factory=set)
    growth: Growth = field(default_factory=Growth)

    @property
    def admission(self) -> RelayAdmission:
        """The right to open mailboxes at the one relay, which asks nobody for it."""
        return RelayAdmission(address=RELAY, token=Capability(bytes(32)).to_text())

    def stores(self) -> list[Stores]:
        """Look into every station, in the order of the posts."""
        return [look_into(post.station) for post in self.posts]

    def by_fingerprint(self) -> dict[str, Post]:
        """Return the posts by the fingerprints of their stations."""
        return {post.station.office.keyring.fingerprint: post for post in self.posts}


@contextmanager
def world(plan: Plan, folder: Path, tally: Tally) -> Iterator[World]:
    """Found the posts in a folder and let each know all others; close them in the end."""
    if not 2 <= plan.posts <= len(NAMES):  # noqa: PLR2004 - nobody telegraphs to himself
        raise ValueError(f"a run has from 2 to {len(NAMES)} posts")
    made = World(
        plan=plan,
        time=Time(FOUNDED),
        relay=HostileRelay(plan.seed, plan.faults, tally, is_honest=True),
        tally=tally,
        folder=folder,
    )
    try:
        for index in range(plan.posts):
            made.posts.append(_post(made, index, folder))
        for one, other in combinations(made.posts, 2):
            acquaint(one.station, other.station, made.admission, pages=PAGES)
            _agree(one, other)
            _agree(other, one)
        made.time.instant = BEGIN
        yield made
    finally:
        for post in made.posts:
            post.station.close()


def let_loose(world: World) -> None:
    """Let everything go wrong from now on."""
    world.relay.is_honest = False
    for post in world.posts:
        post.watch.fate.is_spared = Fault.CRASH not in world.plan.faults


def takes_unsigned(one: Post, other: Post) -> bool:
    """Tell whether the channels between two posts take unsigned telegrams: every other pair."""
    return (one.index + other.index) % 2 == 1


def _agree(one: Post, other: Post) -> None:
    policy = replace(
        one.station.correspondence.policy(other.name),
        allows_unsigned=takes_unsigned(one, other),
        replenish_pages=PAGES,
    )
    one.station.correspondence.set_policy(other.name, policy, by=one.clerk)


def _post(world: World, index: int, folder: Path) -> Post:
    home, clock = folder / str(index), PostClock(world.time)
    found(home, f"POST {NAMES[index]}", SetClock(FOUNDED))
    draw = chance(world.plan.seed, "crashes", index)
    post = Post(
        index=index,
        name=f"POST {NAMES[index]}",
        home=home,
        clock=clock,
        relay=world.relay,
        watch=Watch(Fate(draw, LAST_ACTS, is_spared=True)),
        tally=world.tally,
    )
    post.open()
    return post
