"""Sealing and opening whole files (C2SP age, version 1).

What is authenticated: an opened file is what somebody sealed who knew the recipient. Who that
was it does not tell; the signed note inside does.
"""

from collections.abc import Iterator, Sequence

from depesha.cipher.age.header import (
    STANZA_LIMIT,
    Header,
    read_first_stanzas,
    read_header,
    write_header,
)
from depesha.cipher.age.kinds import check_stanzas
from depesha.cipher.age.stanza import FILE_KEY_SIZE, Identity, Recipient, Stanza
from depesha.cipher.age.stream import NONCE_SIZE, open_payload, seal_payload
from depesha.cipher.entropy import random_bytes
from depesha.cipher.errors import (
    HeaderFormatError,
    MixedRecipientsError,
    NoMatchingIdentityError,
)


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Seal a text to every one of the recipients, as a binary age file.

    Raises:
        MixedRecipientsError: There is no recipient, more than 256, or they may not share a file.
    """
    if not 1 <= len(recipients) <= STANZA_LIMIT:
        raise MixedRecipientsError(f"a file has from 1 to {STANZA_LIMIT} recipients")
    labels = recipients[0].labels()
    if any(recipient.labels() != labels for recipient in recipients[1:]):
        raise MixedRecipientsError("recipients of different kinds may not share a file")
    file_key = random_bytes(FILE_KEY_SIZE)
    stanzas = [recipient.wrap(file_key) for recipient in recipients]
    return _seal_with(plaintext, stanzas, file_key=file_key, nonce=random_bytes(NONCE_SIZE))


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """Open a binary age file with whichever identity matches; return the whole text or raise.

    Raises:
        NoMatchingIdentityError: It is sealed to others.
        HeaderFormatError: The header is malformed.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off.
    """
    return b"".join(unseal_chunks(sealed, identities))


def unseal_indexed(sealed: bytes, identities: Sequence[Identity]) -> tuple[int, bytes]:
    """Open a file as `unseal` does, and tell which of the identities matched.

    Raises:
        NoMatchingIdentityError: It is sealed to others.
        HeaderFormatError: The header is malformed.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off.
    """
    index, chunks = _open(sealed, identities)
    return index, b"".join(chunks)


def unseal_chunks(sealed: bytes, identities: Sequence[Identity]) -> Iterator[bytes]:
    """Open a file piece by piece; the header is checked at once.

    Every piece is authentic in its place, but only when the iterator ends by itself is the text
    known to be whole.

    Raises:
        NoMatchingIdentityError: It is sealed to others.
        HeaderFormatError: The header is malformed.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off; raised where the damage is reached.
    """
    return _open(sealed, identities)[1]


def read_stanzas(sealed: bytes, *, at_most: int | None = None) -> tuple[Stanza, ...]:
    """Read whom a file is sealed to, as far as its header tells; nothing is authenticated.

    Args:
        sealed: The file.
        at_most: Read no more than these stanzas, and look at nothing behind them; None reads the
            whole header.

    Raises:
        HeaderFormatError: What was read of the header is malformed.
    """
    if at_most is None:
        return _read_header(sealed)[0].stanzas
    stanzas = read_first_stanzas(sealed, at_most=at_most)
    check_stanzas(stanzas)
    return stanzas


def _seal_with(
    plaintext: bytes, stanzas: Sequence[Stanza], *, file_key: bytes, nonce: bytes
) -> bytes:
    payload = seal_payload(plaintext, file_key=file_key, nonce=nonce)
    return write_header(stanzas, file_key) + payload


def _open(sealed: bytes, identities: Sequence[Identity]) -> tuple[int, Iterator[bytes]]:
    header, place = _read_header(sealed)
    index, file_key = _unwrap(header.stanzas, identities)
    header.require_mac(file_key)
    return index, open_payload(memoryview(sealed)[place:], file_key=file_key)


def _read_header(sealed: bytes) -> tuple[Header, int]:
    header, place = read_header(sealed)
    check_stanzas(header.stanzas)
    return header, place


def _unwrap(stanzas: Sequence[Stanza], identities: Sequence[Identity]) -> tuple[int, bytes]:
    for index, identity in enumerate(identities):
        for stanza in stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is None:
                continue
            if len(file_key) != FILE_KEY_SIZE:
                raise HeaderFormatError("a file key is not 16 bytes")
            return index, file_key
    raise NoMatchingIdentityError("the file is not sealed to any identity given")
