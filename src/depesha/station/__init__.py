"""The use cases of a station, and all that its faces need."""

from depesha.archive import Record, RecordSet, SearchHit
from depesha.base import CallSign
from depesha.channel import BookUse, ChannelPolicy, Comparison, FactKind, Peer, Purpose
from depesha.cipher import HybridRecipient
from depesha.edition import verify_release
from depesha.station.actor import Actor, Role
from depesha.station.desks.alarms import Alarm, AlarmKind, Urgency
from depesha.station.desks.conveying import Conveyed, HandOver
from depesha.station.desks.correspondence import BookOrder, PadStatus, RelayAdmission
from depesha.station.desks.courier import SyncReport
from depesha.station.desks.duties import DutyReport
from depesha.station.desks.entering import Received
from depesha.station.desks.filing import holding_facts, read_text
from depesha.station.desks.following import Due, TelegramFact
from depesha.station.desks.introducing import Correspondent
from depesha.station.desks.keys import KeyChange, KeyName, RevocationEffect
from depesha.station.desks.links import ChannelView, SeriesReceived, SeriesSent
from depesha.station.desks.opening import new_archive_key, new_identity
from depesha.station.desks.pouching import Packed, Unpacked
from depesha.station.desks.publishing import Imprint, Published
from depesha.station.desks.reading import CitedTelegram, TelegramLine, TelegramView
from depesha.station.desks.recording import (
    draft_of_record,
    draft_of_text,
    explain_record,
    parse_record_text,
)
from depesha.station.desks.registering import RegisterLine, RegisterStatus
from depesha.station.desks.release import Withhold
from depesha.station.desks.settling import QuarantineCase
from depesha.station.desks.sheeting import Drawn, Scanned
from depesha.station.draft import Addressee, Citation, Draft, DraftEntry, DraftState, Enclosure
from depesha.station.errors import (
    ArrivalError,
    HomeError,
    InputError,
    NotAddressedError,
    NotFoundError,
    NotPermittedError,
    StationError,
    TwoPersonsError,
    WrongStateError,
)
from depesha.station.held import Annex, HeldTelegram, KeptDecision, SealedCopy, Stamp
from depesha.station.station import Station
from depesha.station.wiring import (
    Founding,
    backup_of,
    found_station,
    open_station,
    pending_upgrades,
    restore_from,
    upgrade_station,
)

__all__ = [
    "Actor",
    "Addressee",
    "Alarm",
    "AlarmKind",
    "Annex",
    "ArrivalError",
    "BookOrder",
    "BookUse",
    "CallSign",
    "ChannelPolicy",
    "ChannelView",
    "Citation",
    "CitedTelegram",
    "Comparison",
    "Conveyed",
    "Correspondent",
    "Draft",
    "DraftEntry",
    "DraftState",
    "Drawn",
    "Due",
    "DutyReport",
    "Enclosure",
    "FactKind",
    "Founding",
    "HandOver",
    "HeldTelegram",
    "HomeError",
    "HybridRecipient",
    "Imprint",
    "InputError",
    "KeptDecision",
    "KeyChange",
    "KeyName",
    "NotAddressedError",
    "NotFoundError",
    "NotPermittedError",
    "Packed",
    "PadStatus",
    "Peer",
    "Published",
    "Purpose",
    "QuarantineCase",
    "Received",
    "Record",
    "RecordSet",
    "RegisterLine",
    "RegisterStatus",
    "RelayAdmission",
    "RevocationEffect",
    "Role",
    "Scanned",
    "SealedCopy",
    "SearchHit",
    "SeriesReceived",
    "SeriesSent",
    "Stamp",
    "Station",
    "StationError",
    "SyncReport",
    "TelegramFact",
    "TelegramLine",
    "TelegramView",
    "TwoPersonsError",
    "Unpacked",
    "Urgency",
    "Withhold",
    "WrongStateError",
    "backup_of",
    "draft_of_record",
    "draft_of_text",
    "explain_record",
    "found_station",
    "holding_facts",
    "new_archive_key",
    "new_identity",
    "open_station",
    "parse_record_text",
    "pending_upgrades",
    "read_text",
    "restore_from",
    "upgrade_station",
    "verify_release",
]
