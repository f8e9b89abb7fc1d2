"""The work of all posts, round after round, while everything goes wrong; then the quiet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tools.laboratory.chance import chance
from tools.laboratory.desk import Desk
from tools.laboratory.drafts import closing_draft, draw_draft
from tools.laboratory.faults import BACKUPS, CLOCKS_SET, RESTORES, Fault
from tools.laboratory.post import Post
from tools.laboratory.restoring import back_up, hand_book, mend_all, put_back
from tools.laboratory.tally import Tally
from tools.laboratory.world import World, takes_unsigned

ROUND = timedelta(hours=2)
QUIET = timedelta(hours=13)
A_ROUND = 20
AT_THE_KEY = 0.7
LEAST_OF_QUIET, ROUNDS_OF_QUIET = 3, 30
# Hours by which a clock goes wrong; a day is 24. Beyond two days no other station believes it.
WRONG_BY = (-120, -30, -5, -1, 0, 0, 0, 0, 1, 5, 30, 120)


@dataclass
class Drill:
    """The run itself: who does what when, all of it drawn from the seed."""

    world: World
    desks: list[Desk] = field(init=False)
    written: int = 0
    rounds: int = 0

    def __post_init__(self) -> None:
        self.desks = [Desk(post) for post in self.world.posts]

    @property
    def tally(self) -> Tally:
        """The account of the run."""
        return self.world.tally

    def work(self, look: Callable[[], object], *, every: int) -> None:
        """Send all telegrams of the plan, in rounds, and look at the stores every so often."""
        while self.written < self.world.plan.telegrams or self._is_busy():
            self._round()
            if self.rounds % every == 0:
                look()
            if self.rounds > ROUNDS_OF_QUIET + self.world.plan.telegrams:
                self.tally.break_("the posts never finish their work")
                return

    def rest(self, is_settled: Callable[[], bool]) -> None:
        """Put everything right, then carry day after day until nothing is open any more."""
        self.world.relay.settle()
        for post in self.world.posts:
            post.watch.fate.is_spared = True
            post.set_clock(timedelta())
        self._close_channels()
        for place in range(ROUNDS_OF_QUIET):
            self.tally.counts["quiet_rounds"] += 1
            self.world.time.pass_by(QUIET)
            for desk in self.desks:
                # Once the clocks are right, what they had made incredible is looked at again.
                desk.sync(is_again=place == 0)
            if place + 1 >= LEAST_OF_QUIET and is_settled():
                return

    def _round(self) -> None:
        self.rounds += 1
        self.tally.counts["rounds"] += 1
        self.world.time.pass_by(ROUND)
        draw = chance(self.world.plan.seed, "round", self.rounds)
        self.world.relay.trouble()
        self._set_clocks(draw)
        self._back_up_and_restore(draw)
        for _ in range(min(A_ROUND, self.world.plan.telegrams - self.written)):
            self._give_out()
        for desk in self.desks:
            desk.attend()
            if draw.random() < AT_THE_KEY:
                desk.sync()
            if desk.lacks_pages:
                self._hand_books(desk.post)

    def _set_clocks(self, draw: Random) -> None:
        for post in self.world.posts:
            is_hit = draw.uniform(0, 100) < CLOCKS_SET
            hours = draw.choice(WRONG_BY)
            if is_hit and Fault.CLOCK in self.world.plan.faults:
                post.set_clock(timedelta(hours=hours))
                self.tally.inject(Fault.CLOCK)

    def _is_busy(self) -> bool:
        return any(desk.tasks for desk in self.desks)

    def _give_out(self) -> None:
        self.written += 1
        self.tally.telegrams += 1
        draw = chance(self.world.plan.seed, "telegram", self.written)
        desk = draw.choice(self.desks)
        others = [
            (other.name, takes_unsigned(desk.post, other)) for other in self._others(desk.post)
        ]
        desk.give(draw_draft(draw, self.written, desk.post.name, others), draw)

    def _hand_books(self, holder: Post) -> None:
        """Hand a new book to a post that has no page left to somebody, as a courier would."""
        for status in holder.act(lambda station: station.correspondence.pads()) or ():
            if status.left == 0:
                (issuer,) = (one for one in self.world.posts if one.name == status.call_sign)
                hand_book(self.world, issuer, holder)

    def _back_up_and_restore(self, draw: Random) -> None:
        """Make a backup now and then, and sometimes put an old one back."""
        saved, lost = draw.choice(self.desks), draw.choice(self.desks)
        place, is_saved = draw.random(), draw.uniform(0, 100) < BACKUPS
        is_lost = draw.uniform(0, 100) < RESTORES
        if Fault.RESTORE not in self.world.plan.faults:
            return
        if is_saved:
            back_up(self.world, saved.post)
        if is_lost and lost.post.backups:
            backups = lost.post.backups
            lost.post.set_clock(timedelta())
            put_back(self.world, lost.post, backups[int(place * len(backups))])
            lost.forget()
            mend_all(self.world, lost.post)

    def _close_channels(self) -> None:
        """Send one last telegram on every channel, and finish all that is begun."""
        for desk in self.desks:
            for other in self._others(desk.post):
                self.tally.telegrams += 1
                draft = closing_draft(desk.post.name, other.name, self.rounds)
                desk.give(draft, chance(0, "closing"))
        for _ in range(ROUNDS_OF_QUIET):
            if not self._is_busy():
                return
            for desk in self.desks:
                desk.attend()
                desk.sync()
                if desk.lacks_pages:
                    self._hand_books(desk.post)

    def _others(self, post: Post) -> Iterator[Post]:
        return (other for other in self.world.posts if other is not post)
