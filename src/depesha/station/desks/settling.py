"""Quarantine: what was refused is looked at, tried again, and settled by a person (PROTOCOL 19).

Nothing is ever deleted here: a settled case is closed, and its sealed bytes stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from depesha.channel import (
    CardValidityError,
    ChainBrokenError,
    EnvelopeDamagedError,
    EnvelopeFormatError,
    ForeignStanzaError,
    NoLivePageError,
    QuarantinedObject,
    RevokedError,
)
from depesha.cipher import AuthenticationError, NoKnownSignatureError, SignatureError
from depesha.station.actor import Actor, Role, require
from depesha.station.desks.entering import Received
from depesha.station.desks.reception import Reception
from depesha.station.errors import (
    ArrivalError,
    InputError,
    ModeRefusedError,
    NotAddressedError,
    NotFoundError,
)
from depesha.station.office import Office

_SHORTEST = 6
_REPEAT = "Ask the sender to repeat it, on a new page."
_DAMAGED = f"The object is damaged, or was never one of ours. {_REPEAT}"
_UNBELIEVED = "It opened, and nothing in it shows who sealed it. Treat it as forged, and say so."
_ADVICE = {
    NoLivePageError.code: "It is not addressed to any live page of this station: another "
    f"station's, or a page that was burnt. {_REPEAT}",
    EnvelopeDamagedError.code: _DAMAGED,
    EnvelopeFormatError.code: _DAMAGED,
    ForeignStanzaError.code: "It is sealed to more than one key, which no station of ours does. "
    "Treat it as forged.",
    ChainBrokenError.code: "Its cover does not follow the one before: its sender has two "
    "histories. Speak to that post in person before anything else is believed.",
    CardValidityError.code: "The sender's card did not hold when it was sealed. Take its next "
    "card, then try this again.",
    RevokedError.code: "The key that signed it was given up. Speak to that post in person.",
    AuthenticationError.code: _UNBELIEVED,
    NoKnownSignatureError.code: _UNBELIEVED,
    SignatureError.code: _UNBELIEVED,
    ModeRefusedError.code: "It is unsigned, and the channel takes signed telegrams only. Ask the "
    "sender why, or allow them in the channel's policy and try this again.",
    NotAddressedError.code: "The telegram is for others: somebody sealed it on to this station. "
    "Speak to the sender.",
    ArrivalError.code: "It contradicts its page, its channel or what came before under its serial. "
    "Both are kept. Speak to that post in person.",
}
_OTHERWISE = f"What is in it cannot be believed as it is. {_REPEAT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineCase:
    """One object that was refused: by which code, since when, and what is to be done about it."""

    object_digest: str
    code: str
    refused_at: datetime
    source: str
    advice: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """Lists, shows, retries and settles the cases in quarantine."""

    office: Office
    reception: Reception

    def cases(self) -> tuple[QuarantineCase, ...]:
        """Return the open cases, oldest first."""
        return tuple(_case(one) for one in self._open())

    def case(self, name: str) -> QuarantineCase:
        """Return one open case with the size of what is kept.

        Raises:
            NotFoundError: No open case is named so.
            InputError: The name is too short, or several cases begin so.
            FixityError: What is kept is not what was refused.
        """
        found = self._find(name)
        sealed = self.office.quarantine.read(found.kept_as, found.object_digest)
        return _case(found, size_bytes=len(sealed))

    def settle(self, name: str, *, by: Actor) -> QuarantineCase:
        """Close a case that a registrar has dealt with; its bytes stay as they are.

        Raises:
            NotPermittedError: The actor is no registrar.
            NotFoundError, InputError: As `case` has it.
        """
        require(by, Role.REGISTRAR)
        found = self._find(name)
        with self.office.transaction() as work:
            work.channel.quarantine.settle(found.object_digest, self.office.clock.now())
        return _case(found)

    def again(self, name: str | None = None, *, by: Actor) -> tuple[Received, ...]:
        """Open one case again, or all; what is accepted now is settled, the rest stays.

        A crash between the two leaves an accepted object in its case, which the next try settles.

        Raises:
            NotPermittedError: The actor is no clerk.
            StationBusyError: Another command of this station is carrying.
            NotFoundError, InputError: As `case` has it.
        """
        require(by, Role.CLERK)
        with self.office.carrying():
            cases = self._open() if name is None else (self._find(name),)
            return tuple(self._again(one, by) for one in cases)

    def _again(self, case: QuarantinedObject, by: Actor) -> Received:
        sealed = self.office.quarantine.read(case.kept_as, case.object_digest)
        received = self.reception.receive(sealed, by=by)
        if received.refused is None:
            with self.office.transaction() as work:
                work.channel.quarantine.settle(case.object_digest, self.office.clock.now())
        return received

    def _open(self) -> Sequence[QuarantinedObject]:
        with self.office.reading() as work:
            return work.channel.quarantine.open_cases()

    def _find(self, name: str) -> QuarantinedObject:
        """Return the one open case whose digest begins so."""
        name = name.removeprefix("sha256:")
        if len(name) < _SHORTEST:
            raise InputError(f"a case is named by the first {_SHORTEST} digits of its object")
        found = [one for one in self._open() if one.object_digest.hex.startswith(name)]
        if not found:
            raise NotFoundError("there is no open case of that name")
        if len(found) > 1:
            raise InputError("several cases begin so: name more digits")
        return found[0]


def _case(case: QuarantinedObject, *, size_bytes: int | None = None) -> QuarantineCase:
    return QuarantineCase(
        object_digest=case.object_digest.to_text(),
        code=case.code,
        refused_at=case.refused_at,
        source=case.source,
        advice=_ADVICE.get(case.code, _OTHERWISE),
        size_bytes=size_bytes,
    )
