from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from depesha.base import DepeshaError
from depesha.register import (
    Checkpoint,
    CheckpointBook,
    Entry,
    EntryFormatError,
    Leaf,
    Log,
    LogDamagedError,
    OutOfRangeError,
    SignedCheckpoint,
    leaf_hash,
    open_checkpoint,
    verify_consistency,
    verify_inclusion,
    verify_log,
)
from tests.register.memory import MemoryCheckpointStore, MemoryLogStore
from tests.register.samples import (
    NOON,
    ORIGIN,
    OWNER,
    OWNER_POST_QUANTUM,
    WITNESSES,
    book_of,
    entry,
    log_of,
)
from tests.register.test_tree import naive_root


class RegisterMachine(RuleBasedStateMachine):
    """Appends in any portions; every proof there is must hold at every size there was."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryLogStore()
        self.log = Log(ORIGIN, self.store)
        self.book = CheckpointBook(self.log, MemoryCheckpointStore())
        self.model: list[bytes] = []
        self.signed: dict[int, Checkpoint] = {}

    @rule(count=st.integers(0, 20))
    def append_some(self, count: int) -> None:
        entries = [entry(len(self.model) + step) for step in range(count)]
        assert self.log.append_all(entries) == range(len(self.model), len(self.model) + count)
        self.model += [one.leaf_hash for one in entries]

    @rule()
    def append_one(self) -> None:
        assert self.log.append(entry(len(self.model))) == len(self.model)
        self.model.append(entry(len(self.model)).leaf_hash)

    @rule()
    def sign(self) -> None:
        self.signed[len(self.model)] = self.book.issue(OWNER, NOON).checkpoint

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def prove_inclusion(self, data: st.DataObject) -> None:
        size = data.draw(st.integers(1, len(self.model)))
        index = data.draw(st.integers(0, size - 1))
        proof = self.log.inclusion_proof(index, size)
        verify_inclusion(self.model[index], index, size, naive_root(self.model[:size]), proof)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def prove_consistency(self, data: st.DataObject) -> None:
        new = data.draw(st.integers(1, len(self.model)))
        old = data.draw(st.integers(1, new))
        roots = naive_root(self.model[:old]), naive_root(self.model[:new])
        verify_consistency(old, roots[0], new, roots[1], self.log.consistency_proof(old, new))

    @invariant()
    def sums_up(self) -> None:
        assert self.log.size() == len(self.model)
        assert self.log.checkpoint().root == naive_root(self.model)

    def teardown(self) -> None:
        for size, checkpoint in self.signed.items():
            assert checkpoint.root == naive_root(self.model[:size])
        assert verify_log(self.store, self.book.store, OWNER.verifier) == self.log.checkpoint()


TestRegister = RegisterMachine.TestCase
TestRegister.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def test_entry_reads_back_from_the_log() -> None:
    """What was appended can be read by its index."""
    log = log_of(5)
    assert [log.entry(index) for index in range(5)] == [entry(index) for index in range(5)]


def test_proofs_default_to_the_present_size() -> None:
    """Without a size, a proof is for the register as it is."""
    log = log_of(6)
    assert log.inclusion_proof(2) == log.inclusion_proof(2, 6)
    assert log.consistency_proof(3) == log.consistency_proof(3, 6)
    assert log.consistency_proof(0) == ()
    assert log.checkpoint() == log.checkpoint(6)


def test_nothing_lies_beyond_the_end() -> None:
    """Indexes and sizes beyond the register are refused, however they come."""
    log = log_of(5)
    asked: list[Callable[[], object]] = [
        lambda: log.entry(5),
        lambda: log.entry(-1),
        lambda: log.checkpoint(6),
        lambda: log.checkpoint(-1),
        lambda: log.inclusion_proof(5),
        lambda: log.inclusion_proof(-1),
        lambda: log.inclusion_proof(4, 4),
        lambda: log.inclusion_proof(0, 6),
        lambda: log.consistency_proof(6),
        lambda: log.consistency_proof(-1),
        lambda: log.consistency_proof(4, 3),
        lambda: log.consistency_proof(1, 6),
    ]
    for ask in asked:
        with pytest.raises(OutOfRangeError) as refused:
            ask()
        assert refused.value.code == "register.out_of_range"


def test_missing_rows_are_named() -> None:
    """A hole in the store is never taken for something else: it is named by its index."""
    store = MemoryLogStore()
    log = Log(ORIGIN, store)
    log.append_all(map(entry, range(9)))
    del store.higher[2, 1]
    with pytest.raises(LogDamagedError) as refused:
        log.inclusion_proof(0, 8)
    assert refused.value.index == 4
    del store.entries[3]
    with pytest.raises(LogDamagedError) as refused:
        log.entry(3)
    assert refused.value.index == 3


def test_kept_bytes_that_are_no_entry_are_refused() -> None:
    """The register hands out entries only."""
    store = MemoryLogStore({0: Leaf(b"a letter", leaf_hash(b"a letter"))})
    with pytest.raises(EntryFormatError):
        Log(ORIGIN, store).entry(0)


def test_checkpoint_is_signed_once_a_size() -> None:
    """Signing twice at one size gives the same note; a longer register gets a new one."""
    book = book_of(3)
    first = book.issue(OWNER, NOON)
    assert book.issue(OWNER, NOON + timedelta(days=1)) == first
    assert open_checkpoint(first.note, OWNER.verifier) == first.checkpoint
    book.log.append(entry(3))
    assert book.issue(OWNER, NOON).checkpoint.size == 4
    assert book.newest() == SignedCheckpoint.kept(book.note(4))
    assert book.note(3) == first.note


def test_empty_register_can_be_signed() -> None:
    """A register has a checkpoint before its first entry."""
    book = book_of(0)
    assert book.newest() is None
    assert book.issue(OWNER, NOON).checkpoint.size == 0


def test_both_keys_sign() -> None:
    """A checkpoint carries the post-quantum signature where the owner has such a key."""
    book = book_of(3)
    book.issue(OWNER, NOON, post_quantum=OWNER_POST_QUANTUM)
    for key in (OWNER.verifier, OWNER_POST_QUANTUM.verifier):
        assert open_checkpoint(book.note(3), key) == book.log.checkpoint()


def test_set_back_register_is_not_signed() -> None:
    """A register restored from an older backup is not signed over what was signed before."""
    book = book_of(5)
    book.issue(OWNER, NOON)
    older = CheckpointBook(log_of(4), book.store)
    with pytest.raises(LogDamagedError) as refused:
        older.issue(OWNER, NOON)
    assert refused.value.index == 4


@pytest.mark.parametrize("size", [5, 6])
def test_rewritten_register_is_not_signed(size: int) -> None:
    """A register whose signed entries were exchanged is not signed again."""
    book = book_of(5)
    book.issue(OWNER, NOON)
    rewritten = Log(ORIGIN, MemoryLogStore())
    rewritten.append_all(entry(index + 100) for index in range(size))
    with pytest.raises(LogDamagedError):
        CheckpointBook(rewritten, book.store).issue(OWNER, NOON)


def test_cosignatures_are_verified_kept_and_put_on_the_note() -> None:
    """Each cosigner's line stands on the note once, however often it arrives."""
    book = book_of(3)
    text = book.issue(OWNER, NOON).text
    later = NOON + timedelta(hours=1)
    for witness in (WITNESSES[1], WITNESSES[0]):
        for at in (NOON, NOON, later):
            assert book.attach(3, witness.cosign(text, at), witness.verifier) == book.note(3)
    lines = [WITNESSES[number].cosign(text, later) for number in (0, 1)]
    assert book.note(3) == book.issue(OWNER, NOON).note + "".join(lines).encode()


def test_false_cosignature_is_not_kept() -> None:
    """A line that is not this cosigner's signature on this checkpoint changes nothing."""
    book = book_of(3)
    signed = book.issue(OWNER, NOON)
    other = log_of(4).checkpoint().to_text()
    for line in (WITNESSES[0].cosign(other, NOON), WITNESSES[1].cosign(signed.text, NOON), "x"):
        with pytest.raises(DepeshaError) as refused:
            book.attach(3, line, WITNESSES[0].verifier)
        assert refused.value.code.startswith("cipher.")
    assert book.note(3) == signed.note


def test_unsigned_size_has_no_note() -> None:
    """Only signed sizes have notes, cosignatures and proofs."""
    book = book_of(3)
    asked: list[Callable[[], object]] = [
        lambda: book.note(3),
        lambda: book.prove(0, 3),
        lambda: book.attach(3, "line", WITNESSES[0].verifier),
    ]
    for ask in asked:
        with pytest.raises(OutOfRangeError):
            ask()


def test_entry_is_a_commitment_and_not_text() -> None:
    """Entries are 65 bytes, so the register can't take a text by mistake."""
    with pytest.raises(EntryFormatError):
        Entry.from_bytes(b"To the ambassador")
