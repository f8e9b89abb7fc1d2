"""The telegram that is sealed and opened: 2 KB of text, signed, and the cover around it."""

from depesha.base import Digest
from depesha.channel import Envelope
from depesha.cipher import Ed25519Signer, PageSecret, sign_note

TEXT_BYTES = 2048
PAGES = 64
SENTENCE = "The northern post reports that the bridge is open and the mail goes on Friday. "
TEXT = f"{(SENTENCE * (TEXT_BYTES // len(SENTENCE) + 1))[: TEXT_BYTES - 1]}\n"
RELEASER = Ed25519Signer("north-desk/releaser", bytes(range(32)))
CLERK = Ed25519Signer("north-desk", bytes(range(32, 64)))
# A cover without the proofs that some covers carry; its text is as long as a real one's.
COVER = f"""\
depesha/1 cover
channel: {"c0" * 16}
series: 2031
serial: 1205
repeat: 0
copy: 1 of 2
sender: {"5e" * 32}
receiver: {"4e" * 32}
book: {"b0" * 16}
page: 7
minute: {Digest.of(TEXT.encode()).to_text()}
previous: {Digest.of(b"previous").to_text()}
mode: signed
sealed: 2031-03-02T08:00Z
clerk: second clerk
precedence: priority
have: 2031:1-1204
receipt: none
fresh: none
checkpoint: none
consistency: none
cosignature: none
"""


def minute_note() -> bytes:
    """Return the text as its releaser signed it."""
    return sign_note(TEXT, [RELEASER])


def envelope() -> Envelope:
    """Return the telegram as it is sealed."""
    return Envelope(cover=sign_note(COVER, [CLERK]), telegram=minute_note())


def page_secrets() -> list[PageSecret]:
    """Draw some pages: each is used for one telegram, as on a pad, and then again from the top."""
    return [PageSecret.generate() for _ in range(PAGES)]
