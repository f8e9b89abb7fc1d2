import pytest

from depesha.telegram.records.citation import CitationFacts, read_citation
from depesha.telegram.records.stated import SourceText

HEAD = '"A Title", March 4, 2031, River Digital Archive, '


def citation(text: str) -> CitationFacts:
    source = SourceText(text)
    return read_citation(source, source.whole)


def test_holdings_end_where_another_sentence_begins() -> None:
    """Reprint, translator and address are no part of a holding."""
    facts = citation(
        f"{HEAD}RMA, f. 7, op. 2. Reprinted in Ole Brink, Water, Vol. 5, Book 2 (Oslo: S, 2041), "
        "p. 16. Translated for RHP by N. V. Dahl. <http://river.example/document/7>"
    )
    assert [each.verbatim for each in facts.holdings] == ["RMA, f. 7, op. 2"]
    assert facts.published is not None
    assert facts.published.value.to_index() == {
        "work": "Water",
        "volume": "5",
        "book": "2",
        "pages": "16",
    }
    assert facts.translator is not None
    assert facts.translator.value == "N. V. Dahl"
    assert facts.url is not None
    assert facts.url.value == "http://river.example/document/7"
    assert facts.record_id is not None
    assert facts.record_id.value == "7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A Title, March 4, 2031",
        '"A Title"',
        '"A Title", 2031, RMA',
        "\u201c" * 50,
        '"a" ' * 2000,
    ],
)
def test_another_order_is_no_citation(text: str) -> None:
    """What does not begin like a citation is left alone."""
    assert citation(text) == CitationFacts()


def test_two_translators_are_none() -> None:
    """Where it is not clear who is meant, nobody is named."""
    facts = citation(f"{HEAD}RMA, f. 7. Translated by Ole Brink. Translated by Ida Vang.")
    assert facts.translator is None


def test_a_title_may_hold_quotation_marks() -> None:
    """The title ends where the date begins."""
    source = SourceText('"The \u201cWater\u201d Talks," March 4, 2031, River Digital Archive, RMA')
    facts = read_citation(source, source.whole)
    assert facts.title is not None
    assert source.cut(facts.title) == "The \u201cWater\u201d Talks"
