"""One pair of stations for all tests of the pages: nothing here writes to them."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from depesha.station import Station
from depesha.web import Access, Door, Reader, build_app
from tests.web.world import World, build_world, opened

ACCESS = Access(host="127.0.0.1", port=8441, key="5f" * 32)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("stations"))


@pytest.fixture(scope="session")
def station(world: World) -> Iterator[Station]:
    with opened(world.home) as station:
        yield station


@pytest.fixture
def stranger(station: Station) -> Iterator[TestClient[Door]]:
    """A reader without the key, who does not follow where he is sent."""
    app = build_app(Reader(station), ACCESS)
    with TestClient(app, base_url=ACCESS.origin) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def reader(stranger: TestClient[Door]) -> TestClient[Door]:
    """A reader who has opened the printed address once."""
    stranger.get(ACCESS.opening_address)
    return stranger
