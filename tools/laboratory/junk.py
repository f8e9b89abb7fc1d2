"""Objects that nobody sealed for the post they are brought to."""

from random import Random

from depesha.channel import Envelope, seal_envelope
from depesha.cipher import PageSecret

LARGEST = 20_000


def junk_object(draw: Random) -> bytes:
    """Make noise, something that begins like a sealed file, or a sealed file to nobody's page."""
    kind = draw.randrange(3)
    if kind == 0:
        return draw.randbytes(draw.randint(1, LARGEST))
    if kind == 1:
        return b"age-encryption.org/v1\n-> mlkem768x25519 " + draw.randbytes(draw.randint(1, 200))
    envelope = Envelope(cover=draw.randbytes(100), telegram=draw.randbytes(100))
    return seal_envelope(envelope, PageSecret.generate().page)
