import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from depesha.cipher import PassphraseError
from depesha.station import HomeError, Station, backup_of, open_station, restore_from
from depesha.station.adapters.backup import (
    MANIFEST,
    MARK,
    clear_mark,
    page_generation,
    read_mark,
)
from depesha.station.desks.restoring import BackupManifest
from tests.station.houses import PASSPHRASE, PORT, Founded, Pair, draft_to
from tests.station.refusals import refused


def silent(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def backed_up(pair: Pair, target: Path) -> BackupManifest:
    with backup_of(pair.port.home, PASSPHRASE, clock=pair.clock) as backup:
        return backup.write(target, silent)


def receive(pair: Pair) -> Pair:
    """Let the port receive a telegram, burn its page, and refuse some junk."""
    pair.north.sealed(draft_to(PORT))
    pair.sync(pair.north)
    pair.sync(pair.port)
    pair.port.station.reception.receive(b"junk", by=pair.port.clerk)
    return pair


@pytest.fixture
def received(pair: Pair) -> Pair:
    return receive(pair)


@pytest.fixture(scope="session")
def made_once(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a port that has received a telegram and refused some junk."""
    folder = tmp_path_factory.mktemp("backup")
    with founded.opened(folder) as pair:
        receive(pair)
        backed_up(pair, folder / "backup")
    return folder / "backup"


@pytest.fixture
def backup(made_once: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_once, tmp_path / "backup")
    return tmp_path / "backup"


def restored(backup: Path, home: Path) -> Station:
    restore_from(backup, PASSPHRASE).write(home, silent)
    return open_station(home, PASSPHRASE)


def test_a_backup_holds_all_but_the_live_pages(received: Pair, tmp_path: Path) -> None:
    """Store, keys, vault and quarantine are in it; nothing in it is a live page's."""
    steps: list[tuple[int, int]] = []
    home = received.port.home
    with backup_of(home, PASSPHRASE, clock=received.clock) as backup:
        plan = backup.plan(tmp_path / "backup")
        assert not (tmp_path / "backup").exists()
        manifest = backup.write(tmp_path / "backup", lambda *step: steps.append(step))

    names = {
        path.relative_to(tmp_path / "backup").as_posix()
        for path in (tmp_path / "backup").rglob("*")
        if path.is_file()
    }
    assert names == {MANIFEST, *(file.name for file in manifest.files)}
    assert {name.split("/", maxsplit=1)[0] for name in names} == {
        MANIFEST,
        "keys.age",
        "station.db",
        "vault",
        "quarantine",
    }
    assert plan.files == len(manifest.files)
    assert steps[-1] == (plan.files, plan.files)
    assert manifest.pages == page_generation(home) > 0
    for path in (home / "pages").glob("live-*.key"):
        secret = path.read_bytes()
        assert all(secret not in one.read_bytes() for one in (tmp_path / "backup").rglob("*.*"))


def test_a_backup_is_put_back_and_opens_in_quarantine(backup: Path, tmp_path: Path) -> None:
    """The restored station has its telegrams, no live page, and seals nothing to anybody."""
    station = restored(backup, tmp_path / "new" / "home")

    assert len(station.reading.telegrams()) == 1
    assert station.registering.audit().size == 1
    assert station.office.pages.load() == {}
    with station.office.reading() as work:
        peers = [peer for peer in work.channel.peers.everyone() if peer.relation.value != "own"]
        assert {one.station for one in work.restores.open()} == {
            peer.card.fingerprint for peer in peers
        }
        (case,) = work.channel.quarantine.open_cases()
    assert station.office.quarantine.read(case.kept_as, case.object_digest) == b"junk"
    assert not (tmp_path / "new" / "home" / MARK).exists()
    station.close()


def test_the_quarantine_is_entered_once(backup: Path, tmp_path: Path) -> None:
    """What is settled afterwards stays settled at the next opening."""
    station = restored(backup, tmp_path / "home")
    with station.office.transaction() as work:
        for one in work.restores.open():
            work.restores.settle(one.station, "2031-03-02T08:00Z")
    station.close()

    station = open_station(tmp_path / "home", PASSPHRASE)
    with station.office.reading() as work:
        assert work.restores.open() == ()
    station.close()


def test_a_mark_that_cannot_be_read_keeps_the_station_shut(backup: Path, tmp_path: Path) -> None:
    """A restored station is never opened as if it had not been."""
    restore_from(backup, PASSPHRASE).write(tmp_path / "home", silent)
    (tmp_path / "home" / MARK).write_bytes(b"?")

    with refused("station.backup"):
        open_station(tmp_path / "home", PASSPHRASE)


def test_an_open_station_is_backed_up_as_it_was_committed(received: Pair, tmp_path: Path) -> None:
    """A command that is at work does not hinder a backup, and half of it is not in it."""
    with received.port.office.reading() as work:
        assert work.telegrams.all()
        backed_up(received, tmp_path / "backup")
    station = restored(tmp_path / "backup", tmp_path / "home")
    assert len(station.reading.telegrams()) == 1
    station.close()


def test_nothing_is_written_over(pair: Pair, backup: Path, tmp_path: Path) -> None:
    """Neither a backup nor a home ever takes the place of something."""
    with refused("station.backup"):
        backed_up(pair, backup)
    with backup_of(pair.port.home, PASSPHRASE) as again, refused("station.backup"):
        again.plan(backup)
    (tmp_path / "file").touch()
    for place in (pair.port.home, backup, tmp_path / "file"):
        with refused("station.backup"):
            restore_from(backup, PASSPHRASE).write(place, silent)


def test_a_wrong_passphrase_opens_no_backup(backup: Path, tmp_path: Path) -> None:
    """Nothing is written, and what is no station is not backed up."""
    with pytest.raises(PassphraseError):
        restore_from(backup, "another").write(tmp_path / "home", silent)
    assert not (tmp_path / "home").exists()
    with pytest.raises(HomeError), backup_of(tmp_path, PASSPHRASE):
        pass


def alter(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def of_another_station(backup: Path) -> None:
    (backup / "vault" / ("0" * 32 + ".age")).write_bytes(b"more")
    path = next((backup / "vault").glob("*.age"))
    shutil.copy(backup / "keys.age", path)


def linked(backup: Path) -> None:
    path = backup / "station.db"
    path.rename(backup.with_name("elsewhere"))
    path.symlink_to(backup.with_name("elsewhere"))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "unfinished": lambda backup: (backup / MANIFEST).unlink(),
    "list altered": lambda backup: alter(backup / MANIFEST),
    "store altered": lambda backup: alter(backup / "station.db"),
    "store missing": lambda backup: (backup / "station.db").unlink(),
    "vault missing": lambda backup: shutil.rmtree(backup / "vault"),
    "vault altered": lambda backup: alter(next((backup / "vault").glob("*.age"))),
    "quarantine altered": lambda backup: alter(next((backup / "quarantine").glob("*.age"))),
    "keys missing": lambda backup: (backup / "keys.age").unlink(),
    "file swapped": of_another_station,
    "a link": linked,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_whole(backup: Path, tmp_path: Path, damage: str) -> None:
    """A backup that was cut off, altered or put together from two is not put back at all."""
    DAMAGES[damage](backup)

    with refused("station.backup"):
        restore_from(backup, PASSPHRASE).check()
    with refused("station.backup"):
        restore_from(backup, PASSPHRASE).write(tmp_path / "home", silent)
    assert not (tmp_path / "home").exists()


def test_a_file_that_nobody_listed_is_not_put_back(backup: Path, tmp_path: Path) -> None:
    """Least of all a folder of live pages."""
    (backup / "pages").mkdir()
    (backup / "pages" / "live-1.key").write_bytes(bytes(32))
    (backup / "vault" / "more.age").write_bytes(b"more")

    restore_from(backup, PASSPHRASE).write(tmp_path / "home", silent)

    assert not (tmp_path / "home" / "pages").exists()
    assert not (tmp_path / "home" / "vault" / "more.age").exists()


class Stop(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("at", [1, 2])
def test_a_killed_backup_is_none(pair: Pair, tmp_path: Path, at: int) -> None:
    """Whatever was written by then, no restore takes it for a backup."""

    def stop(done: int, _total: int) -> None:
        if done == at:
            raise Stop

    with backup_of(pair.port.home, PASSPHRASE) as backup, pytest.raises(Stop):
        backup.write(tmp_path / "backup", stop)

    with refused("station.backup"):
        restore_from(tmp_path / "backup", PASSPHRASE).write(tmp_path / "home", silent)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_killed_restore_leaves_no_station(backup: Path, tmp_path: Path, at: int) -> None:
    """No command opens what is half there, it is marked from the first, and the next is whole."""

    def stop(done: int, _total: int) -> None:
        if done == at:
            raise Stop

    with pytest.raises(Stop):
        restore_from(backup, PASSPHRASE).write(tmp_path / "home", stop)

    assert not (tmp_path / "home").exists()
    assert read_mark(tmp_path / ".home.restoring") is not None
    restored(backup, tmp_path / "home").close()
    assert not (tmp_path / ".home.restoring").exists()


def test_something_of_others_beside_the_home_is_left_alone(backup: Path, tmp_path: Path) -> None:
    """What a restore did not leave itself is not cleared away."""
    (tmp_path / ".home.restoring").mkdir()
    (tmp_path / ".home.restoring" / "kept").touch()

    with refused("station.backup"):
        restore_from(backup, PASSPHRASE).write(tmp_path / "home", silent)

    assert (tmp_path / ".home.restoring" / "kept").exists()


def test_keys_that_change_meanwhile_make_no_backup(pair: Pair, tmp_path: Path) -> None:
    """A roll-over in the middle would leave keys and store of different days."""
    home = pair.port.home

    def change(done: int, _total: int) -> None:
        if done == 1:
            alter(home / "keys.age")

    with backup_of(home, PASSPHRASE) as backup, refused("station.backup"):
        backup.write(tmp_path / "backup", change)
    assert not (tmp_path / "backup" / MANIFEST).exists()


def test_a_full_disk_is_a_refusal(pair: Pair, tmp_path: Path) -> None:
    """What the disk says is put into our words, and no backup is left."""

    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    with backup_of(pair.port.home, PASSPHRASE) as backup:
        failing = type(backup)(
            home=backup.home, copy_store=full, identity=backup.identity, at=backup.at
        )
        with refused("station.backup"):
            failing.write(tmp_path / "backup", silent)
    assert not (tmp_path / "backup" / MANIFEST).exists()


def test_a_backup_altered_after_the_check_is_refused(backup: Path, tmp_path: Path) -> None:
    """What is put back is what was checked: each file is compared once more as it is copied."""

    def alter_next(done: int, _total: int) -> None:
        if done == 1:
            alter(backup / "station.db")

    with refused("station.backup"):
        restore_from(backup, PASSPHRASE).write(tmp_path / "home", alter_next)
    assert not (tmp_path / "home").exists()


def test_a_mark_is_cleared_more_than_once(tmp_path: Path) -> None:
    """After a crash the same is done again."""
    (tmp_path / "home").mkdir()
    for _ in range(2):
        clear_mark(tmp_path / "home")
    assert read_mark(tmp_path / "home") is None
    assert page_generation(tmp_path / "home") == 0
