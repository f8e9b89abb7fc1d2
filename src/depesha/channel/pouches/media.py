"""What a station needs of the media that couriers carry: to fill a pouch, and to take one in."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from depesha.channel.pouches.label import PouchLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadObject:
    """An object that lies on the medium and could not be taken, and by which code."""

    object_id: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPouch:
    """A pouch as it was copied into the house; the medium is needed no more.

    Each of `objects` is the object of its name. `strays` counts what else lay there.
    """

    label: PouchLabel | None
    objects: tuple[str, ...]
    unread: tuple[UnreadObject, ...]
    strays: int
    read: Callable[[str], bytes] = field(repr=False)


class PouchMedia(Protocol):
    """Sticks, discs and folders, named by their paths. What comes from one is hostile."""

    def label(self, folder: Path) -> PouchLabel | None:
        """Return the label of the pouch in a folder; None where there is none that reads.

        Raises:
            PouchMediumError: The folder cannot be read.
        """

    def put(self, folder: Path, label: PouchLabel, objects: Sequence[bytes]) -> None:
        """Put objects and label into a folder: all are durable there on return, or none is there.

        Safe to repeat: an object that is there already is the same object.

        Raises:
            PouchFormatError: The pouch would hold more than a pouch may.
            PouchMediumError: The medium cannot be written; what was begun is removed.
            ObjectTooLargeError: No carrier takes an object of that size.
        """

    def take(self, path: Path) -> AbstractContextManager[TakenPouch]:
        """Copy the pouch in a folder, or in one tar, into the house; the copy goes with the block.

        The medium is only read, and nothing of it is kept when this raises.

        Raises:
            PouchFormatError: It holds more than a pouch may, or is a tar that no pouch is.
            PouchMediumError: It cannot be read, or is gone before all was read.
            IntakeError: This station's own disk cannot take the copy.
        """
