import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.edition import CommitmentFormatError, PointText, cut_points, cut_sentences
from depesha.edition.segment import outline_paths
from tests.support import Vector, shared, vectors


@pytest.mark.parametrize("vector", vectors("edition/segment"), ids=lambda vector: vector.name)
def test_vector_is_cut_where_it_says(vector: Vector) -> None:
    """A text is cut at every mark of its vector and nowhere else."""
    pieces = vector.body.decode().split("‖")
    assert cut_sentences("".join(pieces)) == tuple(piece for piece in pieces if piece)


@given(st.text())
def test_joined_sentences_are_the_text(text: str) -> None:
    """Nothing is lost or added by cutting, whatever the text."""
    pieces = cut_sentences(text)
    assert "".join(pieces) == text
    assert all(pieces)


@given(st.text(alphabet="Aa.!?… \n([{)]}。“”1й", max_size=60))
def test_joined_sentences_are_the_text_where_stops_abound(text: str) -> None:
    """Nothing is lost or added among stops, brackets and spaces."""
    assert "".join(cut_sentences(text)) == text


@given(st.lists(st.builds(PointText, text=st.text(alphabet="Ab. ", max_size=20)), max_size=5))
def test_outline_announces_every_part_in_order(points: list[PointText]) -> None:
    """The outline names exactly the parts that there are."""
    parts = [(segment.path, segment.text) for segment in cut_points(points)]
    assert outline_paths(parts) == tuple(path for path, _ in parts)


def test_outline_keeps_the_printed_label() -> None:
    """A printed label that is not the number of the point is committed as it is."""
    parts = cut_points([PointText(label="4. [sic]", text="One. Two.")])
    assert [(part.path, part.text) for part in parts] == [
        ("points", "1"),
        ("1", "2 4. [sic]"),
        ("1.1", "One. "),
        ("1.2", "Two."),
    ]


@pytest.mark.parametrize("label", ["x" * 41, " 1.", "1.\n2."])
def test_a_label_is_one_short_line(label: str) -> None:
    """What is no label is refused before it is committed."""
    with pytest.raises(CommitmentFormatError):
        PointText(label=label, text="")


@pytest.mark.parametrize(
    "parts", [[], [("points", "x")], [("points", "01")], [("points", "2"), ("1", "0")]]
)
def test_a_broken_outline_is_refused(parts: list[tuple[str, str]]) -> None:
    """An outline without its numbers announces nothing."""
    with pytest.raises(CommitmentFormatError):
        outline_paths(parts)


def test_real_records_are_cut_reversibly_and_finely() -> None:
    """Real telegrams come back whole, and no sentence of theirs swallows a page."""
    texts = [path.read_text("utf-8") for path in sorted(shared("records/wilson").glob("*.txt"))]
    assert texts
    for text in texts:
        pieces = cut_sentences(text)
        assert "".join(pieces) == text
        assert len(pieces) > 10
        assert max(len(piece) for piece in pieces) < 2500


def test_cutting_is_linear_in_hostile_texts() -> None:
    """A text made of stops or brackets is cut without delay."""
    for text in ("." * 50_000, "(" * 50_000, "a." * 30_000, ". " * 30_000, "()" * 30_000):
        assert "".join(cut_sentences(text)) == text
