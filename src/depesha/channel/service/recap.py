"""The recap: what a station sent on its channel, and what it has of the way back (PROTOCOL 6).

The loss of the last telegrams shows no gap. So every station says from time to time how far it has
counted; what the other has not received by then is lost, and can be named.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import SerialRanges, SeriesSerials, instant_to_text, require_utc
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import NONE, FieldReader, decimal, short_id, write_fields
from depesha.channel.service.lines import RECAP_LABEL, begin, require_named, require_size
from depesha.channel.service.numbers import (
    SERIES_LIMIT,
    require_number,
    require_rising,
    require_year,
    year,
    year_text,
)

CHECKPOINT_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSeries:
    """How far a station has counted in one series, and which of these serials it voided.

    Every serial from `first` to `highest` was either sent or voided.
    """

    series: int
    first: int
    highest: int
    voided: SerialRanges

    def __post_init__(self) -> None:
        require_year(self.series)
        require_number(self.first)
        require_number(self.highest)
        if self.first > self.highest:
            raise ServiceFormatError("a series in which nothing was sent is left out")
        if any(not self.first <= end <= self.highest for run in self.voided.runs for end in run):
            raise ServiceFormatError("a serial was voided that was never given")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `2031 1 1204 17,30-31`: series, first, highest, voided.

        Raises:
            ServiceFormatError: A value breaks a rule.
            ValueError: The text has another shape.
        """
        series, first, highest, voided = text.split(" ")
        return cls(
            series=year(series),
            first=decimal(first),
            highest=decimal(highest),
            voided=SerialRanges.from_text(voided),
        )

    def to_text(self) -> str:
        """Write the one text form."""
        numbers = f"{self.first} {self.highest}"
        return f"{year_text(self.series)} {numbers} {self.voided.to_text()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """How a channel stands in the eyes of its sender.

    `channel` is the outgoing one of the station that says it, `have` is what it received on the way
    back and `void` what it holds to be void there, so that a sender that was set back learns of its
    own voids; `checkpoint` is its register's newest, as a signed note.
    """

    channel: str
    at: datetime
    sent: tuple[SentSeries, ...]
    have: SeriesSerials
    void: SeriesSerials
    checkpoint: bytes | None

    def __post_init__(self) -> None:
        require_named(self.channel, what="the channel")
        require_utc(self.at)
        if len(self.sent) > SERIES_LIMIT:
            raise ServiceFormatError(f"more than {SERIES_LIMIT} series")
        require_rising([sent.series for sent in self.sent], what="series")
        require_checkpoint(self.checkpoint)
        require_size(self.to_text())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; what carried it authenticates it.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, RECAP_LABEL)
        return cls(
            channel=fields.value("channel", short_id),
            at=fields.instant("at"),
            sent=tuple(_sent(fields)),
            have=fields.value("have", SeriesSerials.from_text),
            void=fields.value("void", SeriesSerials.from_text),
            checkpoint=fields.last(fields.optional("checkpoint", checkpoint)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = [
            ("channel", self.channel),
            ("at", instant_to_text(self.at)),
            *(("sent", sent.to_text()) for sent in self.sent),
            ("have", self.have.to_text()),
            ("void", self.void.to_text()),
            ("checkpoint", checkpoint_text(self.checkpoint)),
        ]
        return write_fields(RECAP_LABEL, fields)


def _sent(fields: FieldReader) -> Iterator[SentSeries]:
    while fields.has("sent"):
        yield fields.value("sent", SentSeries.from_text)


def require_checkpoint(note: bytes | None) -> None:
    """Refuse the bytes of a checkpoint that are none, or too many; who signed it is not asked here.

    Raises:
        ServiceFormatError: They are empty, or more than 64 KiB.
    """
    if note is not None and not 1 <= len(note) <= CHECKPOINT_LIMIT_BYTES:
        raise ServiceFormatError(f"a checkpoint has from 1 to {CHECKPOINT_LIMIT_BYTES} bytes")


def checkpoint(text: str) -> bytes:
    """Read bytes from padded standard base64 in its one spelling.

    Raises:
        ValueError: It is anything else.
    """
    try:
        note = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if base64.b64encode(note).decode() != text:
        raise ValueError("not base64 in its one spelling")
    return note


def checkpoint_text(note: bytes | None) -> str:
    """Write what `checkpoint` reads; no checkpoint is `none`."""
    return NONE if note is None else base64.b64encode(note).decode()
