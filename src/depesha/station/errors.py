"""What a station refuses.

    StationError
    ├─ NotPermittedError        the actor does not hold the role
    ├─ TwoPersonsError          the same person may not take both steps
    ├─ WrongStateError          the thing is not in the state that the step needs
    ├─ NotFoundError            no draft, telegram or post of that name
    ├─ InputError               a value that a person gave cannot be read
    ├─ StoreConflictError       what was to be stored contradicts what is there
    ├─ StationBusyError         another command of this station is carrying (retryable)
    ├─ HomeError                the folder is no station, or one is there already
    ├─ BackupError              no finished backup, or one that cannot be written or put back
    ├─ NotAddressedError        an arrived telegram is not for this station
    ├─ ArrivalError             an arrived object contradicts what the channel already knows
    ├─ ModeRefusedError         the channel's policy does not allow that mode
    ├─ NoPadError               no page is left, and the policy is "no pad, no telegram"
    ├─ QuarantinedError         after a restore, nothing is sealed to that post yet
    └─ LeakError                a file to be published holds what is withheld

Errors of the parts below pass through unchanged: their codes are stable too.
"""

from depesha.base import DepeshaError


class StationError(DepeshaError):
    """A use case was refused; nothing was changed."""

    code = "station"


class NotPermittedError(StationError):
    """The actor does not hold the role that the step needs."""

    code = "station.not_permitted"


class TwoPersonsError(StationError):
    """A step that needs a second person was tried by the first."""

    code = "station.two_persons"


class WrongStateError(StationError):
    """The thing is not in the state that the step needs."""

    code = "station.wrong_state"


class NotFoundError(StationError):
    """There is no such draft, telegram, post or decision here."""

    code = "station.not_found"


class InputError(StationError):
    """A value that a person gave cannot be read."""

    code = "station.input"


class StoreConflictError(StationError):
    """What was to be stored contradicts what is there; nothing was stored."""

    code = "station.store_conflict"


class StationBusyError(StationError):
    """Another command of this station is carrying; nothing was done."""

    code = "station.busy"
    retryable = True


class HomeError(StationError):
    """The folder holds no station, or already holds one."""

    code = "station.home"


class BackupError(StationError):
    """It is no finished backup, or it cannot be written or put back."""

    code = "station.backup"


class NotAddressedError(StationError):
    """An arrived telegram does not name this station; it is kept in quarantine."""

    code = "station.not_addressed"


class ArrivalError(StationError):
    """An arrived object contradicts its channel; it is kept in quarantine."""

    code = "station.arrival"


class ModeRefusedError(StationError):
    """The policy of the channel does not allow an unsigned telegram; it was not taken."""

    code = "station.mode_refused"


class NoPadError(StationError):
    """No page is left, and the channel's policy allows nothing weaker; nothing was numbered."""

    code = "station.no_pad"


class QuarantinedError(StationError):
    """The station was restored from a backup, and this correspondent has not answered yet."""

    code = "station.quarantined"


class LeakError(StationError):
    """A file to be published holds a sentence that is withheld; nothing was written."""

    code = "station.leak"
