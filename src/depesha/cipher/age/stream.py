"""The payload of an age file (C2SP age, "Payload"): chunks of 64 KiB under ChaCha20-Poly1305.

Each chunk's nonce holds its number and whether it is the last, so that chunks can be neither
moved, dropped nor added.
"""

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from depesha.cipher.age.pieces import Piece, Pieces
from depesha.cipher.derivation import hkdf
from depesha.cipher.errors import HeaderFormatError, PayloadError

NONCE_SIZE = 16
CHUNK_SIZE = 64 * 1024
_TAG_SIZE = 16
_SEALED_CHUNK_SIZE = CHUNK_SIZE + _TAG_SIZE


def seal_payload(plaintext: Pieces, *, file_key: bytes, nonce: bytes) -> Iterator[bytes]:
    """Yield the nonce and the sealed chunks; an empty text is one empty chunk.

    A chunk is sealed once it is known whether another follows.
    """
    aead = _aead(file_key, nonce)
    yield nonce
    chunk, number, is_last = plaintext.take(CHUNK_SIZE), 0, False
    while not is_last:
        following = plaintext.take(CHUNK_SIZE)
        is_last = not following
        yield aead.encrypt(_chunk_nonce(number, is_last=is_last), chunk, None)
        chunk, number = following, number + 1


def open_payload(payload: Pieces, *, file_key: bytes) -> Iterator[bytes]:
    """Yield the chunks, each authentic in its place.

    Until the iterator ends by itself the text may be cut off: who uses chunks before must be
    able to take that back.

    Raises:
        HeaderFormatError: There is no whole nonce; raised at once.
        PayloadError: A chunk was altered, is missing or is one too many; raised when reached.
    """
    nonce = bytes(payload.take(NONCE_SIZE))
    if len(nonce) < NONCE_SIZE:
        raise HeaderFormatError("the payload's nonce is cut off")
    return _open_chunks(_aead(file_key, nonce), payload)


def _open_chunks(aead: ChaCha20Poly1305, payload: Pieces) -> Iterator[bytes]:
    number, is_last = 0, False
    while not is_last:
        plaintext, is_last = _open_chunk(aead, number, payload.take(_SEALED_CHUNK_SIZE))
        if is_last and number > 0 and not plaintext:
            raise PayloadError("the last chunk is empty")
        yield plaintext
        number += 1
    if payload.take(1):
        raise PayloadError("something follows the last chunk")


def _open_chunk(aead: ChaCha20Poly1305, number: int, sealed: Piece) -> tuple[bytes, bool]:
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
