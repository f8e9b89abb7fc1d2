import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram import (
    CitationStyle,
    Holding,
    Leaf,
    LeafRange,
    holdings_to_citation,
    parse_holdings,
)

LONG = "APRF, Fond 45, Opis 1, Delo 347, Listy 5-6, 10-11 (original copy)"
BOTH = f"{LONG}; and AVPRF, Fond 059a, Opis 5a, Delo 4, Papka 11, Listy 155-156"


def leaves(first: int, last: int) -> LeafRange:
    return LeafRange(Leaf(first), Leaf(last))


def test_two_holdings_are_read_whole() -> None:
    """Archive, levels, leaves and note of each are told apart."""
    original, other = parse_holdings(BOTH)
    assert (original.archive, original.fond, original.opis) == ("APRF", "45", "1")
    assert (original.delo, original.papka, original.note) == ("347", None, "original copy")
    assert original.listy == (leaves(5, 6), leaves(10, 11))
    assert (other.archive, other.fond, other.papka) == ("AVPRF", "059a", "11")
    assert other.verbatim == "AVPRF, Fond 059a, Opis 5a, Delo 4, Papka 11, Listy 155-156"


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        BOTH,
        "RGASPI, Fond 558, Opis 11, Delo 328, List 32",
        "AVPRF, Fond 0100, Opis 42, Poriadok 19, Papka 288, Listy 81-85",
        "Archive of the President, Russian Federation (APRF), Fond 45, Opis 1",
        "RMA, Fond 1, Listy 4 ob.-5",
        "RMA, Fond 1, List 4 ob.",
        "Nehru Library, File JNSG, vol. 21-1",
        "Foreign Archives, File A0392 (Microfilm)",
        "BArch, B 136/59748, 376-385",
        "National Archives of Ireland, Department of Foreign Affairs/5/313/3D",
    ],
)
def test_a_long_citation_is_written_as_it_was_read(text: str) -> None:
    """Reading and writing in the long style is the identity."""
    assert holdings_to_citation(parse_holdings(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "APRF, f. 45, op. 1, d. 347, ll. 5-6, 10-11",
        "APRF: F. 45, Op. 1, D. 347, Ll. 5-6, 10-11",
        "APRF: fond 45, opis 1, delo 347, listy 5-6, 10-11",
        "APRF, fond (f.) 45, opis (op.) 1, delo (d.) 347, listy (ll.) 5-6, 10-11",
        "APRF, Fond 45, Opis 1,\nDelo 347, Listy 5\u20136, 10-11",
    ],
)
def test_every_style_says_the_same(text: str) -> None:
    """Long, short, spelt out and broken lines are one holding."""
    (holding,) = parse_holdings(text)
    assert holding.to_citation() == "APRF, Fond 45, Opis 1, Delo 347, Listy 5-6, 10-11"
    assert holding.to_citation(CitationStyle.SHORT) == "APRF, f. 45, op. 1, d. 347, ll. 5-6, 10-11"
    assert holding.verbatim == text


def test_the_short_p_is_a_folder() -> None:
    """In Russian citations `p. 11` is a papka and no page."""
    (holding,) = parse_holdings("AVPRF, f. 059a, op. 5a, p. 11, d. 4, ll. 155-156")
    assert holding.archive is None
    (holding,) = parse_holdings("AVPRF, f. 059a, op. 5a, d. 4, p. 11, ll. 155-156")
    assert holding.papka == "11"


@pytest.mark.parametrize(
    "text",
    [
        "on July 1 broadcast by Peking Radio",
        "APRF, Fond 45, Opis 1, something else",
        "APRF, Fond 45, Listy 9-4",
        "APRF, Fond 45, Fond 46",
        "APRF, Fond",
        "A" * 1001,
    ],
)
def test_what_is_not_understood_whole_is_kept_verbatim(text: str) -> None:
    """A doubtful holding has its words and no fields."""
    assert parse_holdings(text) == (Holding(verbatim=text),)
    assert Holding(verbatim=text).to_citation() == text
    assert Holding(verbatim=text).to_index() is None


def test_a_text_beyond_all_measure_is_one_verbatim_holding() -> None:
    """Nothing is split that nobody would print."""
    text = "a;" * 20_000
    assert parse_holdings(text) == (Holding(verbatim=text),)


@given(st.text(alphabet=st.sampled_from("APRF, fond45opisld.l;():-ob\n "), max_size=60))
def test_any_text_is_read_or_kept(text: str) -> None:
    """Reading never fails, and the words are always there."""
    for holding in parse_holdings(text):
        assert holding.verbatim in text


numbers = st.from_regex(r"[0-9]{1,4}[a-z]?", fullmatch=True)
folios = st.builds(
    lambda first, more, verso: LeafRange(Leaf(first, verso), Leaf(first + more, verso)),
    st.integers(0, 999),
    st.integers(0, 9),
    st.booleans(),
)


@given(
    st.builds(
        Holding,
        archive=st.from_regex(r"[A-Z][A-Za-z]{0,8}( [A-Z][a-z]{1,8})?", fullmatch=True),
        fond=numbers,
        opis=st.none() | numbers,
        delo=st.none() | numbers,
        papka=st.none() | numbers,
        listy=st.none() | st.lists(folios, min_size=1, max_size=3).map(tuple),
        note=st.none() | st.just("original copy"),
        verbatim=st.just(""),
    ),
    st.sampled_from(CitationStyle),
)
def test_every_holding_reads_back(holding: Holding, style: CitationStyle) -> None:
    """In both styles a written holding is read as itself."""
    (read,) = parse_holdings(holding.to_citation(style))
    assert read.to_index() == holding.to_index()
    assert read.listy == holding.listy
