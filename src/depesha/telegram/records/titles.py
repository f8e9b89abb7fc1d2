"""What a devised title says: the kind of record, and from whom to whom.

Titles such as `Cable, A [B] to C (via D)` are read whole or not at all.
"""

import re
from dataclasses import dataclass, replace

from depesha.telegram.records.facts import RecordParty
from depesha.telegram.records.stated import SourceText, Span, Stated, one_line

TITLE_LIMIT = 1000
# The kind is what the title begins with; longer words come before those they begin with.
_KINDS = {
    "ciphered telegram": "ciphered telegram",
    "memorandum of conversation": "memorandum of conversation",
    "record of conversation": "memorandum of conversation",
    "confidential report": "report",
    "press release": "press release",
    "address by": "speech",
    "cable": "cable",
    "telegram": "telegram",
    "report": "report",
    "letter": "letter",
}
_KIND = re.compile("({})\\b".format("|".join(_KINDS).replace(" ", r"\s+")), re.IGNORECASE)
_EXCERPT = re.compile(r"\s+\(Excerpts?\)$")
_SUBJECT = re.compile(r",\s+[\u2018'\"\u201c][^\u2018\u201c\"]+[\u2019'\"\u201d]$")
_VIA = re.compile(r"\s+[\[(]via\s+([^\[\]()]+)[\])]")
_FROM_TO = re.compile(r"(?:,\s+(?:from\s+)?|\s+from\s+)(\S.*?)\s+to\s+(\S.*)", re.DOTALL)
_AND_THE = re.compile(r"\s+and\s+the\s+")
_NAME = re.compile(r"(?:the\s+)?([^\[\](),;]+?)(?:\s+\[([^\[\]]+)\])?(?:\s+\(([^()]+)\))?")
_TO = re.compile(r"\s+to\s+")
_WORD = re.compile(r"[\w.\u2019'-]+(?:\([\w]+\))?")
_SMALL_WORDS = frozenset(
    {"of", "the", "de", "von", "van", "der", "del", "da", "al", "bin", "ibn", "la", "le", "du"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleFacts:
    """What a title says beyond its own words."""

    kind: Stated[str] | None = None
    sender: Stated[RecordParty] | None = None
    recipients: tuple[Stated[RecordParty], ...] = ()
    via: Stated[str] | None = None
    place_from: Stated[str] | None = None
    place_to: Stated[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    party: Stated[RecordParty]
    place: Stated[str] | None


def read_title(source: SourceText, title: Span) -> TitleFacts:
    """Read the kind and the parties of a title; what is not clear is left out."""
    text = source.cut(title)
    match = _KIND.match(text) if len(text) <= TITLE_LIMIT else None
    if match is None:
        return TitleFacts()
    end = title.start + match.end()
    kind = source.stated(_KINDS[one_line(match[1]).lower()], Span(title.start, end))
    return _parties(source, Span(end, title.end), TitleFacts(kind=kind))


def _parties(source: SourceText, rest: Span, facts: TitleFacts) -> TitleFacts:
    text = source.cut(rest)
    via = _VIA.search(text)
    if via is not None:
        # The same number of spaces keeps every place behind it.
        text = text[: via.start()] + " " * len(via[0]) + text[via.end() :]
        span = Span(rest.start + via.start(1), rest.start + via.end(1))
        facts = replace(facts, via=source.stated(one_line(via[1]), span))
    text = _SUBJECT.sub("", _EXCERPT.sub("", text.rstrip()))
    match = _FROM_TO.fullmatch(text)
    if match is None or _TO.search(match[1]) or _TO.search(match[2]):
        return facts
    sender = _named(source, rest.start + match.start(1), match[1])
    recipients = _recipients(source, rest.start + match.start(2), match[2])
    if sender is None or recipients is None:
        return facts
    # A recipient with a place is addressed by office in the text: the title does not give that.
    places = [named.place for named in recipients if named.place is not None]
    return replace(
        facts,
        sender=sender.party,
        place_from=sender.place,
        recipients=() if places else tuple(named.party for named in recipients),
        place_to=places[0] if len(recipients) == 1 and places else None,
    )


def _recipients(source: SourceText, start: int, text: str) -> list[_Named] | None:
    joint = _AND_THE.search(text)
    parts = [(start, text)]
    if joint is not None:
        parts = [(start, text[: joint.start()]), (start + joint.end(), text[joint.end() :])]
    named = [_named(source, place, part) for place, part in parts]
    found = [each for each in named if each is not None]
    return found if len(found) == len(parts) else None


def _named(source: SourceText, start: int, text: str) -> _Named | None:
    text = text.rstrip()
    match = _NAME.fullmatch(text)
    if match is None or not _is_name(match[1]):
        return None
    written = Span(start + match.start(1), start + max(match.end(1), match.end(2) + 1))
    party = RecordParty(
        name=one_line(match[1]),
        as_written=one_line(source.cut(written)),
        real_name=None if match[2] is None else one_line(match[2]),
    )
    place = None
    if match[3] is not None:
        span = Span(start + match.start(3), start + match.end(3))
        place = source.stated(one_line(match[3]), span)
    return _Named(party=source.stated(party, written), place=place)


def _is_name(text: str) -> bool:
    """Tell names from the clauses that titles also end with: names have capitals."""
    words = text.split()
    return (
        bool(words)
        and " and " not in one_line(text)
        and all(_WORD.fullmatch(word) for word in words)
        and all(word in _SMALL_WORDS or not word[0].islower() for word in words)
    )
