import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from depesha.base import Digest
from depesha.channel import PageStoreError
from depesha.channel.adapters.page_secrets import REAL_DISK, Disk, PageSecretFolder
from depesha.cipher import CipherError, HybridIdentity, derive_key, unseal
from tests.channel.stations import SECRETS

STORAGE = b"s" * 32
KEYS = [secret.page.digest() for secret in SECRETS]


def store(folder: Path, *, disk: Disk = REAL_DISK, secret: bytes = STORAGE) -> PageSecretFolder:
    return PageSecretFolder(folder, storage_secret=secret, disk=disk)


def filled(folder: Path) -> PageSecretFolder:
    made = store(folder)
    made.add(SECRETS[:3])
    return made


def opens_anything(folder: Path, box: Path) -> bool:
    """Whether any key on the disk opens a box that somebody kept a copy of."""
    for path in folder.iterdir():
        seed = derive_key(path.read_bytes() + STORAGE, label="page store")
        try:
            unseal(box.read_bytes(), [HybridIdentity.from_seed(seed)])
        except CipherError:
            continue
        return True
    return False


def test_live_pages_are_kept_in_order(tmp_path: Path) -> None:
    """What was added comes back after a restart, in the order of adding."""
    filled(tmp_path).add(SECRETS[3:5])

    loaded = store(tmp_path).load()

    assert list(loaded.items()) == list(zip(KEYS[:5], SECRETS[:5], strict=True))


def test_an_empty_store_loads_nothing(tmp_path: Path) -> None:
    """A new station has no live pages, and burning one it never had is no error."""
    made = store(tmp_path / "new")
    made.burn([KEYS[0]])
    assert dict(made.load()) == {}


def test_a_burnt_page_is_gone_and_the_others_are_not(tmp_path: Path) -> None:
    """Burning takes what it names; again, it takes nothing."""
    made = filled(tmp_path)
    made.burn([KEYS[1]])
    made.burn([KEYS[1], KEYS[5]])

    assert list(made.load()) == list(store(tmp_path).load()) == [KEYS[0], KEYS[2]]


def test_a_copy_of_an_old_box_opens_no_more(tmp_path: Path) -> None:
    """Whatever the disk or a backup kept of a box, after the burn no key on the disk opens it."""
    live, copy = tmp_path / "live", tmp_path / "copy.age"
    made = filled(live)
    shutil.copy(next(live.glob("*.age")), copy)
    assert opens_anything(live, copy)

    made.burn([KEYS[0]])

    assert not opens_anything(live, copy)


def test_the_old_key_is_overwritten_before_its_name_goes(tmp_path: Path) -> None:
    """A second name for the old key file, such as an undelete tool finds, holds other bytes."""
    made = filled(tmp_path / "live")
    key = next((tmp_path / "live").glob("*.key"))
    before = key.read_bytes()
    (tmp_path / "undeleted").hardlink_to(key)

    made.burn([KEYS[0]])

    assert not key.exists()
    assert (tmp_path / "undeleted").read_bytes() != before


def test_another_storage_secret_opens_nothing_and_destroys_nothing(tmp_path: Path) -> None:
    """A wrong secret is refused, and the pages are there for the right one."""
    filled(tmp_path)
    other = store(tmp_path, secret=b"o" * 32)
    for call in (other.load, lambda: other.add(SECRETS[3:]), lambda: other.burn(KEYS)):
        with pytest.raises(PageStoreError):
            call()

    assert list(store(tmp_path).load()) == KEYS[:3]


def test_two_processes_share_the_folder(tmp_path: Path) -> None:
    """What one adds or burns, the other sees at its next call."""
    first, second = filled(tmp_path), store(tmp_path)
    second.burn([KEYS[0]])
    first.add(SECRETS[3:4])

    assert list(first.load()) == list(second.load()) == KEYS[1:4]


def test_a_folder_that_is_gone_is_refused_as_ours(tmp_path: Path) -> None:
    """A missing medium is a refusal with a code."""
    made = filled(tmp_path / "live")
    shutil.rmtree(tmp_path / "live")
    with pytest.raises(PageStoreError):
        made.load()


def test_a_weak_storage_secret_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    """A passphrase is not a storage secret."""
    with pytest.raises(ValueError, match="32 bytes"):
        store(tmp_path, secret=b"short")


def test_a_damaged_newest_box_falls_back_to_none_silently_never(tmp_path: Path) -> None:
    """Where only a damaged generation is left, the store refuses rather than starts empty."""
    filled(tmp_path)
    next(tmp_path.glob("*.age")).write_bytes(b"damaged")
    with pytest.raises(PageStoreError):
        store(tmp_path).load()


class CrashError(Exception):
    pass


@dataclass
class CrashingDisk:
    """Fails at the n-th thing done to the disk: before it, or just after it."""

    survives: int
    is_done_first: bool
    done: int = 0
    steps: list[str] = field(default_factory=list)

    def disk(self) -> Disk:
        return Disk(
            write=lambda path, data: self.step(path, lambda: REAL_DISK.write(path, data)),
            overwrite=lambda path: self.step(path, lambda: REAL_DISK.overwrite(path)),
            remove=lambda path: self.step(path, lambda: REAL_DISK.remove(path)),
        )

    def step(self, path: Path, act: Callable[[], None]) -> None:
        self.steps.append(path.name)
        self.done += 1
        if self.done <= self.survives:
            act()
            return
        if self.is_done_first:
            act()
        raise CrashError


def crash(folder: Path, survives: int, *, is_done_first: bool) -> bool:
    """Burn page 1 on a disk that fails; True if the burn came to its end."""
    crashing = CrashingDisk(survives=survives, is_done_first=is_done_first)
    try:
        store(folder, disk=crashing.disk()).burn([KEYS[0]])
    except CrashError:
        return False
    return True


@pytest.mark.parametrize("is_done_first", [False, True])
def test_a_crash_at_any_write_loses_no_page_and_is_finished_later(
    tmp_path: Path, is_done_first: bool
) -> None:
    """After a crash each page is live or burnt, the rest is whole, and a second burn ends it."""
    survives = 0
    while True:
        folder = tmp_path / f"{survives}"
        filled(folder)
        copy = tmp_path / "copy.age"
        shutil.copy(next(folder.glob("*.age")), copy)
        if crash(folder, survives, is_done_first=is_done_first):
            break
        after = list(store(folder).load())
        assert after in (KEYS[:3], KEYS[1:3])
        # The load itself finished what was begun: if the page is gone, so is its key.
        assert opens_anything(folder, copy) == (after == KEYS[:3])

        store(folder).burn([KEYS[0]])
        assert list(store(folder).load()) == KEYS[1:3]
        assert not opens_anything(folder, copy)
        assert len(list(folder.iterdir())) == 3
        survives += 1
    assert survives >= 5


def test_a_crash_while_a_file_is_written_leaves_no_key_behind(tmp_path: Path) -> None:
    """A temporary file that a crash left is destroyed at the next call."""
    filled(tmp_path)
    left = tmp_path / ".live-2.key.4711.new"
    left.write_bytes(b"k" * 32)
    store(tmp_path).load()
    assert not left.exists()


def test_keys_do_not_show(tmp_path: Path) -> None:
    """Only digests and sealed bytes are on the disk; no seed stands in any file."""
    filled(tmp_path)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(secret.hybrid_seed in everything for secret in SECRETS)
    assert isinstance(KEYS[0], Digest)
