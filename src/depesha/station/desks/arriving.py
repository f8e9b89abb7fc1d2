"""What one sealed object must be before anything of it is believed: pure checks, one after another.

Everything raised here is the object's own fault, and sends it to quarantine.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from depesha.base import CallSign, Digest
from depesha.channel import (
    BookUse,
    CardHistory,
    CardValidityError,
    ChannelPolicy,
    Envelope,
    IssuedPage,
    Peer,
    ServiceText,
    channel_id,
    is_checked,
    is_service,
    read_checked,
    read_service,
)
from depesha.cipher import AuthenticationError, PageSecret, require_check
from depesha.station.desks.minutes import open_minute
from depesha.station.errors import ArrivalError, ModeRefusedError, NotAddressedError
from depesha.telegram import Cover, Minute, Mode

# How far another station's clock may be ahead of ours before its cover is not believed.
CLOCK_SKEW = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One verified arrival: everything in it agrees with everything else in it.

    It brought a minute, or a service text, and never both.
    """

    sealed: bytes = field(repr=False)
    page: IssuedPage
    peer: Peer
    envelope: Envelope
    cover: Cover
    minute: Minute | None = None
    service: ServiceText | None = None

    @property
    def is_unsigned(self) -> bool:
        """Whether nobody but this station is convinced of who sent it."""
        return self.cover.mode is Mode.UNSIGNED

    @property
    def is_period_key(self) -> bool:
        """Whether it came under a period key, since its sender had no page left."""
        return self.page.use is BookUse.PERIOD

    @property
    def enclosed(self) -> Mapping[str, bytes]:
        """The enclosures under the names that they have in the envelope."""
        return {
            f"enclosures/{position:02}": data
            for position, data in enumerate(self.envelope.enclosures, start=1)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """The station's side of a check: who it is, what time it is, whom it knows.

    `policy` and `history` are those of the station that the page was issued to.
    """

    call_sign: CallSign
    fingerprint: str
    at: datetime
    peers: Sequence[Peer]
    policy: ChannelPolicy
    history: CardHistory

    def verify(
        self, sealed: bytes, page: IssuedPage, secret: PageSecret, envelope: Envelope
    ) -> Opened:
        """Verify the cover, then read it; then the minute; then that they agree.

        1. The page was issued to a station that is pinned and not retired.
        2. Its identity key signed the cover, or its check holds where the channel's policy takes
           unsigned telegrams; the cover says which, and names both stations, this page, this
           channel.
        3. The cover is not from the future, and its card held when it was sealed.
        4. A releaser on its card signed the minute, which is the one that the cover was made for.
        5. The minute names this station, and the cover its copy as the minute has it.
        6. The enclosures are those that the minute binds.
        7. It is not written in the name of a third station.

        A service text is the station's own word on the channel: the cover alone speaks for it.

        Raises:
            CipherError, ChannelError, TelegramError, ArrivalError, NotAddressedError,
            ModeRefusedError.
        """
        peer = self._sender(page)
        cover = self._authentic(envelope.cover, secret)
        self._require_cover(cover, page)
        if cover.minute != Digest.of(envelope.telegram):
            raise ArrivalError("the cover was written for another minute")
        if is_service(envelope.telegram):
            service = _service(cover, envelope)
            return Opened(
                sealed=sealed,
                page=page,
                peer=peer,
                envelope=envelope,
                cover=cover,
                service=service,
            )
        minute = self._released(envelope.telegram, cover.mode)
        self._require_minute(minute, cover)
        _require_enclosures(minute, envelope)
        self._require_own_name(minute, peer)
        return Opened(
            sealed=sealed, page=page, peer=peer, envelope=envelope, cover=cover, minute=minute
        )

    def _authentic(self, file: bytes, secret: PageSecret) -> Cover:
        """Return the cover of a file that its sender signed, or for which its check holds.

        Around a change of cards the keys of both hold; which one did is told by the cover's time.
        """
        history = self.history
        if not is_checked(file):
            text, card = history.signed_by(file)
            cover = Cover.from_text(text)
            if cover.mode is not Mode.SIGNED:
                raise ArrivalError("a signed cover says that it is unsigned")
            history.require_in_force(card.identity, signed=cover.sealed, now=self.at)
            return cover
        if not self.policy.allows_unsigned:
            raise ModeRefusedError("the channel takes signed telegrams only")
        return self._checked(file, history, secret)

    def _released(self, data: bytes, mode: Mode) -> Minute:
        """Return a minute by a releaser whose key held when it was released.

        Any key that the station ever named lets its text be read; the text says when it was
        released, and then it must be a key of that time.
        """
        history = self.history
        ever = dict.fromkeys(key for card in history.cards for key in card.releasers)
        minute = open_minute(data, tuple(ever), mode)
        return open_minute(data, history.releasers(minute.released), mode)

    def _checked(self, file: bytes, history: CardHistory, secret: PageSecret) -> Cover:
        data, check = read_checked(file)
        believed = _checking_key(history, secret, data, check)
        cover = Cover.from_bytes(data)
        if cover.mode is not Mode.UNSIGNED:
            raise ArrivalError("a cover without a signature says that it is signed")
        if believed not in history.seal_keys(cover.sealed):
            raise CardValidityError("no card of the station names the checking key for that time")
        return cover

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
        if cover.sealed > self.at + CLOCK_SKEW:
            raise ArrivalError("the cover is sealed in the future")
        # A repeat is sealed later, and may be in a later year than its serial.
        if cover.series != cover.sealed.year and not cover.repeat:
            raise ArrivalError("the cover is numbered in another year's series")

    def _require_minute(self, minute: Minute, cover: Cover) -> None:
        # A reader not on the list sees a refusal, not a warning (PROTOCOL 15, no. 1).
        if self.call_sign not in minute.stations:
            raise NotAddressedError("the telegram is not addressed to this station")
        if minute.mode is not cover.mode:
            raise ArrivalError("the cover is of another mode than its minute")
        if minute.released > cover.sealed + CLOCK_SKEW or minute.year != minute.released.year:
            raise ArrivalError("the minute was released after it was sealed, or in another year")
        for number, addressee in enumerate((*minute.action, *minute.info), start=1):
            if addressee.call_sign == self.call_sign:
                stated = (number, minute.distribution.stated_total, addressee.precedence)
                if stated != (cover.copy_number, cover.copies, cover.precedence):
                    raise ArrivalError("the cover names another copy than the minute")

    def _require_own_name(self, minute: Minute, peer: Peer) -> None:
        """Refuse a telegram in the name of a station other than the one that sealed it.

        No station sends to itself. One that is among the addressees seals on what it received; an
        unsigned minute has no other mark of who sent it.
        """
        if peer.card.call_sign in minute.stations:
            raise ArrivalError("the telegram is sealed by a station that it is addressed to")
        name = _plain(minute.originator)
        others = [self.call_sign, *(one.card.call_sign for one in self.peers)]
        if name != _plain(peer.card.call_sign.text) and name in {
            _plain(one.text) for one in others
        }:
            raise ArrivalError("the telegram is written in the name of another station")


def _checking_key(history: CardHistory, secret: PageSecret, text: bytes, check: bytes) -> bytes:
    """Return the newest seal key of a station under which a check holds.

    Raises:
        AuthenticationError: It holds under none.
    """
    *older, newest = dict.fromkeys(card.seal for card in history.cards)
    for key in reversed(older):
        with suppress(AuthenticationError):
            require_check(secret, key, text, check)
            return key
    require_check(secret, newest, text, check)
    return newest


def _service(cover: Cover, envelope: Envelope) -> ServiceText:
    if envelope.enclosures or (cover.copy_number, cover.copies) != (1, 1):
        raise ArrivalError("a service text has no enclosures, and one copy")
    return read_service(envelope.telegram)


def _require_enclosures(minute: Minute, envelope: Envelope) -> None:
    bound = [(one.size_bytes, one.digest) for one in minute.enclosures]
    if bound != [(len(data), Digest.of(data)) for data in envelope.enclosures]:
        raise ArrivalError("the enclosures are not those that the minute names")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
