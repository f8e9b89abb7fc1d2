import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.edition import (
    ArchiveHolding,
    CitationError,
    Source,
    bibtex,
    chicago_note,
    citation_key,
    csl_item,
    csl_json,
    short_note,
)
from tests.edition.pages import SOURCE
from tests.support import shared


def model_source() -> Source:
    """The model record, from its hand-checked facts."""
    facts = json.loads(shared("records/wilson/index.json").read_text("utf-8"))[0]
    return Source(
        record=facts["record_id"],
        title=facts["title"],
        dated=facts["date"],
        genre=facts["kind"],
        number=facts["numbers"][1]["number"],
        author=facts["sender"]["as_written"],
        recipient=facts["final_addressee"],
        holdings=tuple(
            ArchiveHolding(archive=holding["archive"], location=location(holding))
            for holding in facts["holdings"]
        ),
    )


def location(holding: dict[str, object]) -> str:
    levels = [
        f"{level.capitalize()} {holding[level]}"
        for level in ("fond", "opis", "delo", "papka")
        if holding[level]
    ]
    leaves = holding["listy"]
    assert isinstance(leaves, list)
    runs = ", ".join(f"{first}-{last}" for first, last in leaves)
    note = f" ({holding['note']})" if holding["note"] else ""
    return f"{', '.join(levels)}, Listy {runs}{note}"


def test_note_of_the_model_record() -> None:
    """The model record is cited in the house style of the archive that publishes it."""
    assert chicago_note(model_source()) == (
        "“Ciphered telegram from Feng Xi [Stalin] to Kim Il Sung (via Shtykov),” 28 August 1950, "
        "APRF, Fond 45, Opis 1, Delo 347, Listy 5–6, 10–11 (original copy); "
        "and AVPRF, Fond 059a, Opis 5a, Delo 4, Papka 11, Listy 155–156."
    )


def test_short_note_names_title_and_day() -> None:
    """A later mention is short."""
    assert short_note(SOURCE) == (
        "“Telegram from North Desk to Post Harbour on the second variant,” 2 March 2031."
    )


def test_note_ends_with_publisher_and_address() -> None:
    """Who publishes the record, and where, closes the note."""
    assert chicago_note(SOURCE).endswith("Harbour Papers, https://papers.example/harbour-17-k/.")


@pytest.mark.parametrize(
    ("dated", "words"),
    [("1950", "1950"), ("1950-08", "August 1950"), ("1950-08-03", "3 August 1950")],
)
def test_dates_are_as_precise_as_the_record(dated: str, words: str) -> None:
    """No day is made up for a record that has none."""
    assert short_note(Source(record="1", title="T", dated=dated)) == f"“T,” {words}."


@pytest.mark.parametrize("dated", ["", "1950-13", "1950-02-29", "50", "1950-8-3", "１９５０"])
def test_a_day_that_never_was_is_refused(dated: str) -> None:
    """A date is one that was."""
    with pytest.raises(CitationError):
        Source(record="1", title="T", dated=dated)


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"title": "a\nb"}, {"record": ""}, {"url": "javascript:alert(1)"}]
)
def test_a_source_that_cannot_be_cited_is_refused(change: dict[str, str]) -> None:
    """A title is a line, and an address is one of the web."""
    given = {"record": "1", "title": "T", "url": "", **change}
    with pytest.raises(CitationError):
        Source(record=given["record"], title=given["title"], url=given["url"], dated="1950")


def test_quotation_marks_in_a_title_become_single() -> None:
    """A title in a note holds no double quotation mark of its own."""
    source = Source(record="1", title="On “Heron”", dated="1950")
    assert chicago_note(source) == "“On ‘Heron’,” 1950."


def test_bibtex_entry() -> None:
    """An entry has a key, braces around what must keep its letters, and the address."""
    entry = bibtex(SOURCE)
    assert entry.startswith("@misc{depesha-harbour-17-k,\n  author = {{North Desk}},\n")
    assert r"howpublished = {\url{https://papers.example/harbour-17-k/}}" in entry
    assert entry.endswith(",\n}\n")


@given(
    st.text(alphabet="abЖ中{}\\$&#%_~^\"' ", min_size=1).filter(lambda text: text == text.strip())
)
def test_no_title_breaks_out_of_bibtex(title: str) -> None:
    """Whatever the title, braces balance and no character is left for TeX to obey."""
    entry = bibtex(Source(record="1", title=title, dated="1950"))
    line = next(line for line in entry.split("\n") if line.startswith("  title"))
    value = line.removeprefix("  title = {{").removesuffix("}},")
    bare = re.sub(r"\\text[a-z]+\{\}|\\[{}$&#%_]", "", value)
    assert not set(bare) & set('{}\\$&#%_~^"')
    assert line.count("\n") == 0


def test_csl_item_has_the_archival_fields() -> None:
    """A reference manager is told archive, place, location, number and genre."""
    item = csl_item(SOURCE)
    assert item["type"] == "manuscript"
    assert item["genre"] == "telegram"
    assert item["archive"] == "Archive of the Centre"
    assert item["archive_location"] == "Fond 3, Delo 17, Listy 5–6"
    assert item["number"] == "17/k"
    assert item["issued"] == {"date-parts": [[2031, 3, 2]]}
    assert json.loads(csl_json(SOURCE)) == [item]


def test_an_empty_field_is_left_out() -> None:
    """Nothing is said that is not known."""
    item = csl_item(Source(record="№ 7!", title="T", dated="1950"))
    assert set(item) == {"id", "type", "genre", "title", "issued"}
    assert citation_key(Source(record="№ 7!", title="T", dated="1950")) == "depesha-7"
    assert citation_key(Source(record="Ж", title="T", dated="1950")) == "depesha-record"
