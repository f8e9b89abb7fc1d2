"""Values made into HTML by the templates of this part, every value escaped."""

from datetime import UTC
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from depesha.base import BaseFormatError, instant_from_text

_TEMPLATES: Final = "templates"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def render(template: str, **values: object) -> str:
    """Fill in a template; a value that it names and does not get is a fault, not a gap."""
    return _environment().get_template(template).render(values)


@cache
def stylesheet() -> str:
    """Return the one stylesheet of all pages."""
    return files("depesha.web").joinpath(_TEMPLATES, "pages.css").read_text("utf-8")


def instant_in_words(text: str) -> str:
    """Write `2026-09-14T11:32Z` as `14 September 2026, 11:32 UTC`; leave what is no instant."""
    try:
        at = instant_from_text(text).astimezone(UTC)
    except BaseFormatError:
        return text
    seconds = f":{at.second:02}" if at.second else ""
    month = _MONTHS[at.month - 1]
    return f"{at.day} {month} {at.year}, {at.hour:02}:{at.minute:02}{seconds} UTC"


def _begin_large(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("depesha.web", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["in_words"] = instant_in_words
    environment.filters["sentence"] = _begin_large
    return environment
