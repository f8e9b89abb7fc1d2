"""What the station's use cases need from outside, as narrow as they use it.

Every store works on the connection of the transaction it was made for; none commits. What a
method raises beside its own not-found error comes from the parts below.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from depesha.station.actor import Actor
from depesha.station.draft import DraftEntry, DraftState, Enclosure
from depesha.station.held import (
    Cancellation,
    CustodyEvent,
    Direction,
    HeldService,
    HeldTelegram,
    KeptCommitment,
    KeptDecision,
    Restored,
    SealedCopy,
    Stamp,
    TelegramState,
)


class Clock(Protocol):
    """Tells the present instant in UTC."""

    def now(self) -> datetime:
        """Return the present instant, to the second."""
        ...


# Called with a step's name right after that step became durable; a real process is killed there
# by the crash tests, and a face may show progress.
Observer = Callable[[str], None]


class People(Protocol):
    """The actors of the station."""

    def add(self, actor: Actor, releaser_key: str) -> None:
        """Keep an actor; raises WrongStateError where the name is taken."""
        ...

    def actor(self, name: str) -> Actor:
        """Return an actor, or raise NotFoundError."""
        ...

    def actors(self) -> tuple[Actor, ...]:
        """Return all actors by name."""
        ...

    def releaser_key(self, name: str) -> str:
        """Return the last word of the actor's releaser key name, or an empty text."""
        ...


class OfficeSeries(Protocol):
    """Gapless office numbers per year and series."""

    def take(self, year: int, series: str) -> int:
        """Issue the next number."""
        ...

    def next(self, year: int, series: str) -> int:
        """Return the number that `take` would issue."""
        ...

    def of_year(self, year: int) -> tuple[str, ...]:
        """Return the series in which a number of the year was given."""
        ...

    def start(self, year: int, series: str, next_number: int) -> None:
        """Go on at a later number; raises WrongStateError for an earlier one."""
        ...


class Drafts(Protocol):
    """Drafts, and the enclosures of drafts and telegrams."""

    def add(self, entry: DraftEntry) -> None:
        """Keep a new draft."""
        ...

    def entry(self, draft_id: str) -> DraftEntry:
        """Return a draft, or raise NotFoundError."""
        ...

    def entries(self) -> tuple[DraftEntry, ...]:
        """Return all drafts, oldest first."""
        ...

    def advance(self, draft_id: str, state: DraftState) -> None:
        """Move a draft forward."""
        ...

    def add_enclosures(self, owner: str, enclosures: tuple[Enclosure, ...]) -> None:
        """Keep the files of a draft or telegram."""
        ...

    def enclosures(self, owner: str) -> tuple[Enclosure, ...]:
        """Return the files of a draft or telegram, in order."""
        ...


class Telegrams(Protocol):
    """Sent and received telegrams with their stamps."""

    def add(self, telegram: HeldTelegram) -> None:
        """Keep a telegram."""
        ...

    def get(self, record_id: str) -> HeldTelegram:
        """Return a telegram, or raise NotFoundError."""
        ...

    def by_number(self, number: str) -> tuple[HeldTelegram, ...]:
        """Return the telegrams that carry this originator's number."""
        ...

    def by_minute(self, digest: str) -> HeldTelegram | None:
        """Return the telegram with this very minute."""
        ...

    def all(self) -> tuple[HeldTelegram, ...]:
        """Return every telegram in the order of the register."""
        ...

    def advance(self, record_id: str, state: TelegramState) -> None:
        """Move a telegram forward."""
        ...

    def stamp(self, stamp: Stamp) -> None:
        """Add a stamp after all others of its telegram."""
        ...

    def stamps(self, record_id: str) -> tuple[Stamp, ...]:
        """Return the stamps of a telegram in order."""
        ...


class Copies(Protocol):
    """Sealed and opened copies, each on its channel."""

    def add(self, copy: SealedCopy) -> None:
        """Keep one sealed or opened copy."""
        ...

    def of_record(self, record_id: str) -> tuple[SealedCopy, ...]:
        """Return the copies of a telegram by number."""
        ...

    def of_object(self, object_digest: str) -> SealedCopy | None:
        """Return the copy that came or left as this object."""
        ...

    def unburnt(self) -> tuple[SealedCopy, ...]:
        """Return the copies opened here whose pages still live."""
        ...

    def of_serial(self, channel: str, series: int, serial: int) -> tuple[SealedCopy, ...]:
        """Return the copies sealed or opened under a serial: the first, then its repeats."""
        ...

    def unacknowledged(self, channel: str | None = None) -> tuple[SealedCopy, ...]:
        """Return the copies sent on a channel, or on all, that nobody has acknowledged."""
        ...

    def newest_telegram(self, channel: str) -> str | None:
        """Return when the newest telegram of a channel was sealed, service texts left out."""
        ...

    def mark_burnt(self, object_digest: str) -> None:
        """Remember that the page of this object is destroyed."""
        ...

    def mark_acknowledged(self, object_digest: str) -> None:
        """Remember that the station this object went to has said so."""
        ...


class Commitments(Protocol):
    """What opens register entries, and the decisions to let records out."""

    def add(self, kept: KeptCommitment) -> None:
        """Keep the secret and the texts behind one register entry."""
        ...

    def of_record(self, record_id: str) -> KeptCommitment:
        """Return what opens the entry of a record, or raise NotFoundError."""
        ...

    def add_decision(self, decision: KeptDecision) -> None:
        """Keep a proposal."""
        ...

    def decide(self, decision: KeptDecision) -> None:
        """Replace a proposal by the decision on it."""
        ...

    def decisions(self) -> tuple[KeptDecision, ...]:
        """Return all decisions in the order of the register, and proposals after them."""
        ...

    def decision(self, decision_id: str) -> KeptDecision:
        """Return a proposal or decision, or raise NotFoundError."""
        ...


class Cosigned(Protocol):
    """Up to which size each correspondent has cosigned our register."""

    def cosigned_size(self, station: str) -> int:
        """Return the size; 0 where it has cosigned nothing."""
        ...

    def remember(self, station: str, size: int) -> None:
        """Keep a new size; a smaller one changes nothing."""
        ...


class Unvaulted(Protocol):
    """Preservation copies that wait for the vault."""

    def add(self, name: str, sealed: bytes) -> None:
        """Keep a copy until it is in the vault."""
        ...

    def all(self) -> tuple[tuple[str, bytes], ...]:
        """Return the names and bytes of all that wait."""
        ...

    def remove(self, name: str) -> None:
        """Forget a copy: the vault keeps it."""
        ...


class Services(Protocol):
    """Texts about channels, sent and received."""

    def add(self, service: HeldService) -> None:
        """Keep a text."""
        ...

    def get(self, service_id: str) -> HeldService:
        """Return a text, or raise NotFoundError."""
        ...

    def newest(self, station: str, direction: Direction, kind: str) -> HeldService | None:
        """Return the newest text of a kind to or from a station."""
        ...

    def count_since(self, station: str, direction: Direction, kind: str, since: datetime) -> int:
        """Count the texts of a kind to or from a station since an instant."""
        ...

    def of_station(self, station: str) -> tuple[HeldService, ...]:
        """Return every text to and from a station, oldest first."""
        ...


class Custody(Protocol):
    """Who held which numbered copy."""

    def add(self, event: CustodyEvent) -> None:
        """Add an event after all others of its telegram."""
        ...

    def of_record(self, record_id: str) -> tuple[CustodyEvent, ...]:
        """Return the events of a telegram's copies in order."""
        ...


class Cancellations(Protocol):
    """Which telegrams are cancelled or superseded, whether they are here or not."""

    def add(self, cancellation: Cancellation) -> None:
        """Keep one."""
        ...

    def of(self, number: str, year: int) -> tuple[Cancellation, ...]:
        """Return all that name a telegram of this number and year, of any originator."""
        ...


class Restores(Protocol):
    """Correspondences in quarantine after a restore."""

    def begin(self, station: str, at: str) -> None:
        """Put a correspondence into quarantine, again if it was settled before."""
        ...

    def settle(self, station: str, at: str) -> None:
        """End the quarantine of a correspondence; raises NotFoundError where there is none."""
        ...

    def open(self) -> tuple[Restored, ...]:
        """Return the correspondences that are not settled yet."""
        ...

    def is_open(self, station: str) -> bool:
        """Tell whether nothing may be sealed to a station yet."""
        ...
