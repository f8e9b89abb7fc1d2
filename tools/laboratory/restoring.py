"""An old backup of a whole home is put back, and the restored post mends its channels."""

from dataclasses import replace
from pathlib import Path

from tools.laboratory.faults import Fault
from tools.laboratory.post import Post
from tools.laboratory.stores import Stores, look_into
from tools.laboratory.world import PAGES, World

from depesha.station import BookOrder, backup_of, restore_from
from tests.station.houses import PASSPHRASE

KEPT_BACKUPS = 3
TRIES = 20


def back_up(world: World, post: Post) -> None:
    """Make a backup of a post as it stands; the oldest of its backups is forgotten."""
    world.backups_made += 1
    target = world.folder / f"backup-{world.backups_made}"
    with backup_of(post.home, PASSPHRASE, clock=post.clock) as backup:
        backup.write(target, _say_nothing)
    post.backups = [*post.backups, target][-KEPT_BACKUPS:]


def put_back(world: World, post: Post, source: Path) -> None:
    """Lose a post's home, and go on from a backup of it; what is lost is remembered here alone."""
    world.history.append(_what_left(world, look_into(post.station)))
    world.tally.inject(Fault.RESTORE)
    world.tally.counts["restores"] += 1
    post.station.close()
    post.home = post.home.with_name(f"{post.index}-restored-{len(world.history)}")
    restore_from(source, PASSPHRASE, clock=post.clock).write(post.home, _say_nothing)
    post.open()
    world.growth.forget(post.station)
    # Older backups stay good; those made after this one tell of what is lost.
    post.backups = post.backups[: post.backups.index(source) + 1]
    world.restored.add(post.index)


def _what_left(world: World, stores: Stores) -> Stores:
    """Leave out the telegrams of which nobody outside can know: they never left the house."""
    left = {copy.record for copy in stores.copies if copy.digest in world.relay.wire}
    known = {
        record: telegram
        for record, telegram in stores.telegrams.items()
        if record in left or not telegram.is_sent
    }
    return replace(stores, telegrams=known)


def mend_all(world: World, post: Post) -> None:
    """Ask every correspondent by hand, until it has answered; then exchange new books."""
    for other in world.posts:
        if other is post:
            continue
        for _ in range(TRIES):
            if _mend(post, other):
                break
        else:
            world.tally.break_(f"{post.name}: {other.name} cannot be mended after a restore")
        hand_book(world, post, other)
        hand_book(world, other, post)


def hand_book(world: World, issuer: Post, holder: Post) -> None:
    """Issue a book and hand it over, as a courier would; a crash on the way costs the book."""
    order = BookOrder(call_sign=holder.name, pages=PAGES, relay=world.admission)
    book = issuer.act(lambda station: station.correspondence.issue(order, by=issuer.clerk))
    if book is None:
        return
    taken = holder.act(
        lambda station: station.correspondence.accept(book, issuer=issuer.name, by=holder.clerk)
    )
    world.tally.counts["books"] += taken is not None


def _mend(post: Post, other: Post) -> bool:
    """Ask, have it answered, take the answer; tell whether the channel is mended now."""
    ask = post.act(lambda station: station.reconciling.ask(other.name, by=post.clerk))
    if ask is None:
        # Mended in the very act that was the last one.
        return post.refused == "station.wrong_state"
    answer = other.act(lambda station: station.reconciling.answer(ask, post.name, by=other.clerk))
    if answer is None:
        return False
    mended = post.act(lambda station: station.reconciling.mend(answer, other.name, by=post.clerk))
    return mended is not None


def _say_nothing(_done: int, _of: int) -> None:
    pass
