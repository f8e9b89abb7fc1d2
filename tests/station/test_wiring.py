from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Integer, MetaData, Table

from depesha.archive.adapters import tables as archive_tables
from depesha.archive.adapters.engine import open_engine
from depesha.archive.adapters.upgrade import pending, upgrade
from depesha.channel.adapters import tables as channel_tables
from depesha.cipher import open_key_file, seal_key_file
from depesha.register.adapters import tables as register_tables
from depesha.station import (
    CallSign,
    Founding,
    HybridRecipient,
    Purpose,
    found_station,
    new_identity,
    open_station,
    pending_upgrades,
    upgrade_station,
)
from depesha.station.adapters import tables as station_tables
from depesha.station.wiring import _scripts
from tests.station.houses import (
    NORTH,
    PASSPHRASE,
    PEOPLE,
    PORT,
    Pair,
    SetClock,
    connection_of,
    draft_to,
    open_house,
)
from tests.station.looking import files_of
from tests.station.refusals import refused

PARTS = (archive_tables, channel_tables, register_tables, station_tables)


def founding(**changes: object) -> Founding:
    given: dict[str, object] = {
        "call_sign": CallSign(NORTH),
        "purpose": Purpose.POST,
        "people": PEOPLE,
        "archive": HybridRecipient.from_text(new_identity()[1]),
        "work_factor": 10,
    }
    return Founding(**{**given, **changes})  # type: ignore[arg-type]


def test_the_steps_make_the_tables_of_all_parts_and_no_others(pair: Pair) -> None:
    """What the program reads and writes is what the history of the schema leaves behind."""
    together = MetaData()
    for part in PARTS:
        for table in part.metadata.tables.values():
            table.to_metadata(together)

    def is_ours(named: object, name: str | None, kind: str, *_: object) -> bool:
        # The search index is derived: what it keeps beside itself is its own affair.
        return kind != "table" or not (name or "").startswith(("archive_search", "alembic"))

    with pair.north.office.transaction() as work:
        options = {"include_object": is_ours, "compare_type": True}
        context = MigrationContext.configure(connection_of(work), opts=options)
        assert compare_metadata(context, together) == []
        Table("forgotten", together, Column("number", Integer))
        assert [change[0] for change in compare_metadata(context, together)] == ["add_table"]


def set_revision(home: Path, revision: str) -> None:
    station = open_station(home, PASSPHRASE)
    with station.office.transaction() as work:
        connection_of(work).exec_driver_sql(
            "UPDATE alembic_version SET version_num = ?", (revision,)
        )
    station.close()


def test_a_newer_store_is_refused(pair: Pair) -> None:
    """A store that a later program wrote is neither opened, nor listed, nor upgraded."""
    set_revision(pair.north.home, "9999")
    for act in (open_station, pending_upgrades, upgrade_station):
        with refused("archive.schema_too_new"):
            act(pair.north.home, PASSPHRASE)


NEW_TABLES = (
    "channel_cards_before",
    "channel_revocations",
    "channel_voids_out",
    "channel_policies",
    "channel_facts_owed",
    "channel_gaps",
    "channel_repeats_asked",
    "station_service",
    "station_custody",
    "station_cancellation",
    "station_restored",
)
NEW_COLUMNS = {
    "channel_books_held": ("use",),
    "channel_books_issued": ("use", "not_after", "travelling", "carried_series", "carried_serial"),
    "channel_ledgers": ("announced",),
    "channel_covers_in": ("is_signed", "repeat"),
    "channel_serials_out": ("first",),
}


@contextmanager
def behind(pair: Pair) -> Iterator[Path]:
    """Take the last step of the schema back: its tables and columns were never made."""
    home = pair.north.home
    with pair.north.office.transaction() as work:
        connection = connection_of(work)
        for name in NEW_TABLES:
            connection.exec_driver_sql("DROP TABLE " + name)
        for table, columns in NEW_COLUMNS.items():
            for column in columns:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql("CREATE TABLE channel_acknowledged (channel VARCHAR(32))")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
    yield home


def test_an_older_store_is_upgraded_by_order_and_copied_first(pair: Pair) -> None:
    """Opening refuses; listing writes nothing; the upgrade keeps a copy, and the store opens."""
    with behind(pair) as home:
        with refused("archive.schema_behind"):
            open_station(home, PASSPHRASE)
        before = {path.name for path in files_of(home)}
        listed = pending_upgrades(home, PASSPHRASE)
        assert [step.revision for step in listed] == ["0005"]
        assert {path.name for path in files_of(home)} == before

        taken = upgrade_station(home, PASSPHRASE)

        assert taken == listed
        (copy,) = {path for path in files_of(home) if path.name not in before}
        assert copy.name == "station.db.before-0005"
        key = pair.north.office.keyring.seeds["database"]
        engine = open_engine(copy, key)
        assert pending(engine, _scripts()) == listed
        engine.dispose()
        station = open_station(home, PASSPHRASE)
        assert station.introducing.posts()[0].card.call_sign.text == PORT
        assert station.reading.telegrams() == ()
        station.close()
        assert upgrade_station(home, PASSPHRASE) == ()


def test_the_copy_holds_what_only_the_log_of_the_store_held(pair: Pair) -> None:
    """SQLite keeps its newest pages beside the file: the copy has them too."""
    with behind(pair) as home:
        with pair.north.office.transaction() as work:
            connection_of(work).exec_driver_sql("CREATE TABLE kept_until_now (number INTEGER)")
        assert (home / "station.db-wal").stat().st_size > 0
        upgrade_station(home, PASSPHRASE)
        (copy,) = home.glob("station.db.before*")
        engine = open_engine(copy, pair.north.office.keyring.seeds["database"])
        with engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT * FROM kept_until_now").all() == []
        engine.dispose()


def test_an_upgrade_that_broke_off_is_begun_again(pair: Pair) -> None:
    """What a first try left of its copy is no obstacle to the second."""
    with behind(pair) as home:
        for name in ("station.db.before-0005", "station.db.before-0005.new"):
            (home / name).write_bytes(b"half a copy")

        upgrade_station(home, PASSPHRASE)

        assert not (home / "station.db.before-0005.new").exists()
        key = pair.north.office.keyring.seeds["database"]
        engine = open_engine(home / "station.db.before-0005", key)
        engine.dispose()
        open_station(home, PASSPHRASE).close()


def test_steps_are_taken_once(tmp_path: Path) -> None:
    """An empty store takes every step in order, and then none."""
    engine = open_engine(tmp_path / "store", bytes(32), create=True)
    taken = upgrade(engine, _scripts())
    assert [step.revision for step in taken] == ["0001", "0002", "0003", "0004", "0005"]
    assert upgrade(engine, _scripts()) == ()
    engine.dispose()


@pytest.mark.parametrize("passphrase", ["", "another", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_opens_nothing(pair: Pair, passphrase: str) -> None:
    """It is refused before the store is looked at, and is not repeated."""
    for act in (open_station, pending_upgrades, upgrade_station):
        with refused("cipher.passphrase"):
            act(pair.north.home, passphrase)


def test_a_folder_without_keys_is_no_station(tmp_path: Path) -> None:
    """An empty folder, none at all, and one whose founding broke off are no stations."""
    half = tmp_path / "half"
    half.mkdir()
    (half / "station.db").write_bytes(b"")
    for home in (tmp_path / "absent", half, tmp_path):
        with refused("station.home"):
            open_station(home, PASSPHRASE)
    assert not (tmp_path / "absent").exists()


def test_a_station_is_founded_in_a_new_folder(pair: Pair, tmp_path: Path) -> None:
    """Neither over a station nor among other files, nor where a file is; nothing is touched."""
    (tmp_path / "file").write_bytes(b"")
    before = {path: path.read_bytes() for path in files_of(tmp_path)}
    for home in (pair.north.home, tmp_path, tmp_path / "file", tmp_path / "file" / "below"):
        with refused("station.home"):
            found_station(home, founding(), PASSPHRASE)
    assert {path: path.read_bytes() for path in files_of(tmp_path)} == before


def test_a_home_is_its_owners_alone(pair: Pair) -> None:
    """No folder and no file of a station can be read by another user of the machine."""
    pair.north.sealed(draft_to(PORT))
    for path in (pair.north.home, *pair.north.home.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0 or path.name in {"lock", "station.db-shm"}, path


def test_two_people_never_sign_with_one_key(tmp_path: Path) -> None:
    """Who released is told by the key: two releasers have two."""
    (clerk, _), (releaser, key), *_ = PEOPLE
    with refused("station.input"):
        found_station(
            tmp_path / "home", founding(people=((clerk, key), (releaser, key))), PASSPHRASE
        )
    assert not (tmp_path / "home").exists()


def test_a_name_is_one_persons(tmp_path: Path) -> None:
    """A station in which two people have one name is not founded."""
    (clerk, key), *_ = PEOPLE
    with refused("station.wrong_state"):
        found_station(tmp_path / "home", founding(people=((clerk, key), (clerk, key))), PASSPHRASE)
    with refused("station.home"):
        open_station(tmp_path / "home", PASSPHRASE)


def test_a_key_file_that_lacks_a_value_is_refused(pair: Pair) -> None:
    """Keys are whole, or they are no station's."""
    path = pair.north.home / "keys.age"
    secrets = open_key_file(path.read_bytes(), PASSPHRASE)
    for name in ("seed.identity", "seed.database", "call-sign", "archive"):
        rest = {key: value for key, value in secrets.items() if key != name}
        path.write_bytes(seal_key_file(rest, PASSPHRASE, work_factor=10))
        with refused("station.home"):
            open_station(pair.north.home, PASSPHRASE)


def test_a_store_under_other_keys_is_refused(pair: Pair) -> None:
    """The store of another station does not open with this one's keys."""
    pair.north.station.close()
    pair.port.station.close()
    for name in ("station.db-wal", "station.db-shm"):
        (pair.north.home / name).unlink(missing_ok=True)
    (pair.north.home / "station.db").write_bytes((pair.port.home / "station.db").read_bytes())
    with refused("archive.wrong_key"):
        open_station(pair.north.home, PASSPHRASE)


def test_keys_are_not_shown(pair: Pair) -> None:
    """Neither an open station nor its keyring prints a seed."""
    keyring = pair.north.office.keyring
    shown = repr(keyring) + repr(pair.north.station) + repr(pair.north.office)
    for seed in (*keyring.seeds.values(), *keyring.releasers.values()):
        assert repr(seed) not in shown
        assert seed.hex() not in shown


def test_two_processes_see_one_store(pair: Pair) -> None:
    """What one of two open stations over a home commits, the other reads."""
    other = open_house(pair.north.home, pair.relay, SetClock())
    pair.north.released(draft_to(PORT))
    assert len(other.station.reading.telegrams()) == 1
    other.station.close()
