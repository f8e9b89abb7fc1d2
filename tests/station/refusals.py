"""Expecting a refusal, whose words may be logged."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from depesha.base import DepeshaError
from tests.station.houses import SECRETS


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[DepeshaError]]:
    """Expect a refusal by its code, whose words, and those of its causes, show no secret."""
    with pytest.raises(DepeshaError) as caught:
        yield caught
    assert caught.value.code == code
    error: BaseException | None = caught.value
    while error is not None:
        for secret in SECRETS:
            assert secret not in str(error)
        error = error.__cause__ if error.__suppress_context__ else error.__context__
