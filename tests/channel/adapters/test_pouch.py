import errno
import os
from pathlib import Path

import pytest

from depesha.channel import (
    OBJECT_LIMIT_BYTES,
    ObjectTooLargeError,
    ObjectUnknownError,
    PouchFormatError,
    PouchMediumError,
    object_id_of,
)
from depesha.channel.adapters.pouch import (
    ENTRY_LIMIT,
    STAGING,
    Medium,
    PouchFolder,
)
from depesha.channel.pouches import LABEL_FILE, PouchLabel

SEALED = b"sealed"
OBJECT = object_id_of(SEALED)
NAME = f"{OBJECT}.age"
LABEL = PouchLabel("0123456789abcdef" * 2)


def listed(pouch: PouchFolder) -> list[str]:
    return [row.object_id for row in pouch.list()]


def test_an_object_lies_under_its_digest(tmp_path: Path) -> None:
    """A courier's medium holds files that a stock age opens, named for their digests."""
    PouchFolder(tmp_path).deposit(SEALED)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).read_bytes() == SEALED


def test_importing_twice_is_harmless(tmp_path: Path) -> None:
    """Confirming leaves the medium as it was; a new reading of it finds all again."""
    PouchFolder(tmp_path).deposit(SEALED)
    pouch = PouchFolder(tmp_path)
    pouch.confirm(OBJECT)

    assert listed(pouch) == []
    assert listed(PouchFolder(tmp_path)) == [OBJECT]


def test_a_pouch_may_be_emptied_as_it_is_read(tmp_path: Path) -> None:
    """Who asks for it has confirmed objects removed from the medium."""
    pouch = PouchFolder(tmp_path, erase=True)
    pouch.deposit(SEALED)
    pouch.confirm(OBJECT)
    pouch.confirm(OBJECT)

    assert list(tmp_path.iterdir()) == []


def test_an_object_put_in_again_is_there_again(tmp_path: Path) -> None:
    """Confirming an object does not hide one deposited after it."""
    pouch = PouchFolder(tmp_path)
    pouch.deposit(SEALED)
    pouch.confirm(OBJECT)
    pouch.deposit(SEALED)
    assert listed(pouch) == [OBJECT]


def test_an_object_that_is_not_its_name_is_refused(tmp_path: Path) -> None:
    """A courier cannot swap objects unnoticed."""
    (tmp_path / NAME).write_bytes(b"another")
    with pytest.raises(PouchFormatError):
        PouchFolder(tmp_path).fetch(OBJECT)


def test_a_bad_object_does_not_stop_the_others(tmp_path: Path) -> None:
    """What lies under a wrong name is refused by itself; all others are listed and fetched."""
    pouch = PouchFolder(tmp_path)
    good = [pouch.deposit(bytes([number])) for number in range(1, 4)]
    bad = ["0" * 64, "f" * 64]
    for name in bad:
        (tmp_path / f"{name}.age").write_bytes(b"another")

    assert listed(pouch) == sorted(good + bad)
    for name in bad:
        with pytest.raises(PouchFormatError):
            pouch.fetch(name)
        pouch.confirm(name)
    assert [object_id_of(pouch.fetch(name)) for name in listed(pouch)] == sorted(good)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link on the medium leads nowhere, even to a file with the right digest."""
    pouch = tmp_path / "pouch"
    pouch.mkdir()
    (tmp_path / "outside").write_bytes(SEALED)
    (pouch / NAME).symlink_to(tmp_path / "outside")
    carrier = PouchFolder(pouch)

    assert listed(carrier) == []
    assert carrier.contents().strays == 1
    with pytest.raises(PouchFormatError):
        carrier.fetch(OBJECT)


def test_a_pipe_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    """A named pipe in place of an object is refused at once."""
    os.mkfifo(tmp_path / NAME)
    carrier = PouchFolder(tmp_path)

    assert listed(carrier) == []
    with pytest.raises(PouchFormatError):
        carrier.fetch(OBJECT)


def test_a_folder_is_no_object(tmp_path: Path) -> None:
    """What is not a regular file is not opened as one."""
    (tmp_path / NAME).mkdir()
    with pytest.raises(PouchFormatError):
        PouchFolder(tmp_path).fetch(OBJECT)
    assert PouchFolder(tmp_path).contents().strays == 1


@pytest.mark.parametrize("name", [OBJECT, NAME.upper(), f"{NAME}.bak", "autorun.inf", "ü.age"])
def test_other_names_are_counted_and_left_alone(tmp_path: Path, name: str) -> None:
    """A stick from elsewhere may hold anything; it is told, and not read."""
    (tmp_path / name).write_bytes(SEALED)
    pouch = PouchFolder(tmp_path)

    assert listed(pouch) == []
    assert pouch.contents().strays == 1
    assert (tmp_path / name).exists()


def test_sizes_are_bounded(tmp_path: Path) -> None:
    """An object larger than any is not read into memory, and an empty one is none."""
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(OBJECT_LIMIT_BYTES + 1)
    (tmp_path / f"{object_id_of(b'')}.age").touch()
    pouch = PouchFolder(tmp_path)

    assert listed(pouch) == []
    with pytest.raises(PouchFormatError):
        pouch.fetch(OBJECT)


def test_entries_are_bounded(tmp_path: Path) -> None:
    """A medium with more entries than any pouch has is refused as a whole."""
    for number in range(ENTRY_LIMIT + 1):
        (tmp_path / f"{number}").touch()
    with pytest.raises(PouchFormatError):
        PouchFolder(tmp_path).list()


def test_a_medium_that_is_gone_is_refused_as_ours(tmp_path: Path) -> None:
    """A stick pulled out is a refusal with a code, at every call."""
    pouch = PouchFolder(tmp_path / "gone", erase=True)
    for call in (pouch.list, pouch.contents, lambda: pouch.deposit(SEALED)):
        with pytest.raises(PouchMediumError):
            call()
    with pytest.raises(PouchMediumError):
        pouch.put(LABEL, [SEALED])
    with pytest.raises(ObjectUnknownError):
        pouch.fetch(OBJECT)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PouchMediumError):
        PouchFolder(tmp_path / "file", erase=True).confirm(OBJECT)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (errno.EIO, PouchFormatError),
        (errno.ENODEV, PouchMediumError),
        (errno.ESTALE, PouchMediumError),
    ],
)
def test_a_bad_block_is_told_from_a_lost_medium(
    tmp_path: Path, fault: int, error: type[Exception]
) -> None:
    """What the system says of one file does not speak for the others, unless the device is gone."""

    def fail(_descriptor: int, _limit_bytes: int) -> bytes:
        raise OSError(fault, "no")

    PouchFolder(tmp_path).deposit(SEALED)
    with pytest.raises(error):
        PouchFolder(tmp_path, medium=Medium(read=fail)).fetch(OBJECT)


def test_a_pouch_has_its_label_outside(tmp_path: Path) -> None:
    """The label is the only other file, and one that is no label is as good as none."""
    pouch = PouchFolder(tmp_path)
    assert pouch.label() is None

    pouch.put(LABEL, [SEALED])

    assert pouch.label() == LABEL
    assert {path.name for path in tmp_path.iterdir()} == {NAME, LABEL_FILE}
    assert pouch.contents().strays == 0
    for damaged in (b"", b"no label", LABEL.to_bytes() + b"x", bytes(1000)):
        (tmp_path / LABEL_FILE).write_bytes(damaged)
        assert pouch.label() is None


@pytest.mark.parametrize("fails_at", range(4))
def test_a_full_medium_takes_nothing(tmp_path: Path, fails_at: int) -> None:
    """At whichever write the medium is full, the pouch is as it was before, to the last name."""
    PouchFolder(tmp_path).put(LABEL, [SEALED])
    writes: list[Path] = []

    def write(path: Path, data: bytes) -> None:
        if len(writes) == fails_at:
            raise OSError(errno.ENOSPC, "full")
        writes.append(path)
        path.write_bytes(data)

    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    pouch = PouchFolder(tmp_path, medium=Medium(write=write))
    with pytest.raises(PouchMediumError):
        pouch.put(PouchLabel("f" * 32), [b"one", b"two", b"three"])

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_a_packing_left_is_cleared_away(tmp_path: Path) -> None:
    """After a crash in the middle, packing again does what the first was to do."""
    (tmp_path / STAGING).mkdir()
    (tmp_path / STAGING / NAME).write_bytes(b"half")

    PouchFolder(tmp_path).put(LABEL, [SEALED])

    assert {path.name for path in tmp_path.iterdir()} == {NAME, LABEL_FILE}
    assert PouchFolder(tmp_path).fetch(OBJECT) == SEALED


def test_a_trap_in_place_of_the_staging_is_not_followed(tmp_path: Path) -> None:
    """A link where packing begins is removed, and what it leads to is left alone."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    pouch = tmp_path / "pouch"
    pouch.mkdir()
    (pouch / STAGING).symlink_to(outside)

    PouchFolder(pouch).put(LABEL, [SEALED])

    assert [path.name for path in outside.iterdir()] == ["kept"]
    assert listed(PouchFolder(pouch)) == [OBJECT]


def test_a_pouch_is_not_overfilled(tmp_path: Path) -> None:
    """More than a reader would take is not packed; nor is an object that no carrier takes."""
    for number in range(ENTRY_LIMIT - 1):
        (tmp_path / f"{number}").touch()
    with pytest.raises(PouchFormatError):
        PouchFolder(tmp_path).put(LABEL, [SEALED])
    with pytest.raises(ObjectTooLargeError):
        PouchFolder(tmp_path).put(LABEL, [bytes(OBJECT_LIMIT_BYTES + 1)])
    assert listed(PouchFolder(tmp_path)) == []
