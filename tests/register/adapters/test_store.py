import pytest
from sqlalchemy import create_engine, create_mock_engine
from sqlalchemy.schema import ExecutableDDLElement

from depesha.register import Log, LogStoreError, leaf_hash, node_hash
from depesha.register.adapters import SqlLogStore, metadata
from tests.register.samples import ORIGIN, entry


def test_failing_database_is_named_by_code() -> None:
    """The database's own errors don't leave the adapter, and repeat nothing of a row."""
    with create_engine("sqlite://").connect() as connection:
        store = SqlLogStore(connection)
        with pytest.raises(LogStoreError) as refused:
            store.size()
    assert refused.value.code == "register.store"
    assert refused.value.retryable
    assert refused.value.__cause__ is not None


def test_nothing_is_committed() -> None:
    """The caller's transaction decides: rolled back, the register is as it was."""
    with create_engine("sqlite://").connect() as connection:
        metadata.create_all(connection)
        connection.commit()
        log = Log(ORIGIN, SqlLogStore(connection))
        log.append(entry(0))
        connection.commit()
        log.append_all(map(entry, range(1, 5)))
        connection.rollback()
        assert log.size() == 1
        assert log.append(entry(1)) == 1


@pytest.mark.parametrize("url", ["sqlite://", "postgresql://"])
def test_one_schema_for_two_engines(url: str) -> None:
    """Both engines can create every table, and every table has our prefix."""
    created: list[str] = []

    def note_down(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        created.append(str(statement.compile(engine)))

    engine = create_mock_engine(url, note_down)
    metadata.create_all(engine, checkfirst=False)
    tables = [text for text in created if "CREATE TABLE" in text]
    assert len(tables) == len(metadata.tables) == 6
    assert all("CREATE TABLE register_" in text for text in tables)


def test_subtrees_stand_where_the_format_says() -> None:
    """Positions in register_node are (2 * index + 1) * 2**level - 1."""
    with create_engine("sqlite://").connect() as connection:
        metadata.create_all(connection)
        Log(ORIGIN, SqlLogStore(connection)).append_all(map(entry, range(4)))
        rows = connection.exec_driver_sql("SELECT position, hash FROM register_node").all()
    leaves = [leaf_hash(entry(index).to_bytes()) for index in range(4)]
    left, right = node_hash(*leaves[:2]), node_hash(*leaves[2:])
    assert sorted(rows) == [(1, left), (3, node_hash(left, right)), (5, right)]
