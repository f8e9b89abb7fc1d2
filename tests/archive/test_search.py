import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import indexed_words, make_snippet, parse_query
from tests.archive.samples import full_record

LONG = "Nothing of note. " * 40 + "The bridge at Ōmi is closed. " + "Nothing more. " * 40


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("bridge", "The Bridge is closed", "The [Bridge] is closed"),
        ("omi", "at Ōmi\nnow", "at [Ōmi] now"),
        ("bri*", "Bridges, bricks", "[Bridges], [bricks]"),
        ('"kim il sung"', "to Kim Il Sung.", "to [Kim] [Il] [Sung]."),
        ("483/sh", "To No. 483/sh.", "To No. [483/sh]."),
        ("no:483", "To No. 483/sh.", "To No. [483/sh]."),
        ("宪永", "致朴宪永同志", "致朴[宪永]同志"),
        ('"宪永 telegram"', "致朴宪永 telegram", "致朴[宪永] [telegram]"),
        ("株式", "㍿と株式", "㍿と[株式]"),
        ("헌영", unicodedata.normalize("NFD", "박헌영"), unicodedata.normalize("NFD", "박헌영")),
        ("永", "致朴宪永同志", "致朴宪[永]同志"),
        ("date:1950", "The bridge", "The bridge"),
        ("ferry", "The bridge", "The bridge"),
        ("bridge", "", ""),
    ],
)
def test_matches_are_marked(query: str, text: str, marked: str) -> None:
    """The words asked for are marked as the text writes them, in every script."""
    assert make_snippet(text, parse_query(query)).to_text() == marked


def test_a_snippet_is_cut_about_the_first_match() -> None:
    """Of a long text the stretch around the match is shown, at whole words, and both cuts told."""
    snippet = make_snippet(LONG, parse_query("bridge"))

    assert snippet.goes_before
    assert snippet.goes_after
    assert "The [bridge] at Ōmi is closed." in snippet.to_text()
    assert snippet.to_text().startswith("… ")
    assert len(snippet.to_text()) < 220


def test_a_snippet_keeps_markup_as_text() -> None:
    """Nothing in a text becomes markup: the fragments are the text itself."""
    snippet = make_snippet("<b>bridge</b>", parse_query("bridge"))

    assert [(each.text, each.is_match) for each in snippet.fragments] == [
        ("<b>", False),
        ("bridge", True),
        ("</b>", False),
    ]


@given(st.text(), st.sampled_from(["bridge", "京", "b*x ab*", "a"]))
def test_fragments_are_a_stretch_of_the_text(text: str, words: str) -> None:
    """Joined, the fragments are a stretch of the text with its line breaks gone."""
    snippet = make_snippet(text, parse_query(words), width=20)
    joined = "".join(each.text for each in snippet.fragments)

    assert joined in text.replace("\n", " ").replace("\r", " ")


def test_a_record_is_found_by_what_it_says() -> None:
    """Names go to the column of their role; identifications and holdings are found as well."""
    words = indexed_words(full_record(7))

    assert words.senders == "Nansen\nIvo"
    assert words.addressees == "POST HARBOUR\nthe Minister"
    assert words.names == "Stern"
    assert words.numbers == "No. 7/sh\n75021"
    assert "Fond 059a" in words.text
    assert "the ferry" in words.text
