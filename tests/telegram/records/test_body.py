from depesha.telegram.records.body import Closing, count_points, read_closing, read_points
from depesha.telegram.records.stated import SourceText


def closing(text: str) -> Closing:
    source = SourceText(text)
    return read_closing(source, source.blocks(source.whole))


def count(text: str) -> int | None:
    source = SourceText(text)
    counted = count_points(source, source.whole)
    return None if counted is None else counted.value


def test_closing_lines_are_parted_from_the_text() -> None:
    """Signature, date, number and copies are read; the text above keeps its blocks."""
    found = closing("1. Point.\n\nHalm\n\n4 March 2031\nNo. 88/k\nCopy No. 2 to Berg")
    assert found.signature is not None
    assert found.signature.value == "Halm"
    assert found.date is not None
    assert found.date.value == "2031-03-04"
    assert found.number is not None
    assert found.number.value.number == "88/k"
    assert [copy.value.recipients for copy in found.copies] == [(("Berg", 1),)]
    assert len(found.blocks) == 1


def test_a_signature_may_stand_right_above_the_date() -> None:
    """One block holds the signature and the lines below it."""
    found = closing("Text.\n\nHalm\n4 March 2031")
    assert found.signature is not None
    assert found.signature.value == "Halm"


def test_a_sentence_is_no_signature() -> None:
    """What ends like a sentence, runs long or bears a number stays in the text."""
    for last in ("The end.", "word " * 20 + "word", "3. Halm", "Two\nlines"):
        assert closing(f"Text.\n\n{last}\n\n4 March 2031").signature is None


def test_what_stands_twice_is_not_read() -> None:
    """Two dates or two numbers leave a doubt."""
    found = closing("Text.\n\n4 March 2031\n5 March 2031\nNo. 1\nNo. 2")
    assert (found.date, found.number) == (None, None)


def test_a_text_without_closing_lines_is_all_text() -> None:
    """Nothing is taken from a text that only ends."""
    assert len(closing("One.\n\nTwo.").blocks) == 2
    assert closing("") == Closing()


def test_points_are_counted_only_where_the_numbers_run_on() -> None:
    """A gap, a second list, a late list or a single number is no count."""
    assert count("1. a\n\n2. b\n\n3. c") == 3
    assert count("x\n2. b\n3. c" + " d" * 20) == 2
    assert count("1. a\n3. c") is None
    assert count("1. a\n2. b\n1. c") is None
    assert count("1. a") is None
    assert count("72. a\n73. b") is None
    assert count("text " * 40 + "\n1. a\n2. b") is None
    assert count("1\uff0e a\n2\uff0e b") is None
    assert count("30.XII.1948") is None


def test_a_label_is_kept_as_printed() -> None:
    """Label and text are parted, and broken lines joined."""
    source = SourceText("4.  [sic] Four\nmore\n\nNone")
    points = read_points(source, source.blocks(source.whole))
    assert [(point.value.label, point.value.text) for point in points] == [
        ("4. [sic]", "Four more"),
        (None, "None"),
    ]
