"""Entering a verified arrival: ledger, file, receipts and advice, in the one commit of its opening.

What is refused here contradicts what the channel already knows, and goes to quarantine.
"""

from dataclasses import dataclass
from datetime import datetime

from depesha.base import Digest, instant_to_text
from depesha.channel import (
    Arrival,
    FactKind,
    IncomingCover,
    IncomingLedger,
    ReceivedCover,
    require_chain,
)
from depesha.cipher import random_bytes
from depesha.station.desks.advice import follow_advice
from depesha.station.desks.arriving import Opened
from depesha.station.desks.cancelling import follow_cancellation, mark_cancelled
from depesha.station.desks.facts import owe_fact
from depesha.station.desks.keeping import Keeping, keep, stamp
from depesha.station.desks.minutes import copy_of
from depesha.station.desks.services import note_missing, take_in
from depesha.station.errors import ArrivalError
from depesha.station.held import CustodyEvent, CustodyKind, Direction, HeldTelegram
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Minute

_ACCEPTED = frozenset({Arrival.NEXT, Arrival.GAP, Arrival.FILL, Arrival.REPEAT})
# No honest station runs so far ahead of what arrives; each missing serial costs a row here.
JUMP_LIMIT = 5000
_RECORD_ID_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of one object: the telegram it brought, or the code it was refused with.

    `service` names the kind of a text that is about the channel and no telegram.
    """

    object_digest: str
    record_id: str | None = None
    number: str | None = None
    service: str | None = None
    refused: str | None = None
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """One arrival being entered within one transaction."""

    work: Work
    office: Office
    opened: Opened
    by: str
    at: datetime

    def enter(self) -> Received:
        """Enter the arrival and return what it brought.

        Raises:
            ArrivalError: Its serial has brought another telegram, was voided, or cannot be.
            ChainBrokenError: Its cover does not follow the one that was received before it.
            Errors of the stores: nothing was entered.
        """
        digest = Digest.of(self.opened.sealed).to_text()
        if self.opened.minute is None:
            return self._enter_service(digest)
        telegram = self._enter_telegram(self.opened.minute)
        return Received(object_digest=digest, record_id=telegram.record_id, number=telegram.number)

    def _enter_telegram(self, minute: Minute) -> HeldTelegram:
        work, cover = self.work, self.opened.cover
        telegram = work.telegrams.by_minute(cover.minute.to_text())
        is_new = telegram is None
        if telegram is not None and not self._is_of_sender(telegram):
            raise ArrivalError("another station sent this telegram before, or this one did")
        if telegram is None:
            telegram = keep(work, self.office, _keeping(self.opened, minute), at=self.at)
        record_id = telegram.record_id
        judged, missing = self._enter_serial(record_id)
        self._add_copy(record_id)
        self._follow(judged, record_id)
        clerk = f"{cover.clerk}, {self.opened.peer.card.call_sign.text}"
        stamp(work, record_id, "sealed", by=clerk, at=cover.sealed, note=_how_sealed(self.opened))
        stamp(work, record_id, "received", by=self.by, at=self.at, note=missing)
        stamp(work, record_id, "opened", by=self.by, at=self.at, note=_how_believed(self.opened))
        for kind in (FactKind.RECEIVED, FactKind.OPENED):
            owe_fact(work, self.opened.peer, cover, kind, by=self.by, at=self.at)
        if is_new:
            self._receive_copy(record_id)
            mark_cancelled(work, telegram, at=self.at)
            sender = self.opened.peer.card.fingerprint
            follow_cancellation(work, minute, telegram, sender, at=self.at)
        return telegram

    def _is_of_sender(self, telegram: HeldTelegram) -> bool:
        """Whether a telegram that is here already came from the station that sends it now."""
        copies = self.work.copies.of_record(telegram.record_id)
        sender = self.opened.peer.card.fingerprint
        received = telegram.direction is Direction.RECEIVED
        return received and all(copy.station == sender for copy in copies)

    def _enter_service(self, digest: str) -> Received:
        if self.opened.service is None:
            raise ArrivalError("the object brought neither a telegram nor a service text")
        service_id = random_bytes(_RECORD_ID_SIZE).hex()
        judged, _ = self._enter_serial(service_id)
        self._add_copy(service_id, is_service=True)
        self._follow(judged, None)
        # The same text sealed again is kept, and is acted upon once.
        if judged is not Arrival.REPEAT:
            take_in(self.work, self.office, self.opened, service_id, at=self.at)
        kind = type(self.opened.service).__name__.lower()
        return Received(object_digest=digest, service=kind)

    def _add_copy(self, record_id: str, *, is_service: bool = False) -> None:
        opened = self.opened
        self.work.copies.add(
            copy_of(
                opened.cover,
                opened.envelope.cover,
                record_id=record_id,
                sealed=opened.sealed,
                direction=Direction.RECEIVED,
                is_service=is_service,
                is_period_key=opened.is_period_key,
            )
        )

    def _receive_copy(self, record_id: str) -> None:
        self.work.custody.add(
            CustodyEvent(
                record_id=record_id,
                copy_number=self.opened.cover.copy_number,
                kind=CustodyKind.RECEIVED,
                holder=self.office.keyring.call_sign.text,
                by=self.by,
                at=instant_to_text(self.at),
            )
        )

    def _follow(self, judged: Arrival, record_id: str | None) -> None:
        follow_advice(
            self.work,
            self.office,
            record_id,
            self.opened,
            by=self.by,
            at=self.at,
            is_late=judged in {Arrival.FILL, Arrival.REPEAT},
        )

    def _enter_serial(self, record_id: str) -> tuple[Arrival, str]:
        """Enter the serial in the ledger; return what it is, and the words for a gap."""
        cover, incoming = self.opened.cover, self.work.channel.incoming
        channel, series = cover.channel.hex(), f"{cover.series:04}"
        arrived = IncomingCover(
            serial=cover.serial,
            cover=Digest.of(self.opened.envelope.cover),
            minute=cover.minute,
            previous=cover.previous,
            is_signed=not self.opened.is_unsigned,
            repeat=cover.repeat,
        )
        ledger = incoming.ledger(channel, series) or IncomingLedger()
        if cover.serial > ledger.expected + JUMP_LIMIT:
            raise ArrivalError(f"serial {cover.serial} is far ahead of all that was received")
        judged = ledger.judge(arrived, known=incoming.known(channel, series, cover.serial))
        if judged not in _ACCEPTED:
            raise ArrivalError(f"serial {cover.serial} is refused: {judged.value}")
        _require_neighbours(self.work, arrived, judged, channel, series)
        incoming.put_ledger(channel, series, ledger.with_received(cover.serial))
        incoming.record(
            ReceivedCover(
                channel=channel,
                series=series,
                cover=arrived,
                object_digest=Digest.of(self.opened.sealed),
                arrival=judged,
                record_id=record_id,
                received_at=self.at,
            )
        )
        self.work.channel.dues.close_gap(channel, cover.series, cover.serial)
        return judged, self._note_gap(ledger) if judged is Arrival.GAP else ""

    def _note_gap(self, before: IncomingLedger) -> str:
        """Keep each serial that is missing now, to be asked for; return the words for a stamp."""
        cover = self.opened.cover
        missing = before.gap_before(cover.serial)
        channel = cover.channel.hex()
        note_missing(self.work, channel, cover.series, missing, cover.precedence, at=self.at)
        return f"missing before it: {missing.to_text()}"


def _keeping(opened: Opened, minute: Minute) -> Keeping:
    texts = {"cover.txt": opened.envelope.cover, "telegram.txt": opened.envelope.telegram}
    return Keeping(
        # Drawn, and not made from the object: whoever recorded the traffic must not be able to
        # tell which published record it was.
        record_id=random_bytes(_RECORD_ID_SIZE).hex(),
        direction=Direction.RECEIVED,
        minute=minute,
        note=opened.envelope.telegram,
        digest=opened.cover.minute,
        members={**texts, **opened.enclosed},
        correspondent=opened.peer.card.call_sign,
        transmission=str(opened.cover.serial),
        title=None,
    )


def _how_sealed(opened: Opened) -> str:
    words = [f"repeat {opened.cover.repeat}"] if opened.cover.repeat else []
    return ", ".join([*words, "no page: period key"] if opened.is_period_key else words)


def _how_believed(opened: Opened) -> str:
    """Attest what convinced this station, where the telegram itself could convince nobody else."""
    return "unsigned: its check held on receipt" if opened.is_unsigned else ""


def _require_neighbours(
    work: Work, arrived: IncomingCover, judged: Arrival, channel: str, series: str
) -> None:
    """Check the chain of covers where the neighbouring serial is known."""
    below, above = work.channel.incoming.beside(channel, series, arrived.serial)
    if judged is Arrival.REPEAT or arrived.repeat:
        above = None  # it was chained to the cover that this one repeats
    require_chain(
        arrived,
        before=below if below and below.serial == arrived.serial - 1 else None,
        after=above if above and above.serial == arrived.serial + 1 else None,
    )
