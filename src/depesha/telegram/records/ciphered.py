"""The heading of a ciphered telegram: office, transmission number, addressee, instruction.

8th Department of …
CIPHERED TELEGRAM No. 75021
Pyongyang Soviet Ambassador.
Verbally transmit the following to … If he demands it in written form … without my signature.
"""

import re
from dataclasses import dataclass, field

from depesha.telegram.details import Form
from depesha.telegram.records.body import HEADING_LINES, LINE_LIMIT, is_labelled
from depesha.telegram.records.facts import RecordNumber
from depesha.telegram.records.stated import SourceText, Span, Stated, one_line

_INSTRUCTION_LIMIT = 2000
_TRANSMISSION = re.compile(
    r"((?:CIPHERED|CODED|CIPHER)\s+TELEGRAM)\s+No\.\s+(\d{1,9}(?:/[a-z]{1,8})?)", re.IGNORECASE
)
_OFFICES = r"(?:Ambassador|Envoy|Consul(?:\s+General)?|Representative|Resident|Legation|Embassy)"
_NATIONS = r"(?:Soviet|USSR|Russian|American|British|French|Chinese|Korean|Polish)"
_WORD = r"[A-Z][\w-]*"
# Two words before an office are a place only where a comma or a nation shows that they end there.
_ADDRESSEE = re.compile(
    rf"(?P<place>{_WORD}(?:\s{_WORD})?(?=,\s|\s{_NATIONS}\s)|{_WORD}(?=\s{_OFFICES}))"
    rf",?\s(?:{_NATIONS}\s)?{_OFFICES}\.?"
)
_CONVEY = re.compile(
    r"(?:(?:verbally|orally|personally)\s+)?(?:transmit|convey|read|communicate|pass)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(\w*)[.!?](?=\s+[A-Z]|\s*\Z)")
# A stop behind an initial or one of these words does not end a sentence.
_ABBREVIATIONS = frozenset(
    {"Mr", "Mrs", "Ms", "Dr", "Cde", "Com", "Gen", "Col", "Prof", "St", "No"}
)
_SPOKEN = re.compile(r"\b(?:verbally|orally|by word of mouth|read)\b", re.IGNORECASE)
_IF_ASKED = re.compile(
    r"\bif\s+(?:he|she|they)\s+(?:ask|demand|request|want|wish)(?:s|es)?\b", re.IGNORECASE
)
_WRITTEN = re.compile(r"\b(?:in\s+writing|in\s+written\s+form|written\s+text)\b", re.IGNORECASE)
_UNSIGNED = re.compile(r"\b(?:without\s+(?:\w+\s+)?signature|unsigned)\b", re.IGNORECASE)
_FORMS = {
    # (spoken, written, only if asked, without signature)
    (True, False, False, False): Form.SPOKEN,
    (False, True, False, False): Form.WRITTEN,
    (False, True, False, True): Form.WRITTEN_UNSIGNED,
    (True, True, True, False): Form.SPOKEN_IF_ASKED_WRITTEN,
    (True, True, True, True): Form.SPOKEN_IF_ASKED_UNSIGNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CipheredHeading:
    """What stands above the points of a ciphered telegram, and the blocks that follow."""

    number: Stated[RecordNumber]
    office: Stated[str] | None = None
    addressee_line: Stated[str] | None = None
    place_to: Stated[str] | None = None
    instruction: Stated[str] | None = None
    handling: tuple[Stated[str], ...] = ()
    form: Stated[Form] | None = None
    blocks: list[list[Span]] = field(default_factory=list)


def read_ciphered_heading(source: SourceText, blocks: list[list[Span]]) -> CipheredHeading | None:
    """Read the heading; None if no line near the top is that of a transmission number."""
    found = _transmission(source, blocks)
    if found is None:
        return None
    place, line, number = found
    above = [*(line for block in blocks[:place] for line in block), *blocks[place][:line]]
    below = blocks[place][line + 1 :]
    rest = blocks[place + 1 :]
    addressee = below[0] if len(below) == 1 else None
    instruction = _instruction(source, rest)
    return CipheredHeading(
        number=number,
        office=source.words(Span(above[0].start, above[-1].end)) if above else None,
        addressee_line=None if addressee is None else source.words(addressee),
        place_to=None if addressee is None else _place_to(source, addressee),
        instruction=None if instruction is None else source.words(instruction),
        handling=() if instruction is None else _handling(source, instruction),
        form=None if instruction is None else _form(source, instruction),
        blocks=rest if instruction is None else rest[1:],
    )


def _transmission(
    source: SourceText, blocks: list[list[Span]]
) -> tuple[int, int, Stated[RecordNumber]] | None:
    seen = 0
    for place, block in enumerate(blocks):
        for line, span in enumerate(block):
            seen += 1
            if seen > HEADING_LINES:
                return None
            match = _TRANSMISSION.fullmatch(_short(source, span, LINE_LIMIT))
            if match is not None:
                what = f"{one_line(match[1]).lower()} number"
                number = RecordNumber(number=match[2], what=what)
                return place, line, source.stated(number, span)
    return None


def _place_to(source: SourceText, line: Span) -> Stated[str] | None:
    match = _ADDRESSEE.fullmatch(_short(source, line, LINE_LIMIT))
    if match is None:
        return None
    return source.stated(
        one_line(match["place"]), Span(line.start, line.start + match.end("place"))
    )


def _instruction(source: SourceText, blocks: list[list[Span]]) -> Span | None:
    """Take the block above the first numbered point, if its words tell to convey something."""
    if len(blocks) < len(("instruction", "point")) or not is_labelled(source, blocks[1]):
        return None
    span = Span(blocks[0][0].start, blocks[0][-1].end)
    return span if _CONVEY.match(_short(source, span, _INSTRUCTION_LIMIT)) else None


def _handling(source: SourceText, instruction: Span) -> tuple[Stated[str], ...]:
    for end in _SENTENCE_END.finditer(source.cut(instruction)):
        if len(end[1]) > 1 and end[1] not in _ABBREVIATIONS:
            words = source.words(Span(instruction.start, instruction.start + end.end(1)))
            return () if words is None else (words,)
    return ()


def _form(source: SourceText, instruction: Span) -> Stated[Form] | None:
    text = source.cut(instruction)
    spoken, written, if_asked, unsigned = (
        pattern.search(text) is not None for pattern in (_SPOKEN, _WRITTEN, _IF_ASKED, _UNSIGNED)
    )
    form = _FORMS.get((spoken, written, if_asked, unsigned))
    return None if form is None else source.stated(form, instruction)


def _short(source: SourceText, span: Span, limit: int) -> str:
    return source.cut(span) if span.end - span.start <= limit else ""
