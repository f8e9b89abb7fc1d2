"""Keys, entries and registers that several tests of the register use."""

import hashlib
from datetime import UTC, datetime

from depesha.cipher import CosignatureSigner, Ed25519Signer, MLDSACosignatureSigner
from depesha.register import CheckpointBook, Entry, Log
from tests.register.memory import MemoryCheckpointStore, MemoryLogStore

ORIGIN = "post-harbour.example/register"
NOON = datetime(2031, 3, 2, 12, 0, tzinfo=UTC)

OWNER = Ed25519Signer(ORIGIN, bytes([1]) * 32)
OWNER_POST_QUANTUM = MLDSACosignatureSigner(ORIGIN, bytes([5]) * 32)
STRANGER = Ed25519Signer("stranger.example/register", bytes([2]) * 32)
WITNESSES = [
    CosignatureSigner(f"post-{number}.example/witness", bytes([10 + number]) * 32)
    for number in range(4)
]


def entry(number: int) -> Entry:
    return Entry(
        header_root=hashlib.sha256(b"header %d" % number).digest(),
        body_root=hashlib.sha256(b"body %d" % number).digest(),
    )


def log_of(size: int) -> Log:
    log = Log(ORIGIN, MemoryLogStore())
    log.append_all(map(entry, range(size)))
    return log


def book_of(size: int) -> CheckpointBook:
    return CheckpointBook(log_of(size), MemoryCheckpointStore())


def one_bit_flips(data: bytes) -> list[bytes]:
    """Return every byte string that differs from `data` in one bit."""
    number = int.from_bytes(data, "big")
    return [(number ^ 1 << bit).to_bytes(len(data), "big") for bit in range(8 * len(data))]
