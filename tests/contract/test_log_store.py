"""What every store of the register promises, run on each implementation."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine, event

from depesha.register import (
    CheckpointBook,
    CheckpointStore,
    Evidence,
    Leaf,
    Log,
    LogConflictError,
    LogStore,
    LogStoreError,
    WitnessStore,
    verify_log,
)
from depesha.register.adapters import SqlCheckpointStore, SqlLogStore, SqlWitnessStore, metadata
from tests.register.memory import MemoryCheckpointStore, MemoryLogStore, MemoryWitnessStore
from tests.register.samples import NOON, ORIGIN, OWNER, WITNESSES, entry, log_of

Stores = tuple[LogStore, CheckpointStore, WitnessStore]
LEAVES = [Leaf(entry(number).to_bytes(), entry(number).leaf_hash) for number in range(4)]


def sqlite_stores(connection: Connection) -> Stores:
    return SqlLogStore(connection), SqlCheckpointStore(connection), SqlWitnessStore(connection)


def memory_stores(_connection: Connection) -> Stores:
    return MemoryLogStore(), MemoryCheckpointStore(), MemoryWitnessStore()


@pytest.fixture(params=[memory_stores, sqlite_stores], ids=["memory", "sqlite"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    make: Callable[[Connection], Stores] = request.param
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def _enforce_keys(connection: object, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]

    with engine.connect() as connection:
        metadata.create_all(connection)
        yield make(connection)
    engine.dispose()


@pytest.fixture
def log(stores: Stores) -> LogStore:
    return stores[0]


@pytest.fixture
def checkpoints(stores: Stores) -> CheckpointStore:
    return stores[1]


@pytest.fixture
def witness(stores: Stores) -> WitnessStore:
    return stores[2]


def test_new_log_is_empty(log: LogStore) -> None:
    """Before the first entry the size is zero and nothing is found."""
    assert log.size() == 0
    assert log.leaves(0, 10) == {}
    assert log.nodes([(0, 0), (1, 0)]) == {}
    assert log.nodes([]) == {}


def test_entries_and_subtrees_are_found_again(log: LogStore) -> None:
    """What was appended is found by index, level by level; what was not is left out."""
    log.append(0, LEAVES[:3], [((1, 0), b"a" * 32)])
    log.append(3, LEAVES[3:], [((1, 1), b"b" * 32), ((2, 0), b"c" * 32)])
    assert log.size() == 4
    assert log.leaves(1, 3) == {1: LEAVES[1], 2: LEAVES[2]}
    assert log.leaves(3, 9) == {3: LEAVES[3]}
    wanted = [(0, 1), (1, 0), (1, 1), (2, 0), (0, 9), (3, 0)]
    assert log.nodes(wanted) == {
        (0, 1): LEAVES[1].digest,
        (1, 0): b"a" * 32,
        (1, 1): b"b" * 32,
        (2, 0): b"c" * 32,
    }


def test_appending_nothing_changes_nothing(log: LogStore) -> None:
    """An empty append is no append."""
    log.append(0, [], [])
    assert log.size() == 0


@pytest.mark.parametrize("first", [0, 1])
def test_second_writer_is_refused(log: LogStore, first: int) -> None:
    """An index is written once: whoever comes second is told so."""
    log.append(0, LEAVES[:2], [((1, 0), b"a" * 32)])
    with pytest.raises(LogConflictError) as refused:
        log.append(first, LEAVES[:1], [])
    assert refused.value.code == "register.conflict"
    assert refused.value.retryable


def test_whole_register_lives_in_the_store(stores: Stores) -> None:
    """Rules over this store give what they give over any other, and the audit agrees."""
    entries, checkpoints, _ = stores
    book = CheckpointBook(Log(ORIGIN, entries), checkpoints)
    for portion in (range(1), range(1, 7), range(7, 7), range(7, 40)):
        book.log.append_all(map(entry, portion))
        signed = book.issue(OWNER, NOON)
        line = WITNESSES[0].cosign(signed.text, NOON)
        book.attach(signed.checkpoint.size, line, WITNESSES[0].verifier)
    same = log_of(40)
    assert book.log.checkpoint() == same.checkpoint()
    assert book.log.inclusion_proof(17, 33) == same.inclusion_proof(17, 33)
    assert book.log.consistency_proof(5, 39) == same.consistency_proof(5, 39)
    assert verify_log(entries, checkpoints, OWNER.verifier) == same.checkpoint()


def test_checkpoints_are_kept_by_size(checkpoints: CheckpointStore) -> None:
    """Notes are found by size, the largest as the newest, and none is replaced."""
    assert checkpoints.checkpoint() is None
    checkpoints.keep_checkpoint(12, b"twelve", NOON)
    checkpoints.keep_checkpoint(5, b"five", NOON + timedelta(seconds=1))
    assert checkpoints.checkpoint() == b"twelve"
    assert checkpoints.checkpoint(5) == b"five"
    assert checkpoints.checkpoint(6) is None
    assert list(checkpoints.checkpoint_sizes()) == [5, 12]
    with pytest.raises(LogConflictError):
        checkpoints.keep_checkpoint(5, b"another", NOON)


def test_checkpoint_of_size_zero_is_kept(checkpoints: CheckpointStore) -> None:
    """An empty register's checkpoint is as good as any."""
    checkpoints.keep_checkpoint(0, b"zero", NOON)
    assert checkpoints.checkpoint() == checkpoints.checkpoint(0) == b"zero"


def test_cosignatures_are_kept_by_name(checkpoints: CheckpointStore) -> None:
    """A checkpoint has one line of each cosigner, in the order of their names."""
    checkpoints.keep_checkpoint(5, b"five", NOON)
    checkpoints.keep_checkpoint(6, b"six", NOON)
    checkpoints.keep_cosignature(5, "b", "line of b\n")
    checkpoints.keep_cosignature(5, "a", "line of a\n")
    checkpoints.keep_cosignature(5, "b", "later line of b\n")
    assert list(checkpoints.cosignatures(5)) == ["line of a\n", "later line of b\n"]
    assert list(checkpoints.cosignatures(6)) == []


def test_cosignature_needs_its_checkpoint(checkpoints: CheckpointStore) -> None:
    """A line on a checkpoint that isn't there is not kept."""
    with pytest.raises(LogStoreError):
        checkpoints.keep_cosignature(5, "a", "line\n")


def test_newest_note_advances_in_one_step(witness: WitnessStore) -> None:
    """A note takes the place of exactly the one that was compared with."""
    assert witness.newest("origin") is None
    witness.advance("origin", None, 5, b"five")
    witness.advance("origin", 5, 9, b"nine")
    witness.advance("other", None, 1, b"one")
    assert (witness.newest("origin"), witness.newest("other")) == (b"nine", b"one")
    with pytest.raises(LogConflictError):
        witness.advance("origin", 5, 12, b"late")
    assert witness.newest("origin") == b"nine"


def test_first_note_is_first_once(witness: WitnessStore) -> None:
    """Of two first notes of one origin the second is refused."""
    witness.advance("origin", None, 5, b"five")
    with pytest.raises(LogConflictError):
        witness.advance("origin", None, 6, b"six")


def test_evidence_is_kept_once(witness: WitnessStore) -> None:
    """Contradicting notes are kept in order, and the same two once."""
    first = Evidence(origin="origin", known_note=b"a", note=b"b", at=NOON)
    second = Evidence(origin="origin", known_note=b"a", note=b"c", at=NOON + timedelta(days=1))
    again = Evidence(origin="origin", known_note=b"a", note=b"b", at=NOON + timedelta(days=2))
    for evidence in (first, second, again):
        witness.keep_evidence(evidence)
    assert list(witness.evidence("origin")) == [first, second]
    assert list(witness.evidence("other")) == []
