from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from depesha.base import SERIAL_LIMIT, Digest, SerialRanges, SeriesSerials
from depesha.channel import (
    FACT_LIMIT,
    RECEIPT_LIMIT_BYTES,
    SERVICE_LIMIT_BYTES,
    WAYBILL_LIMIT,
    Fact,
    FactKind,
    Notice,
    NoticeKind,
    Recap,
    Receipt,
    SentSeries,
    ServiceFormatError,
    ServiceText,
    VoidNotice,
    Waybill,
    is_service,
    read_service,
)
from tests.channel.service.recipes import CHANNEL, NOTICE, POUCH, RECAP, RECEIPT, VOID, WAYBILL
from tests.channel.service.values import SERVICE_TEXTS
from tests.channel.stations import NOW

RIVER_CLERK = "second clerk"
EVERY_OTHER = SerialRanges(tuple((serial, serial) for serial in range(1, 20_001, 2)))


FACT = Fact(series=2031, serial=4, kind=FactKind.OPENED, actor="clerk", at=NOW)


@given(SERVICE_TEXTS)
def test_every_text_that_can_be_made_reads_back(made: ServiceText) -> None:
    """Whatever is valid when it is made has one text, and the text is that value."""
    data = made.to_text().encode()
    assert is_service(data)
    assert read_service(data) == made


def test_values_say_what_their_texts_say() -> None:
    """The samples of the vectors are these values, field by field."""
    receipt = Receipt.from_text(RECEIPT)
    assert receipt.channel == CHANNEL
    assert receipt.facts[2] == replace(
        FACT, serial=1, actor=RIVER_CLERK, at=datetime.fromisoformat("2031-03-02T08:10Z")
    )
    recap = Recap.from_text(RECAP)
    assert recap.sent[0] == SentSeries(
        series=2030, first=1205, highest=1310, voided=SerialRanges(((1207, 1207), (1300, 1310)))
    )
    assert recap.have.has(2030, 1206)
    assert recap.checkpoint == b"note\n"
    assert VoidNotice.from_text(VOID).serials == SerialRanges(((17, 17), (30, 31)))
    assert Waybill.from_text(WAYBILL).pouch == POUCH
    assert len(Waybill.from_text(WAYBILL).objects) == 3
    notice = Notice.from_text(NOTICE)
    assert (notice.kind, notice.text) == (NoticeKind.REPEAT, "The three of Tuesday did not come.")


@pytest.mark.parametrize(
    "changes",
    [{"series": -1}, {"series": 10_000}, {"serial": 0}, {"serial": SERIAL_LIMIT + 1},
     {"actor": ""}, {"actor": " a"}, {"actor": "a\nb"}, {"actor": "a" * 201}],
)  # fmt: skip
def test_a_fact_that_could_not_be_read_cannot_be_made(changes: dict[str, Any]) -> None:
    """The rules of the text hold for values as well."""
    with pytest.raises(ServiceFormatError):
        replace(FACT, **changes)


def test_facts_stand_in_order_each_once() -> None:
    """By series, serial and kind; the kinds in the order in which they happen."""
    facts = tuple(replace(FACT, kind=kind) for kind in FactKind)
    assert Receipt(channel=CHANNEL, facts=facts).facts == facts
    for wrong in (facts[::-1], facts + facts[-1:], (replace(FACT, series=2032), FACT)):
        with pytest.raises(ServiceFormatError):
            Receipt(channel=CHANNEL, facts=wrong)


def test_a_receipt_has_a_number_of_facts_and_bytes_that_a_cover_can_carry() -> None:
    """At least one fact, at most 256, and at most 64 KiB whatever the names are."""
    facts = tuple(replace(FACT, serial=serial) for serial in range(1, FACT_LIMIT + 2))
    assert len(Receipt(channel=CHANNEL, facts=facts[:-1]).facts) == FACT_LIMIT
    for wrong in ((), facts):
        with pytest.raises(ServiceFormatError):
            Receipt(channel=CHANNEL, facts=wrong)
    long = tuple(replace(each, actor="\u4e00" * 200) for each in facts[:FACT_LIMIT])
    with pytest.raises(ServiceFormatError, match=str(RECEIPT_LIMIT_BYTES)):
        Receipt(channel=CHANNEL, facts=long)


@pytest.mark.parametrize(
    "changes",
    [{"series": 10_000}, {"first": 0}, {"highest": SERIAL_LIMIT + 1}, {"first": 8},
     {"voided": SerialRanges(((1, 3),))}, {"voided": SerialRanges(((7, 8),))}],
)  # fmt: skip
def test_a_series_that_was_not_counted_so_cannot_be_stated(changes: dict[str, Any]) -> None:
    """What a recap says of a series is a stretch of serials, and voids inside it."""
    good = SentSeries(series=2031, first=3, highest=7, voided=SerialRanges(((3, 3), (7, 7))))
    with pytest.raises(ServiceFormatError):
        replace(good, **changes)


def test_a_recap_has_limits() -> None:
    """A hundred series, a checkpoint of 64 KiB, and a mebibyte in all."""
    recap = Recap.from_text(RECAP)
    series = [replace(recap.sent[1], series=year) for year in range(101)]
    assert len(replace(recap, sent=tuple(series[:-1])).sent) == 100
    wide = SeriesSerials.of(dict.fromkeys(range(25), EVERY_OTHER))
    for changes in (
        {"sent": tuple(series)},
        {"checkpoint": b""},
        {"checkpoint": b"x" * (64 * 1024 + 1)},
        {"have": wide},
        {"channel": "x" * 32},
    ):
        with pytest.raises(ServiceFormatError):
            replace(recap, **changes)


def test_the_largest_void_and_waybill_can_be_read() -> None:
    """What their own limits allow is within the limit of all service texts."""
    void = replace(VoidNotice.from_text(VOID), serials=EVERY_OTHER, reason="\u4e00" * 500)
    digests = tuple(Digest(number.to_bytes(32)) for number in range(WAYBILL_LIMIT))
    waybill = replace(Waybill.from_text(WAYBILL), objects=digests)
    for made in (void, waybill):
        data = made.to_text().encode()
        assert len(data) <= SERVICE_LIMIT_BYTES
        assert read_service(data) == made
    with pytest.raises(ServiceFormatError):
        replace(waybill, objects=(*digests, Digest(b"\xff" * 32)))


def test_a_notice_says_what_its_kind_needs() -> None:
    """Serials with a repeat and only there; words where there is nothing else."""
    repeat = Notice.from_text(NOTICE)
    none = SeriesSerials()
    assert replace(repeat, kind=NoticeKind.PADS, serials=none, text=None).text is None
    wide = SeriesSerials.of(dict.fromkeys(range(25), EVERY_OTHER))
    wrong: tuple[dict[str, Any], ...] = (
        {"serials": none},
        {"serials": wide},
        {"kind": NoticeKind.RESTORED},
        {"kind": NoticeKind.TEXT, "serials": none, "text": None},
        {"text": "none"},
        {"text": ""},
        {"text": "x" * 501},
    )
    for changes in wrong:
        with pytest.raises(ServiceFormatError):
            replace(repeat, **changes)


@pytest.mark.parametrize("text", [RECEIPT, RECAP, VOID, WAYBILL, NOTICE])
def test_an_instant_is_in_utc(text: str) -> None:
    """A time without a zone is a mistake of the program, and is not written down."""
    made = read_service(text.encode())
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="UTC"):
        replace(made.facts[0], at=naive) if isinstance(made, Receipt) else replace(made, at=naive)
