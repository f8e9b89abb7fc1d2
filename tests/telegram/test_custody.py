from datetime import UTC, datetime

import pytest

from depesha.base import Digest
from depesha.telegram import (
    Distribution,
    DistributionEntry,
    Enclosure,
    Stamp,
    TelegramFormatError,
)


def entry(number: int, holder: str = "file") -> DistributionEntry:
    return DistributionEntry(copy_number=number, holder=holder)


def test_a_claim_and_its_list_do_not_correct_each_other() -> None:
    """Eleven copies may be claimed and eight listed: both stay as they are."""
    distribution = Distribution(stated_total=11, entries=tuple(entry(n) for n in range(1, 9)))
    assert distribution.stated_total == 11
    assert len(distribution.entries) == 8


@pytest.mark.parametrize("numbers", [(2, 1), (1, 1), (1, 4)])
def test_copies_that_contradict_the_list_are_refused(numbers: tuple[int, ...]) -> None:
    """Copy numbers rise, and none is beyond the number of copies."""
    with pytest.raises(TelegramFormatError):
        Distribution(stated_total=3, entries=tuple(entry(n) for n in numbers))


def test_a_copy_reads_back() -> None:
    """Number and holder have one text form."""
    assert DistributionEntry.from_text("2 POST RIVER").to_text() == "2 POST RIVER"


@pytest.mark.parametrize("text", ["", "2", "2 ", "02 file", "0 file", "two file"])
def test_a_copy_has_number_and_holder(text: str) -> None:
    """Neither may be missing, and the number has one spelling."""
    with pytest.raises(TelegramFormatError):
        DistributionEntry.from_text(text)


def test_an_enclosure_is_bound_by_size_and_digest() -> None:
    """The description follows from the bytes, and reads back."""
    enclosure = Enclosure.of("map.pdf", b"1234")
    assert (enclosure.size_bytes, enclosure.digest) == (4, Digest.of(b"1234"))
    assert Enclosure.from_text(enclosure.to_text()) == enclosure


@pytest.mark.parametrize("name", ["", "../map", "MAP.PDF", "a b", "nul"])
def test_an_enclosure_has_a_plain_file_name(name: str) -> None:
    """No name that an enclosure bears can lead a path astray."""
    with pytest.raises(TelegramFormatError):
        Enclosure.of(name, b"")


@pytest.mark.parametrize("text", ["", "4", "4 map.pdf", "4 sha256:0 map.pdf", "-1 x y"])
def test_another_shape_is_no_enclosure(text: str) -> None:
    """Size, digest and name are all there."""
    with pytest.raises(TelegramFormatError):
        Enclosure.from_text(text)


def test_a_stamp_keeps_what_is_printed() -> None:
    """A time that cannot be is kept verbatim, beside nothing or beside the instant."""
    printed = Stamp(event="sent", by="Morozov", verbatim="13:30 p.m.")
    ours = Stamp(event="sealed", at=datetime(2031, 3, 2, tzinfo=UTC))
    assert (printed.verbatim, printed.at) == ("13:30 p.m.", None)
    assert (ours.verbatim, ours.by) == (None, None)
    with pytest.raises(TelegramFormatError):
        Stamp(event="", by="Morozov")
