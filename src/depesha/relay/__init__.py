"""The relay process: HTTP over the channel's mailbox rules; it can read nothing it keeps."""

from depesha.relay.admission import Admission
from depesha.relay.errors import (
    AdmissionRefusedError,
    NoSuchCallError,
    RelayError,
    RelayListenError,
    RelayStoreError,
)
from depesha.relay.exchange import Exchange, Surroundings
from depesha.relay.pace import Pace
from depesha.relay.ports import AdmissionStore, MailboxStore
from depesha.relay.tally import Holdings, Tally

__all__ = [
    "Admission",
    "AdmissionRefusedError",
    "AdmissionStore",
    "Exchange",
    "Holdings",
    "MailboxStore",
    "NoSuchCallError",
    "Pace",
    "RelayError",
    "RelayListenError",
    "RelayStoreError",
    "Surroundings",
    "Tally",
]
