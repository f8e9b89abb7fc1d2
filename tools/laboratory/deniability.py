"""No signed byte that leaves links to a text that nobody is to prove (PROTOCOL 15, no. 7)."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence

from tools.laboratory.stores import Stores

_LONG = 40
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{%d,}={0,2}|[A-Za-z0-9_-]{%d,}" % (_LONG, _LONG))
_HEX = re.compile(rb"[0-9a-f]{64}")
_DEPTH = 4
_SHA256 = 32


def broken_deniability(stores: Sequence[Stores]) -> Iterator[str]:
    """Look for the digests of all that went unsigned in all that was signed, in any spelling."""
    secret = {digest: what for one in stores for digest, what in unsigned_digests(one)}
    for one in stores:
        found = {secret[digest] for digest in digests_in(signed_texts(one)) if digest in secret}
        for what in sorted(found):
            yield f"{one.name}: something signed names the digest of {what}"


def signed_texts(one: Stores) -> Iterator[bytes]:
    """Yield all that a station signed and that left it."""
    yield from one.notes
    for copy in one.copies:
        if copy.is_sent and copy.is_signed:
            yield copy.cover
            text = one.services.get(copy.record)
            yield text.text if text else one.telegrams[copy.record].note


def unsigned_digests(one: Stores) -> Iterator[tuple[bytes, str]]:
    """Yield the digests of unsigned texts, of their covers, and of the objects they left as."""
    for copy in one.copies:
        if copy.is_signed or not copy.is_sent:
            continue
        yield bytes.fromhex(copy.text.removeprefix("sha256:")), "an unsigned text"
        yield Stores.digest_of(copy.cover), "an unsigned cover"
        yield bytes.fromhex(copy.digest), "an unsigned telegram's object"
        telegram = one.telegrams.get(copy.record)
        if telegram is not None:
            yield Stores.digest_of(telegram.note), "an unsigned minute with its signature at home"


def digests_in(texts: Iterable[bytes], depth: int = _DEPTH) -> Iterator[bytes]:
    """Yield every 32 bytes that stand in a text as digits or base64, also inside of base64."""
    for text in texts:
        for word in _HEX.findall(text):
            yield bytes.fromhex(word.decode())
        for word in _BASE64.findall(text):
            inner = _decoded(word)
            if len(inner) == _SHA256:
                yield inner
            elif depth and inner:
                yield from digests_in([inner], depth - 1)


def _decoded(word: bytes) -> bytes:
    padded = word.rstrip(b"=")
    padded += b"=" * (-len(padded) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_" if b"-" in word or b"_" in word else None)
    except (binascii.Error, ValueError):
        return b""
