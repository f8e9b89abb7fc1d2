"""Telegrams as a station holds them: the signed minute, its copies, what was done to them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Direction(StrEnum):
    """Which way a telegram went, seen from here."""

    SENT = "sent"
    RECEIVED = "received"


class TelegramState(StrEnum):
    """How far a telegram is here; receipts are events, not states."""

    RELEASED = "released"
    SEALED = "sealed"
    FILED = "filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTelegram:
    """One telegram of this station; `minute` is the signed note, byte for byte as sealed."""

    record_id: str
    direction: Direction
    state: TelegramState
    originator: str
    year: int
    number: str
    minute: bytes = field(repr=False)
    minute_digest: str
    register_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCopy:
    """One numbered copy on one channel: its transmission serial, its page, its cover.

    `page_burnt` speaks of pages of ours, so of received copies alone; `acknowledged` of sent ones.
    A copy under a period key burns no page. `record_id` names a telegram, or the service text that
    travelled as this object when `is_service`.
    """

    record_id: str
    copy_number: int
    station: str
    channel: str
    series: int
    serial: int
    book: str
    page: int
    cover: bytes = field(repr=False)
    object_digest: str
    direction: Direction
    mode: str = "signed"
    is_period_key: bool = False
    is_service: bool = False
    repeat: int = 0
    precedence: str = "routine"
    sealed_at: str = "1970-01-01T00:00Z"
    page_burnt: bool = False
    acknowledged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldService:
    """One text about a channel, sent to or received from a station; it is no telegram."""

    service_id: str
    direction: Direction
    station: str
    kind: str
    text: bytes = field(repr=False)
    at: str


class CustodyKind(StrEnum):
    """What happened to a numbered copy as a thing that somebody holds."""

    ISSUED = "issued"
    RECEIVED = "received"
    RETURNED = "returned"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvent:
    """One step in the life of a numbered copy of a telegram: who held it, who wrote it down."""

    record_id: str
    copy_number: int
    kind: CustodyKind
    holder: str
    by: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """That one telegram cancels or supersedes another of the same station, held or still to come.

    `kind` is the word of the reference, `station` whose telegrams both are, `by_number` the
    telegram that says it.
    """

    kind: str
    station: str
    originator: str
    year: int
    number: str
    by_record: str
    by_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A correspondence in quarantine after a restore: nothing is sealed until it is settled."""

    station: str
    since: str
    settled_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who did what when to a telegram, in the order in which it was done."""

    record_id: str
    kind: str
    actor: str
    at: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCommitment:
    """What opens a register entry: the secret behind the salts, and the texts committed to.

    It lives and dies with the text (RECORDS 2.1): without it the entry stays an opaque number.
    """

    register_index: int
    record_id: str
    secret: bytes = field(repr=False)
    header: tuple[tuple[str, str], ...] = field(repr=False)
    body: tuple[tuple[str, str], ...] = field(repr=False)


class DecisionState(StrEnum):
    """A decision to let a record out needs two persons."""

    PROPOSED = "proposed"
    DECIDED = "decided"


class Annex(StrEnum):
    """What may be published beside a release, if the decision names it; nothing of it is proved."""

    STAMPS = "stamps"
    CONVEYANCE = "conveyance"
    REFERENCES = "references"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """What is withheld from one record, by whose proposal and whose decision."""

    decision_id: str
    record_id: str
    state: DecisionState
    withheld: str
    authority: str
    annexes: str = ""
    statement: str = ""
    salt: bytes = field(default=b"", repr=False)
    proposed_by: str
    decided_by: str = ""
    decided_at: str = ""
    register_index: int | None = None
