"""Publishing a page as a folder that is whole or absent."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from depesha.base import BaseFormatError, require_name, sync_folder, write_durably
from depesha.edition.errors import PublicationError

_READABLE = 0o644
_ENTERABLE = 0o755


def write_edition(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write the files of one record into `folder`, taking the place of what stood there.

    Raises:
        PublicationError: A name is not a plain file name, or the disk refuses.
    """
    for name in made:
        try:
            require_name(name)
        except BaseFormatError as error:
            raise PublicationError(str(error)) from error
    try:
        _replace(folder, made)
    except OSError as error:
        raise PublicationError("the folder of the page cannot be written") from error


def _replace(folder: Path, made: Mapping[str, bytes]) -> None:
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    stale = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name, data in sorted(made.items()):
        write_durably(fresh / name, data)
        # What is published is for everybody to read; a private file would be no page.
        (fresh / name).chmod(_READABLE)
    fresh.chmod(_ENTERABLE)
    # A crash here leaves the old page, and hidden files that the next writing removes or passes by.
    # Between the two renames there is no page at all: to write again is the repair.
    if folder.exists():
        folder.rename(stale)
    fresh.rename(folder)
    sync_folder(folder.parent)
    shutil.rmtree(stale, ignore_errors=True)
