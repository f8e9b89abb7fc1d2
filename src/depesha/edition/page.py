"""The published page of one record: files that need no server, no script and nothing from afar.

`render_edition` is a function of what it is given and of nothing else: the same publication gives
the same bytes. A release is verified here against the policy that goes beside it, so that no page
is made of one that a reader's verifier would refuse.
"""

import base64
import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from depesha.edition.citation import (
    Source,
    bibtex,
    chicago_note,
    csl_json,
    short_note,
    written_date,
)
from depesha.edition.proving import Result, verifier_source, verify_release
from depesha.edition.publication import Publication

COMMAND: Final = "python3 -I verify.py --policy policy.txt release.json"
_TEMPLATES: Final = "templates"


def render_edition(publication: Publication) -> dict[str, bytes]:
    """Make the files of one record, by their names.

    Always `index.html`, `citation.bib` and `csl.json`; with a release also `release.json`,
    `policy.txt` and `verify.py`.

    Raises:
        ReleaseError: The release does not verify against the policy.
    """
    made: dict[str, bytes] = {
        "citation.bib": bibtex(publication.source).encode(),
        "csl.json": csl_json(publication.source).encode(),
    }
    result = None
    if publication.release is not None:
        made["release.json"] = publication.release.to_bytes()
        result = verify_release(made["release.json"], publication.policy)
        made["policy.txt"] = publication.policy.encode()
        made["verify.py"] = verifier_source()
    made["index.html"] = _page(publication, result, _fingerprints(made)).encode()
    return made


def _page(
    publication: Publication, result: Result | None, fingerprints: list[tuple[str, str]]
) -> str:
    source = publication.source
    return _template().render(
        publication=publication,
        reading=publication.text,
        source=source,
        date_in_words=written_date(source.dated),
        note=chicago_note(source),
        short_note=short_note(source),
        bibtex=bibtex(source),
        linked_data=_linked_data(publication),
        result=result,
        fingerprints=fingerprints,
        command=COMMAND,
        style=_asset("record.css"),
        script=_asset("copy.js"),
        style_hash=_source_hash("record.css"),
        script_hash=_source_hash("copy.js"),
    )


def _fingerprints(made: dict[str, bytes]) -> list[tuple[str, str]]:
    names = [name for name in ("policy.txt", "release.json", "verify.py") if name in made]
    return [(name, sha256(made[name]).hexdigest()) for name in names]


def _linked_data(publication: Publication) -> str:
    """Write schema.org's description; nothing in it can end the element that it stands in."""
    source = publication.source
    holdings = [
        {"@type": "ArchiveOrganization", "name": holding.archive} for holding in source.holdings
    ]
    members: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["ArchiveComponent", "Message"],
        "name": source.title,
        "identifier": [item for item in (source.record, source.number) if item],
        "dateCreated": source.dated,
        "genre": source.genre,
        "inLanguage": publication.language,
        "abstract": publication.summary,
        "sender": {"@type": "Person", "name": source.author} if source.author else None,
        "recipient": {"@type": "Person", "name": source.recipient} if source.recipient else None,
        "holdingArchive": holdings,
        "itemLocation": [holding.to_text() for holding in source.holdings],
        "publisher": _organisation(source),
        "url": source.url,
        "isPartOf": {"@type": "Collection", "name": publication.edition},
    }
    given = {name: value for name, value in members.items() if value}
    text = json.dumps(given, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _organisation(source: Source) -> dict[str, str] | None:
    return {"@type": "Organization", "name": source.publisher} if source.publisher else None


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("depesha.edition", _TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("record.html")


@cache
def _asset(name: str) -> str:
    return files("depesha.edition").joinpath(_TEMPLATES, name).read_text("utf-8")


@cache
def _source_hash(name: str) -> str:
    """Return the hash by which the page allows its own style and script, and no other."""
    digest = sha256(_asset(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
