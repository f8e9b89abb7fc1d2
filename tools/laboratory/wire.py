"""The promises about what passes on the wire: its form, and that it opens once and then no more."""

from collections.abc import Collection, Iterable, Iterator
from random import Random

from depesha.channel import ChannelError, open_envelope
from depesha.station import Station

INTRO = b"age-encryption.org/v1\n-> mlkem768x25519 "
KIB = 1024
BUCKETS = (4 * KIB, 16 * KIB, 64 * KIB)
STEP = 256 * KIB
CHUNK = 64 * KIB
NONCE, TAG = 16, 16


def broken_form(sealed: bytes) -> Iterator[str]:
    """An object is an age file with one hybrid stanza around a tar of one of the bucket sizes."""
    head, found, rest = sealed.partition(b"\n--- ")
    _, _, payload = rest.partition(b"\n")
    if not found or not head.startswith(INTRO) or head.count(b"\n-> ") != 1:
        yield "an object on the wire has another header than one hybrid stanza"
        return
    size = len(payload) - NONCE
    plain = size - TAG * -(-size // (CHUNK + TAG))
    if plain not in BUCKETS and plain % STEP:
        yield f"an object on the wire holds {plain} bytes, which is no bucket"


def broken_openings(
    stations: Iterable[Station], recorded: Collection[bytes], draw: Random, tried: int
) -> Iterator[str]:
    """A recorded object opens with nothing that is left, but for one that was never opened.

    Every object is judged by its page's key; as many as `tried` are really tried with every secret
    that is left anywhere.
    """
    sample = draw.sample(list(recorded), min(tried, len(recorded)))
    for station in stations:
        secrets = station.office.pages.load()
        for sealed in sample:
            try:
                key, _ = open_envelope(sealed, secrets)
            except ChannelError:
                continue
            with station.office.reading() as work:
                if key in work.channel.issued.spent([key]):
                    yield f"{station.call_sign}: a recorded object opens with a spent page"
