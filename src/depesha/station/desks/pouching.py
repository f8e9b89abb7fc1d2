"""Pouches and sheets: what is carried by hand (PROTOCOL 9).

Packing: the papers (a recapitulation and a waybill) are sealed and queued in one transaction; then
everything queued for the post lies in the pouch, all or nothing; then all of it is noted as packed.
A crash before the note leaves everything queued, and the next carrier takes it again: the receiver
knows an object by its digest.

Unpacking: the pouch is copied into the house, then each object takes the ordinary way of one that
was fetched. Neither needs anything to come back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from depesha.base import Digest
from depesha.channel import (
    Comparison,
    OutgoingObject,
    Peer,
    PouchLabel,
    ServiceText,
    TakenPouch,
    Waybill,
    compare_waybills,
    read_service,
)
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.entering import Received
from depesha.station.desks.keeping import stamp
from depesha.station.desks.outgoing import note_carried, waiting_for
from depesha.station.desks.reception import Reception
from depesha.station.errors import NoPadError, NotFoundError
from depesha.station.held import Direction, SealedCopy
from depesha.station.office import Office
from depesha.station.work import Work

ADDED = "not on the waybill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What the papers of a pouch are made from: whose it is, its label, what lies in it."""

    peer: Peer
    label: PouchLabel
    objects: tuple[Digest, ...]
    clerk: str


# Seals and queues the papers of a pouch in the transaction given.
Accompany = Callable[[Work, Office, Papers], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was put into a pouch, or would be; `objects` counts the papers, too.

    Without `has_papers` there was no page left to seal them to: what lies in the pouch is as safe,
    and the receiver can't tell by the pouch alone whether something is missing.
    """

    label: str
    objects: int
    size_bytes: int
    has_papers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What became of a pouch.

    `own` are objects that this station sent itself; `compared` says for each sender that put a
    waybill into the pouch, by call-sign, what is missing and what was added.
    """

    label: str | None
    received: tuple[Received, ...]
    own: tuple[str, ...] = ()
    strays: int = 0
    compared: Mapping[str, Comparison] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pouching:
    """Fills pouches and takes them in."""

    office: Office
    reception: Reception
    accompany: Accompany

    def pack(self, call_sign: str, folder: Path, *, by: Actor, is_dry_run: bool = False) -> Packed:
        """Put everything queued for one post, and its papers, into a pouch folder.

        Args:
            call_sign: The post.
            folder: The folder; a pouch that lies in it already is added to, under its label.
            by: The clerk.
            is_dry_run: Whether to count only what is queued, and change nothing anywhere.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
            PouchFormatError: The pouch would hold more than a pouch may.
            PouchMediumError: The medium cannot be written. All stays queued, here and above.
        """
        require(by, Role.CLERK)
        peer, waiting = waiting_for(self.office, call_sign)
        label = self.office.pouches.label(folder) or PouchLabel.generate()
        if is_dry_run:
            return _packed(label, waiting, has_papers=False)
        with self.office.carrying():
            _, waiting = waiting_for(self.office, call_sign)
            has_papers = self._seal_papers(peer, label, waiting, by)
            _, waiting = waiting_for(self.office, call_sign)
            self.office.pouches.put(folder, label, [one.sealed for one in waiting])
            self.office.observe("packed")
            with self.office.transaction() as work:
                for one in waiting:
                    note_carried(work, self.office, one, "packed into a pouch", by=by.name)
        return _packed(label, waiting, has_papers=has_papers)

    def unpack(self, path: Path, *, by: Actor) -> Unpacked:
        """Open every object of a pouch, a folder or one tar, which is only read. Safe to repeat.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
            PouchFormatError: It holds more than a pouch may, or is a tar that no pouch is.
            PouchMediumError: It cannot be read, or was gone before all was read.
            IntakeError: This station's disk has no room for it. Nothing was opened, here and above.
        """
        require(by, Role.CLERK)
        with self.office.carrying(), self.office.pouches.take(path) as taken:
            self.reception.finish_all()
            unread = tuple(
                Received(object_digest=f"sha256:{one.object_id}", refused=one.code)
                for one in taken.unread
            )
            received, own = self.take_in(map(taken.read, taken.objects), by=by)
            compared = self._compare(taken, by)
        label = taken.label.value if taken.label else None
        return Unpacked(
            label=label,
            received=(*received, *unread),
            own=own,
            strays=taken.strays,
            compared=compared,
        )

    def take_in(
        self, objects: Iterable[bytes], *, by: Actor
    ) -> tuple[tuple[Received, ...], tuple[str, ...]]:
        """Open objects brought by hand; return what became of each, and those that are our own."""
        received, own = [], []
        for sealed in objects:
            digest = Digest.of(sealed).to_text()
            with self.office.reading() as work:
                copy = work.copies.of_object(digest)
            if copy is not None and copy.direction is Direction.SENT:
                own.append(digest)
            else:
                received.append(self.reception.receive(sealed, by=by))
        return tuple(received), tuple(own)

    def _seal_papers(
        self, peer: Peer, label: PouchLabel, waiting: Sequence[OutgoingObject], by: Actor
    ) -> bool:
        objects = tuple(Digest.of(one.sealed) for one in waiting)
        papers = Papers(peer=peer, label=label, objects=objects, clerk=by.name)
        try:
            with self.office.transaction() as work:
                self.accompany(work, self.office, papers)
        except NoPadError:
            # What is sealed already must not wait for pages: it is carried without papers.
            return False
        self.office.observe("papers")
        return True

    def _compare(self, taken: TakenPouch, by: Actor) -> dict[str, Comparison]:
        present = {Digest(bytes.fromhex(object_id)) for object_id in taken.objects}
        compared = {}
        with self.office.transaction() as work:
            for station, copies in _by_station(work, present).items():
                waybills = _waybills(work, copies)
                if waybills:
                    peer = work.channel.peers.find(station)
                    found = compare_waybills(
                        waybills,
                        present=present | _arrived_before(work, waybills.values()),
                        opened=copies.keys(),
                    )
                    self._stamp_added(work, [copies[one] for one in found.added], by)
                    compared[peer.card.call_sign.text] = found
        return compared

    def _stamp_added(self, work: Work, copies: Sequence[SealedCopy], by: Actor) -> None:
        for copy in copies:
            if copy.is_service:
                continue
            if ADDED not in {one.kind for one in work.telegrams.stamps(copy.record_id)}:
                stamp(work, copy.record_id, ADDED, by=by.name, at=self.office.clock.now())


def _packed(label: PouchLabel, waiting: Sequence[OutgoingObject], *, has_papers: bool) -> Packed:
    return Packed(
        label=label.value,
        objects=len(waiting),
        size_bytes=sum(len(one.sealed) for one in waiting),
        has_papers=has_papers,
    )


def _by_station(work: Work, objects: Iterable[Digest]) -> dict[str, dict[Digest, SealedCopy]]:
    """Group by sender those objects that opened here, now or ever."""
    found: defaultdict[str, dict[Digest, SealedCopy]] = defaultdict(dict)
    for digest in objects:
        copy = work.copies.of_object(digest.to_text())
        if copy is not None and copy.direction is Direction.RECEIVED:
            found[copy.station][digest] = copy
    return found


def _waybills(work: Work, copies: Mapping[Digest, SealedCopy]) -> dict[Digest, Waybill]:
    found = {}
    for digest, copy in copies.items():
        text = _service_text(work, copy) if copy.is_service else None
        if isinstance(text, Waybill):
            found[digest] = text
    return found


def _service_text(work: Work, copy: SealedCopy) -> ServiceText | None:
    """Return the text that came with a copy; a repeat brings none that was not here already."""
    try:
        return read_service(work.services.get(copy.record_id).text)
    except NotFoundError:
        return None


def _arrived_before(work: Work, waybills: Iterable[Waybill]) -> set[Digest]:
    """Return what the waybills name and another carrier brought: it is not missing."""
    named = {digest for waybill in waybills for digest in waybill.objects}
    return {digest for digest in named if work.copies.of_object(digest.to_text()) is not None}
