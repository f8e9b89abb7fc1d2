"""The service notice: what one station asks of the other, or tells it (PROTOCOL sections 4, 6, 12).

It is the telegram about telegrams. What a repeat, new pages or a restored station mean for
the channel is decided by the station.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from depesha.base import SeriesSerials, instant_to_text, require_utc
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import NONE, short_id, write_fields
from depesha.channel.service.lines import (
    NOTICE_LABEL,
    begin,
    require_named,
    require_size,
    require_words,
)

TEXT_LIMIT = 500


class NoticeKind(StrEnum):
    """What a notice is about."""

    REPEAT = "repeat"
    """Please repeat these serials, each on a new page."""
    PADS = "pads"
    """Please send a new pad book."""
    RESTORED = "restored"
    """This station was restored from a backup: its outstanding books are void."""
    TEXT = "text"
    """Words for the clerks of the other station."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One request or piece of news about a channel.

    `channel` is the one on which the serials are missing, where a repeat is asked for; else it is
    the outgoing one of the station that says it. Serials stand in a request to repeat and nowhere
    else; a text may go with any kind, and must where it is all there is.
    """

    kind: NoticeKind
    channel: str
    at: datetime
    serials: SeriesSerials
    text: str | None

    def __post_init__(self) -> None:
        require_named(self.channel, what="the channel")
        require_utc(self.at)
        if (self.kind is NoticeKind.REPEAT) != bool(self.serials.series):
            raise ServiceFormatError("serials stand in a request to repeat, and only there")
        if self.text is None and self.kind is NoticeKind.TEXT:
            raise ServiceFormatError("a notice of words has no words")
        if self.text is not None:
            _require_text(self.text)
        require_size(self.to_text())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; what carried it authenticates it.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, NOTICE_LABEL)
        return cls(
            kind=fields.value("kind", NoticeKind),
            channel=fields.value("channel", short_id),
            at=fields.instant("at"),
            serials=fields.value("serials", SeriesSerials.from_text),
            text=fields.last(fields.optional("text", str)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = (
            ("kind", self.kind.value),
            ("channel", self.channel),
            ("at", instant_to_text(self.at)),
            ("serials", self.serials.to_text()),
            ("text", NONE if self.text is None else self.text),
        )
        return write_fields(NOTICE_LABEL, fields)


def _require_text(text: str) -> None:
    if text == NONE:
        raise ServiceFormatError("a text of that word would read as absent")
    require_words(text, what="the text", limit=TEXT_LIMIT)
