"""The archivist's desk: describing, importing, finding, tying references together, checking."""

from dataclasses import dataclass, replace

from depesha.archive import (
    Holding,
    Party,
    Record,
    RecordDate,
    RecordSet,
    Role,
    SearchHit,
    Title,
    check_fixity,
    parse_query,
)
from depesha.base import BaseFormatError, decode
from depesha.station.actor import Actor, require
from depesha.station.actor import Role as Duty
from depesha.station.desks.keeping import preserve, tie_references
from depesha.station.errors import InputError
from depesha.station.office import Office
from depesha.telegram import HistoricRecord, parse_holdings, parse_record
from depesha.telegram import Holding as StatedHolding

DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Filing:
    """Keeps, describes and finds records."""

    office: Office

    def search(self, query: str, *, limit: int = DEFAULT_LIMIT) -> tuple[SearchHit, ...]:
        """Return the best matches for a query.

        Raises:
            QueryFormatError: The query cannot be read.
        """
        asked = parse_query(query)
        with self.office.reading() as work:
            return work.index.search(asked, limit).hits

    def record(self, record_id: str) -> Record:
        """Return one record with its description.

        Raises:
            ItemNotFoundError: There is none of that name.
        """
        with self.office.reading() as work:
            return work.archive.records.record(record_id)

    def units(self) -> tuple[tuple[str, RecordSet], ...]:
        """Return the arrangement, each unit with its reference code, from the fonds down."""
        own = self.office.keyring.call_sign
        with self.office.reading() as work:
            tree = work.archive.units.tree(own.slug)
        coded = [(tree.reference_code(unit_id), unit) for unit_id, unit in tree.units.items()]
        return tuple(sorted(coded, key=lambda pair: pair[0]))

    def describe(self, record_id: str, text: str, *, by: Actor) -> Record:
        """Describe a telegram from its historic record: title, date, language, summary, holdings.

        What the text does not say stays as it was; nothing about the telegram itself changes.

        Raises:
            NotPermittedError: The actor is no archivist.
            ItemNotFoundError: There is no such telegram.
            RecordError: The text is no record.
        """
        require(by, Duty.ARCHIVIST)
        stated = parse_record(text)
        with self.office.transaction() as work:
            described = _described(work.archive.records.record(record_id), stated)
            work.archive.records.describe(described)
            work.index.add([described])
        return described

    def resolve_references(self, record_id: str) -> Record:
        """Look up what the references of a record mean, among all that is held now.

        Raises:
            ItemNotFoundError: There is no such record.
        """
        with self.office.transaction() as work:
            tie_references(work, work.archive.records.record(record_id))
            return work.archive.records.record(record_id)

    def check(self) -> int:
        """Compare every preservation copy with its digest; return how many there are.

        A copy that a crash kept from the vault is put there first: it is late, and not missing.

        Raises:
            FixityError: Carries every fault that was found, not the first alone.
        """
        preserve(self.office)
        with self.office.reading() as work:
            records = list(work.archive.records.all())
        check_fixity(records, self.office.vault)
        return sum(len(record.instantiations) for record in records)


def read_text(data: bytes) -> str:
    """Decode the text of a historic record.

    Raises:
        InputError: It is not UTF-8.
    """
    try:
        return decode(data, what="the record")
    except BaseFormatError as error:
        raise InputError(str(error)) from error


def holding_facts(record: Record) -> tuple[object, ...]:
    """Return a record's holdings in the shapes of a record index; None for one not understood."""
    return tuple(
        stated.to_index() for kept in record.holdings for stated in parse_holdings(kept.verbatim)
    )


def _described(record: Record, stated: HistoricRecord) -> Record:
    date = record.date
    if stated.date is not None:
        date = RecordDate(verbatim=stated.date.verbatim, edtf=stated.date.value)
    return replace(
        record,
        title=Title(devised=stated.title.value) if stated.title else record.title,
        date=date,
        languages=(stated.original_language.value,)
        if stated.original_language
        else record.languages,
        abstract=stated.summary.value if stated.summary else record.abstract,
        holdings=tuple(_holding(one.value) for one in stated.holdings) or record.holdings,
        parties=tuple(_identified(party, stated) for party in record.parties),
    )


def _identified(party: Party, stated: HistoricRecord) -> Party:
    sender = stated.sender.value if stated.sender else None
    if party.role is not Role.ORIGINATOR or sender is None or sender.name != party.name:
        return party
    return replace(party, identification=sender.real_name)


def _holding(stated: StatedHolding) -> Holding:
    named = (
        ("fonds", stated.fond),
        ("inventory", stated.opis),
        ("file", stated.delo),
        ("folder", stated.papka),
    )
    return Holding(
        verbatim=stated.verbatim,
        archive=stated.archive,
        levels=tuple((level, value) for level, value in named if value is not None),
        leaves=tuple(leaves.to_text() for leaves in stated.listy or ()),
        copy_status=stated.note,
    )
