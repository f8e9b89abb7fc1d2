"""One transaction's view of everything a station keeps; all of it commits, or none of it."""

from dataclasses import dataclass

from depesha.archive import ArchiveStore, SearchIndex
from depesha.base import CallSign
from depesha.channel import ChannelStore
from depesha.register import CheckpointBook, Log, WitnessStore
from depesha.station.ports import (
    Cancellations,
    Commitments,
    Copies,
    Cosigned,
    Custody,
    Drafts,
    OfficeSeries,
    People,
    Restores,
    Services,
    Telegrams,
    Unvaulted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The stores of one open transaction, each of its own part."""

    call_sign: CallSign
    people: People
    series: OfficeSeries
    drafts: Drafts
    telegrams: Telegrams
    copies: Copies
    custody: Custody
    cancellations: Cancellations
    services: Services
    restores: Restores
    commitments: Commitments
    unvaulted: Unvaulted
    cosigned: Cosigned
    channel: ChannelStore
    log: Log
    checkpoints: CheckpointBook
    witnessed: WitnessStore
    archive: ArchiveStore
    index: SearchIndex
