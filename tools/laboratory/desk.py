"""What one post does by itself: telegrams on their way through the house, and what came in."""

from dataclasses import dataclass, field
from random import Random

from tools.laboratory.drafts import FINAL
from tools.laboratory.post import Post
from tools.laboratory.stores import is_for
from tools.laboratory.tally import Tally

from depesha.station import Conveyed, Draft, SyncReport

# In a hundred telegrams: those that answer another, cancel one, or are given up before they leave.
ANSWERS, CANCELS, VOIDS = 35, 3, 2
NO_PAGE = frozenset({"channel.no_pad", "station.no_pad", "channel.pad_book_exhausted"})


@dataclass
class Task:
    """One telegram on its way through its own house: to be written, released, sealed."""

    draft: Draft
    to_void: bool = False
    draft_id: str = ""
    is_released: bool = False
    is_sealed: bool = False


@dataclass
class Desk:
    """What one post has still to do, and what it has sent and received."""

    post: Post
    tasks: list[Task] = field(default_factory=list)
    answerable: list[str] = field(default_factory=list)
    cancellable: list[str] = field(default_factory=list)
    to_convey: list[str] = field(default_factory=list)
    # How often each object was taken in as new, as the station reports it.
    taken: dict[str, int] = field(default_factory=dict)
    lacks_pages: bool = False

    @property
    def tally(self) -> Tally:
        """The account of the run."""
        return self.post.tally

    def give(self, draft: Draft, draw: Random) -> None:
        """Take a telegram to be sent; it may answer or cancel one that is here."""
        if self.answerable and draw.randrange(100) < ANSWERS:
            draft = self._citing(draft, "in_reply_to", draw.choice(self.answerable))
        elif self.cancellable and draw.randrange(100) < CANCELS:
            draft = self._citing(draft, "cancels", draw.choice(self.cancellable))
        self.tally.counts["unsigned"] += draft.mode == "unsigned"
        self.tasks.append(Task(draft, to_void=draw.randrange(100) < VOIDS))

    def forget(self) -> None:
        """Begin anew after a restore: what was not sealed is written again, old papers are lost."""
        for task in self.tasks:
            task.draft_id, task.is_released = "", False
        self.answerable, self.cancellable, self.to_convey = [], [], []

    def attend(self) -> None:
        """Bring every telegram as far as it goes today, and convey what is to be conveyed."""
        self.lacks_pages = False
        for task in self.tasks:
            self._advance(task)
        self.tasks = [task for task in self.tasks if not task.is_sealed]
        while self.to_convey:
            self._convey(self.to_convey.pop())

    def sync(self, *, is_again: bool = False) -> None:
        """Carry once."""
        self.tally.counts["syncs"] += 1
        clerk = self.post.clerk
        report = self.post.act(lambda station: station.courier.sync(by=clerk, is_again=is_again))
        if report is not None:
            self._read(report)

    def _citing(self, draft: Draft, how: str, record: str) -> Draft:
        cited = self.post.act(lambda station: station.reading.citation(record))
        self.tally.counts["cancels" if how == "cancels" else "replies"] += cited is not None
        return draft.amended({how: cited})

    def _advance(self, task: Task) -> None:
        """Take a telegram from wherever it stands as far as it goes; a crash is gone on from."""
        post = self.post
        if not task.draft_id:
            entry = post.act(lambda station: station.drafting.write(task.draft, by=post.clerk))
            task.draft_id = entry.draft_id if entry else ""
        if task.draft_id and not task.is_released:
            held = post.act(
                lambda station: station.drafting.release(task.draft_id, by=post.releaser)
            )
            # Released in the very act that was the last one: the number is given all the same.
            task.is_released = held is not None or post.refused == "station.wrong_state"
        if task.is_released:
            copies = post.act(lambda station: station.dispatch.seal(task.draft_id, by=post.clerk))
            task.is_sealed = copies is not None or post.refused == "station.wrong_state"
            self.lacks_pages = self.lacks_pages or post.refused in NO_PAGE
        if task.is_sealed:
            self.cancellable.append(task.draft_id)
            self._void(task)

    def _void(self, task: Task) -> None:
        if not task.to_void:
            return
        (to,) = task.draft.action
        post = self.post
        post.act(lambda station: station.dispatch.void(task.draft_id, to.call_sign, by=post.clerk))

    def _convey(self, record: str) -> None:
        post, said = self.post, Conveyed(place="the residence", form="spoken")
        post.act(lambda station: station.conveying.hand_over(record, by=post.clerk))
        report = post.act(lambda station: station.conveying.report(record, said, by=post.clerk))
        self.tally.counts["conveyed"] += report is not None

    def _read(self, report: SyncReport) -> None:
        self.tally.refusals.update(report.failed)
        self.tally.refusals.update(report.duties.undone)
        for one in report.received:
            if one.refused is not None:
                self.tally.refusals[one.refused] += 1
            elif one.is_new:
                self.taken[one.object_digest] = self.taken.get(one.object_digest, 0) + 1
            if one.record_id is not None and one.is_new:
                self.answerable.append(one.record_id)
                if is_for(self.post.station, one.record_id, FINAL):
                    self.to_convey.append(one.record_id)
