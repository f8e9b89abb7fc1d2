from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest, OriginatorNumber
from depesha.telegram import (
    ConveyanceFormatError,
    ConveyanceReport,
    FieldTooLongError,
    Form,
    FormUsed,
    Notes,
    Reference,
    ReferenceKind,
    TelegramError,
)
from depesha.telegram.conveyance import CONVEYANCE_LIMIT_BYTES
from tests.support import Vector, vectors


def report(**changes: object) -> ConveyanceReport:
    fields: dict[str, object] = {
        "telegram": Reference(
            kind=ReferenceKind.CITES,
            number=OriginatorNumber(17, "k"),
            originator="NORTH DESK",
            year=2031,
        ),
        "minute": Digest.of(b"minute"),
        "at": datetime(2031, 3, 2, 17, 27, tzinfo=UTC),
        "place": "the Ministry",
        "by": "head of POST HARBOUR",
        "to": "the Minister",
        "form": FormUsed.SPOKEN,
    }
    return ConveyanceReport(**(fields | changes))  # type: ignore[arg-type]  # tests pass anything


@pytest.mark.parametrize("vector", vectors("telegram/conveyance"), ids=lambda each: each.name)
def test_conveyance_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert ConveyanceReport.from_bytes(vector.body).to_bytes() == vector.body
        return

    with pytest.raises(TelegramError) as refused:
        ConveyanceReport.from_bytes(vector.body)

    assert refused.value.code == vector.expect


@given(
    st.builds(
        report,
        minute=st.sampled_from([None, Digest.of(b"minute")]),
        form=st.sampled_from(FormUsed),
        notes=st.sampled_from(Notes),
        deviation=st.sampled_from([None, "Read a day later.", "none at all"]),
        reaction=st.sampled_from([None, "He was glad."]),
    )
)
def test_every_report_that_can_be_made_reads_back(made: ConveyanceReport) -> None:
    """Whatever is valid when it is made has one text, and the text is that report."""
    assert ConveyanceReport.from_bytes(made.to_bytes()) == made


@pytest.mark.parametrize("minute", [None, Digest.of(b"another")])
def test_a_report_names_no_digest_but_that_of_its_minute(minute: Digest | None) -> None:
    """A report on an unsigned telegram cites it by its key alone, in both places."""
    cited = replace(report().telegram, digest=Digest.of(b"minute"))
    assert report(telegram=cited).minute == cited.digest
    with pytest.raises(ConveyanceFormatError):
        report(telegram=cited, minute=minute)
    assert b"sha256" not in report(minute=None).to_bytes()


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    for candidate in (data, b"depesha/1 conveyance\n" + data, report().to_bytes() + data):
        with suppress(TelegramError):
            assert ConveyanceReport.from_bytes(candidate).to_bytes() == candidate


@pytest.mark.parametrize(
    ("ordered", "allowed"),
    [
        (Form.SPOKEN, {FormUsed.SPOKEN}),
        (Form.WRITTEN, {FormUsed.WRITTEN}),
        (Form.WRITTEN_UNSIGNED, {FormUsed.WRITTEN_UNSIGNED}),
        (Form.SPOKEN_IF_ASKED_WRITTEN, {FormUsed.SPOKEN, FormUsed.WRITTEN}),
        (Form.SPOKEN_IF_ASKED_UNSIGNED, {FormUsed.SPOKEN, FormUsed.WRITTEN_UNSIGNED}),
    ],
)
def test_the_form_used_is_compared_with_the_form_ordered(
    ordered: Form, allowed: set[FormUsed]
) -> None:
    """An instruction allows the forms that it names, and a signed text only where it says so."""
    assert {form for form in FormUsed if form.follows(ordered)} == allowed


@pytest.mark.parametrize(
    "changes", [{"to": ""}, {"by": "Halm [Berg]"}, {"deviation": "none"}, {"reaction": "a\nb"}]
)
def test_a_report_that_could_not_be_read_cannot_be_made(changes: dict[str, object]) -> None:
    """The rules of the text hold for values as well."""
    with pytest.raises(ConveyanceFormatError):
        report(**changes)


def test_a_report_has_a_size_limit() -> None:
    """Bytes beyond the limit are refused before they are looked at."""
    with pytest.raises(FieldTooLongError):
        ConveyanceReport.from_bytes(b"\xff" * (CONVEYANCE_LIMIT_BYTES + 1))
