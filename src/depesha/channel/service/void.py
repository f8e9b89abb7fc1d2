"""The notice that serials are void: given, and never to be a telegram (PROTOCOL section 6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import SerialRanges, instant_to_text, require_utc
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import short_id, write_fields
from depesha.channel.service.lines import VOID_LABEL, begin, require_named, require_words
from depesha.channel.service.numbers import require_year, year, year_text

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidNotice:
    """Serials of one series that their sender voided, and why, so that registers close.

    `channel` is the outgoing one of the station that says it.
    """

    channel: str
    series: int
    serials: SerialRanges
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        require_named(self.channel, what="the channel")
        require_year(self.series)
        if not self.serials.runs:
            raise ServiceFormatError("no serial is voided")
        require_utc(self.at)
        require_words(self.reason, what="the reason", limit=REASON_LIMIT)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; what carried it authenticates it.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, VOID_LABEL)
        return cls(
            channel=fields.value("channel", short_id),
            series=fields.value("series", year),
            serials=fields.value("serials", SerialRanges.from_text),
            at=fields.instant("at"),
            reason=fields.last(fields.text("reason")),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = (
            ("channel", self.channel),
            ("series", year_text(self.series)),
            ("serials", self.serials.to_text()),
            ("at", instant_to_text(self.at)),
            ("reason", self.reason),
        )
        return write_fields(VOID_LABEL, fields)
