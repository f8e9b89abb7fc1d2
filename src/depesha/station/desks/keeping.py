"""One act for both ends: file a telegram, enter it in the register, index it (PROTOCOL 10).

Sealing files the home copy, opening files the received copy; both come here, inside the caller's
transaction, so that the record, its entry and its number exist together or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from depesha.archive import (
    Description,
    Identifier,
    IdentifierType,
    Instantiation,
    Level,
    Party,
    Record,
    RecordDate,
    RecordSet,
    Reference,
    ReferenceKind,
    Title,
    resolve,
)
from depesha.archive import Direction as RecordDirection
from depesha.archive import Role as PartyRole
from depesha.base import CallSign, Digest, instant_to_text
from depesha.cipher import random_bytes, seal
from depesha.edition import PointText, commit, cut_points
from depesha.register import Entry, LogDamagedError
from depesha.station.desks.preservation import package
from depesha.station.held import (
    Direction,
    HeldTelegram,
    KeptCommitment,
    Stamp,
    TelegramState,
)
from depesha.station.office import Office
from depesha.station.work import Work
from depesha.telegram import Minute
from depesha.telegram import ReferenceKind as CitedAs

_SECRET_SIZE = 32
_UNIT_ID_SIZE = 16
_REFERENCE_KINDS = {
    CitedAs.REPLY: ReferenceKind.REPLY,
    CitedAs.CITES: ReferenceKind.CITES,
    CitedAs.CORRECTS: ReferenceKind.CORRECTS,
    CitedAs.CANCELS: ReferenceKind.CANCELS,
    CitedAs.SUPERSEDES: ReferenceKind.SUPERSEDES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is to be kept of one telegram: its minute, and what came or goes with it.

    `note` is the minute as it is kept, `digest` that of the minute as it travels: an unsigned one
    leaves its releaser's signature at home. `members` are the files of the preservation package by
    name; `correspondent` is the station whose working file it belongs to. `transmission` is the
    serial it arrived under, if it did.
    """

    record_id: str
    direction: Direction
    minute: Minute
    note: bytes = field(repr=False)
    digest: Digest
    members: Mapping[str, bytes] = field(repr=False)
    correspondent: CallSign
    transmission: str | None
    title: str | None


def keep(work: Work, office: Office, keeping: Keeping, *, at: datetime) -> HeldTelegram:
    """File, register and index the telegram, with its preservation copy waiting for the vault.

    Nothing leaves the transaction: call `preserve` once it is committed.
    """
    kept = _commit_to(work, keeping)
    sealed = seal(package(keeping.members, kept), [office.keyring.archive])
    work.unvaulted.add(keeping.record_id, sealed)
    entry = commit(kept.secret, kept.header, kept.body).entry()
    work.log.append(Entry.from_bytes(entry))
    work.commitments.add(kept)
    telegram = HeldTelegram(
        record_id=keeping.record_id,
        direction=keeping.direction,
        state=TelegramState.RELEASED
        if keeping.direction is Direction.SENT
        else TelegramState.FILED,
        originator=keeping.minute.originator,
        year=keeping.minute.year,
        number=keeping.minute.number.to_text(),
        minute=keeping.note,
        minute_digest=keeping.digest.to_text(),
        register_index=kept.register_index,
    )
    work.telegrams.add(telegram)
    unit_id = working_file(work, keeping.minute.year, keeping.correspondent)
    record = _record(keeping, unit_id, kept.register_index, sealed)
    work.archive.records.add([record])
    work.index.add([record])
    tie_references(work, record)
    work.checkpoints.issue(office.keyring.register, at)
    return telegram


def tie_references(work: Work, record: Record) -> None:
    """Write down what each reference of a record was found to mean; its words stay."""
    for position, reference in enumerate(record.references):
        candidates = work.archive.references.candidates(reference)
        resolution = resolve(reference, record, candidates)
        if resolution is not None:
            work.archive.references.resolve(record.record_id, position, resolution)


def preserve(office: Office) -> None:
    """Put what waits into the vault; safe to repeat, and called before any page is burnt.

    A crash between the vault and the second commit keeps the same bytes under the same name again.
    """
    with office.reading() as work:
        waiting = work.unvaulted.all()
    for name, sealed in waiting:
        office.vault.keep(name, sealed)
        office.observe("preserved")
        with office.transaction() as work:
            work.unvaulted.remove(name)


def stamp(work: Work, record_id: str, kind: str, *, by: str, at: datetime, note: str = "") -> None:
    """Put a stamp on a telegram: what was done, by whom, when."""
    work.telegrams.stamp(
        Stamp(record_id=record_id, kind=kind, actor=by, at=instant_to_text(at), note=note)
    )


def working_file(work: Work, year: int, correspondent: CallSign) -> str:
    """Return the working file of a correspondence in a year, making it where there is none.

    The plan is fonds (this station) → inventory (year) → file (correspondent).
    """
    own = work.call_sign
    fonds = _unit(work, None, Level.FONDS, own.slug, f"Telegrams of {own.text}")
    inventory = _unit(work, fonds, Level.INVENTORY, str(year), str(year))
    title = f"Correspondence with {correspondent.text}"
    return _unit(work, inventory, Level.FILE, correspondent.slug, title)


def _unit(work: Work, parent: str | None, level: Level, number: str, title: str) -> str:
    for unit in work.archive.units.tree(work.call_sign.slug).units.values():
        if unit.parent_id == parent and unit.level is level and unit.number == number:
            return unit.unit_id
    creator = work.call_sign.text if level is Level.FONDS else None
    made = RecordSet(
        unit_id=random_bytes(_UNIT_ID_SIZE).hex(),
        level=level,
        number=number,
        title=title,
        parent_id=parent,
        description=Description(creator=creator),
    )
    work.archive.units.add(made)
    return made.unit_id


def _commit_to(work: Work, keeping: Keeping) -> KeptCommitment:
    header = [("kind", "telegram"), ("direction", keeping.direction.value)]
    header += keeping.minute.heading()
    if keeping.transmission is not None:
        header.append(("transmission", keeping.transmission))
    points = [
        PointText(label=point.label or "", text=point.text) for point in keeping.minute.points
    ]
    return KeptCommitment(
        register_index=_next_index(work),
        record_id=keeping.record_id,
        secret=random_bytes(_SECRET_SIZE),
        header=tuple(header),
        body=tuple((segment.path, segment.text) for segment in cut_points(points)),
    )


def _next_index(work: Work) -> int:
    """Return the index of the next entry; a register that was set back gets none."""
    size, newest = work.log.size(), work.checkpoints.newest()
    if newest is not None and newest.checkpoint.size > size:
        raise LogDamagedError("the entry is missing, but was signed", index=size)
    return size


def _record(keeping: Keeping, unit_id: str, register_index: int, sealed: bytes) -> Record:
    minute = keeping.minute
    instantiation = Instantiation(
        name=keeping.record_id,
        kind="preservation copy",
        digest=Digest.of(sealed),
        size_bytes=len(sealed),
    )
    return Record(
        record_id=keeping.record_id,
        unit_id=unit_id,
        direction=RecordDirection(keeping.direction.value),
        title=Title(devised=keeping.title or _devised_title(minute)),
        kind="telegram",
        date=RecordDate(
            verbatim=instant_to_text(minute.written), edtf=minute.written.date().isoformat()
        ),
        identifiers=_identifiers(keeping),
        parties=tuple(
            Party(role=PartyRole(party.role.value), name=party.name) for party in minute.parties
        ),
        markings=tuple(word for word in (minute.classification, *minute.caveats) if word),
        text="\n\n".join(point.to_text() for point in minute.points),
        references=tuple(
            Reference(
                verbatim=reference.to_text(),
                kind=_REFERENCE_KINDS[reference.kind],
                number=reference.number,
                originator=reference.originator,
                year=reference.year,
                digest=reference.digest,
            )
            for reference in minute.references
        ),
        source=keeping.note,
        minute_digest=keeping.digest,
        register_index=register_index,
        instantiations=(instantiation,),
    )


def _identifiers(keeping: Keeping) -> tuple[Identifier, ...]:
    minute = keeping.minute
    number = Identifier(
        type=IdentifierType.REGISTER,
        verbatim=minute.number.to_text(),
        number=minute.number,
        originator=minute.originator,
        year=minute.year,
    )
    if keeping.transmission is None:
        return (number,)
    serial = Identifier(type=IdentifierType.TRANSMISSION, verbatim=keeping.transmission)
    return (number, serial)


def _devised_title(minute: Minute) -> str:
    to = minute.final_addressee or minute.stations[0].text
    via = f" (via {minute.via})" if minute.via and minute.final_addressee else ""
    return f"Telegram from {minute.originator} to {to}{via}"
