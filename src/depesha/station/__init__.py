"""The use cases of a station, and all that its faces need."""

from depesha.archive import Record, RecordSet, SearchHit
from depesha.base import CallSign
from depesha.channel import Peer, Purpose
from depesha.cipher import HybridRecipient
from depesha.edition import verify_release
from depesha.station.actor import Actor, Role
from depesha.station.desks.conveying import Conveyed, HandOver
from depesha.station.desks.correspondence import BookOrder, PadStatus, RelayAdmission
from depesha.station.desks.courier import SyncReport
from depesha.station.desks.filing import holding_facts, read_text
from depesha.station.desks.opening import (
    archive_identity,
    new_archive_key,
    new_identity,
    open_file,
    seal_file,
)
from depesha.station.desks.publishing import Imprint, Published
from depesha.station.desks.reading import CitedTelegram, TelegramLine, TelegramView
from depesha.station.desks.reception import Received
from depesha.station.desks.recording import (
    draft_of_record,
    draft_of_text,
    explain_record,
    parse_record_text,
)
from depesha.station.desks.registering import RegisterLine, RegisterStatus
from depesha.station.desks.release import Withhold
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
    found_station,
    open_station,
    pending_upgrades,
    upgrade_station,
)

__all__ = [
    "Actor",
    "Addressee",
    "Annex",
    "ArrivalError",
    "BookOrder",
    "CallSign",
    "Citation",
    "CitedTelegram",
    "Conveyed",
    "Draft",
    "DraftEntry",
    "DraftState",
    "Enclosure",
    "Founding",
    "HandOver",
    "HeldTelegram",
    "HomeError",
    "HybridRecipient",
    "Imprint",
    "InputError",
    "KeptDecision",
    "NotAddressedError",
    "NotFoundError",
    "NotPermittedError",
    "PadStatus",
    "Peer",
    "Published",
    "Purpose",
    "Received",
    "Record",
    "RecordSet",
    "RegisterLine",
    "RegisterStatus",
    "RelayAdmission",
    "Role",
    "SealedCopy",
    "SearchHit",
    "Stamp",
    "Station",
    "StationError",
    "SyncReport",
    "TelegramLine",
    "TelegramView",
    "TwoPersonsError",
    "Withhold",
    "WrongStateError",
    "archive_identity",
    "draft_of_record",
    "draft_of_text",
    "explain_record",
    "found_station",
    "holding_facts",
    "new_archive_key",
    "new_identity",
    "open_file",
    "open_station",
    "parse_record_text",
    "pending_upgrades",
    "read_text",
    "seal_file",
    "upgrade_station",
    "verify_release",
]
