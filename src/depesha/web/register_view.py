"""The register as a page shows it: what it comes to, and a leaf of its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from depesha.station import RegisterLine, RegisterStatus, TelegramLine

LEAF_ENTRIES = 200


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
    """The register summed up, and one leaf of entries in their order.

    `earlier` and `later` are what to ask for as `before` to turn the leaf; None at either end.
    """

    call_sign: str
    origin: str
    size: int
    root: str
    cosigned_size: int
    cosigned_by: tuple[str, ...]
    entries: tuple[EntryRow, ...]
    earlier: int | None
    later: int | None

    @classmethod
    def of(
        cls,
        call_sign: str,
        status: RegisterStatus,
        lines: Sequence[RegisterLine],
        telegrams: Sequence[TelegramLine],
        *,
        before: int | None,
    ) -> Self:
        """Lay out the leaf that ends before an entry, or the last one."""
        by_entry = {one.register_index: one for one in telegrams}
        end = len(lines) if before is None else min(before, len(lines))
        start = max(0, end - LEAF_ENTRIES)
        return cls(
            call_sign=call_sign,
            origin=status.origin,
            size=status.size,
            root=status.root,
            cosigned_size=status.cosigned_size,
            cosigned_by=status.cosigned_by,
            entries=tuple(EntryRow.of(line, by_entry.get(line.index)) for line in lines[start:end]),
            earlier=start if start else None,
            later=min(end + LEAF_ENTRIES, len(lines)) if end < len(lines) else None,
        )
