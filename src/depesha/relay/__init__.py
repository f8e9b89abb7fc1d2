"""The relay process: HTTP over the channel's mailbox rules; it can read nothing it keeps."""

from depesha.relay.errors import NoSuchCallError, RelayError, RelayListenError, RelayStoreError
from depesha.relay.exchange import Exchange, Surroundings
from depesha.relay.pace import Pace
from depesha.relay.ports import MailboxStore
from depesha.relay.tally import Holdings, Tally

__all__ = [
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
