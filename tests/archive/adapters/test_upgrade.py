from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import Engine, inspect, text

from depesha.archive import SchemaBehindError, SchemaTooNewError, StoreBusyError
from depesha.archive.adapters.engine import open_engine
from depesha.archive.adapters.upgrade import pending, require_current, upgrade

KEY = bytes(range(32))
STEPS = (
    ("0001", None, "op.create_table('first', sa.Column('word', sa.Text))"),
    ("0002", "0001", "op.add_column('first', sa.Column('more', sa.Text))"),
    ("0003", "0002", "op.create_table('third', sa.Column('word', sa.Text))"),
)


def write_steps(folder: Path, count: int, last: str = "") -> Path:
    """Write the first `count` steps; `last` is added to the newest."""
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    for place, (revision, before, body) in enumerate(STEPS[:count]):
        more = last if place == count - 1 else ""
        (folder / "versions" / f"{revision}.py").write_text(
            dedent(f'''
                """Step {revision}."""
                import sqlalchemy as sa
                from alembic import op

                revision = {revision!r}
                down_revision = {before!r}

                def upgrade():
                    {body}
                    {more}
            ''')
        )
    return folder


def store(tmp_path: Path) -> Engine:
    return open_engine(tmp_path / "store.db", KEY, create=True, busy_seconds=0.05)


def tables_of(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_steps_are_taken_in_order_and_once(tmp_path: Path) -> None:
    """An empty store takes every step; a second call takes none."""
    engine, scripts = store(tmp_path), write_steps(tmp_path / "steps", 3)

    taken = upgrade(engine, scripts)

    assert [step.revision for step in taken] == ["0001", "0002", "0003"]
    assert taken[0].title == "Step 0001."
    assert {"first", "third"} <= tables_of(engine)
    assert upgrade(engine, scripts) == ()
    require_current(engine, scripts)
    engine.dispose()


def test_listing_writes_nothing(tmp_path: Path) -> None:
    """Asking what is pending leaves the store as it was, and not even a table of versions."""
    engine, scripts = store(tmp_path), write_steps(tmp_path / "steps", 2)

    assert [step.revision for step in pending(engine, scripts)] == ["0001", "0002"]

    assert tables_of(engine) == set()
    engine.dispose()


def test_a_store_behind_the_program_is_refused(tmp_path: Path) -> None:
    """A store that lacks a step is refused until a person orders the upgrade."""
    engine = store(tmp_path)
    upgrade(engine, write_steps(tmp_path / "steps", 2))
    scripts = write_steps(tmp_path / "steps", 3)

    with pytest.raises(SchemaBehindError) as refused:
        require_current(engine, scripts)

    assert refused.value.code == "archive.schema_behind"
    assert [step.revision for step in upgrade(engine, scripts)] == ["0003"]
    engine.dispose()


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    """A step the program does not know is a refusal to list, to open and to upgrade."""
    engine = store(tmp_path)
    upgrade(engine, write_steps(tmp_path / "newer", 3))
    scripts = write_steps(tmp_path / "older", 2)

    for refuse in (pending, require_current, upgrade):
        with pytest.raises(SchemaTooNewError) as refused:
            refuse(engine, scripts)
        assert refused.value.code == "archive.schema_too_new"
    engine.dispose()


def test_a_step_that_fails_leaves_the_step_before(tmp_path: Path) -> None:
    """What a step did before it failed is undone with its note; earlier steps stay."""
    engine = store(tmp_path)
    broken = write_steps(tmp_path / "steps", 3, last="raise RuntimeError('halfway')")

    with pytest.raises(RuntimeError, match="halfway"):
        upgrade(engine, broken)

    assert "third" not in tables_of(engine)
    assert [step.revision for step in pending(engine, broken)] == ["0003"]
    mended = write_steps(tmp_path / "mended", 3)
    assert [step.revision for step in upgrade(engine, mended)] == ["0003"]
    engine.dispose()


def test_an_upgrade_takes_the_writers_lock(tmp_path: Path) -> None:
    """While another writes, no step is taken."""
    engine, other = store(tmp_path), store(tmp_path)
    scripts = write_steps(tmp_path / "steps", 1)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE mine(word)"))
        with pytest.raises(StoreBusyError):
            upgrade(engine, scripts)

    assert tables_of(engine) == {"mine"}
    engine.dispose()
    other.dispose()
