"""Minutes and copies: reading those kept, opening those that arrive, describing those sealed."""

from depesha.base import Digest, instant_to_text
from depesha.cipher import CipherError, Verifier, open_note, unverified_text
from depesha.station.held import Direction, HeldTelegram, SealedCopy
from depesha.telegram import Cover, Minute, Mode


def minute_of(telegram: HeldTelegram) -> Minute:
    """Read the minute of a telegram in the store: it was verified before it was kept there."""
    return Minute.from_bytes(text_of(telegram.minute))


def text_of(minute: bytes) -> bytes:
    """Return the text of a minute as kept: without its signatures, if it has any.

    A minute that came unsigned has none, and no line of a minute can look like one.
    """
    try:
        return unverified_text(minute).encode()
    except CipherError:
        return minute


def travelling(telegram: HeldTelegram, mode: Mode) -> bytes:
    """Return the bytes that leave the house: an unsigned minute leaves its signature at home."""
    return telegram.minute if mode is Mode.SIGNED else text_of(telegram.minute)


def open_minute(data: bytes, releasers: tuple[Verifier, ...], mode: Mode) -> Minute:
    """Verify the releaser's signature on a minute that arrived, then read it.

    In unsigned mode there is none: the check of the cover, which names the minute's digest, was
    held before this is called.

    Raises:
        CipherError: The note is malformed, or no releaser on the sender's card signed it.
        TelegramError: The text is not a minute.
    """
    if mode is Mode.UNSIGNED:
        return Minute.from_bytes(data)
    return Minute.from_text(open_note(data, releasers).text)


def copy_of(
    cover: Cover,
    file: bytes,
    *,
    record_id: str,
    sealed: bytes,
    direction: Direction,
    is_service: bool = False,
    is_period_key: bool = False,
) -> SealedCopy:
    """Describe one copy by its cover; `file` is the cover file, `sealed` the object."""
    return SealedCopy(
        record_id=record_id,
        copy_number=cover.copy_number,
        station=(cover.receiver if direction is Direction.SENT else cover.sender).hex(),
        channel=cover.channel.hex(),
        series=cover.series,
        serial=cover.serial,
        book=cover.book.hex(),
        page=cover.page,
        cover=file,
        object_digest=Digest.of(sealed).to_text(),
        direction=direction,
        mode=cover.mode.value,
        is_period_key=is_period_key,
        is_service=is_service,
        repeat=cover.repeat,
        precedence=cover.precedence.value,
        sealed_at=instant_to_text(cover.sealed),
    )
