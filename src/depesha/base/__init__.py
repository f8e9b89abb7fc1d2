"""The few words that all parts share."""

from depesha.base.digests import DIGEST_SIZE, Digest
from depesha.base.errors import BaseFormatError, DepeshaError
from depesha.base.identifiers import CallSign, OriginatorNumber
from depesha.base.instants import instant_from_text, instant_to_text, require_utc
from depesha.base.paths import require_name, sync_folder, write_durably
from depesha.base.serials import SERIAL_LIMIT, SerialRanges, SeriesSerials
from depesha.base.text import decode, is_plain_character, require_block, require_line

__all__ = [
    "DIGEST_SIZE",
    "SERIAL_LIMIT",
    "BaseFormatError",
    "CallSign",
    "DepeshaError",
    "Digest",
    "OriginatorNumber",
    "SerialRanges",
    "SeriesSerials",
    "decode",
    "instant_from_text",
    "instant_to_text",
    "is_plain_character",
    "require_block",
    "require_line",
    "require_name",
    "require_utc",
    "sync_folder",
    "write_durably",
]
