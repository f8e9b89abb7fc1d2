"""Numbers on a channel: serials without gaps, what an arrival means, and the chain of covers.

A channel is an ordered pair of stations. Its serials are contiguous within a series (a year);
a number is used once, or voided, and never given again. Pure rules (PROTOCOL 6); the ledger
itself is kept by the store, and asking for a repeat is the station's.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from depesha.base import SERIAL_LIMIT, Digest, SerialRanges
from depesha.channel.errors import ChainBrokenError, SerialFormatError
from depesha.channel.fields import is_fingerprint

_CHANNEL_DIGITS = 32
_NO_SERIALS = SerialRanges()
_SERIES = re.compile(r"[0-9]{4}", re.ASCII)


def channel_id(sender: str, receiver: str) -> str:
    """Name the channel from one station to another, from their fingerprints.

    Raises:
        SerialFormatError: A fingerprint is malformed, or both are the same.
    """
    if not (is_fingerprint(sender) and is_fingerprint(receiver)) or sender == receiver:
        raise SerialFormatError("a channel runs between two different fingerprints")
    text = f"depesha/1 channel\n{sender}\n{receiver}\n"
    return hashlib.sha256(text.encode()).hexdigest()[:_CHANNEL_DIGITS]


def require_series(series: str) -> str:
    """Return `series` if it is a year of four digits.

    Raises:
        SerialFormatError: It is anything else.
    """
    if not _SERIES.fullmatch(series):
        raise SerialFormatError("a series is a year of four digits")
    return series


def require_serial(serial: int) -> int:
    """Return `serial` if it is a number a channel can give.

    Raises:
        SerialFormatError: It is below 1 or has more than nine digits.
    """
    if not 1 <= serial <= SERIAL_LIMIT:
        raise SerialFormatError("a serial is a number from 1 to 999999999")
    return serial


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSerial:
    """The number that the next cover on a channel takes, and the cover it must name.

    It is stored, durably, together with the queued envelope that used it: a number that may
    have left the house is never given twice.
    """

    channel: str
    series: str
    first: int = 1
    following: int
    previous: Digest | None = None

    def __post_init__(self) -> None:
        require_series(self.series)
        if require_serial(self.first) > require_serial(self.following):
            raise SerialFormatError("a channel does not begin behind its next serial")

    def advanced(self, cover: Digest | None) -> "OutgoingSerial":
        """Return the state after a cover took the number: its digest, or None if it is unsigned.

        No cover ever names an unsigned one: its digest in a signed text would sign it by the back
        door (PROTOCOL 15, no. 7).
        """
        return self._next(cover)

    def jumped(self, following: int) -> "OutgoingSerial":
        """Return the state that goes on at a later number, as after a restore.

        Raises:
            SerialFormatError: The number lies behind the present one.
        """
        if following < self.following:
            raise SerialFormatError("a channel never goes back to a lower serial")
        return replace(self, following=following)

    def voided(self) -> "OutgoingSerial":
        """Return the state after the number was voided; the chain names the last real cover."""
        return self._next(self.previous)

    def _next(self, previous: Digest | None) -> "OutgoingSerial":
        return replace(self, following=self.following + 1, previous=previous)


class Arrival(StrEnum):
    """What a cover that came in is, by its number alone and by what stood there before."""

    NEXT = "next"
    """The number that was expected."""
    GAP = "gap"
    """A later number: those between are missing, and are named at once."""
    FILL = "fill"
    """A number that was missing until now."""
    REPLAY = "replay"
    """The very cover that was received before."""
    REPEAT = "repeat"
    """The same telegram under its number again, in a new cover."""
    CLASH = "clash"
    """Another telegram under a number already received: an incident; both are kept."""
    VOID = "void"
    """A telegram under a number that its sender had voided: an incident; it is kept."""
    EARLY = "early"
    """A number below the first of the channel: it belongs to the paper before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCover:
    """What the ledger keeps of one cover received: enough to judge the next."""

    serial: int
    cover: Digest
    minute: Digest
    previous: Digest | None = None
    is_signed: bool = True
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLedger:
    """Which serials of one series were received and which were voided by their sender.

    `announced` is the highest serial that the sender said it gave, in a recap: what is missing at
    the tail shows no gap by itself. What cannot be counted is no ledger (`BaseFormatError`): more
    runs than anybody writes come from a sender that means harm.
    """

    first: int = 1
    received: SerialRanges = _NO_SERIALS
    voided: SerialRanges = _NO_SERIALS
    announced: int = 0

    def __post_init__(self) -> None:
        _ = self.missing

    @property
    def settled(self) -> SerialRanges:
        """The serials about which nothing is open any more."""
        return self.received.joined(self.voided.runs)

    @property
    def missing(self) -> SerialRanges:
        """The gaps: serials up to the highest known that were neither received nor voided."""
        between, expected = self.settled.missing(first=self.first), self.expected
        tail = ((expected, self.announced),) if self.announced >= expected else ()
        return between.joined(tail)

    @property
    def expected(self) -> int:
        """The serial that would leave no new gap."""
        highest = self.settled.highest
        return self.first if highest is None else max(self.first, highest + 1)

    def judge(self, arrived: IncomingCover, *, known: IncomingCover | None) -> Arrival:
        """Say what an arrival means; nothing is refused here, for every arrival is kept.

        Args:
            arrived: The cover, already authenticated.
            known: The cover that was received under the same serial first, if any.
        """
        if known is not None:
            return _judge_again(arrived, known)
        if arrived.serial in self.voided:
            return Arrival.VOID
        if arrived.serial < self.first:
            return Arrival.EARLY
        expected = self.expected
        if arrived.serial == expected and arrived.serial > self.announced:
            return Arrival.NEXT
        return Arrival.GAP if arrived.serial > expected else Arrival.FILL

    def gap_before(self, serial: int) -> SerialRanges:
        """Name the serials that an arrival of `serial` shows to be missing for the first time."""
        expected = self.expected
        return SerialRanges(((expected, serial - 1),) if serial > expected else ())

    def with_received(self, serial: int) -> "IncomingLedger":
        """Return the ledger after `serial` was received."""
        return replace(self, received=self.received.including(serial))

    def with_voided(self, serials: SerialRanges) -> "IncomingLedger":
        """Return the ledger after the sender voided `serials`; what was received stays received."""
        return replace(self, voided=self.voided.joined(serials.runs))

    def with_announced(self, highest: int) -> "IncomingLedger":
        """Return the ledger after the sender said that it gave every serial up to `highest`."""
        return replace(self, announced=max(self.announced, highest))


def _judge_again(arrived: IncomingCover, known: IncomingCover) -> Arrival:
    if arrived.cover == known.cover:
        return Arrival.REPLAY
    return Arrival.REPEAT if arrived.minute == known.minute else Arrival.CLASH


def require_chain(
    arrived: IncomingCover, *, before: IncomingCover | None, after: IncomingCover | None = None
) -> None:
    """Refuse a cover that does not follow what was received before it, or precede what came after.

    An unsigned cover is named by none and names none. A repeat is a new cover: it names what the
    first sealing named, and the cover after it names the first sealing.

    Args:
        arrived: The cover, already authenticated.
        before: The received cover with the highest serial below, when every serial between the
            two was voided; None where there is none yet or it is still missing.
        after: The received cover that follows in the same way, when this one fills a gap.

    Raises:
        ChainBrokenError: A named predecessor is another cover; one sender made two histories.
    """
    if before is not None and not _follows(arrived, before):
        raise ChainBrokenError(f"cover {arrived.serial} does not follow cover {before.serial}")
    if after is not None and not _follows(after, arrived):
        raise ChainBrokenError(f"cover {after.serial} does not follow cover {arrived.serial}")


def _follows(later: IncomingCover, earlier: IncomingCover) -> bool:
    if not (later.is_signed and earlier.is_signed):
        return later.previous is None
    return earlier.repeat > 0 or later.previous == earlier.cover
