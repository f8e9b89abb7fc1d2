from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import ChannelError, PouchLabel
from tests.support import Vector, vectors


@pytest.mark.parametrize("vector", vectors("channel/pouch-label"), ids=lambda v: v.name)
def test_label_vector(vector: Vector) -> None:
    """A label reads back as its own bytes, or is refused with the code that it names."""
    if vector.expect == "ok":
        assert PouchLabel.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(ChannelError) as refused:
        PouchLabel.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No label file makes the reader fail in a way that callers are not told of."""
    with suppress(ChannelError):
        assert PouchLabel.from_bytes(data).to_bytes() == data


def test_labels_are_drawn() -> None:
    """Two pouches never have one label, and a label says nothing."""
    assert PouchLabel.generate() != PouchLabel.generate()
