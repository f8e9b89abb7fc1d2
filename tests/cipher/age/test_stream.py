"""The payload: chunks that can be neither moved, dropped nor added."""

from itertools import pairwise

import pytest

from depesha.cipher.age import stream
from depesha.cipher.age.pieces import Pieces
from depesha.cipher.age.stream import CHUNK_SIZE, open_payload, seal_payload
from depesha.cipher.errors import HeaderFormatError, PayloadError

FILE_KEY = bytes(range(16))
NONCE = bytes(range(16, 32))
SEALED = CHUNK_SIZE + 16
SIZES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 3 * CHUNK_SIZE]


def sealed(plaintext: bytes) -> bytes:
    return b"".join(seal_payload(Pieces([plaintext]), file_key=FILE_KEY, nonce=NONCE))


def opened(payload: bytes) -> list[bytes]:
    return list(open_payload(Pieces([payload]), file_key=FILE_KEY))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens(size: int) -> None:
    """Texts on either side of a chunk's end survive, in as few chunks as hold them."""
    plaintext = bytes(place % 251 for place in range(size))
    chunks = opened(sealed(plaintext))

    assert b"".join(chunks) == plaintext
    assert len(chunks) == max(1, -(-size // CHUNK_SIZE))
    assert len(sealed(plaintext)) == 16 + size + 16 * len(chunks)


@pytest.mark.parametrize(
    "size", [*range(16, 40), 16 + SEALED, 16 + SEALED + 1, 16 + 2 * SEALED - 1]
)
def test_a_text_cut_off_is_noticed(size: int) -> None:
    """Cut anywhere, also between two chunks, the payload does not end by itself."""
    payload = sealed(b"x" * 2 * CHUNK_SIZE)
    with pytest.raises(PayloadError):
        opened(payload[:size])


@pytest.mark.parametrize("size", range(16))
def test_a_cut_nonce_is_a_broken_header(size: int) -> None:
    """As the format's own vectors have it."""
    with pytest.raises(HeaderFormatError):
        opened(sealed(b"x")[:size])


def test_what_came_before_the_damage_is_released_once() -> None:
    """A reader of chunks gets those before the damaged one, and then the refusal."""
    payload = bytearray(sealed(b"a" * CHUNK_SIZE + b"b" * CHUNK_SIZE))
    payload[16 + SEALED] ^= 1
    chunks = open_payload(Pieces([bytes(payload)]), file_key=FILE_KEY)

    assert next(chunks) == b"a" * CHUNK_SIZE
    with pytest.raises(PayloadError):
        next(chunks)


@pytest.mark.parametrize("added", [b"x", b"x" * 16, b"x" * SEALED])
def test_nothing_may_follow_the_last_chunk(added: bytes) -> None:
    """A payload cannot be lengthened, whether its last chunk is full or not."""
    for size in (1, CHUNK_SIZE):
        with pytest.raises(PayloadError):
            opened(sealed(b"x" * size) + added)


def test_chunks_cannot_change_places() -> None:
    """Each chunk opens in its own place only."""
    payload = sealed(bytes(3 * CHUNK_SIZE))
    first, second, third = (
        payload[16 + a * SEALED : 16 + b * SEALED] for a, b in pairwise(range(4))
    )
    for order in ((second, first, third), (first, third), (first, first, second, third)):
        with pytest.raises(PayloadError):
            opened(payload[:16] + b"".join(order))


def test_an_empty_last_chunk_is_refused() -> None:
    """Only an empty text ends with an empty chunk: a text has one sealing per key and nonce."""
    aead = stream._aead(FILE_KEY, NONCE)
    full = aead.encrypt(stream._chunk_nonce(0, is_last=False), bytes(CHUNK_SIZE), None)
    empty = aead.encrypt(stream._chunk_nonce(1, is_last=True), b"", None)
    with pytest.raises(PayloadError, match="empty"):
        opened(NONCE + full + empty)
