"""The waybill: which objects a pouch was packed with (PROTOCOL section 9).

It travels in the pouch as one more sealed object, so a courier can neither drop nor add an object
without notice. It does not name itself. Digests in it are those of sealed objects, which say
nothing about the telegrams inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from depesha.base import Digest, instant_to_text, require_utc
from depesha.channel.errors import ServiceFormatError
from depesha.channel.fields import FieldReader, short_id, write_fields
from depesha.channel.service.lines import WAYBILL_LABEL, begin, require_named
from depesha.channel.service.numbers import count, require_rising

WAYBILL_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """The objects of one pouch, in the order of their digests, each once.

    `pouch` is the random label that stands on the outside.
    """

    pouch: str
    at: datetime
    objects: tuple[Digest, ...]

    def __post_init__(self) -> None:
        require_named(self.pouch, what="the pouch")
        require_utc(self.at)
        if len(self.objects) > WAYBILL_LIMIT:
            raise ServiceFormatError(f"a waybill names at most {WAYBILL_LIMIT} objects")
        require_rising([digest.value for digest in self.objects], what="objects")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the one text form; what carried it authenticates it.

        Raises:
            ServiceFormatError: The text is anything else.
        """
        fields = begin(text, WAYBILL_LABEL)
        return cls(
            pouch=fields.value("pouch", short_id),
            at=fields.instant("at"),
            objects=tuple(_objects(fields)),
        )

    def to_text(self) -> str:
        """Write the one text form; `from_text` refuses every other."""
        fields = [
            ("pouch", self.pouch),
            ("at", instant_to_text(self.at)),
            ("objects", str(len(self.objects))),
            *(("object", digest.to_text()) for digest in self.objects),
        ]
        return write_fields(WAYBILL_LABEL, fields)


def _objects(fields: FieldReader) -> Iterator[Digest]:
    said = fields.value("objects", count)
    if said > WAYBILL_LIMIT:
        raise ServiceFormatError(f"a waybill names at most {WAYBILL_LIMIT} objects")
    for _ in range(said):
        yield fields.value("object", Digest.from_text)
    fields.last(None)
