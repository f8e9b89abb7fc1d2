"""Numbers on a channel: serials without gaps, what an arrival means, and the chain of covers.

A channel is an ordered pair of stations. Its serials are contiguous within a series (a year);
a number is used once, or voided, and never given again. Pure rules (PROTOCOL 6); the ledger
itself is kept by the store, and asking for a repeat is the station's.
"""

import hashlib
import re
from dataclasses import dataclass
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
    following: int
    previous: Digest | None = None

    def __post_init__(self) -> None:
        require_series(self.series)
        require_serial(self.following)

    def advanced(self, cover: Digest) -> "OutgoingSerial":
        """Return the state after a cover with this digest took the number."""
        return self._next(cover)

    def voided(self) -> "OutgoingSerial":
        """Return the state after the number was voided; the chain names the last real cover."""
        return self._next(self.previous)

    def _next(self, previous: Digest | None) -> "OutgoingSerial":
        return OutgoingSerial(
            channel=self.channel,
            series=self.series,
            following=self.following + 1,
            previous=previous,
        )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLedger:
    """Which serials of one series were received and which were voided by their sender."""

    first: int = 1
    received: SerialRanges = _NO_SERIALS
    voided: SerialRanges = _NO_SERIALS

    @property
    def settled(self) -> SerialRanges:
        """The serials about which nothing is open any more: what `have` in a cover says."""
        return self.received.joined(self.voided.runs)

    @property
    def missing(self) -> SerialRanges:
        """The gaps: serials below the highest that were neither received nor voided."""
        return self.settled.missing(first=self.first)

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
        if arrived.serial == expected:
            return Arrival.NEXT
        return Arrival.GAP if arrived.serial > expected else Arrival.FILL

    def gap_before(self, serial: int) -> SerialRanges:
        """Name the serials that an arrival of `serial` shows to be missing for the first time."""
        expected = self.expected
        return SerialRanges(((expected, serial - 1),) if serial > expected else ())

    def with_received(self, serial: int) -> "IncomingLedger":
        """Return the ledger after `serial` was received."""
        return IncomingLedger(
            first=self.first, received=self.received.including(serial), voided=self.voided
        )

    def with_voided(self, serials: SerialRanges) -> "IncomingLedger":
        """Return the ledger after the sender voided `serials`."""
        return IncomingLedger(
            first=self.first, received=self.received, voided=self.voided.joined(serials.runs)
        )


def _judge_again(arrived: IncomingCover, known: IncomingCover) -> Arrival:
    if arrived.cover == known.cover:
        return Arrival.REPLAY
    return Arrival.REPEAT if arrived.minute == known.minute else Arrival.CLASH


def require_chain(
    arrived: IncomingCover, *, before: IncomingCover | None, after: IncomingCover | None = None
) -> None:
    """Refuse a cover that does not follow what was received before it, or precede what came after.

    Args:
        arrived: The cover, already authenticated.
        before: The received cover with the highest serial below, when every serial between the
            two was voided; None where there is none yet or it is still missing.
        after: The received cover that follows in the same way, when this one fills a gap.

    Raises:
        ChainBrokenError: A named predecessor is another cover; one sender made two histories.
    """
    if before is not None and arrived.previous != before.cover:
        raise ChainBrokenError(f"cover {arrived.serial} does not follow cover {before.serial}")
    if after is not None and after.previous != arrived.cover:
        raise ChainBrokenError(f"cover {after.serial} does not follow cover {arrived.serial}")
