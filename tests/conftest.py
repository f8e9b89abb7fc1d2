"""The default run is offline: only tests marked `process` may open a socket."""

from collections.abc import Iterator

import pytest
import pytest_socket
from hypothesis import settings

# A property is about what holds, never about how long it takes on a busy machine.
settings.register_profile("depesha", deadline=None)
settings.load_profile("depesha")


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("process"):
        pytest_socket.enable_socket()
        yield
        return
    pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
