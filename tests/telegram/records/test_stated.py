from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram.records.stated import Place, SourceText, Span


def test_places_are_counted_from_one() -> None:
    """Line and column are those an editor's window shows."""
    source = SourceText("ab\n\ncd")
    assert [source.place(offset) for offset in (0, 1, 2, 3, 4, 5)] == [
        Place(1, 1),
        Place(1, 2),
        Place(1, 3),
        Place(2, 1),
        Place(3, 1),
        Place(3, 2),
    ]


def test_words_are_one_line_beside_what_stands_there() -> None:
    """A value joins broken lines and drops bold print; its verbatim text does not."""
    source = SourceText("x\n **Sung\n  (via Norrow)** \n")
    words = source.words(Span(1, len(source.text)))
    assert words is not None
    assert words.value == "Sung (via Norrow)"
    assert words.verbatim == "Sung\n  (via Norrow)"
    assert words.place == Place(2, 4)
    assert source.words(Span(0, 0)) is None


@given(st.text(alphabet="ab* \n\t", max_size=40))
def test_blocks_hold_every_word_in_order(text: str) -> None:
    """Grouping lines loses nothing but space and bold print."""
    source = SourceText(text)
    blocks = source.blocks(source.whole)
    assert all(blocks)
    joined = " ".join(source.cut(line) for block in blocks for line in block)
    assert joined.replace("*", " ").split() == text.replace("*", " ").split()
