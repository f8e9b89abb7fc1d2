from dataclasses import replace
from datetime import UTC, datetime

import pytest

from depesha.base import OriginatorNumber
from depesha.telegram import (
    Distribution,
    DistributionEntry,
    Form,
    HistoricRecord,
    Minute,
    RecordCopies,
    TelegramFormatError,
    draft_from_record,
    parse_record,
    read_record,
)
from depesha.telegram.records.stated import Place, Stated
from tests.support import shared, vectors
from tests.telegram.sample import minute


def sample(name: str) -> HistoricRecord:
    (vector,) = [each for each in vectors("telegram/record") if each.name == f"{name}.txt"]
    return read_record(vector.body)


def test_a_record_becomes_a_draft() -> None:
    """What a draft needs is taken over; cover names leave their identification behind."""
    draft = draft_from_record(sample("ok_ciphered_telegram"))
    assert draft.number == OriginatorNumber(88, "k")
    assert (draft.year, draft.originator, draft.signature) == (2031, "Halm", "Halm")
    assert (draft.via, draft.final_addressee) == ("Norrow", "Ana Lind")
    assert draft.conveyance is not None
    assert draft.conveyance.form is Form.SPOKEN_IF_ASKED_UNSIGNED
    assert draft.conveyance.instruction is not None
    assert draft.conveyance.instruction.startswith("Orally convey")
    assert draft.distribution == Distribution(
        entries=(DistributionEntry(copy_number=2, holder="Berg"),)
    )
    assert [point.to_text() for point in draft.points] == [
        "1. Ana Lind should accept, says Halm.",
        "2. The second variant is best.",
    ]


def test_a_reply_names_what_it_answers() -> None:
    """The number cited stands as printed, for a resolver to look up."""
    draft = draft_from_record(sample("ok_reply"))
    assert [reference.number for reference in draft.replies_to] == ["88/k"]
    assert draft.number == OriginatorNumber(1001)
    assert draft.conveyance is None


def test_the_model_record_can_be_sent_again() -> None:
    """A minute made of the model record's parts reads back."""
    draft = draft_from_record(read_record(shared("records/wilson/000.txt").read_bytes()))
    assert draft.number == OriginatorNumber(483, "sh")
    sent = minute(
        number=draft.number,
        year=draft.year,
        originator=draft.originator,
        via=draft.via,
        final_addressee=draft.final_addressee,
        conveyance=draft.conveyance,
        distribution=draft.distribution,
        signature=draft.signature,
        points=draft.points,
        written=datetime(1950, 8, 28, tzinfo=UTC),
    )
    assert Minute.from_text(sent.to_text()) == sent
    assert "Stalin" not in sent.handover_text()


def test_a_stated_number_of_copies_is_a_claim() -> None:
    """A claim without a list becomes a claim without a list."""
    copies = Stated(RecordCopies(total=40, copy_number=2), "No. 2 of 40 copies", Place(1, 1))
    record = replace(parse_record("Text."), copies=copies)
    assert draft_from_record(record).distribution == Distribution(stated_total=40)


@pytest.mark.parametrize("text", ["", "a\u202eb", "01. Point."])
def test_a_body_that_no_telegram_can_hold_is_refused(text: str) -> None:
    """Nothing is repaired to make a draft of it."""
    with pytest.raises(TelegramFormatError):
        draft_from_record(parse_record(text))
