"""Citing a record: a note in the manner of Chicago, BibTeX, and CSL-JSON.

A `Source` holds what a citation needs in the words of CSL. The note follows the house style of the
digital archives that publish records of this kind: the devised title stands in quotation marks, the
date day first, then every archive that holds the record, in the order given, then the publisher.

    “Ciphered telegram from A to B,” 28 August 1950, APRF, Fond 45, Opis 1, Delo 347, Listy 5;
    and AVPRF, Fond 059a, Opis 5a. Published by Digital Archive, record 110696, https://…
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from depesha.base import BaseFormatError, require_line
from depesha.edition.errors import CitationError

_MONTHS: Final = (
    "January February March April May June July August September October November December"
)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_KEY = re.compile(r"[^a-z0-9]+")
_RANGE = re.compile(r"(?<=[0-9])-(?=[0-9])")
_URL = re.compile(r"https?://[!-~]+", re.ASCII)
# What BibTeX and TeX would take for a command.
_TEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        '"': "''",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveHolding:
    """One archive that holds the record, and where in it.

    Args:
        archive: The archive's name or its usual letters.
        location: The path in it, as it is cited: `Fond 45, Opis 1, Delo 347, Listy 5-6`.
        place: The archive's town, if it is to be cited.
    """

    archive: str
    location: str = ""
    place: str = ""

    def to_text(self) -> str:
        """Write the holding as it stands in a note, with dashes in its runs of numbers."""
        parts = (self.archive, self.place, self.location)
        return _RANGE.sub("–", ", ".join(part for part in parts if part))  # noqa: RUF001


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is cited.

    Args:
        record: The record's own identifier; it becomes the key of the citation.
        title: The title, as given or devised.
        dated: The day, month or year of the record, as EDTF: `1950-08-28`, `1950-08`, `1950`.
        genre: What it is, in lower case.
        number: The originator's number.
        author: Who sent it, as one string; empty where it is not known.
        recipient: To whom.
        holdings: The archives that hold it, in the order in which they are cited.
        publisher: Who publishes it here.
        url: Where.
    """

    record: str
    title: str
    dated: str
    genre: str = "telegram"
    number: str = ""
    author: str = ""
    recipient: str = ""
    holdings: tuple[ArchiveHolding, ...] = ()
    publisher: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        try:
            require_line(self.record, what="the identifier of a record")
            require_line(self.title, what="a title")
        except BaseFormatError as error:
            raise CitationError(str(error)) from error
        _date_parts(self.dated)
        if self.url and not _URL.fullmatch(self.url):
            raise CitationError("the address of a record begins with http:// or https://")


def chicago_note(source: Source) -> str:
    """Write the full note."""
    title = f"“{source.title.replace('“', '‘').replace('”', '’')},”"  # noqa: RUF001
    parts = [f"{title} {written_date(source.dated)}"]
    if source.holdings:
        parts.append("; and ".join(holding.to_text() for holding in source.holdings))
    if source.publisher:
        parts.append(source.publisher)
    if source.url:
        parts.append(source.url)
    return ", ".join(parts) + "."


def short_note(source: Source) -> str:
    """Write the note for every later mention."""
    title = source.title.replace("“", "‘").replace("”", "’")  # noqa: RUF001
    return f"“{title},” {written_date(source.dated)}."


def bibtex(source: Source) -> str:
    """Write one BibTeX entry, every character that TeX would read as a command escaped."""
    note = "; and ".join(holding.to_text() for holding in source.holdings)
    fields = {
        "author": f"{{{source.author.translate(_TEX)}}}" if source.author else "",
        "title": f"{{{source.title.translate(_TEX)}}}",
        "year": source.dated[:4],
        "date": source.dated,
        "type": source.genre.translate(_TEX),
        "number": source.number.translate(_TEX),
        "note": note.translate(_TEX),
        "publisher": source.publisher.translate(_TEX),
        "howpublished": source.url.replace("%", r"\%").replace("{", "%7B").replace("}", "%7D"),
    }
    if source.url:
        fields["howpublished"] = rf"\url{{{fields['howpublished']}}}"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation_key(source)},", *lines, "}", ""])


def csl_item(source: Source) -> dict[str, Any]:
    """Return one CSL item: a manuscript of genre telegram, in the first archive that holds it."""
    holding = source.holdings[0] if source.holdings else None
    members = {
        "id": citation_key(source),
        "type": "manuscript",
        "genre": source.genre,
        "title": source.title,
        "number": source.number,
        "author": [{"literal": source.author}] if source.author else None,
        "recipient": [{"literal": source.recipient}] if source.recipient else None,
        "issued": {"date-parts": [_date_parts(source.dated)]},
        "archive": holding.archive if holding else "",
        "archive-place": holding.place if holding else "",
        "archive_location": _RANGE.sub("–", holding.location) if holding else "",  # noqa: RUF001
        "note": "; and ".join(other.to_text() for other in source.holdings[1:]),
        "publisher": source.publisher,
        "URL": source.url,
    }
    return {name: value for name, value in members.items() if value}


def csl_json(source: Source) -> str:
    """Write the CSL item as the list of one that reference managers read."""
    return json.dumps([csl_item(source)], ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def citation_key(source: Source) -> str:
    """Return the key of a citation: `depesha-` and the record's identifier in plain letters."""
    return f"depesha-{_KEY.sub('-', source.record.lower()).strip('-') or 'record'}"


def written_date(dated: str) -> str:
    """Write a day, month or year in words: `28 August 1950`."""
    year, *rest = _date_parts(dated)
    words = [str(year)]
    if rest:
        words.insert(0, _MONTHS.split(" ")[rest[0] - 1])
    if rest[1:]:
        words.insert(0, str(rest[1]))
    return " ".join(words)


def _date_parts(dated: str) -> list[int]:
    match = _DATE.fullmatch(dated)
    if match is None:
        raise CitationError("a date is a day, month or year such as 1950-08-28, 1950-08 or 1950")
    parts = [int(part) for part in match.groups() if part]
    try:
        date(*parts, *[1] * (3 - len(parts)))
    except ValueError:
        raise CitationError("there is no such day") from None
    return parts
