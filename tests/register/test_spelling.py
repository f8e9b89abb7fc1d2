from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.register.spelling import (
    SIZE_LIMIT,
    is_size,
    read_base64,
    read_hash,
    read_size,
    write_base64,
)


@given(st.integers(0, SIZE_LIMIT))
def test_size_reads_back(number: int) -> None:
    """Every size below 2^63 has one spelling."""
    assert read_size(str(number)) == number
    assert is_size(number)


@given(st.binary())
def test_base64_reads_back(value: bytes) -> None:
    """Every value has one spelling."""
    assert read_base64(write_base64(value)) == value


@given(st.text(max_size=48) | st.binary(max_size=34).map(lambda value: b64encode(value).decode()))
def test_any_text_is_one_spelling_or_refused(text: str) -> None:
    """Whatever is read writes back as the same text; all else is a ValueError."""
    for read in (read_base64, read_hash):
        with suppress(ValueError):
            assert write_base64(read(text)) == text


@pytest.mark.parametrize("number", [-1, SIZE_LIMIT + 1])
def test_numbers_out_of_range_are_no_sizes(number: int) -> None:
    """A size is neither negative nor 2^63 or more, in whatever form it comes."""
    assert not is_size(number)
    with pytest.raises(ValueError, match="not a decimal"):
        read_size(str(number))
