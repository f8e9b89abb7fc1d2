import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.telegram import (
    RECORD_LIMIT_BYTES,
    Form,
    HistoricRecord,
    RecordTooLargeError,
    TelegramError,
    parse_record,
    read_record,
)
from tests.support import Vector, shared, vectors

INDEX = json.loads(shared("records/wilson/index.json").read_text())
MODEL = INDEX[0]


def record(file: str) -> HistoricRecord:
    return read_record(shared(f"records/wilson/{file}").read_bytes())


@pytest.mark.parametrize("vector", vectors("telegram/record"), ids=lambda each: each.name)
def test_record_vector(vector: Vector) -> None:
    """A vector gives the values its head lists and no other, or is refused with its code."""
    if vector.expect == "ok":
        stated = {
            name: value
            for name, value in read_record(vector.body).to_index().items()
            if value is not None
        }
        assert stated == json.loads(vector.head["index"])
        return

    with pytest.raises(TelegramError) as refused:
        read_record(vector.body)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("field", sorted(parse_record("").to_index()))
def test_the_model_record_is_right_in_every_field(field: str) -> None:
    """Each value of the model record is read as a person read it."""
    assert record(MODEL["file"]).to_index()[field] == MODEL[field]


def test_the_model_record_has_its_whole_body() -> None:
    """Office, addressee, instruction, points and closing are all told apart."""
    model = record(MODEL["file"])
    assert model.office is not None
    assert model.office.value.startswith("8th Department of the General Staff of the Armed")
    assert model.addressee_line is not None
    assert model.addressee_line.value == "Pyongyang Soviet Ambassador."
    assert model.form is not None
    assert model.form.value is Form.SPOKEN_IF_ASKED_UNSIGNED
    assert [point.value.label for point in model.points] == ["1.", "2.", "3."]
    assert model.signature is not None
    assert model.signature.value == "Feng Xi [Stalin]"
    assert model.closing_date is not None
    assert model.closing_date.value == "1950-08-28"


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: str(entry["file"]))
def test_no_record_is_read_wrongly(entry: dict[str, object]) -> None:
    """On every record a value is either right or missing."""
    read = record(str(entry["file"])).to_index()
    wrong = {
        name: value for name, value in read.items() if value is not None and value != entry[name]
    }
    assert wrong == {}


def test_most_of_what_the_records_say_is_read() -> None:
    """Silence is allowed, but what was once read stays read."""
    right = sum(
        value is not None and value == entry[name]
        for entry in INDEX
        for name, value in record(entry["file"]).to_index().items()
    )
    assert right >= 214


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: str(entry["file"]))
def test_every_value_stands_where_it_says(entry: dict[str, object]) -> None:
    """The verbatim text of each value is found at its line and column."""
    lines = shared(f"records/wilson/{entry['file']}").read_bytes().decode().split("\n")
    for line in record(str(entry["file"])).explain():
        rest = "\n".join(lines[line.place.line - 1 :])[line.place.column - 1 :]
        assert rest.startswith(line.verbatim), line.field


def test_a_text_of_another_series_says_nothing() -> None:
    """Records in a layout that is not known are neither refused nor guessed at."""
    for path in sorted(shared("records/frus").glob("*.txt")):
        stated = {
            name: value
            for name, value in read_record(path.read_bytes()).to_index().items()
            if value is not None
        }
        assert stated == {}, path.name


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    """No text makes the reader fail."""
    for candidate in (text, f"Citation:\n{text}\nContents:\n{text}"):
        assert isinstance(parse_record(candidate), HistoricRecord)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but this part's own errors escapes."""
    with suppress(TelegramError):
        read_record(data)


@given(st.data())
def test_a_damaged_record_is_read(data: st.DataObject) -> None:
    """A piece cut out of a record, or put in, makes no reader fail."""
    vector = next(each for each in vectors("telegram/record") if "ciphered" in each.name)
    text = vector.body.decode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    put = data.draw(st.sampled_from(["", "\n\n", "[", '"', "Contents:", "to ", "; and "]))
    damaged = parse_record(text[:start] + put + text[end:])
    assert all(line.verbatim for line in damaged.explain())


@pytest.mark.parametrize(
    "text",
    [
        "[" * RECORD_LIMIT_BYTES,
        "[]" * (RECORD_LIMIT_BYTES // 2),
        " " * RECORD_LIMIT_BYTES,
        "1." + " " * (RECORD_LIMIT_BYTES - 3) + "x",
        "*" * RECORD_LIMIT_BYTES,
        "\n" * 100_000,
        "Citation:\n" * 100_000,
        'Citation:\n"T", April 1, 1949, X Digital Archive,' + " " * 3500 + "x\nContents:\nb",
        'Citation:\n"T", April 1, 1949, X Digital Archive, '
        + "Reprinted in " * 290
        + "\nContents:\n",
        "Title: a\n" + "\n" * 30_000 + "Author: b",
        "April 1, 1949\n\nCable, "
        + "a " * 480
        + "\n\n"
        + "a\n" * 9
        + "\nx\n\nDocument Information",
    ],
    ids=lambda text: text[:12].strip() or "space",
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    """No text within the limit keeps the reader busy."""
    began = time.process_time()
    parse_record(text)
    assert time.process_time() - began < 3


def test_a_record_has_a_size_limit() -> None:
    """A record beyond the limits is refused before it is read."""
    with pytest.raises(RecordTooLargeError):
        read_record(b"\xff" * (RECORD_LIMIT_BYTES + 1))
    with pytest.raises(RecordTooLargeError):
        parse_record(" " * (RECORD_LIMIT_BYTES + 1))
    with pytest.raises(RecordTooLargeError):
        parse_record("\n" * 100_001)
