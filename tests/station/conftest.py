"""A pair of stations for each test, copied from one that is founded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.station.houses import Founded, Pair, found_pair


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return found_pair(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def pair(founded: Founded, tmp_path: Path) -> Iterator[Pair]:
    with founded.opened(tmp_path) as opened:
        yield opened
