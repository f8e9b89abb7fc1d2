"""What one sealed object must be before anything of it is believed: pure checks, one after another.

Everything raised here is the object's own fault, and sends it to quarantine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from depesha.base import CallSign, Digest
from depesha.channel import Envelope, IssuedPage, Peer, channel_id
from depesha.cipher import open_note
from depesha.station.desks.minutes import open_minute
from depesha.station.errors import ArrivalError, NotAddressedError
from depesha.telegram import Cover, Minute, Mode

# How far another station's clock may be ahead of ours before its cover is not believed.
CLOCK_SKEW = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One verified arrival: everything in it agrees with everything else in it."""

    sealed: bytes = field(repr=False)
    key: Digest
    peer: Peer
    envelope: Envelope
    cover: Cover
    minute: Minute

    @property
    def enclosed(self) -> Mapping[str, bytes]:
        """The enclosures under the names that they have in the envelope."""
        return {
            f"enclosures/{position:02}": data
            for position, data in enumerate(self.envelope.enclosures, start=1)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """The station's side of a check: who it is, what time it is, whom it knows."""

    call_sign: CallSign
    fingerprint: str
    at: datetime
    peers: Sequence[Peer]

    def verify(self, sealed: bytes, key: Digest, page: IssuedPage, envelope: Envelope) -> Opened:
        """Verify the cover, then read it; then the minute; then that they agree.

        1. The page was issued to a station that is pinned and not retired.
        2. Its identity key signed the cover, which names both stations, this page, this channel.
        3. The cover is not from the future, and its card held when it was sealed.
        4. A releaser on its card signed the minute, which is the one that the cover was made for.
        5. The minute names this station, and the cover its copy as the minute has it.
        6. The enclosures are those that the minute binds.
        7. It is not written in the name of a third station.

        Raises:
            CipherError, ChannelError, TelegramError, ArrivalError, NotAddressedError.
        """
        peer = self._sender(page)
        cover = Cover.from_text(open_note(envelope.cover, [peer.card.identity]).text)
        self._require_cover(cover, page)
        peer.card.require_valid(cover.sealed)
        if cover.minute != Digest.of(envelope.telegram):
            raise ArrivalError("the cover was written for another minute")
        minute = open_minute(envelope.telegram, peer.card.releasers)
        self._require_minute(minute, cover)
        _require_enclosures(minute, envelope)
        self._require_own_name(minute, peer)
        return Opened(
            sealed=sealed, key=key, peer=peer, envelope=envelope, cover=cover, minute=minute
        )

    def _sender(self, page: IssuedPage) -> Peer:
        for peer in self.peers:
            if peer.card.fingerprint == page.holder:
                return peer
        raise ArrivalError("the page was issued to a station that is retired")

    def _require_cover(self, cover: Cover, page: IssuedPage) -> None:
        sender = cover.sender.hex()
        if (cover.receiver.hex(), sender) != (self.fingerprint, page.holder):
            raise ArrivalError("the cover names other stations than its page")
        if (cover.book.hex(), cover.page) != (page.book, page.number):
            raise ArrivalError("the cover names another page than the one it is sealed to")
        if cover.channel.hex() != channel_id(sender, self.fingerprint):
            raise ArrivalError("the cover names another channel than its stations")
        if cover.sealed > self.at + CLOCK_SKEW or cover.series != cover.sealed.year:
            raise ArrivalError("the cover is sealed in the future, or in another year's series")

    def _require_minute(self, minute: Minute, cover: Cover) -> None:
        # A reader not on the list sees a refusal, not a warning (PROTOCOL 15, no. 1).
        if self.call_sign not in minute.stations:
            raise NotAddressedError("the telegram is not addressed to this station")
        if (minute.mode, cover.mode) != (Mode.SIGNED, Mode.SIGNED):
            raise ArrivalError("cover and minute are signed, and one of them says otherwise")
        if minute.released > cover.sealed + CLOCK_SKEW or minute.year != minute.released.year:
            raise ArrivalError("the minute was released after it was sealed, or in another year")
        for number, addressee in enumerate((*minute.action, *minute.info), start=1):
            if addressee.call_sign == self.call_sign:
                stated = (number, minute.distribution.stated_total, addressee.precedence)
                if stated != (cover.copy_number, cover.copies, cover.precedence):
                    raise ArrivalError("the cover names another copy than the minute")

    def _require_own_name(self, minute: Minute, peer: Peer) -> None:
        """Refuse a telegram in the name of a station other than the one that sealed it."""
        name = _plain(minute.originator)
        others = [self.call_sign, *(one.card.call_sign for one in self.peers)]
        if name != _plain(peer.card.call_sign.text) and name in {
            _plain(one.text) for one in others
        }:
            raise ArrivalError("the telegram is written in the name of another station")


def _require_enclosures(minute: Minute, envelope: Envelope) -> None:
    bound = [(one.size_bytes, one.digest) for one in minute.enclosures]
    if bound != [(len(data), Digest.of(data)) for data in envelope.enclosures]:
        raise ArrivalError("the enclosures are not those that the minute names")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
