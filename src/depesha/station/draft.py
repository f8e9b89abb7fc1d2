"""A telegram while it is being written: everything but the number and the releaser's hand."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from depesha.station.errors import InputError


class DraftState(StrEnum):
    """Where a draft stands; each step goes forward only."""

    OPEN = "open"
    RELEASED = "released"
    DISPATCHED = "dispatched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A station that receives a copy, with its own precedence."""

    call_sign: str
    precedence: str = "routine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The telegram that a draft answers or names: the originator's key, and its minute's digest."""

    number: str
    originator: str
    year: int
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that travels with the telegram; `data` is never part of the draft's text form."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a drafter writes; the minute is made of it when it is released.

    `points` are (printed label or empty, text) in order. `form` is a conveyance form's word, with
    `instruction` as the originator wrote it. `mode` is `signed` or `unsigned`. `series` is
    the suffix of the office number.
    """

    sender: str
    action: tuple[Addressee, ...] = ()
    info: tuple[Addressee, ...] = ()
    via: str | None = None
    final: str | None = None
    form: str | None = None
    instruction: str | None = None
    in_reply_to: Citation | None = None
    cancels: Citation | None = None
    supersedes: Citation | None = None
    mode: str = "signed"
    subjects: tuple[str, ...] = ()
    classification: str | None = None
    caveats: tuple[str, ...] = ()
    signature: str | None = None
    series: str = ""
    title: str | None = None
    points: tuple[tuple[str, str], ...] = ()
    enclosures: tuple[Enclosure, ...] = ()

    def __post_init__(self) -> None:
        if not self.points:
            raise InputError("a telegram needs a text")
        names = [addressee.call_sign for addressee in (*self.action, *self.info)]
        if len(set(names)) != len(names):
            raise InputError("a station is addressed twice")

    def amended(self, changes: Mapping[str, Any]) -> Self:
        """Return the draft with these fields changed; a value of None changes nothing."""
        return replace(self, **{name: to for name, to in changes.items() if to is not None})

    def to_json(self) -> str:
        """Write the draft without its enclosures, for the store."""
        return json.dumps(asdict(replace(self, enclosures=())), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, enclosures: tuple[Enclosure, ...]) -> Self:
        """Read what `to_json` wrote, with the enclosures kept beside it."""
        raw: dict[str, Any] = json.loads(text)
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in raw.items() if name in known}
        values["action"] = tuple(Addressee(**one) for one in raw["action"])
        values["info"] = tuple(Addressee(**one) for one in raw["info"])
        for name in ("in_reply_to", "cancels", "supersedes"):
            values[name] = Citation(**raw[name]) if raw.get(name) else None
        values["points"] = tuple((label, words) for label, words in raw["points"])
        values["subjects"] = tuple(raw["subjects"])
        values["caveats"] = tuple(raw["caveats"])
        values["enclosures"] = enclosures
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """A draft as it lies in the store, with who wrote it and when."""

    draft_id: str
    state: DraftState
    draft: Draft
    drafted_by: str
    drafted_at: str
