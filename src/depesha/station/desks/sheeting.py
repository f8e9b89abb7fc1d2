"""Sheets: very short telegrams on paper, and back from what a scanner read (PROTOCOL 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from depesha.channel import (
    SHEET_LIMIT_BYTES,
    Incomplete,
    OutgoingObject,
    cut_object,
    draw_pages,
    gather,
    write_html,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.entering import Received
from depesha.station.desks.outgoing import note_carried, waiting_for
from depesha.station.desks.pouching import Pouching
from depesha.station.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The queued objects of one post on paper: as pages to print, and as the texts of the codes.

    `left_out` counts objects that would need more codes than anybody scans; they stay queued.
    """

    objects: tuple[OutgoingObject, ...] = field(repr=False)
    left_out: int
    pages: tuple[str, ...]
    html: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What became of the sheets scanned, which of them lack parts, and which lines are no part."""

    received: tuple[Received, ...]
    own: tuple[str, ...]
    incomplete: tuple[Incomplete, ...]
    unread_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheeting:
    """Puts what is queued on paper, and takes in what was on it."""

    office: Office
    pouching: Pouching

    def draw(self, call_sign: str, *, by: Actor) -> Drawn:
        """Draw everything queued for one post that is short enough; it stays queued.

        Raises:
            NotPermittedError: The actor is no clerk.
        """
        require(by, Role.CLERK)
        _, waiting = waiting_for(self.office, call_sign)
        drawn = tuple(one for one in waiting if len(one.sealed) <= SHEET_LIMIT_BYTES)
        parts = [part for one in drawn for part in cut_object(one.sealed)]
        pages = draw_pages(parts)
        return Drawn(
            objects=drawn,
            left_out=len(waiting) - len(drawn),
            pages=pages,
            html=write_html(pages),
            texts=tuple(part.to_text() for part in parts),
        )

    def printed(self, drawn: Drawn, *, by: Actor) -> None:
        """Note that the sheets are on paper: what is on them is carried no other way.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
        """
        require(by, Role.CLERK)
        with self.office.carrying(), self.office.transaction() as work:
            for one in drawn.objects:
                note_carried(work, self.office, one, "printed on sheets", by=by.name)

    def scan(self, lines: Iterable[str], *, by: Actor) -> Scanned:
        """Open the objects whose parts were scanned, one part to a line. Safe to repeat.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
            SheetFormatError: There are far more lines than sheets have.
        """
        require(by, Role.CLERK)
        gathered = gather(lines)
        with self.office.carrying():
            self.pouching.reception.finish_all()
            received, own = self.pouching.take_in(gathered.objects, by=by)
        return Scanned(
            received=received,
            own=own,
            incomplete=gathered.incomplete,
            unread_lines=gathered.unread_lines,
        )
