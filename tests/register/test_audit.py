from dataclasses import dataclass
from datetime import timedelta

import pytest

from depesha.register import (
    Checkpoint,
    CheckpointBook,
    Leaf,
    Log,
    LogDamagedError,
    leaf_hash,
    sign_checkpoint,
    verify_log,
)
from depesha.register.audit import BATCH
from tests.register.memory import MemoryCheckpointStore, MemoryLogStore
from tests.register.samples import NOON, ORIGIN, OWNER, STRANGER, WITNESSES, entry, log_of

SIGNED_SIZES = (0, 3, 8, 13)


@dataclass
class Archive:
    log: MemoryLogStore
    checkpoints: MemoryCheckpointStore

    def check(self) -> Checkpoint:
        return verify_log(
            self.log, self.checkpoints, OWNER.verifier, [one.verifier for one in WITNESSES]
        )

    def first_bad(self) -> int:
        with pytest.raises(LogDamagedError) as refused:
            self.check()
        assert refused.value.code == "register.fsck"
        return refused.value.index


def archive_of(size: int) -> Archive:
    archive = Archive(MemoryLogStore(), MemoryCheckpointStore())
    book = CheckpointBook(Log(ORIGIN, archive.log), archive.checkpoints)
    for index in range(size + 1):
        if index in SIGNED_SIZES:
            signed = book.issue(OWNER, NOON + timedelta(days=index))
            for witness in WITNESSES[:2]:
                book.attach(index, witness.cosign(signed.text, NOON), witness.verifier)
        if index < size:
            book.log.append(entry(index))
    return archive


@pytest.mark.parametrize("size", [0, 1, 2, 15])
def test_sound_register_passes(size: int) -> None:
    """A sound register is summed up as it is."""
    assert archive_of(size).check() == log_of(size).checkpoint()


@pytest.mark.parametrize("size", [BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7])
def test_register_of_several_batches_passes(size: int) -> None:
    """Reading in portions changes nothing."""
    log = log_of(size)
    assert isinstance(log.store, MemoryLogStore)
    assert Archive(log.store, MemoryCheckpointStore()).check() == log.checkpoint()


@pytest.mark.parametrize("index", range(15))
def test_changed_entry_is_named(index: int) -> None:
    """An entry that was changed, made unreadable or removed is named by its index."""
    exchanged, damaged, removed = archive_of(15), archive_of(15), archive_of(15)
    kept = exchanged.log.entries[index]
    exchanged.log.entries[index] = Leaf(entry(99).to_bytes(), kept.digest)
    damaged.log.entries[index] = Leaf(b"\x02" + kept.entry[1:], kept.digest)
    assert exchanged.first_bad() == index
    assert damaged.first_bad() == index
    if index < 14:  # The last one leaves no hole; there, only a checkpoint would miss it.
        del removed.log.entries[index]
        assert removed.first_bad() == index


@pytest.mark.parametrize("index", range(14))
def test_entry_changed_with_its_leaf_hash_is_found(index: int) -> None:
    """Whoever changes an entry and its leaf hash is given away by the subtree above."""
    archive = archive_of(15)
    forged = entry(99).to_bytes()
    archive.log.entries[index] = Leaf(forged, leaf_hash(forged))
    assert archive.first_bad() == index - index % 2


def test_subtrees_changed_or_missing_are_found() -> None:
    """Every kept subtree is compared; the leftmost bad one is named."""
    for key in archive_of(15).log.higher:
        changed, missing = archive_of(15), archive_of(15)
        changed.log.higher[key] = bytes(32)
        del missing.log.higher[key]
        assert changed.first_bad() == missing.first_bad() == key[1] << key[0]


def test_rewritten_register_contradicts_its_checkpoints() -> None:
    """A register rebuilt whole with one other entry no longer fits what was signed."""
    archive = archive_of(15)
    archive.log = MemoryLogStore()
    Log(ORIGIN, archive.log).append_all(entry(index + (index == 5)) for index in range(15))
    assert archive.first_bad() == 3  # Size 3 still fits; 8 doesn't.


def test_truncated_register_contradicts_its_checkpoints() -> None:
    """Entries cut off at the end are missed where a checkpoint had counted them."""
    archive = archive_of(13)
    for index in (11, 12):
        del archive.log.entries[index]
    assert archive.first_bad() == 11


def test_checkpoints_are_opened() -> None:
    """A kept checkpoint must be signed by the owner and say what its row says."""
    unsigned, foreign, moved = archive_of(15), archive_of(15), archive_of(15)
    unsigned.checkpoints.notes[8] = b"a letter\n"
    other = Checkpoint(origin=STRANGER.name, size=8, root=log_of(8).checkpoint().root)
    foreign.checkpoints.notes[8] = sign_checkpoint(other, STRANGER)
    moved.checkpoints.notes[8] = sign_checkpoint(log_of(9).checkpoint(), OWNER)
    moved.checkpoints.lines.clear()
    assert unsigned.first_bad() == foreign.first_bad() == moved.first_bad() == 3


def test_cosignatures_are_verified() -> None:
    """A kept cosignature of a known witness must hold."""
    archive = archive_of(15)
    line = WITNESSES[0].cosign(log_of(9).checkpoint().to_text(), NOON)
    archive.checkpoints.lines[8, WITNESSES[0].name] = line
    assert archive.first_bad() == 3
