from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import DepeshaError
from depesha.register import Advice, AdviceFormatError, ConsistencyProof
from tests.support import Vector, vectors


@pytest.mark.parametrize("vector", vectors("register/advice"), ids=lambda vector: vector.name)
def test_advice_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert Advice.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(DepeshaError) as refused:
        Advice.from_bytes(vector.body)

    assert refused.value.code == vector.expect


hashes = st.binary(min_size=32, max_size=32)
advices = st.builds(
    Advice,
    proof=st.builds(
        ConsistencyProof,
        old_size=st.integers(0, 2**63 - 1),
        hashes=st.lists(hashes, max_size=4).map(tuple),
    ),
    note=st.binary(min_size=1),
)


@given(advices)
def test_advice_reads_back(advice: Advice) -> None:
    """Every advice has one byte form."""
    assert Advice.from_bytes(advice.to_bytes()) == advice


@given(st.binary() | advices.map(Advice.to_bytes).map(lambda data: data.replace(b"A", b"\xff")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the parser fail in a way callers are not told about."""
    with suppress(AdviceFormatError):
        assert Advice.from_bytes(data).to_bytes() == data


@pytest.mark.parametrize(
    ("old_size", "steps"), [(-1, ()), (2**63, ()), (0, (b"short",)), (1, (bytes(32),) * 64)]
)
def test_impossible_proof_cannot_be_made(old_size: int, steps: tuple[bytes, ...]) -> None:
    """What could not be read can't be built either."""
    with pytest.raises(AdviceFormatError):
        ConsistencyProof(old_size=old_size, hashes=steps)
