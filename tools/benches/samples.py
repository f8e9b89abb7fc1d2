"""The telegram that is sealed and opened: 2 KB of text, signed, and the cover around it."""

from datetime import UTC, datetime

from depesha.base import Digest
from depesha.channel import Envelope
from depesha.cipher import Ed25519Signer, PageSecret, sign_note
from depesha.telegram import Cover, Mode, Precedence, SerialRanges

TEXT_BYTES = 2048
PAGES = 64
SENTENCE = "The northern post reports that the bridge is open and the mail goes on Friday. "
TEXT = f"{(SENTENCE * (TEXT_BYTES // len(SENTENCE) + 1))[: TEXT_BYTES - 1]}\n"
SEALED_AT = datetime(2031, 3, 2, 8, 0, tzinfo=UTC)
RELEASER = Ed25519Signer("north-desk/releaser", bytes(range(32)))
CLERK = Ed25519Signer("north-desk", bytes(range(32, 64)))


def cover_text() -> str:
    """Write the cover of one telegram, all but the proofs that some covers carry."""
    return Cover(
        channel=b"c" * 16,
        series=2031,
        serial=1205,
        copy_number=1,
        copies=2,
        sender=b"s" * 32,
        receiver=b"r" * 32,
        book=b"b" * 16,
        page=7,
        minute=Digest.of(TEXT.encode()),
        previous=Digest.of(b"previous"),
        mode=Mode.SIGNED,
        sealed=SEALED_AT,
        clerk="second clerk",
        precedence=Precedence.PRIORITY,
        have=SerialRanges(((1, 1204),)),
    ).to_text()


def minute_note() -> bytes:
    """Return the text as its releaser signed it."""
    return sign_note(TEXT, [RELEASER])


def envelope() -> Envelope:
    """Return the telegram as it is sealed."""
    return Envelope(cover=sign_note(cover_text(), [CLERK]), telegram=minute_note())


def page_secrets() -> list[PageSecret]:
    """Draw some pages: each is used for one telegram, as on a pad, and then again from the top."""
    return [PageSecret.generate() for _ in range(PAGES)]
