import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from depesha.archive import DuplicateError, ItemNotFoundError
from depesha.archive.adapters.constraints import constraints
from depesha.archive.adapters.engine import open_memory_engine


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("INSERT INTO parent VALUES (1)", DuplicateError),
        ("INSERT INTO child VALUES (9, 1)", ItemNotFoundError),
        ("INSERT INTO child VALUES (1, NULL)", IntegrityError),
    ],
)
def test_a_broken_constraint_is_named(statement: str, refusal: type[Exception]) -> None:
    """A clash of keys and a missing parent are refusals; anything else is the program's fault."""
    engine = open_memory_engine()
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE parent(word PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child(word REFERENCES parent, more NOT NULL)"))
        connection.execute(text("INSERT INTO parent VALUES (1)"))
        with pytest.raises(refusal), constraints(taken="taken", absent="absent"):
            connection.execute(text(statement))
    engine.dispose()
