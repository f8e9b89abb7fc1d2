"""The smaller parts of a heading: mode, conveyance instruction, references."""

from dataclasses import dataclass
from enum import Enum
from typing import Self

from depesha.base import Digest, OriginatorNumber
from depesha.telegram.errors import TelegramFormatError
from depesha.telegram.headings import TelegramFormatOnly, require_heading, require_sentence
from depesha.telegram.serials import read_year


class Mode(Enum):
    """Whether the receiver can prove to others who sent it (PROTOCOL section 5)."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"

    @classmethod
    def from_text(cls, text: str) -> "Mode":
        """Read the word.

        Raises:
            TelegramFormatError: It is neither of the two.
        """
        found = _MODES_BY_TEXT.get(text)
        if found is None:
            raise TelegramFormatError("mode is neither signed nor unsigned")
        return found


_MODES_BY_TEXT = {mode.value: mode for mode in Mode}


class Form(Enum):
    """In which form the final addressee is given the text."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    WRITTEN_UNSIGNED = "written unsigned"
    SPOKEN_IF_ASKED_WRITTEN = "spoken, if asked written"
    SPOKEN_IF_ASKED_UNSIGNED = "spoken, if asked written unsigned"

    @classmethod
    def from_text(cls, text: str) -> "Form":
        """Read the words.

        Raises:
            TelegramFormatError: They are none of the five forms.
        """
        found = _FORMS_BY_TEXT.get(text)
        if found is None:
            raise TelegramFormatError(f"not a form of conveyance: {'; '.join(_FORMS_BY_TEXT)}")
        return found

    @property
    def may_leave_text(self) -> bool:
        """Whether a written text may be left with the final addressee at all."""
        return self is not Form.SPOKEN

    @property
    def may_sign(self) -> bool:
        """Whether a text that is left may bear the signature."""
        return self in {Form.WRITTEN, Form.SPOKEN_IF_ASKED_WRITTEN}


_FORMS_BY_TEXT = {form.value: form for form in Form}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyance:
    """How the final addressee is to be given the text.

    `instruction` is the originator's own sentence; `form` is what it comes to. A report of
    conveyance is compared with the form.
    """

    form: Form
    instruction: str | None = None

    def __post_init__(self) -> None:
        if self.instruction is not None:
            require_sentence(self.instruction, what="instruction")


class ReferenceKind(Enum):
    """What a telegram does with the one that it cites; the value is the name of the field."""

    REPLY = "in-reply-to"
    CITES = "cites"
    CORRECTS = "corrects"
    CANCELS = "cancels"
    """It is not to be acted upon; copies that nobody has opened are marked before reading."""
    SUPERSEDES = "supersedes"
    """This one stands in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A telegram cited by its full key: originator, series, year and number.

    The digest of the cited minute is given where the citing station holds it.
    """

    kind: ReferenceKind
    number: OriginatorNumber
    originator: str
    year: int
    digest: Digest | None = None

    def __post_init__(self) -> None:
        require_heading(self.originator, what="originator of a reference")
        read_year(str(self.year))

    @classmethod
    def from_text(cls, kind: ReferenceKind, text: str) -> Self:
        """Read `204/k of POST HARBOUR 2031`, with or without a digest after it.

        Raises:
            TelegramFormatError: The text has another shape.
        """
        number, _, rest = text.partition(" of ")
        last = rest.rpartition(" ")[2]
        has_digest = last.startswith("sha256:")
        if has_digest:
            rest = rest.removesuffix(f" {last}")
        originator, _, year = rest.rpartition(" ")
        with TelegramFormatOnly():
            return cls(
                kind=kind,
                number=OriginatorNumber.from_text(number),
                originator=originator,
                year=read_year(year),
                digest=Digest.from_text(last) if has_digest else None,
            )

    def to_text(self) -> str:
        """Write the citation; the kind is the name of its field."""
        text = f"{self.number.to_text()} of {self.originator} {self.year}"
        return text if self.digest is None else f"{text} {self.digest.to_text()}"
