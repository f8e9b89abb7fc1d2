import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    CardTrustError,
    fingerprint_code,
    fingerprint_words,
    group_fingerprint,
    ungroup_fingerprint,
)
from tests.channel.stations import HARBOUR

FINGERPRINT = HARBOUR.card.comparison
fingerprints = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(fingerprints)
def test_every_form_reads_back_as_the_same_number(fingerprint: str) -> None:
    """Digits, words and the code of a QR code all carry the whole number."""
    for write in (group_fingerprint, fingerprint_words, fingerprint_code):
        assert ungroup_fingerprint(write(fingerprint)) == fingerprint
        assert ungroup_fingerprint(f" {write(fingerprint).upper()}\n") == fingerprint


@given(fingerprints, fingerprints)
def test_two_numbers_never_share_their_words(one: str, other: str) -> None:
    """Nothing is cut off: other words are said for every other number."""
    assert (fingerprint_words(one) == fingerprint_words(other)) == (one == other)


def test_words_are_proquints() -> None:
    """The words are those of the published encoding: four IPv4 addresses of its own table."""
    addresses = "7f0000013f54dcc13f7607238c62c18d"
    words = "lusab babad gutih tugad gutuk bisog mudof sakat"
    assert fingerprint_words(addresses * 2) == f"{words} {words}"


def test_people_read_sixteen_groups() -> None:
    """Sixteen groups of four digits, or sixteen words of five letters."""
    assert [len(group) for group in group_fingerprint(FINGERPRINT).split(" ")] == [4] * 16
    assert [len(word) for word in fingerprint_words(FINGERPRINT).split(" ")] == [5] * 16
    assert ungroup_fingerprint(fingerprint_words(FINGERPRINT).replace(" ", "-")) == FINGERPRINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        FINGERPRINT[:-1],
        FINGERPRINT + "0",
        fingerprint_words(FINGERPRINT)[:-1],
        fingerprint_words(FINGERPRINT).rpartition(" ")[0],
        fingerprint_words(FINGERPRINT) + " lusab",
        "DEPESHA/1 FINGERPRINT",
        "lusab " * 15 + "lusax",
        "lusab " * 15 + "ulsab",
    ],
)
def test_a_part_of_a_fingerprint_is_refused(text: str) -> None:
    """All is compared, or nothing is believed."""
    with pytest.raises(CardTrustError):
        ungroup_fingerprint(text)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    """No typing makes the reader fail in a way callers are not told about."""
    try:
        read = ungroup_fingerprint(text)
    except CardTrustError:
        return
    assert ungroup_fingerprint(group_fingerprint(read)) == read
