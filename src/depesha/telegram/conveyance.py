"""The report of conveyance: how a telegram reached somebody who is not on the system.

One text with one spelling (`docs/formats/conveyance.md`): a label, then every field once, in a
fixed order. It travels as an enclosure of the reply, whose signed minute binds it by digest. What
was done is stated beside what was ordered; a deviation is said, never smoothed over.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar

from depesha.base import (
    BaseFormatError,
    Digest,
    decode,
    instant_from_text,
    instant_to_text,
    require_utc,
)
from depesha.telegram.details import Form, Reference, ReferenceKind
from depesha.telegram.errors import (
    ConveyanceFormatError,
    FieldTooLongError,
    TelegramFormatError,
    UnsupportedVersionError,
)
from depesha.telegram.headings import HeadingReader, require_heading, require_sentence

CONVEYANCE_LABEL = "depesha/1 conveyance"
CONVEYANCE_LIMIT_BYTES = 16 * 1024
_NONE = "none"
_OTHER_VERSION = re.compile(r"depesha/[0-9]{1,4} conveyance", re.ASCII)

Word = TypeVar("Word", bound=Enum)


class FormUsed(Enum):
    """In which form the final addressee was in fact given the text."""

    SPOKEN = "spoken"
    WRITTEN = "text left"
    WRITTEN_UNSIGNED = "text left unsigned"

    def follows(self, ordered: Form) -> bool:
        """Tell whether this is one of the forms that the instruction allows."""
        return self in _ALLOWED[ordered]


class Notes(Enum):
    """Whether the listener wrote anything down."""

    NONE = "none"
    ASKED = "asked to"
    TAKEN = "taken"


_ALLOWED = {
    Form.SPOKEN: {FormUsed.SPOKEN},
    Form.WRITTEN: {FormUsed.WRITTEN},
    Form.WRITTEN_UNSIGNED: {FormUsed.WRITTEN_UNSIGNED},
    Form.SPOKEN_IF_ASKED_WRITTEN: {FormUsed.SPOKEN, FormUsed.WRITTEN},
    Form.SPOKEN_IF_ASKED_UNSIGNED: {FormUsed.SPOKEN, FormUsed.WRITTEN_UNSIGNED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConveyanceReport:
    """What was done with a telegram for its final addressee, valid from construction.

    `telegram` cites it by its key, `minute` by the digest of its signed minute. A report on an
    unsigned telegram has no digest anywhere: whatever signs the report would sign that too.
    `deviation` is what was done otherwise than instructed, and why; `reaction` what the listener
    said.
    """

    telegram: Reference
    minute: Digest | None
    at: datetime
    place: str
    by: str
    to: str
    form: FormUsed
    notes: Notes = Notes.NONE
    deviation: str | None = None
    reaction: str | None = None

    def __post_init__(self) -> None:
        try:
            _check(self)
        except TelegramFormatError as error:
            if type(error) is TelegramFormatError:
                raise ConveyanceFormatError(error.reason) from error
            raise

    @staticmethod
    def from_bytes(data: bytes) -> "ConveyanceReport":
        """Read the bytes of a report; whoever calls has verified what binds them.

        Raises:
            TelegramFormatError: The bytes are not a report in its one spelling.
        """
        if len(data) > CONVEYANCE_LIMIT_BYTES:
            raise FieldTooLongError("the report of conveyance is larger than 16 KiB")
        try:
            text = decode(data, what="the report of conveyance")
        except BaseFormatError as error:
            raise ConveyanceFormatError(str(error)) from error
        label, *lines = text.split("\n")
        if label != CONVEYANCE_LABEL:
            if _OTHER_VERSION.fullmatch(label):
                raise UnsupportedVersionError("a report of another version", line=1)
            raise ConveyanceFormatError("expected the label of a report of conveyance", line=1)
        if not lines or lines.pop():
            raise ConveyanceFormatError("does not end with a line feed")
        report = _read(HeadingReader(lines, ConveyanceFormatError, first_line=2))
        if report.to_text() != text:
            raise ConveyanceFormatError("not written in its one spelling")
        return report

    def to_text(self) -> str:
        """Write the one text form; `from_bytes` refuses every other."""
        fields = (
            ("telegram", self.telegram.to_text()),
            ("minute", _NONE if self.minute is None else self.minute.to_text()),
            ("when", instant_to_text(self.at)),
            ("where", self.place),
            ("by", self.by),
            ("to", self.to),
            ("form", self.form.value),
            ("notes", self.notes.value),
            ("deviation", self.deviation or _NONE),
            ("reaction", self.reaction or _NONE),
        )
        lines = "".join(f"{name}: {value}\n" for name, value in fields)
        return f"{CONVEYANCE_LABEL}\n{lines}"

    def to_bytes(self) -> bytes:
        """Write the one text form in UTF-8."""
        return self.to_text().encode()


def _check(report: ConveyanceReport) -> None:
    require_utc(report.at)
    if report.telegram.digest not in (None, report.minute):
        raise TelegramFormatError("the telegram is cited by another digest than its minute's")
    for what, line in (("place", report.place), ("by", report.by), ("to", report.to)):
        require_heading(line, what=what)
    for what, sentence in (("deviation", report.deviation), ("reaction", report.reaction)):
        if sentence == _NONE:
            raise TelegramFormatError(f"{what} of that word would read as absent")
        if sentence is not None:
            require_sentence(sentence, what=what)


def _read(reader: HeadingReader) -> ConveyanceReport:
    """Read the fields in their order: Python evaluates the arguments from left to right."""
    report = ConveyanceReport(
        telegram=reader.one("telegram", _cited),
        minute=reader.one("minute", _minute),
        at=reader.one("when", instant_from_text),
        place=reader.one("where", str),
        by=reader.one("by", str),
        to=reader.one("to", str),
        form=reader.one("form", _form),
        notes=reader.one("notes", _notes),
        deviation=reader.one("deviation", _or_none),
        reaction=reader.one("reaction", _or_none),
    )
    reader.finish()
    return report


def _cited(text: str) -> Reference:
    return Reference.from_text(ReferenceKind.CITES, text)


def _minute(text: str) -> Digest | None:
    return None if text == _NONE else Digest.from_text(text)


def _or_none(text: str) -> str | None:
    return None if text == _NONE else text


def _form(text: str) -> FormUsed:
    return _one_of(FormUsed, text)


def _notes(text: str) -> Notes:
    return _one_of(Notes, text)


def _one_of(words: type[Word], text: str) -> Word:
    for word in words:
        if word.value == text:
            return word
    raise TelegramFormatError("not one of the words that may stand here")
