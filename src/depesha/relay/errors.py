"""What the relay process refuses beside what the channel's rules refuse.

    RelayError                  relay
    ├─ RelayStoreError          relay.store       the data folder cannot be used
    ├─ RelayListenError         relay.listen      the host and port cannot be listened on
    └─ NoSuchCallError          relay.no_call     no such address or method

Whatever concerns a mailbox is an error of the channel, since its holder meets it too.
"""

from depesha.base import DepeshaError


class RelayError(DepeshaError):
    """The relay cannot work, or cannot do what was asked."""

    code = "relay"


class RelayStoreError(RelayError):
    """The data folder is in use, damaged, or written by a newer program."""

    code = "relay.store"


class RelayListenError(RelayError):
    """The host is not one of this machine's, or the port is taken."""

    code = "relay.listen"


class NoSuchCallError(RelayError):
    """The relay has no such address, or the address no such method."""

    code = "relay.no_call"
