"""What a station does of itself at each round of carrying (PROTOCOL 4, 6, 7).

It answers what it was asked for again, asks for what is missing, tells what it owes, says how far
it has counted, and sends new pages before the old ones run out. Each duty is a transaction of its
own, safe to repeat; a duty that cannot be done now (no page, no answer after a restore) is reported
and waits for the next round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from depesha.base import BaseFormatError, SerialRanges, SeriesSerials, instant_from_text
from depesha.channel import (
    BookUse,
    ChannelError,
    ChannelPolicy,
    Gap,
    IssuedBook,
    IssuedMailbox,
    MailboxAddress,
    Notice,
    NoticeKind,
    PadBook,
    Peer,
    Receipt,
    RepeatAsked,
    VoidNotice,
    channel_id,
)
from depesha.station.desks.books import enter_book, make_book
from depesha.station.desks.dispatch import seal_again, void_serial
from depesha.station.desks.introducing import correspondents
from depesha.station.desks.sealing import Sealing
from depesha.station.desks.services import recap_text, seal_service_again, send_service
from depesha.station.desks.timing import (
    ASK_AGAIN_AFTER,
    IDLE_RECAP_AFTER,
    PAGES_END_SOON,
    PERIOD_LIFE,
    PERIOD_RENEWED_AFTER,
    RECAP_AFTER,
    is_due,
)
from depesha.station.errors import ModeRefusedError, NoPadError, QuarantinedError
from depesha.station.held import Direction, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import TelegramError

# Tells whether a duty towards a correspondent may be due.
Due = Callable[[Work, Peer, datetime], bool]

_BOOK_DAYS = 60
_ASKED_AT_ONCE = 100
_REPEATS_A_ROUND = 100
# A correspondent that goes on asking for one serial is not given pages and room without end.
_REPEATS_A_SERIAL = 20
# What cannot be done for one correspondent, be it by that one's malice, stops nothing for the rest.
_CANNOT_NOW = (
    BaseFormatError,
    ChannelError,
    ModeRefusedError,
    NoPadError,
    QuarantinedError,
    TelegramError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReport:
    """What one round of duties did, and the codes of what could not be done now."""

    repeated: int = 0
    voided: int = 0
    asked: int = 0
    told: int = 0
    recaps: int = 0
    books: int = 0
    undone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """One round of duties of one clerk."""

    office: Office
    clerk: str

    def run(self) -> DutyReport:
        """Do all that is due with every correspondent."""
        counts = dict.fromkeys(("repeated", "voided", "asked", "told", "recaps", "books"), 0)
        undone: list[str] = []
        for name, duty, peer in self._plan():
            try:
                done = duty(peer)
            except _CANNOT_NOW as error:
                undone.append(error.code)
                continue
            if done:
                counts[name] += done
                self.office.observe(name)
        return DutyReport(**counts, undone=tuple(undone))

    def _plan(self) -> list[tuple[str, Callable[[Peer], int], Peer]]:
        """Look once, in one reading, for what may be due; each duty looks again when it begins.

        Most rounds find nothing, and a transaction for each question would be most of their cost.
        """
        now = self.office.clock.now()
        peers = correspondents(self.office)
        with self.office.reading() as work:
            return [
                (name, duty, peer)
                for peer in peers
                for name, duty, is_due in self._duties()
                if is_due(work, peer, now)
            ]

    def _duties(self) -> tuple[tuple[str, Callable[[Peer], int], Due], ...]:
        # Pages first: whatever is sealed after carries them.
        return (
            ("books", self._replenish, self._is_low),
            ("books", self._renew_period_key, self._is_period_over),
            ("voided", self._void_unknown, self._was_asked),
            ("repeated", self._repeat, self._was_asked),
            ("asked", self._ask, self._misses),
            ("told", self._tell, self._owes),
            ("recaps", self._recap, self._recap_is_due),
        )

    def _is_low(self, work: Work, peer: Peer, now: datetime) -> bool:
        books = work.channel.lives.every(peer.card.fingerprint)
        return _needs_pages(books, work.channel.policies.of(peer.card.fingerprint), now)

    def _is_period_over(self, work: Work, peer: Peer, now: datetime) -> bool:
        books = work.channel.lives.every(peer.card.fingerprint)
        return _needs_period_key(books, work.channel.policies.of(peer.card.fingerprint), now)

    def _was_asked(self, work: Work, peer: Peer, _now: datetime) -> bool:
        return bool(work.channel.dues.repeats(self._way_out(peer)))

    def _misses(self, work: Work, peer: Peer, now: datetime) -> bool:
        return any(is_due(gap.due, now) for gap in work.channel.dues.gaps(self._way_in(peer)))

    def _owes(self, work: Work, peer: Peer, now: datetime) -> bool:
        return any(is_due(one.due, now) for one in work.channel.dues.owed(self._way_in(peer)))

    def _recap_is_due(self, work: Work, peer: Peer, now: datetime) -> bool:
        return _recap_is_due(work, peer, self._way_out(peer), self._way_in(peer), now)

    def _repeat(self, peer: Peer) -> int:
        """Seal again what was asked for; each repeat is a commit, so that none is made twice."""
        done, failed = 0, None
        for asked in self._asked_for(self._way_out(peer))[:_REPEATS_A_ROUND]:
            try:
                done += self._repeat_one(peer, asked)
            except _CANNOT_NOW as error:
                failed = failed or error
        if failed and not done:
            raise failed
        return done

    def _repeat_one(self, peer: Peer, asked: RepeatAsked) -> int:
        with self.office.transaction() as work:
            copies = _sent(work.copies.of_serial(asked.channel, asked.series, asked.serial))
            if not copies:
                return 0
            work.channel.dues.answered(asked)
            if copies[-1].repeat >= _REPEATS_A_SERIAL:
                return 0
            self._seal_again(work, peer, copies[-1])
        return 1

    def _seal_again(self, work: Work, peer: Peer, copy: SealedCopy) -> None:
        sealing = Sealing(
            office=self.office, work=work, clerk=self.clerk, at=self.office.clock.now()
        )
        if copy.is_service:
            seal_service_again(sealing, peer, copy)
        else:
            seal_again(sealing, copy)

    def _void_unknown(self, peer: Peer) -> int:
        """Declare void what was asked for and is not here, as after a restore, or was voided."""
        way_out, now = self._way_out(peer), self.office.clock.now()
        with self.office.transaction() as work:
            lost = [one for one in work.channel.dues.repeats(way_out) if _is_void(work, one)]
            for one in lost:
                void_serial(work, way_out, one.series, one.serial, at=now)
                work.channel.dues.answered(one)
            for series in sorted({one.series for one in lost}):
                notice = VoidNotice(
                    channel=way_out,
                    series=series,
                    serials=SerialRanges.of(one.serial for one in lost if one.series == series),
                    at=now,
                    reason="not held here: voided",
                )
                send_service(work, self.office, peer, notice, clerk=self.clerk, at=now)
        return len(lost)

    def _asked_for(self, way_out: str) -> Sequence[RepeatAsked]:
        with self.office.reading() as work:
            return work.channel.dues.repeats(way_out)

    def _ask(self, peer: Peer) -> int:
        """Ask for the serials that have been missing for too long."""
        way_in, now = self._way_in(peer), self.office.clock.now()
        with self.office.transaction() as work:
            if work.channel.policies.of(peer.card.fingerprint).one_way:
                return 0
            due = [gap for gap in work.channel.dues.gaps(way_in) if is_due(gap.due, now)]
            due = due[:_ASKED_AT_ONCE]
            if not due:
                return 0
            notice = Notice(
                kind=NoticeKind.REPEAT,
                channel=way_in,
                at=now,
                serials=_by_series(due),
                text=None,
            )
            send_service(work, self.office, peer, notice, clerk=self.clerk, at=now)
            for gap in due:
                work.channel.dues.asked(gap, now + ASK_AGAIN_AFTER)
        return len(due)

    def _tell(self, peer: Peer) -> int:
        """Give facts an object of their own, where no telegram has carried them back in time."""
        way_in, now = self._way_in(peer), self.office.clock.now()
        with self.office.transaction() as work:
            due = [one for one in work.channel.dues.owed(way_in) if is_due(one.due, now)]
            if not due:
                return 0
            # The cover of the notice carries them: a receipt inside is what makes it go at all.
            facts = tuple(one.fact for one in due[:1])
            receipt = Receipt(channel=way_in, facts=facts)
            send_service(work, self.office, peer, receipt, clerk=self.clerk, at=now)
        return len(due)

    def _recap(self, peer: Peer) -> int:
        """Say how far we have counted: daily while telegrams are on their way, else weekly."""
        now = self.office.clock.now()
        with self.office.transaction() as work:
            if not self._recap_is_due(work, peer, now):
                return 0
            recap = recap_text(work, self.office, peer, now)
            send_service(work, self.office, peer, recap, clerk=self.clerk, at=now)
        return 1

    def _replenish(self, peer: Peer) -> int:
        """Issue a book that travels in covers, once a third of the pages is left."""
        now = self.office.clock.now()
        with self.office.reading() as work:
            books = work.channel.lives.every(peer.card.fingerprint)
            policy = work.channel.policies.of(peer.card.fingerprint)
            mailbox = _newest_mailbox(work.channel.issued.mailboxes(), peer)
        if not _needs_pages(books, policy, now):
            return 0
        book, note = make_book(
            self.office,
            peer,
            pages=policy.replenish_pages,
            address=_address(mailbox),
            not_before=now,
            not_after=now + timedelta(days=_BOOK_DAYS),
        )
        return self._enter_travelling(book, note, mailbox, now)

    def _renew_period_key(self, peer: Peer) -> int:
        """Issue a period key by the clock, to a correspondent that has had pages of ours."""
        now = self.office.clock.now()
        with self.office.reading() as work:
            books = work.channel.lives.every(peer.card.fingerprint)
            policy = work.channel.policies.of(peer.card.fingerprint)
            mailbox = _newest_mailbox(work.channel.issued.mailboxes(), peer)
        if not _needs_period_key(books, policy, now):
            return 0
        book, note = make_book(
            self.office,
            peer,
            pages=1,
            use=BookUse.PERIOD,
            address=_address(mailbox),
            not_before=now,
            not_after=now + PERIOD_LIFE,
        )
        return self._enter_travelling(book, note, mailbox, now)

    def _enter_travelling(
        self, book: PadBook, note: bytes, mailbox: IssuedMailbox | None, now: datetime
    ) -> int:
        with self.office.transaction() as work:
            enter_book(work, book, note, now, fetch=mailbox.keys if mailbox else None)
            work.channel.lives.send(book.book)
        return 1

    def _way_out(self, peer: Peer) -> str:
        return channel_id(self.office.keyring.fingerprint, peer.card.fingerprint)

    def _way_in(self, peer: Peer) -> str:
        return channel_id(peer.card.fingerprint, self.office.keyring.fingerprint)


def _sent(copies: Sequence[SealedCopy]) -> list[SealedCopy]:
    return [copy for copy in copies if copy.direction is Direction.SENT]


def _is_void(work: Work, asked: RepeatAsked) -> bool:
    """Whether a serial asked for can only be named as void: it was voided, or is not here."""
    if asked.serial in work.channel.outgoing.voided(asked.channel, f"{asked.series:04}"):
        return True
    return not _sent(work.copies.of_serial(asked.channel, asked.series, asked.serial))


def _by_series(gaps: Sequence[Gap]) -> SeriesSerials:
    years = {gap.series for gap in gaps}
    return SeriesSerials.of(
        {year: SerialRanges.of(one.serial for one in gaps if one.series == year) for year in years}
    )


def _recap_is_due(work: Work, peer: Peer, way_out: str, way_in: str, now: datetime) -> bool:
    station = peer.card.fingerprint
    if not work.channel.outgoing.every(way_out) and not work.channel.incoming.ledgers(way_in):
        return False
    if any(_waits_for_a_cover(book) for book in work.channel.lives.every(station)):
        # The other side is running out of pages, and nothing else may go there for a day.
        return True
    last = work.services.newest(station, Direction.SENT, "recap")
    since = instant_from_text(last.at) if last else peer.pinned_at
    if timedelta(0) <= now - since < RECAP_AFTER:
        return False
    if now - since >= IDLE_RECAP_AFTER or since > now:
        return True
    return _waits_for_word(work, way_out) or _was_busy(work, station, way_out, way_in, since)


def _waits_for_word(work: Work, way_out: str) -> bool:
    """Whether a telegram has not been acknowledged; for one that was voided nobody waits."""
    return any(
        not copy.is_service
        and copy.serial not in work.channel.outgoing.voided(way_out, f"{copy.series:04}")
        for copy in work.copies.unacknowledged(way_out)
    )


def _was_busy(work: Work, station: str, way_out: str, way_in: str, since: datetime) -> bool:
    """Whether telegrams went either way since, or the other side keeps asking by its recaps."""
    for channel in (way_out, way_in):
        newest = work.copies.newest_telegram(channel)
        if newest is not None and instant_from_text(newest) >= since:
            return True
    recaps = work.services.count_since(station, Direction.RECEIVED, "recap", since)
    return recaps > 1


def _waits_for_a_cover(book: IssuedBook) -> bool:
    return book.is_travelling and book.carried is None and book.use is BookUse.ONCE


def _needs_pages(books: Sequence[IssuedBook], policy: ChannelPolicy, now: datetime) -> bool:
    pages = [one for one in books if one.use is BookUse.ONCE]
    if policy.replenish_pages == 0 or not pages or any(one.is_travelling for one in pages):
        return False
    # One that was issued by a clock ahead of this one opens nothing yet.
    lasting = [one for one in pages if one.issued_at <= now < one.not_after - PAGES_END_SOON]
    return sum(one.live for one in lasting) * 3 <= sum(one.size for one in pages)


def _needs_period_key(books: Sequence[IssuedBook], policy: ChannelPolicy, now: datetime) -> bool:
    periods = [one.issued_at for one in books if one.use is BookUse.PERIOD]
    is_young = any(timedelta(0) <= now - one < PERIOD_RENEWED_AFTER for one in periods)
    return bool(books) and not is_young and policy.allows_period_key and not policy.one_way


def _newest_mailbox(mailboxes: Sequence[IssuedMailbox], peer: Peer) -> IssuedMailbox | None:
    """Return the mailbox that a travelling book takes over: that of the newest open book."""
    own = [one for one in mailboxes if one.holder == peer.card.fingerprint]
    return own[-1] if own else None


def _address(mailbox: IssuedMailbox | None) -> MailboxAddress | None:
    if mailbox is None:
        return None
    keys = mailbox.keys
    return MailboxAddress(relay=mailbox.relay, mailbox=keys.name, deposit=keys.to_deposit)
