"""Stations, cards and books for tests: fixed keys, so that a failure can be repeated."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from depesha.base import CallSign
from depesha.channel import (
    Capability,
    Card,
    MailboxAddress,
    MailboxKeys,
    PadBook,
    Purpose,
    fingerprint_of,
    sign_card,
)
from depesha.cipher import (
    CosignatureSigner,
    Ed25519Signer,
    MLDSACosignatureSigner,
    PageSecret,
    SealKey,
)

NOW = datetime(2031, 3, 2, 7, 10, tzinfo=UTC)
BEGIN = datetime(2031, 1, 1, tzinfo=UTC)
END = datetime(2032, 1, 1, tzinfo=UTC)
BOOK_END = datetime(2031, 4, 30, tzinfo=UTC)


def seed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@dataclass(frozen=True)
class Station:
    call_sign: CallSign
    identity: Ed25519Signer
    register: Ed25519Signer
    witness: CosignatureSigner
    post_quantum: MLDSACosignatureSigner
    seal: SealKey
    releaser: Ed25519Signer
    clerk: Ed25519Signer
    card: Card
    note: bytes


def station(name: str, *, purpose: Purpose = Purpose.POST) -> Station:
    call_sign = CallSign(name)
    slug = call_sign.slug
    identity = Ed25519Signer(slug, seed(f"{slug} identity"))
    register = Ed25519Signer(f"{slug}/register", seed(f"{slug} register"))
    witness = CosignatureSigner(f"{slug}/witness", seed(f"{slug} witness"))
    releaser = Ed25519Signer(f"{slug}/a-lind", seed(f"{slug} releaser"))
    clerk = Ed25519Signer(f"{slug}/clerk/b-rask", seed(f"{slug} clerk"))
    post_quantum = MLDSACosignatureSigner(f"{slug}/post-quantum", seed(f"{slug} post-quantum"))
    seal = SealKey.from_bytes(seed(f"{slug} seal"))
    card = Card(
        call_sign=call_sign,
        purpose=purpose,
        fingerprint=fingerprint_of(identity.verifier),
        identity=identity.verifier,
        register=register.verifier,
        witness=witness.verifier,
        post_quantum=post_quantum.verifier,
        seal=seal.public,
        releasers=(releaser.verifier,),
        clerks=(clerk.verifier,),
        valid_from=BEGIN,
        valid_until=END,
    )
    note = sign_card(card, identity)
    return Station(
        call_sign=call_sign,
        identity=identity,
        register=register,
        witness=witness,
        post_quantum=post_quantum,
        seal=seal,
        releaser=releaser,
        clerk=clerk,
        card=card,
        note=note,
    )


HARBOUR = station("POST HARBOUR")
RIVER = station("POST RIVER")
CENTRE = station("NORTH CENTRE", purpose=Purpose.CENTRE)


def page_secret(text: str) -> PageSecret:
    return PageSecret.from_bytes(seed(f"{text} hybrid") + seed(f"{text} check"))


SECRETS = tuple(page_secret(f"page {number}") for number in range(1, 7))
PAGES = tuple(secret.page for secret in SECRETS)
BOOK_ID = "0123456789abcdef" * 2


def mailbox_keys(text: str = "mailbox") -> MailboxKeys:

    return MailboxKeys(
        name=seed(text).hex()[:32],
        deposit=Capability(seed(f"{text} deposit")),
        fetch=Capability(seed(f"{text} fetch")),
    )


def address() -> MailboxAddress:
    keys = mailbox_keys()
    return MailboxAddress(relay="https://relay.example", mailbox=keys.name, deposit=keys.to_deposit)


def book(*, pages: int = 6, with_address: bool = True, book_id: str = BOOK_ID) -> PadBook:
    """A book that HARBOUR issued to RIVER."""
    return PadBook(
        book=book_id,
        issuer=HARBOUR.card.fingerprint,
        holder=RIVER.card.fingerprint,
        first_serial=1,
        address=address() if with_address else None,
        not_before=BEGIN,
        not_after=BOOK_END,
        pages=PAGES[:pages],
    )
