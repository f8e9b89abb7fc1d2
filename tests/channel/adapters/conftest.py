"""A channel's store in memory, with the constraints that the real one has."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event

from depesha.channel import ChannelStore
from depesha.channel.adapters.store import SqlChannelStore
from depesha.channel.adapters.tables import metadata


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA foreign_keys=ON"))
    metadata.create_all(engine)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def store(connection: Connection) -> ChannelStore:
    return SqlChannelStore.over(connection)
