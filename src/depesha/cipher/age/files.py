"""Sealing and opening whole files (C2SP age, version 1).

What is authenticated: an opened file is what somebody sealed who knew the recipient. Who that
was it does not tell; the signed note inside does.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from depesha.cipher.age.header import (
    STANZA_LIMIT,
    Header,
    read_first_stanzas,
    read_header,
    take_header,
    write_header,
)
from depesha.cipher.age.kinds import check_stanzas
from depesha.cipher.age.pieces import Piece, Pieces
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
    return b"".join(seal_chunks((plaintext,), recipients))


def seal_chunks(plaintext: Iterable[Piece], recipients: Sequence[Recipient]) -> Iterator[bytes]:
    """Seal a text that comes in pieces; yield the file in pieces, in constant memory.

    The recipients are checked at once, before a piece is asked for.

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
    return unseal_indexed(sealed, identities)[1]


def unseal_indexed(sealed: bytes, identities: Sequence[Identity]) -> tuple[int, bytes]:
    """Open a file as `unseal` does, and tell which of the identities matched.

    Raises:
        NoMatchingIdentityError: It is sealed to others.
        HeaderFormatError: The header is malformed.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off.
    """
    header, place = read_header(sealed)
    index, file_key = _file_key(header, identities)
    payload = Pieces((memoryview(sealed)[place:],))
    return index, b"".join(open_payload(payload, file_key=file_key))


def unseal_chunks(sealed: Iterable[Piece], identities: Sequence[Identity]) -> Iterator[bytes]:
    """Open a file that comes in pieces; yield its text in pieces, in constant memory.

    The header is read and checked at once.

    Every piece is authentic in its place, but only when the iterator ends by itself is the text
    known to be whole.

    Raises:
        NoMatchingIdentityError: It is sealed to others.
        HeaderFormatError: The header is malformed.
        HeaderMacError: The header was altered.
        PayloadError: The payload was altered or cut off; raised where the damage is reached.
    """
    pieces = Pieces(sealed)
    _, file_key = _file_key(take_header(pieces), identities)
    return open_payload(pieces, file_key=file_key)


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
        stanzas = read_header(sealed)[0].stanzas
    else:
        stanzas = read_first_stanzas(sealed, at_most=at_most)
    check_stanzas(stanzas)
    return stanzas


def _seal_with(
    plaintext: Iterable[Piece], stanzas: Sequence[Stanza], *, file_key: bytes, nonce: bytes
) -> Iterator[bytes]:
    payload = seal_payload(Pieces(plaintext), file_key=file_key, nonce=nonce)
    return chain((write_header(stanzas, file_key),), payload)


def _file_key(header: Header, identities: Sequence[Identity]) -> tuple[int, bytes]:
    """Find the file key, and which identity gave it; then the header is authentic."""
    check_stanzas(header.stanzas)
    index, file_key = _unwrap(header.stanzas, identities)
    header.require_mac(file_key)
    return index, file_key


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
