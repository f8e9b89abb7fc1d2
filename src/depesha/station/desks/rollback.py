"""Whether store and live pages belong together, or one was put back to an earlier day by hand.

A whole home that was copied and put back agrees with itself: that cannot be seen from inside it,
and only correspondents can tell (PROTOCOL 12).
"""

from collections.abc import Collection
from enum import StrEnum

from depesha.base import Digest
from depesha.channel import BookUse, PadBook
from depesha.cipher import unverified_text
from depesha.station.office import Office
from depesha.station.work import Work


class PagesVerdict(StrEnum):
    """Whether the store and the folder of live pages belong together."""

    AGREE = "agree"
    STORE_IS_OLDER = "store_is_older"
    PAGES_ARE_OLDER = "pages_are_older"


def judge_pages(
    *, live: Collection[Digest], burnt: Collection[Digest], held: Collection[Digest]
) -> PagesVerdict:
    """Tell whether one of store and page folder was put back to an earlier day by hand.

    A page is marked as spent before its secret burns, and as burnt after that. So no crash leaves a
    live page without its secret, nor a burnt one with it; an older copy of either does.

    Args:
        live: The pages that the store counts as live, of books that have not ended.
        burnt: The pages that the store knows as burnt.
        held: The pages whose secrets lie in the folder.
    """
    if set(burnt).intersection(held):
        return PagesVerdict.PAGES_ARE_OLDER
    if set(live).difference(held):
        return PagesVerdict.STORE_IS_OLDER
    return PagesVerdict.AGREE


def judge_home(office: Office) -> PagesVerdict:
    """Compare the live pages of an open station with what its store says of them; writes nothing.

    Raises:
        PageStoreError: The live pages cannot be opened.
    """
    held = set(office.pages.load())
    with office.reading() as work:
        return judge_pages(
            live=_live(office, work),
            burnt=work.channel.issued.spent(held) - _to_be_burnt(work),
            held=held,
        )


def _live(office: Office, work: Work) -> set[Digest]:
    """Name the pages that must be there: of a station given up they burn before their day."""
    now = office.clock.now()
    holders = {peer.card.fingerprint for peer in work.channel.peers.everyone()}
    books = {book.book for book in work.channel.lives.every() if book.not_after >= now}
    return {
        page.key
        for page in work.channel.issued.live()
        if page.use is BookUse.ONCE and page.holder in holders and page.book in books
    }


def _to_be_burnt(work: Work) -> frozenset[Digest]:
    """Name the pages that a crash left spent and not burnt: the next round burns them."""
    return frozenset(
        PadBook.from_text(unverified_text(work.channel.issued.note(copy.book)))
        .page(copy.page)
        .digest()
        for copy in work.copies.unburnt()
    )
