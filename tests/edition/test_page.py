import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from depesha.edition import (
    CrossReference,
    PublicationError,
    QuorumError,
    Reading,
    Selection,
    commit,
    cut_points,
    render_edition,
)
from tests.edition.pages import proved, unproved
from tests.edition.world import (
    HEADER,
    LAKE,
    LOG,
    POINTS,
    SECRET,
    World,
    card,
    header_selection,
)

VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """Reads a page: its tags in balance, its identifiers, addresses and words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.identifiers: list[str] = []
        self.addresses: list[str] = []
        self.labelled: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if identifier := given.get("id"):
            self.identifiers.append(identifier)
        if label := given.get("aria-labelledby"):
            self.labelled.append(label)
        self.addresses += [given[name] or "" for name in ("href", "src") if name in given]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.words.append(data)


def page_of(publication: object = None) -> str:
    made = render_edition(publication or proved())  # type: ignore[arg-type] # a default
    return made["index.html"].decode()


def test_files_of_a_release() -> None:
    """Beside the page stand the release, the policy, the verifier and the citations."""
    made = render_edition(proved())
    assert set(made) == {
        *("index.html", "citation.bib", "csl.json"),
        *("release.json", "policy.txt", "verify.py"),
    }
    assert made["release.json"] == World().bundle().to_bytes()


def test_the_same_publication_gives_the_same_bytes() -> None:
    """A page can be made again, byte for byte."""
    assert render_edition(proved()) == render_edition(proved())


def test_no_withheld_word_is_in_any_file() -> None:
    """Withheld sentences and fields, and their words, occur in no byte of the output."""
    for data in render_edition(proved()).values():
        text = data.decode()
        for word in ("Wagtail", "confirms", "Zubrowka", "lorries", "Kowalczyk", "Do not name it"):
            assert word not in text


def test_a_release_that_does_not_verify_is_not_published() -> None:
    """No page is made that a reader's verifier would refuse."""
    with pytest.raises(QuorumError):
        render_edition(proved(World().bundle(signers=(LOG, LAKE))))


@pytest.mark.parametrize("publication", [proved(), unproved()], ids=["proved", "unproved"])
def test_a_page_is_well_formed(publication: object) -> None:
    """Tags balance, identifiers are unique, and every label and inner link leads somewhere."""
    outline = Outline(page_of(publication))
    assert len(set(outline.identifiers)) == len(outline.identifiers)
    inner = {address[1:] for address in outline.addresses if address.startswith("#")}
    assert (inner | set(outline.labelled)) <= set(outline.identifiers)
    assert outline.tags.count("h1") == outline.tags.count("main") == 1


def test_a_page_loads_nothing_from_afar() -> None:
    """Style and script stand in the page, allowed by their hashes; nothing else is loaded."""
    page = page_of()
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:img|iframe|object|embed)|@import|url\(", page)
    assert "src=" not in re.sub(r"(?:default|style|script)-src", "", page)


def test_links_to_files_lead_to_files() -> None:
    """Every file that the page names is made with it."""
    made = render_edition(proved())
    local = {
        address
        for address in Outline(made["index.html"].decode()).addresses
        if "/" not in address and not address.startswith("#")
    }
    assert local == set(made) - {"index.html"}


def test_what_is_written_is_shown_and_never_obeyed() -> None:
    """Markup in a telegram is text."""
    page = page_of(unproved())
    assert "&lt;b&gt;nothing&lt;/b&gt; &amp; wait." in page
    assert "<b>" not in page


def test_linked_data_cannot_end_its_element() -> None:
    """A title with markup stays inside the linked data, and inside it reads as it was."""
    publication = proved()
    title = "</script><script>alert(1)</script>"
    page = page_of(replace(publication, source=replace(publication.source, title=title)))
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    assert json.loads(found[1])["name"] == title


def test_cards_stand_for_what_is_withheld() -> None:
    """A mark of fixed width leads to a card with reason, authority, day and review."""
    page = page_of()
    assert page.count('class="withheld"') == 3
    text = " ".join(" ".join(Outline(page).words).split())
    assert "Part 1.2" in text
    assert "Reason 3.3(b)(1)" in text
    assert "Authority Release board" in text
    assert "Decided 2060-11-03" in text
    assert "Next review no day set" in text


def test_withheld_in_full_has_a_page_too() -> None:
    """A telegram withheld in full is published as its cards."""
    world = World()
    statement = world.statement(
        header=Selection(withheld=[card("fields")]), body=Selection(withheld=[card("points")])
    )
    text = " ".join(Outline(page_of(proved(world.bundle(statement)))).words)
    assert "The heading" in text
    assert "The whole text" in text
    assert "second variant. " not in text


def test_substitute_is_shown_as_attested() -> None:
    """Words given in place of a part are marked as nobody's proof."""
    selection = Selection(
        disclosed=("1.1", "1.3", "3.1", "3.2"),
        withheld=[card("1.2", substitute="Somebody confirms."), card("2")],
    )
    world = World()
    page = page_of(proved(world.bundle(world.statement(body=selection))))
    assert "Somebody confirms. <em>(attested, not proved)</em>" in page


def test_brackets_of_editors_can_be_hidden_where_there_are_any() -> None:
    """The switch stands only where editors have put brackets."""
    assert 'id="brackets"' in page_of(unproved())
    assert '<span class="bracket">[sic]</span>' in page_of(unproved())
    assert 'id="brackets"' not in page_of()


def test_a_page_says_what_its_proof_covers() -> None:
    """A proved page gives fingerprints and command; an unproved one says that it is none."""
    made = render_edition(proved())
    page = made["index.html"].decode()
    assert "python3 -I verify.py --policy policy.txt release.json" in page
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) == 3
    assert "No register holds it" in page_of(unproved())
    assert "verify.py" not in page_of(unproved())


def test_catalogues_find_their_fields() -> None:
    """Highwire, Dublin Core and schema.org describe the record and where it is held."""
    page = page_of()
    assert '<meta name="citation_title" content="Telegram from North Desk' in page
    assert '<meta name="citation_publication_date" content="2031/03/02">' in page
    assert '<meta name="DC.source" content="Archive of the Centre, Fond 3, Delo 17' in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    data = json.loads(found[1])
    assert data["holdingArchive"][0]["name"] == "Archive of the Centre"
    assert len(data["itemLocation"]) == 2


ENCLOSURES = (
    ("enclosure", "Zubrowka-ledger.pdf 48213 5d0cafe1"),
    ("enclosure", "map-of-the-depot.png 90331 7be5f00d"),
    ("enclosure", "menu.txt 12 01234567"),
)


def test_a_withheld_field_leaves_its_name_and_nothing_of_its_value() -> None:
    """An enclosure can be withheld: a mark and its reason stand where its name and digest stood."""
    body = [(part.path, part.text) for part in cut_points(POINTS)]
    world = World(commitment=commit(SECRET, [*HEADER, *ENCLOSURES], body))
    shown = header_selection()
    kept = [card("enclosure", reason="source"), card("enclosure.2", reason="plan of a building")]
    header = Selection(
        disclosed=(*shown.disclosed, "enclosure.3"), withheld=(*shown.withheld, *kept)
    )
    made = render_edition(proved(world.bundle(world.statement(header=header))))
    for data in made.values():
        for word in ("ledger", "48213", "5d0cafe1", "map-of", "90331", "7be5f00d"):
            assert word not in data.decode()
    page = made["index.html"].decode()
    for path, reason in (("enclosure", "source"), ("enclosure.2", "plan of a building")):
        mark = f'<dd><a class="withheld" href="#card-{path}"><span>withheld</span></a>'
        assert mark in page
        assert re.search(rf'<li id="card-{re.escape(path)}">.*?<dd>{reason}</dd>', page, re.DOTALL)
    assert "menu.txt 12 01234567" in page


@pytest.mark.parametrize(
    ("stated", "worded"),
    [
        ("1", "1 copy"),
        ("2", "2 copies"),
        ("0", "0 copies"),
        ("Distribution list: 3 copies", "Distribution list: 3 copies"),
    ],
)
def test_copies_stated_are_shown_in_words(stated: str, worded: str) -> None:
    """A bare number does not stand alone on the page; a record's own words stand as they are."""
    page = page_of(replace(proved(), copies_stated=stated, copies=()))
    assert f"<p>{worded}</p>" in page


def test_a_publication_is_either_proved_or_not() -> None:
    """A page cannot show one text and prove another."""
    with pytest.raises(PublicationError):
        replace(proved(), reading=Reading())
    with pytest.raises(PublicationError):
        replace(unproved(), reading=None)


@pytest.mark.parametrize("change", [{"name": "../x"}, {"name": ""}, {"edition": ""}])
def test_a_publication_has_a_plain_name(change: dict[str, str]) -> None:
    """The folder of a page cannot lead out of the edition."""
    with pytest.raises(PublicationError):
        replace(proved(), **change)  # type: ignore[arg-type] # one of several names


def test_a_reference_leads_to_a_page_only() -> None:
    """A reference cannot carry a script."""
    with pytest.raises(PublicationError):
        CrossReference(relation="Cites", verbatim="x", page="javascript:alert(1)")
