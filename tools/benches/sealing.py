"""Sealing and opening one telegram, beside bare primitives and beside programs.

Sealing is the clerk's work: sign the cover, pack cover and minute into the padded tar, seal it to
the next page of a pad, whose public key is read from its 1,248 bytes. Opening is the receiver's:
read the page's secret, open the envelope, verify cover and minute.

The bare primitives do the same cryptography on the same bytes with the same library, keys read
from bytes as well, and nothing else: no text, no tar, no header, no check.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import shake_256
from itertools import cycle
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from tools.benches import programs, samples
from tools.benches.measure import Bench, Effort, Peer, Side

from depesha.channel import Envelope, open_envelope, seal_envelope
from depesha.cipher import Page, PageSecret, open_note, sign_note

MLKEM_PUBLIC = 1184
HYBRID_PUBLIC = 1216
FILE_KEY_BYTES = 16
NONCE = bytes(12)
BARE = "bare primitives (HPKE hybrid, Ed25519, ChaCha20)"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@contextmanager
def benches(folder: Path, _: Effort) -> Iterator[tuple[Bench, ...]]:
    """Seal a 2 KB telegram, and open it again."""
    with programs.gpg(folder) as gpg, programs.age(folder) as age:
        yield (
            Bench(
                title="seal a 2 KB telegram: post-quantum, signed, padded",
                ours=Side(name="Depesha", work=_our_sealing()),
                peers=(
                    Peer(side=Side(name=BARE, work=_bare_sealing()), reach=0.7),
                    Peer(side=gpg.seal, reach=30),
                    Peer(side=age.seal, reach=15),
                ),
            ),
            Bench(
                title="open the same, and verify cover and minute",
                ours=Side(name="Depesha", work=_our_opening()),
                peers=(
                    Peer(side=Side(name=BARE, work=_bare_opening()), reach=0.7),
                    Peer(side=gpg.open, reach=30),
                    Peer(side=age.open),
                ),
            ),
        )


def _our_sealing() -> Callable[[], object]:
    pages = cycle([secret.page.to_bytes() for secret in samples.page_secrets()])
    minute = samples.minute_note()

    def seal() -> bytes:
        page = Page.from_bytes(next(pages))
        envelope = Envelope(cover=sign_note(samples.COVER, [samples.CLERK]), telegram=minute)
        return seal_envelope(envelope, page)

    return seal


def _bare_sealing() -> Callable[[], object]:
    pages = cycle([secret.page.recipient.public for secret in samples.page_secrets()])
    cover, packed = samples.COVER.encode(), samples.envelope().pack()
    clerk = Ed25519PrivateKey.from_private_bytes(samples.CLERK.seed)

    def seal() -> tuple[bytes, bytes, bytes]:
        public = next(pages)
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC])
        x25519 = X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC:])
        file_key = os.urandom(FILE_KEY_BYTES)
        wrapped = SUITE.encrypt(file_key, MLKEM768X25519PublicKey(mlkem, x25519), b"")
        payload = ChaCha20Poly1305(file_key * 2).encrypt(NONCE, packed, None)
        return clerk.sign(cover), wrapped, payload

    return seal


def _our_opening() -> Callable[[], object]:
    secrets = samples.page_secrets()
    sealed = [(each.to_bytes(), seal_envelope(samples.envelope(), each.page)) for each in secrets]
    objects = cycle(sealed)
    clerk, releaser = samples.CLERK.verifier, samples.RELEASER.verifier

    def open_() -> str:
        secret, data = next(objects)
        _, envelope = open_envelope(data, {1: PageSecret.from_bytes(secret)})
        open_note(envelope.cover, [clerk])
        return open_note(envelope.telegram, [releaser]).text

    return open_


def _bare_opening() -> Callable[[], object]:
    key = Ed25519PrivateKey.from_private_bytes(samples.CLERK.seed)
    cover, minute = samples.COVER.encode(), samples.TEXT.encode()
    signatures = (key.sign(cover), key.sign(minute))
    packed = samples.envelope().pack()
    objects = cycle([_bare_object(secret, packed) for secret in samples.page_secrets()])

    def open_() -> bytes:
        seed, wrapped, payload = next(objects)
        file_key = SUITE.decrypt(wrapped, _private_key(seed), b"")
        for signature, text in zip(signatures, (cover, minute), strict=True):
            key.public_key().verify(signature, text)
        return ChaCha20Poly1305(file_key * 2).decrypt(NONCE, payload, None)

    return open_


def _bare_object(secret: PageSecret, packed: bytes) -> tuple[bytes, bytes, bytes]:
    file_key = os.urandom(FILE_KEY_BYTES)
    public = _private_key(secret.hybrid_seed).public_key()
    payload = ChaCha20Poly1305(file_key * 2).encrypt(NONCE, packed, None)
    return secret.hybrid_seed, SUITE.encrypt(file_key, public, b""), payload


def _private_key(seed: bytes) -> MLKEM768X25519PrivateKey:
    expanded = shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )
