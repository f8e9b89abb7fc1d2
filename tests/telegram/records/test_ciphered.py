import pytest

from depesha.telegram import Form
from depesha.telegram.records.ciphered import CipheredHeading, read_ciphered_heading
from depesha.telegram.records.stated import SourceText


def heading(text: str) -> CipheredHeading | None:
    source = SourceText(text)
    return read_ciphered_heading(source, source.blocks(source.whole))


def with_instruction(instruction: str) -> CipheredHeading:
    found = heading(f"CIPHERED TELEGRAM No. 7\nHarbour, Resident.\n\n{instruction}\n\n1. Point.")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("instruction", "form"),
    [
        ("Orally convey this to Lind.", Form.SPOKEN),
        ("Transmit this to Lind in writing.", Form.WRITTEN),
        ("Convey this to Lind in written form, but without my signature.", Form.WRITTEN_UNSIGNED),
        ("Read this to Lind. If she asks, leave it in writing.", Form.SPOKEN_IF_ASKED_WRITTEN),
        (
            "Verbally transmit this. If he demands it in written form, give it without signature.",
            Form.SPOKEN_IF_ASKED_UNSIGNED,
        ),
        ("Convey this to Lind.", None),
        ("Orally convey this to Lind, without my signature.", None),
        ("Orally convey this and leave it in writing.", None),
    ],
)
def test_an_instruction_comes_to_one_form_or_none(instruction: str, form: Form | None) -> None:
    """The form is read where the words decide; the words are kept in any case."""
    found = with_instruction(instruction)
    assert (None if found.form is None else found.form.value) is form
    assert found.instruction is not None
    assert found.instruction.value == instruction


def test_handling_is_the_first_sentence() -> None:
    """What the clerk must do first is the instruction's first sentence, without its stop."""
    found = with_instruction("Orally convey this to Mr. N. Lind. If she asks, tell her more.")
    assert [each.value for each in found.handling] == ["Orally convey this to Mr. N. Lind"]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Harbour, Resident.", "Harbour"),
        ("Harbour Resident", "Harbour"),
        ("Pyongyang Soviet Ambassador.", "Pyongyang"),
        ("New Harbour, Consul General.", "New Harbour"),
        ("New Harbour Soviet Ambassador", "New Harbour"),
        ("New Harbour Ambassador", None),
        ("To the Ambassador", None),
        ("Harbour", None),
    ],
)
def test_a_place_is_read_where_it_ends_without_a_doubt(line: str, place: str | None) -> None:
    """The addressee's line gives a place only where nothing else can be meant."""
    found = heading(f"CIPHERED TELEGRAM No. 7/sh\n{line}\n\n1. Point.")
    assert found is not None
    assert (None if found.place_to is None else found.place_to.value) == place
    assert found.addressee_line is not None
    assert found.number.value.number == "7/sh"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Point.",
        "TELEGRAM",
        "line\n" * 12 + "CIPHERED TELEGRAM No. 7",
        "CIPHERED TELEGRAM No. x",
    ],
)
def test_without_its_number_it_is_no_ciphered_telegram(text: str) -> None:
    """The line with the number stands near the top, alone, or nowhere."""
    assert heading(text) is None


def test_a_paragraph_that_orders_nothing_is_no_instruction() -> None:
    """What stands above the points may be text, and so may all of it."""
    assert with_instruction("The talks go on.").instruction is None
    alone = heading("CIPHERED TELEGRAM No. 7\nA\nB\n\nOrally convey this.")
    assert alone is not None
    assert alone.instruction is None
    assert alone.addressee_line is None
