"""Values made into HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from depesha.web.problems import Problem
from depesha.web.rendering import instant_in_words, render, stylesheet


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-09-14T11:32Z", "14 September 2026, 11:32 UTC"),
        ("2026-01-01T00:00Z", "1 January 2026, 00:00 UTC"),
        ("2026-12-31T23:59:07Z", "31 December 2026, 23:59:07 UTC"),
        ("September 14, 2026", "September 14, 2026"),
        ("2026-02-30T00:00Z", "2026-02-30T00:00Z"),
        ("", ""),
    ],
)
def test_instants_in_words(text: str, words: str) -> None:
    """An instant is written out; what was written otherwise stays as it was."""
    assert instant_in_words(text) == words


@given(st.text())
def test_any_text_comes_through(text: str) -> None:
    """No text that is not an instant is changed, and none is refused."""
    if not text.endswith("Z"):
        assert instant_in_words(text) == text


def test_a_missing_value_is_a_fault() -> None:
    """A page with a gap where a value should be is never sent."""
    with pytest.raises(UndefinedError):
        render("problem.html")


def test_words_begin_large_and_stay_as_they_are() -> None:
    """Only the first letter is changed: names in capitals keep theirs."""
    problem = Problem(code="web.read_only", status=405, detail="only GET and <HEAD> are answered")

    assert "Only GET and &lt;HEAD&gt; are answered." in render("problem.html", problem=problem)


def test_the_stylesheet_loads_nothing() -> None:
    """The stylesheet names no other file: the policy would refuse it."""
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
