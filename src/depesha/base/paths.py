"""Which names from outside may become a path, and files that are whole or absent.

Every name that arrives (pouch members, enclosures, archive objects) passes `require_name`
before it meets a disk; every file that must survive a crash is written by `write_durably`.
"""

import os
import re
from pathlib import Path

from depesha.base.errors import BaseFormatError

NAME_LIMIT = 128
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
# Names that one of the supported systems treats as a device whatever their ending.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def require_name(name: str) -> str:
    """Return `name` if it is one plain lower-case file name: no folder, no dot first, no device.

    Raises:
        BaseFormatError: It is not; the message never repeats the name.
    """
    if len(name) > NAME_LIMIT or not _NAME.fullmatch(name) or name.endswith("."):
        raise BaseFormatError("not a plain file name")
    if name.split(".", maxsplit=1)[0] in _DEVICES:
        raise BaseFormatError("not a plain file name: some systems take it for a device")
    return name


def write_durably(path: Path, data: bytes) -> None:
    """Put a file at `path`, readable by its owner alone, whole or not at all.

    A crash before the replacement leaves the old file, or none, beside a temporary one that
    nobody reads; a crash after it leaves the new file. On return both data and name are on disk.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable, where the system can open a folder."""
    if os.name == "nt":  # Windows writes names through and cannot open a folder.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
