import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram import BracketKind, find_brackets, without_identifications

KNOWN = {"Halm": "Berg"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2. [sic] Two", BracketKind.SIC),
        ("[Stamp: Declassified 1993]", BracketKind.STAMP),
        ("a [one or two words unclear] b", BracketKind.GAP),
        ("[…]", BracketKind.GAP),
        ("[signature illegible 31/XII]", BracketKind.GAP),
        ("[mutual?] trust", BracketKind.SUPPLIED),
        ("A[pollon] Petrov", BracketKind.SUPPLIED),
        ("c[omrade]s", BracketKind.SUPPLIED),
        ("Halm [Berg] says", BracketKind.IDENTIFICATION),
        ("Wilhalm [Berg] says", None),
        ("Halm [Bergen] says", None),
        ("Beiping [Beijing]", None),
        ("[which] started", None),
    ],
)
def test_a_bracket_has_a_kind_where_the_text_decides(text: str, kind: BracketKind | None) -> None:
    """Acts that look the same are told apart, or left for a person to tell."""
    assert [bracket.kind for bracket in find_brackets(text, identifications=KNOWN)] == [kind]


def test_only_the_outermost_pair_counts() -> None:
    """A bracket within a bracket belongs to it; one that never closes is no bracket."""
    text = "a [b [c] d] e [f [g] h"
    assert [text[each.start : each.end] for each in find_brackets(text)] == ["[b [c] d]", "[g]"]
    assert [each.content for each in find_brackets(text)] == ["b [c] d", "g"]


def test_brackets_do_not_cross_an_empty_line() -> None:
    """An opening bracket left alone spoils its own paragraph at most."""
    assert find_brackets("a [b\n\nc] d") == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("says Halm [Berg].", "says Halm."),
        ("(Halm [Berg]) came", "(Halm) came"),
        ("see [Annex A] there", "see [Annex A] there"),
        ("4. [sic] Four", "4. [sic] Four"),
        ("A[pollon] came", "A[pollon] came"),
    ],
)
def test_a_possible_identification_goes(text: str, kept: str) -> None:
    """What may say who a cover name stands for is left out, and other words stay."""
    assert without_identifications(text) == kept


def test_what_follows_a_party_goes_whatever_it_says() -> None:
    """A long description identifies a cover name as well as a name does."""
    text = "Feng Xi [Chairman of the Council of Ministers, I. V. Stalin] agrees."
    assert without_identifications(text, names=["feng xi"]) == "Feng Xi agrees."


def test_an_explanation_of_initials_stays() -> None:
    text = "The CC [Central Committee, All-Union Communist Party (bolshevik)] agrees."
    assert without_identifications(text, names=["Feng Xi"]) == text


@given(st.text(alphabet=st.sampled_from("[]aA \n"), max_size=40))
def test_any_text_has_its_brackets_found(text: str) -> None:
    """Every bracket found is where it says, and none overlaps another."""
    end = 0
    for bracket in find_brackets(text):
        assert text[bracket.start] == "["
        assert text[bracket.end - 1] == "]"
        assert bracket.start >= end
        end = bracket.end
