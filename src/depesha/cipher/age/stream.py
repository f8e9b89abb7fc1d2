"""The payload of an age file (C2SP age, "Payload"): chunks of 64 KiB under ChaCha20-Poly1305.

Each chunk's nonce holds its number and whether it is the last, so that chunks can be neither
moved, dropped nor added.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from depesha.cipher.derivation import hkdf
from depesha.cipher.errors import HeaderFormatError, PayloadError

NONCE_SIZE = 16
CHUNK_SIZE = 64 * 1024
_TAG_SIZE = 16
_SEALED_CHUNK_SIZE = CHUNK_SIZE + _TAG_SIZE


def seal_payload(plaintext: bytes, *, file_key: bytes, nonce: bytes) -> bytes:
    """Return the nonce and the sealed chunks; an empty text is one empty chunk."""
    aead = _aead(file_key, nonce)
    view = memoryview(plaintext)
    last = max(len(plaintext) - 1, 0) // CHUNK_SIZE
    chunks = (
        aead.encrypt(
            _chunk_nonce(number, is_last=number == last),
            view[number * CHUNK_SIZE : (number + 1) * CHUNK_SIZE],
            None,
        )
        for number in range(last + 1)
    )
    return b"".join((nonce, *chunks))


def open_payload(payload: memoryview, *, file_key: bytes) -> Iterator[bytes]:
    """Yield the chunks, each authentic in its place.

    Until the iterator ends by itself the text may be cut off: who uses chunks before must be
    able to take that back.

    Raises:
        HeaderFormatError: There is no whole nonce; raised at once.
        PayloadError: A chunk was altered, is missing or is one too many; raised when reached.
    """
    if len(payload) < NONCE_SIZE:
        raise HeaderFormatError("the payload's nonce is cut off")
    aead = _aead(file_key, bytes(payload[:NONCE_SIZE]))
    return _open_chunks(aead, payload[NONCE_SIZE:])


def _open_chunks(aead: ChaCha20Poly1305, chunks: memoryview) -> Iterator[bytes]:
    place = number = 0
    is_last = False
    while not is_last:
        sealed = chunks[place : place + _SEALED_CHUNK_SIZE]
        place += len(sealed)
        plaintext, is_last = _open_chunk(aead, number, sealed)
        if is_last and number > 0 and not plaintext:
            raise PayloadError("the last chunk is empty")
        yield plaintext
        number += 1
    if place != len(chunks):
        raise PayloadError("something follows the last chunk")


def _open_chunk(aead: ChaCha20Poly1305, number: int, sealed: memoryview) -> tuple[bytes, bool]:
    """Open one chunk and tell whether it is the last; a full one may be either."""
    if len(sealed) < _TAG_SIZE:
        raise PayloadError("the payload is cut off")
    if len(sealed) == _SEALED_CHUNK_SIZE:
        try:
            return aead.decrypt(_chunk_nonce(number, is_last=False), sealed, None), False
        except InvalidTag:
            pass  # It is then either the last chunk or damaged, which the next line tells.
    try:
        return aead.decrypt(_chunk_nonce(number, is_last=True), sealed, None), True
    except InvalidTag:
        raise PayloadError(f"chunk {number} was altered or cut off") from None


def _chunk_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _aead(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf(file_key, salt=nonce, info=b"payload"))
