from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import ArchiveError, Query, QueryFormatError, parse_query
from tests.support import Vector, vectors


def meaning(query: Query) -> str:
    """Write a query in one way, for comparison."""
    said = [
        f"{clause.field}[{' '.join(clause.tokens)}{'*' * clause.is_prefix}]"
        for clause in query.clauses
    ]
    if query.dates is not None:
        said.append(f"date[{query.dates.earliest or ''}..{query.dates.latest or ''}]")
    if query.fonds is not None:
        said.append(f"fonds[{query.fonds}]")
    return " ".join(said)


@pytest.mark.parametrize("vector", vectors("archive/query"), ids=lambda vector: vector.name)
def test_query_vector(vector: Vector) -> None:
    """A query means what its vector says, or is refused with the code it names."""
    text = vector.body.decode().removesuffix("\n")
    if vector.expect == "ok":
        assert meaning(parse_query(text)) == vector.head["means"]
        return

    with pytest.raises(ArchiveError) as refused:
        parse_query(text)

    assert refused.value.code == vector.expect


@given(st.text() | st.lists(st.sampled_from('"*(): -/.,a1京 no:date:1950')).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    with suppress(QueryFormatError):
        parse_query(text)


@given(st.text(min_size=1))
def test_tokens_of_a_query_hold_nothing_of_the_engine(text: str) -> None:
    """What reaches the engine holds no quotation mark, space or NUL that could end a string."""
    with suppress(QueryFormatError):
        for clause in parse_query(text).clauses:
            assert clause.tokens
            assert not set('" \0\n*():{}^+') & set("".join(clause.tokens))


def test_a_refusal_repeats_no_word() -> None:
    """What somebody looked for does not reach a log by way of an error."""
    for words in ('"secretword', "date:secretword", "secretword " * 90):
        with pytest.raises(QueryFormatError) as refused:
            parse_query(words)
        assert "secretword" not in str(refused.value)
