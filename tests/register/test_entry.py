import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.register import ENTRY_SIZE, Entry, EntryFormatError, leaf_hash
from tests.support import Vector, vectors


@pytest.mark.parametrize("vector", vectors("register/entry"), ids=lambda vector: vector.name)
def test_entry_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert Entry.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(DepeshaError) as refused:
        Entry.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_entry_reads_back(header: bytes, body: bytes) -> None:
    """Every pair of commitments has one byte form of one size."""
    entry = Entry(header_root=header, body_root=body)
    assert len(entry.to_bytes()) == ENTRY_SIZE
    assert Entry.from_bytes(entry.to_bytes()) == entry
    assert entry.leaf_hash == leaf_hash(entry.to_bytes())


@given(st.binary(max_size=70))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the parser fail in a way callers are not told about."""
    try:
        assert Entry.from_bytes(data).to_bytes() == data
    except EntryFormatError:
        assert len(data) != ENTRY_SIZE or data[0] != Entry.VERSION


@pytest.mark.parametrize("sizes", [(31, 32), (32, 33), (0, 0)])
def test_commitment_of_another_size_is_refused(sizes: tuple[int, int]) -> None:
    """An entry can't be made of anything but 32-byte commitments."""
    with pytest.raises(EntryFormatError):
        Entry(header_root=bytes(sizes[0]), body_root=bytes(sizes[1]))
