"""What the relay process refuses beside what the channel's rules refuse.

    RelayError                  relay
    ├─ RelayStoreError          relay.store       the store cannot be used
    ├─ RelayListenError         relay.listen      the host and port cannot be listened on
    ├─ AdmissionRefusedError    relay.admission   the operator asked for an impossible token
    └─ NoSuchCallError          relay.no_call     no such address or method

Whatever concerns a mailbox is an error of the channel, since its holder meets it too.
"""

from depesha.base import DepeshaError


class RelayError(DepeshaError):
    """The relay cannot work, or cannot do what was asked."""

    code = "relay"


class RelayStoreError(RelayError):
    """The store is in use, full, damaged, out of reach, or written by a newer program."""

    code = "relay.store"


class RelayListenError(RelayError):
    """The host is not one of this machine's, or the port is taken."""

    code = "relay.listen"


class AdmissionRefusedError(RelayError):
    """No token can be made so, or none has this name."""

    code = "relay.admission"


class NoSuchCallError(RelayError):
    """The relay has no such address, or the address no such method.

    `allowed` names the methods of an address that is there.
    """

    code = "relay.no_call"

    def __init__(self, reason: str, *, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.allowed = allowed
