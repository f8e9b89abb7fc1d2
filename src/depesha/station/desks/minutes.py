"""Minutes and copies: reading those kept, opening those that arrive, describing those sealed."""

from depesha.base import Digest
from depesha.cipher import Verifier, open_note, unverified_text
from depesha.station.held import Direction, HeldTelegram, SealedCopy
from depesha.telegram import Cover, Minute


def minute_of(telegram: HeldTelegram) -> Minute:
    """Read the minute of a telegram in the store: it was verified before it was kept there."""
    return Minute.from_text(unverified_text(telegram.minute))


def open_minute(note: bytes, releasers: tuple[Verifier, ...]) -> Minute:
    """Verify the releaser's signature on a minute that arrived, then read it.

    Raises:
        CipherError: The note is malformed, or no releaser on the sender's card signed it.
        TelegramError: The signed text is not a minute.
    """
    return Minute.from_text(open_note(note, releasers).text)


def copy_of(
    cover: Cover, note: bytes, *, record_id: str, sealed: bytes, direction: Direction
) -> SealedCopy:
    """Describe one copy by its cover; `note` is the cover's signed note, `sealed` the object."""
    return SealedCopy(
        record_id=record_id,
        copy_number=cover.copy_number,
        station=(cover.receiver if direction is Direction.SENT else cover.sender).hex(),
        channel=cover.channel.hex(),
        series=cover.series,
        serial=cover.serial,
        book=cover.book.hex(),
        page=cover.page,
        cover=note,
        object_digest=Digest.of(sealed).to_text(),
        direction=direction,
    )
