"""What a station's stores hold, read past its desks: rows as they lie, nothing believed.

The laboratory and the killer both judge by this, and by nothing that a desk says of itself.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from depesha.base import Digest, SerialRanges
from depesha.station import Station
from tests.station.houses import connection_of


@dataclass(frozen=True, kw_only=True)
class Telegram:
    """One row of the telegrams."""

    record: str
    is_sent: bool
    state: str
    originator: str
    year: int
    number: str
    minute: str
    note: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One row of the copies; `station` is the correspondent's fingerprint."""

    record: str
    is_sent: bool
    copy_number: int
    station: str
    channel: str
    series: int
    serial: int
    book: str
    page: int
    digest: str
    cover: bytes = field(repr=False)
    is_burnt: bool
    is_acknowledged: bool
    is_signed: bool
    is_period_key: bool
    is_service: bool
    repeat: int

    @property
    def text(self) -> str:
        """The digest of the text that this copy carries, as its cover names it."""
        found = _MINUTE.search(self.cover)
        return found[1].decode() if found else ""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One row of the service texts."""

    is_sent: bool
    kind: str
    text: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """The digest by which a cover names the text."""
        return f"sha256:{hashlib.sha256(self.text).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What came in on one channel in one year."""

    first: int
    received: frozenset[int]
    voided: frozenset[int]
    announced: int

    @property
    def missing(self) -> set[int]:
        """The serials that are known to have been given, and known not to be here."""
        known = max([self.announced, *self.received, *self.voided, 0])
        return set(range(self.first, known + 1)) - self.received - self.voided

    def names_as_missing(self, serial: int) -> bool:
        """Tell whether this serial is known to have been given, and known not to be here."""
        return serial in self.missing


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Everything of one station that a promise is about."""

    name: str
    fingerprint: str
    telegrams: dict[str, Telegram]
    services: dict[str, Service]
    copies: tuple[Copy, ...]
    ledgers: dict[tuple[str, int], Ledger]
    covers: tuple[tuple[str, int, int, str], ...]
    entries: tuple[bytes, ...] = field(repr=False)
    signed_sizes: tuple[int, ...]
    cosigned_sizes: tuple[int, ...]
    spent: frozenset[Digest]
    live: frozenset[Digest]
    quarantined: dict[str, str]
    queued: int
    unvaulted: int
    incidents: tuple[str, ...]
    evidence: int
    # Serials that this station gave up, by channel and series.
    voids: dict[tuple[str, int], frozenset[int]]
    # All texts that this station signs beside covers and minutes: books, checkpoints, its card.
    notes: tuple[bytes, ...] = field(repr=False)

    @staticmethod
    def digest_of(data: bytes) -> bytes:
        """Return the SHA-256 of bytes."""
        return hashlib.sha256(data).digest()


_MINUTE = re.compile(rb"\nminute: (sha256:[0-9a-f]{64})\n")


def look_into(station: Station) -> Stores:
    """Read the stores of an open station."""
    with _rows(station) as rows:
        return Stores(
            name=station.call_sign,
            fingerprint=station.office.keyring.fingerprint,
            telegrams={one.record: one for one in map(_telegram, rows(_TELEGRAMS))},
            services=dict(map(_service, rows(_SERVICES))),
            copies=tuple(map(_copy, rows(_COPIES))),
            ledgers=dict(map(_ledger, rows("SELECT * FROM channel_ledgers"))),
            covers=tuple((c, int(y), n, bytes(m).hex()) for c, y, n, m in rows(_COVERS)),
            entries=tuple(bytes(row[0]) for row in rows(_ENTRIES)),
            signed_sizes=tuple(row[0] for row in rows("SELECT size FROM register_checkpoint")),
            cosigned_sizes=tuple(row[0] for row in rows(_COSIGNED)),
            spent=frozenset(Digest(bytes(row[0])) for row in rows(_SPENT)),
            live=frozenset(station.office.pages.load()),
            quarantined={bytes(digest).hex(): code for digest, code in rows(_QUARANTINE)},
            queued=_count(rows("SELECT count(*) FROM channel_outbox WHERE state = 'queued'")),
            unvaulted=_count(rows("SELECT count(*) FROM station_unvaulted")),
            incidents=tuple(row[0] for row in rows(_INCIDENTS)),
            evidence=_count(rows("SELECT count(*) FROM register_evidence")),
            voids={(c, int(y)): _serials(text) for c, y, text in rows(_VOIDS)},
            notes=tuple(bytes(row[0]) for row in rows(_NOTES)),
        )


def unfinished(station: Station) -> tuple[list[str], list[str]]:
    """Return the drafts that nobody released, and the released telegrams that nobody sealed."""
    with _rows(station) as rows:
        drafts = [row[0] for row in rows("SELECT id FROM station_draft WHERE state = 'open'")]
        released = [row[0] for row in rows(_RELEASED)]
    return drafts, released


def is_for(station: Station, record: str, final: str) -> bool:
    """Tell whether a telegram names this listener off the system."""
    with station.office.reading() as work:
        return final.encode() in work.telegrams.get(record).minute


_TELEGRAMS = (
    "SELECT record_id, direction, state, originator, year, number, minute_digest, minute"
    " FROM station_telegram ORDER BY register_index"
)
_RELEASED = (
    "SELECT record_id FROM station_telegram WHERE state = 'released' ORDER BY register_index"
)
_COPIES = (
    "SELECT record_id, direction, copy_number, station, channel, series, serial, book, page,"
    " object_digest, cover, page_burnt, acknowledged, mode, is_period_key, is_service, repeat"
    " FROM station_copy ORDER BY channel, series, serial, repeat, page"
)
_SERVICES = "SELECT service_id, direction, kind, text FROM station_service ORDER BY service_id"
_VOIDS = "SELECT channel, series, serials FROM channel_voids_out"
_NOTES = (
    "SELECT note FROM channel_books_issued UNION SELECT note FROM register_checkpoint"
    " UNION SELECT note FROM channel_peers"
)
_COVERS = "SELECT channel, series, serial, minute FROM channel_covers_in"
_ENTRIES = "SELECT data FROM register_entry ORDER BY entry_index"
_COSIGNED = "SELECT size FROM station_cosigned UNION SELECT size FROM register_cosignature"
_SPENT = "SELECT key FROM channel_pages_issued WHERE state = 'spent'"
_QUARANTINE = "SELECT object_digest, code FROM channel_quarantine WHERE settled_at IS NULL"
_INCIDENTS = "SELECT note FROM station_event WHERE kind = 'incident' ORDER BY record_id, position"


@contextmanager
def _rows(station: Station) -> Iterator[Any]:
    with station.office.reading() as work:
        connection: Connection = connection_of(work)

        def rows(statement: str) -> list[Any]:
            return list(connection.exec_driver_sql(statement))

        yield rows


def _telegram(row: Any) -> Telegram:  # noqa: ANN401 - a row has no type of its own
    record, direction, state, originator, year, number, minute, note = row
    return Telegram(
        record=record,
        is_sent=direction == "sent",
        state=state,
        originator=originator,
        year=year,
        number=number,
        minute=minute,
        note=bytes(note),
    )


def _copy(row: Any) -> Copy:  # noqa: ANN401 - a row has no type of its own
    record, direction, number, station, channel, series, serial, book, page, *rest = row
    digest, cover, is_burnt, is_acknowledged, mode, is_period_key, is_service, repeat = rest
    return Copy(
        record=record,
        is_sent=direction == "sent",
        copy_number=number,
        station=station,
        channel=channel,
        series=series,
        serial=serial,
        book=book,
        page=page,
        digest=digest.removeprefix("sha256:"),
        cover=bytes(cover),
        is_burnt=bool(is_burnt),
        is_acknowledged=bool(is_acknowledged),
        is_signed=mode == "signed",
        is_period_key=bool(is_period_key),
        is_service=bool(is_service),
        repeat=repeat,
    )


def _service(row: Any) -> tuple[str, Service]:  # noqa: ANN401 - as above
    name, direction, kind, text = row
    return name, Service(is_sent=direction == "sent", kind=kind, text=bytes(text))


def _ledger(row: Any) -> tuple[tuple[str, int], Ledger]:  # noqa: ANN401 - as above
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name begins so
    ledger = Ledger(
        first=values["first_serial"],
        received=_serials(values["received"]),
        voided=_serials(values["voided"]),
        announced=values["announced"],
    )
    return (values["channel"], int(values["series"])), ledger


def _serials(text: str) -> frozenset[int]:
    runs = SerialRanges.from_text(text).runs
    return frozenset(serial for first, last in runs for serial in range(first, last + 1))


def _count(rows: list[Any]) -> int:
    return int(rows[0][0])
