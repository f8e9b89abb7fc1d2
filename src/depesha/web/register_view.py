"""The register as a page shows it: what it comes to, and a leaf of its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from depesha.station import RegisterLine, RegisterStatus, TelegramLine
from depesha.web.errors import NoSuchPageError

LEAF_ENTRIES = 200


def leaf_of(index: int) -> int:
    """Return the leaf on which an entry stands."""
    return index // LEAF_ENTRIES + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry. What concerns a telegram is None where the entry is not one.

    `entry` is all that a stranger sees of it: 65 bytes, as hex.
    """

    index: int
    what: str
    record_id: str | None
    direction: str | None
    state: str | None
    number: str | None
    year: int | None
    originator: str | None
    transmissions: tuple[str, ...]
    entry: str

    @classmethod
    def of(cls, line: RegisterLine, telegram: TelegramLine | None) -> Self:
        """Join an entry with the telegram that it stands for; None where it stands for none."""
        return cls(
            index=line.index,
            what="telegram" if telegram else line.what,
            record_id=line.record_id,
            direction=telegram.direction if telegram else None,
            state=telegram.state if telegram else None,
            number=telegram.number if telegram else None,
            year=telegram.year if telegram else None,
            originator=telegram.originator if telegram else None,
            transmissions=telegram.transmissions if telegram else (),
            entry=line.entry,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterView:
    """The register summed up, and one leaf of its entries in their order.

    Leaves are numbered from 1 and hold `LEAF_ENTRIES` each, so that an entry keeps its leaf.
    """

    call_sign: str
    origin: str
    size: int
    root: str
    cosigned_size: int
    cosigned_by: tuple[str, ...]
    leaf: int
    leaves: int
    entries: tuple[EntryRow, ...]

    @classmethod
    def of(
        cls,
        call_sign: str,
        status: RegisterStatus,
        lines: Sequence[RegisterLine],
        telegrams: Sequence[TelegramLine],
        *,
        leaf: int | None,
    ) -> Self:
        """Lay out one leaf; None is the last.

        Raises:
            NoSuchPageError: The register has no such leaf.
        """
        leaves = leaf_of(max(len(lines) - 1, 0))
        shown = leaves if leaf is None else leaf
        if not 1 <= shown <= leaves:
            raise NoSuchPageError("the register has no such leaf")
        by_entry = {one.register_index: one for one in telegrams}
        start = (shown - 1) * LEAF_ENTRIES
        return cls(
            call_sign=call_sign,
            origin=status.origin,
            size=status.size,
            root=status.root,
            cosigned_size=status.cosigned_size,
            cosigned_by=status.cosigned_by,
            leaf=shown,
            leaves=leaves,
            entries=tuple(
                EntryRow.of(line, by_entry.get(line.index))
                for line in lines[start : start + LEAF_ENTRIES]
            ),
        )
