import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import OBJECT_LIMIT_BYTES, ChannelError, PouchFormatError, object_id_of
from depesha.channel.adapters.pouch import ENTRY_LIMIT
from depesha.channel.adapters.pouch_tar import PouchTar
from depesha.channel.pouches import LABEL_FILE, PouchLabel

SEALED = b"sealed"
NAME = f"{object_id_of(SEALED)}.age"
LABEL = PouchLabel("0123456789abcdef" * 2)
ROOM = 1 << 30
Entry = tarfile.TarInfo


def member(name: str = NAME, **changes: object) -> Entry:
    info = Entry(name)
    info.size = len(SEALED)
    for field, value in changes.items():
        setattr(info, field, value)
    return info


def tar_of(*entries: Entry, tar_format: int = tarfile.USTAR_FORMAT, data: bytes = SEALED) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tar_format) as tar:
        for entry in entries:
            tar.addfile(entry, io.BytesIO(data) if entry.isreg() else None)
    return written.getvalue()


def read(tar: bytes) -> tuple[PouchTar, dict[str, bytes]]:
    pouch = PouchTar(io.BytesIO(tar), limit_bytes=ROOM)
    return pouch, dict(pouch.objects())


@pytest.mark.parametrize(
    "tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]
)
@pytest.mark.parametrize("before", ["", "./", "pouch/", "./pouch/"])
def test_a_stock_tar_of_a_pouch_is_read(tmp_path: Path, before: str, tar_format: int) -> None:
    """Whichever tar made it, with or without the folder, with times and owners or without."""
    (tmp_path / NAME).write_bytes(SEALED)
    (tmp_path / LABEL_FILE).write_bytes(LABEL.to_bytes())
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tar_format) as tar:
        tar.add(tmp_path, arcname=before.rstrip("/") or ".", recursive=False)
        for name in (NAME, LABEL_FILE):
            tar.add(tmp_path / name, arcname=f"{before}{name}")

    pouch, objects = read(written.getvalue())

    assert objects == {object_id_of(SEALED): SEALED}
    assert (pouch.label, pouch.strays, pouch.unread) == (LABEL, 0, [])


def test_remarks_before_a_member_are_passed_over() -> None:
    """Attributes that another system adds change nothing."""
    entry = member(pax_headers={"SCHILY.xattr.note": "x" * 300, "mtime": "1.5"})
    pouch, objects = read(tar_of(entry, tar_format=tarfile.PAX_FORMAT))

    assert list(objects) == [object_id_of(SEALED)]
    assert pouch.strays == 0


def test_what_is_not_its_name_is_told_by_itself() -> None:
    """A swapped object, other files and a label that is none do not hinder the rest."""
    other = "0" * 64
    pouch, objects = read(
        tar_of(member(f"{other}.age"), member("autorun.inf"), member(LABEL_FILE), member())
    )

    assert list(objects) == [object_id_of(SEALED)]
    assert [(one.object_id, one.code) for one in pouch.unread] == [(other, "channel.pouch_format")]
    assert (pouch.strays, pouch.label) == (2, None)


def with_field(start: int, data: bytes) -> bytes:
    """A tar whose first header has other bytes somewhere, and a checksum that fits them."""
    block = bytearray(tar_of(member())[:512])
    block[start : start + len(data)] = data
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + tar_of(member())[512:]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "symbolic link": lambda: tar_of(member(type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0)),
    "hard link": lambda: tar_of(member(type=tarfile.LNKTYPE, linkname=NAME, size=0)),
    "named pipe": lambda: tar_of(member(type=tarfile.FIFOTYPE, size=0)),
    "device": lambda: tar_of(member(type=tarfile.CHRTYPE, size=0)),
    "sparse file": lambda: with_field(156, b"S"),
    "folder with bytes": lambda: with_field(156, b"5"),
    "unknown kind": lambda: with_field(156, b"Z"),
    "absolute path": lambda: tar_of(member(f"/{NAME}")),
    "path upwards": lambda: tar_of(member(f"../../{NAME}")),
    "deep path": lambda: tar_of(member(f"a/b/{NAME}")),
    "prefix": lambda: with_field(345, b"/etc"),
    "ten gigabytes claimed": lambda: with_field(124, b"77777777777\0"),
    "size in base 256": lambda: with_field(124, b"\x80" + bytes(10) + b"\x08"),
    "negative size": lambda: with_field(124, b"-0000000010\0"),
    "wrong checksum": lambda: tar_of(member())[:148] + b"000000" + tar_of(member())[154:],
    "cut in a member": lambda: tar_of(member())[: 512 + 3],
    "cut in a header": lambda: tar_of(member())[:100],
    "without an end": lambda: tar_of(member())[:1024],
    "no tar": lambda: b"age-encryption.org/v1\n" * 100,
    "nothing": lambda: b"",
    "a million members": lambda: tar_of(member())[:1024] * (ENTRY_LIMIT + 1) + bytes(1024),
    "larger than any object": lambda: with_field(124, b"%011o\0" % (OBJECT_LIMIT_BYTES + 1)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_tar_is_refused_whole(name: str) -> None:
    """What no pouch holds refuses the tar, without a byte written anywhere."""
    with pytest.raises(PouchFormatError):
        read(HOSTILE[name]())


def test_a_long_remark_is_refused() -> None:
    """Nobody makes the reader hold a header of megabytes."""
    entry = member(pax_headers={"comment": "x" * 200_000})
    with pytest.raises(PouchFormatError):
        read(tar_of(entry, tar_format=tarfile.PAX_FORMAT))


def test_the_whole_is_bounded() -> None:
    """A tar ends for the reader where it has taken as much as it takes at once."""
    tar = tar_of(*(member(f"{number}") for number in range(100)))
    with pytest.raises(PouchFormatError):
        list(PouchTar(io.BytesIO(tar), limit_bytes=20_000).objects())


@given(st.binary(max_size=3000), st.integers(0, 1500), st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(start: bytes, place: int, change: bytes) -> None:
    """No input makes the reader fail in a way that callers are not told of."""
    good = tar_of(member(), member(LABEL_FILE))
    for tar in (start, good[:place] + change + good[place + len(change) :]):
        try:
            for object_id, sealed in PouchTar(io.BytesIO(tar), limit_bytes=ROOM).objects():
                assert object_id_of(sealed) == object_id
        except ChannelError:
            pass
