import pytest

from depesha.station import (
    Addressee,
    InputError,
    draft_of_record,
    draft_of_text,
    explain_record,
    parse_record_text,
)
from tests.station.desks.test_filing import RECORD
from tests.station.houses import PORT, SENTENCE, Pair
from tests.station.refusals import refused
from tests.support import shared


def test_a_record_is_read_with_the_place_of_each_value() -> None:
    """What a record states has the words it was read from, at their line and column."""
    facts = parse_record_text(RECORD)
    lines = RECORD.split("\n")

    assert facts["original_language"] == "English"
    for one in explain_record(RECORD):
        start = lines[one.line - 1][one.column - 1 :]
        assert start.startswith(one.verbatim.split("\n")[0])


def test_the_model_record_becomes_a_telegram(pair: Pair) -> None:
    """The record that the whole design is about is drafted, released, carried and opened."""
    text = shared("records/wilson/000.txt").read_text("utf-8")
    parts = draft_of_record(text)
    assert parts.points

    held = pair.north.sealed(parts.amended({"action": (Addressee(call_sign=PORT),)}))
    pair.sync(pair.north)
    (arrived,) = pair.sync(pair.port)

    view = pair.port.station.reading.telegram(arrived)
    assert view.minute_digest == held.minute_digest
    assert len(view.points) == len(parts.points)


def test_a_text_becomes_points_with_the_numbers_as_typed() -> None:
    """Paragraphs are points; a number at the head of one is its label."""
    draft = draft_of_text("To No. 17.\n\n1. One.\n\n3. Three,\non two lines.\n", sender="Desk")

    assert draft.points == (("", "To No. 17."), ("1.", "One."), ("3.", "Three,\non two lines."))


@pytest.mark.parametrize("text", ["", "\n\n", " ", "One.\n\n\n\nTwo.", f"{SENTENCE}\x00"])
def test_a_text_that_cannot_be_sent_is_refused(text: str) -> None:
    """The refusal does not repeat the text."""
    with refused("station.input"):
        draft_of_text(text, sender="Desk")


def test_a_record_without_a_sender_needs_one() -> None:
    """In whose name a telegram is sent is stated, or asked for, and never guessed."""
    text = RECORD.replace(" from River Section [Ines Calder]", "").replace(
        "River Section [Ines Calder]", ""
    )
    assert draft_of_record(text, sender="River Section").sender == "River Section"
    if "sender" not in parse_record_text(text):
        with pytest.raises(InputError):
            draft_of_record(text)
