"""What the station hands over to have a page made of it, in the edition's own words.

Nothing here is looked up: what is not given is not shown, and what is withheld must not be given.
"""

from dataclasses import dataclass, field

from depesha.base import BaseFormatError, require_line, require_name
from depesha.edition.citation import Source
from depesha.edition.errors import PublicationError
from depesha.edition.reading import Reading
from depesha.edition.release import ReleaseBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One stamp: what was done to the telegram, by whom, where and when, as it was written."""

    what: str
    by: str = ""
    place: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMark:
    """One numbered copy and its holder."""

    number: str
    holder: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossReference:
    """One telegram that this one cites or is cited by.

    Args:
        relation: How the two belong together, such as `Answers` or `Answered by`.
        verbatim: The reference as it stands in the text.
        title: The telegram meant; empty where the reference is not resolved.
        page: The address of its page; empty where it has none.
        status: What is known about the resolution: `resolved`, `not held`, `ambiguous`.
    """

    relation: str
    verbatim: str
    title: str = ""
    page: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        if self.page and not self.page.startswith(("https://", "http://", "../", "./")):
            raise PublicationError("a page is linked by http, or by a path that begins with a dot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One record as it is to be published.

    Args:
        name: The folder of the page: one plain lower-case file name.
        edition: The name of the whole edition.
        source: What is cited; its title heads the page.
        reading: The text, if no register holds the record; otherwise None.
        release: The release, if a register holds it; the text is then read from it.
        policy: The policy that the release is verified against before a page is made.
        language: The language of the text, as BCP 47.
        summary: What the record is about, in the editors' words.
        events: The stamps, in order.
        copies: The numbered copies.
        copies_stated: The number of copies as the record itself states it, bare or in its words.
        conveyance: The instruction and the report, as pairs of a term and a text.
        references: The telegrams that this one cites or is cited by.
        description: The archival description, as pairs of a term and a text.
        rights: Who may do what with the text.
    """

    name: str
    edition: str
    source: Source
    reading: Reading | None = None
    release: ReleaseBundle | None = None
    policy: str = field(default="", repr=False)
    language: str = "en"
    summary: str = ""
    events: tuple[Event, ...] = ()
    copies: tuple[CopyMark, ...] = ()
    copies_stated: str = ""
    conveyance: tuple[tuple[str, str], ...] = ()
    references: tuple[CrossReference, ...] = ()
    description: tuple[tuple[str, str], ...] = ()
    rights: str = ""

    def __post_init__(self) -> None:
        try:
            require_name(self.name)
            require_line(self.edition, what="the name of an edition")
        except BaseFormatError as error:
            raise PublicationError(str(error)) from error
        if (self.reading is None) == (self.release is None):
            raise PublicationError("a page shows either a release or a reading without one")

    @property
    def text(self) -> Reading:
        """The reading that the page shows."""
        if self.release is not None:
            return Reading.of(self.release.statement)
        return self.reading or Reading()

    @property
    def copies_in_words(self) -> str:
        """What the record states about its copies; a bare number is given its noun."""
        stated = self.copies_stated
        if not stated.isdecimal():
            return stated
        return f"{stated} copy" if int(stated) == 1 else f"{stated} copies"
