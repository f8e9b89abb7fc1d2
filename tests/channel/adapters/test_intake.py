import errno
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from depesha.channel import (
    IntakeError,
    PouchFormatError,
    PouchMediumError,
    object_id_of,
)
from depesha.channel.adapters.intake import DiskPouches
from depesha.channel.adapters.pouch import Medium, PouchFolder
from depesha.channel.pouches import PouchLabel

LABEL = PouchLabel("0123456789abcdef" * 2)
OBJECTS = {object_id_of(sealed): sealed for sealed in (b"one", b"two", b"three")}


@pytest.fixture
def pouch(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    PouchFolder(folder).put(LABEL, list(OBJECTS.values()))
    return folder


def tar_of(folder: Path) -> Path:
    path = folder.with_suffix(".tar")
    with tarfile.open(path, "w") as tar:
        tar.add(folder, arcname=".")
    return path


@pytest.mark.parametrize("kind", ["folder", "tar"])
def test_a_pouch_is_copied_into_the_house(tmp_path: Path, pouch: Path, kind: str) -> None:
    """Everything is at hand while it is needed, the medium no more; then the copy is gone."""
    intake = tmp_path / "intake"
    with DiskPouches(intake).take(pouch if kind == "folder" else tar_of(pouch)) as taken:
        for path in pouch.iterdir():
            path.unlink()
        assert {object_id: taken.read(object_id) for object_id in taken.objects} == OBJECTS
        assert taken.objects == tuple(sorted(OBJECTS))
        assert (taken.label, taken.unread, taken.strays) == (LABEL, (), 0)
    assert not intake.exists()


def test_what_an_import_left_is_cleared_away(tmp_path: Path, pouch: Path) -> None:
    """A crash in the middle leaves a copy that the next import removes."""
    intake = tmp_path / "intake"
    intake.mkdir()
    (intake / f"{next(iter(OBJECTS))}.age").write_bytes(b"half")

    with DiskPouches(intake).take(pouch) as taken:
        assert {object_id: taken.read(object_id) for object_id in taken.objects} == OBJECTS


def test_the_copy_goes_when_the_import_fails(tmp_path: Path, pouch: Path) -> None:
    """Whatever stops the import, nothing of the pouch lies about in the house."""

    def fail() -> None:
        with DiskPouches(tmp_path / "intake").take(pouch):
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert not (tmp_path / "intake").exists()


@pytest.mark.parametrize("fails_at", range(3))
def test_a_full_disk_of_our_own_takes_nothing(tmp_path: Path, pouch: Path, fails_at: int) -> None:
    """At whichever object the disk is full, the import is refused by its own code."""
    writes: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        if len(writes) == fails_at:
            raise OSError(errno.ENOSPC, "full")
        writes.append(path)
        path.write_bytes(data)

    pouches = DiskPouches(tmp_path / "intake", write=write)
    with pytest.raises(IntakeError), pouches.take(pouch):
        pass
    assert not (tmp_path / "intake").exists()
    with pytest.raises(IntakeError), DiskPouches(tmp_path / "no" / "intake").take(pouch):
        pass


def after(reads: int, act: Callable[[], None]) -> Medium:
    """A medium to which something happens after so many reads."""
    done = []

    def read(descriptor: int, limit_bytes: int) -> bytes:
        done.append(descriptor)
        if len(done) > reads:
            act()
            raise OSError(errno.EIO, "input/output error")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(limit_bytes)

    return Medium(read=read)


@pytest.mark.parametrize("reads", range(3))
def test_a_stick_pulled_out_takes_nothing(tmp_path: Path, pouch: Path, reads: int) -> None:
    """A medium that goes away half-way is one refusal, whatever the system says of each file."""

    def pull() -> None:
        if pouch.exists():
            pouch.rename(tmp_path / "pulled")

    def pull_leaving_the_mount_point() -> None:
        if not (tmp_path / "pulled").exists():
            pouch.rename(tmp_path / "pulled")
            pouch.mkdir()

    for act in (pull, pull_leaving_the_mount_point):
        pouches = DiskPouches(tmp_path / "intake", medium=after(reads, act))
        with pytest.raises(PouchMediumError), pouches.take(pouch):
            pass
        assert not (tmp_path / "intake").exists()
        if pouch.exists():
            pouch.rmdir()
        (tmp_path / "pulled").rename(pouch)


def test_a_bad_block_does_not_stop_the_others(tmp_path: Path, pouch: Path) -> None:
    """An object that cannot be read is named by its code, and all others are taken."""
    medium = after(2, lambda: None)
    with DiskPouches(tmp_path / "intake", medium=medium).take(pouch) as taken:
        assert len(taken.objects) == 2
        (unread,) = taken.unread
    assert unread.object_id == max(OBJECTS)
    assert unread.code == "channel.pouch_format"


def test_a_pouch_is_bounded(tmp_path: Path, pouch: Path) -> None:
    """What is more than is taken at once is refused before a byte of it is read."""
    pouches = DiskPouches(tmp_path / "intake", total_limit_bytes=5)
    for path in (pouch, tar_of(pouch)):
        with pytest.raises(PouchFormatError), pouches.take(path):
            pass
    with (pouch / ("0" * 64 + ".age")).open("wb") as file:
        file.truncate(10 * 1024**3)
    with DiskPouches(tmp_path / "intake").take(pouch) as taken:
        assert (len(taken.objects), taken.strays) == (len(OBJECTS), 1)


def test_what_is_neither_folder_nor_tar_is_refused(tmp_path: Path) -> None:
    """A pipe is not waited for, an absent path is no empty pouch."""
    os.mkfifo(tmp_path / "pipe")
    pouches = DiskPouches(tmp_path / "intake")
    with pytest.raises(PouchFormatError), pouches.take(tmp_path / "pipe"):
        pass
    with pytest.raises(PouchMediumError), pouches.take(tmp_path / "absent"):
        pass


def test_an_object_twice_in_a_tar_is_one(tmp_path: Path) -> None:
    """A tar that was added to holds some objects twice."""
    path = tmp_path / "twice.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for _ in range(2):
            info = tarfile.TarInfo(f"{object_id_of(b'one')}.age")
            info.size = 3
            tar.addfile(info, io.BytesIO(b"one"))
    with DiskPouches(tmp_path / "intake").take(path) as taken:
        assert taken.objects == (object_id_of(b"one"),)


def test_a_copy_altered_in_the_house_is_refused(tmp_path: Path, pouch: Path) -> None:
    """What is opened is what was copied, or nothing."""
    intake = tmp_path / "intake"
    with DiskPouches(intake).take(pouch) as taken:
        (intake / f"{taken.objects[0]}.age").write_bytes(b"altered")
        with pytest.raises(IntakeError):
            taken.read(taken.objects[0])
        (intake / f"{taken.objects[1]}.age").unlink()
        with pytest.raises(IntakeError):
            taken.read(taken.objects[1])


def test_a_medium_is_filled_and_named(tmp_path: Path) -> None:
    """What is put into a folder is there under its label; a folder without one has none."""
    folder = tmp_path / "stick"
    folder.mkdir()
    pouches = DiskPouches(tmp_path / "intake")
    assert pouches.label(folder) is None

    pouches.put(folder, LABEL, [b"one"])

    assert pouches.label(folder) == LABEL
    with pytest.raises(PouchMediumError):
        pouches.label(tmp_path / "absent")
