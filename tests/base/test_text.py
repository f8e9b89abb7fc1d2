"""Which characters a text may hold, and the shared spellings."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import (
    BaseFormatError,
    CallSign,
    Digest,
    OriginatorNumber,
    decode,
    instant_from_text,
    instant_to_text,
    require_block,
    require_line,
    require_name,
    require_utc,
)


@pytest.mark.parametrize(
    "text",
    [
        "left\u202eright",
        "zero\u200bwidth",
        "tab\there",
        "bell\x07",
        "line\u2028break",
        "lone\ud800",
        "private\ue000",
        "e\u0301",
        " outer",
        "outer ",
        "",
        "two\nlines",
    ],
)
def test_a_line_that_could_deceive_is_refused(text: str) -> None:
    """What reorders, hides or doubles what a reader sees never gets in."""
    with pytest.raises(BaseFormatError) as refused:
        require_line(text, what="the subject")
    assert refused.value.code == "base.format"
    assert text.strip() == "" or text not in str(refused.value)


@pytest.mark.parametrize("text", ["Фын Си", "冯西", "박헌영", "é", "می\u200cخواهم", "a b"])
def test_every_script_may_be_written(text: str) -> None:
    """Plain text of any script passes unchanged."""
    assert require_line(text, what="a name") == text


@pytest.mark.parametrize("block", ["no end", "a\r\n", "a\u202e\n"])
def test_a_block_ends_its_lines_with_a_line_feed_alone(block: str) -> None:
    with pytest.raises(BaseFormatError):
        require_block(block, what="the body")


def test_an_empty_block_is_a_block() -> None:
    assert require_block("", what="the body") == ""
    assert require_block("a\n\nb\n", what="the body") == "a\n\nb\n"


@pytest.mark.parametrize("data", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbfa"])
def test_bytes_that_are_not_utf8_are_refused(data: bytes) -> None:
    with pytest.raises(BaseFormatError):
        decode(data, what="the minute")


@given(st.text(max_size=24))
def test_any_instant_text_is_read_or_refused(text: str) -> None:
    with suppress(BaseFormatError):
        assert instant_to_text(instant_from_text(text)) == text


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_read_back(at: datetime) -> None:
    """Every instant is kept to the second."""
    assert instant_from_text(instant_to_text(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    ["2031-03-02T07:10:00Z", "2031-02-29T07:10Z", "2031-03-02T24:00Z", "2031-03-02 07:10Z"],
)
def test_other_spellings_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(BaseFormatError):
        instant_from_text(text)


def test_a_local_time_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="UTC"):
        require_utc(datetime(2031, 3, 2))  # noqa: DTZ001 - the missing zone is the point


@pytest.mark.parametrize("text", ["POST HARBOUR", "CENTRE", "POST-7", "A 1 B"])
def test_call_signs(text: str) -> None:
    assert CallSign(text).slug == text.lower().replace(" ", "-")


@pytest.mark.parametrize(
    "text", ["post", "POST  A", " POST", "POST_A", "РOST", "", "A" * 41, "POST\n", "POST-"]
)
def test_look_alike_call_signs_are_refused(text: str) -> None:
    """A Cyrillic letter, a second space or a small letter does not make another station."""
    with pytest.raises(BaseFormatError):
        CallSign(text)


@given(st.text(alphabet="0123456789/shk-", max_size=12))
def test_any_number_text_is_read_or_refused(text: str) -> None:
    with suppress(BaseFormatError):
        assert OriginatorNumber.from_text(text).to_text() == text


@pytest.mark.parametrize("text", ["0483/sh", "483/SH", "483/", "/sh", "483 /sh", "0", "483/ш"])
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(BaseFormatError):
        OriginatorNumber.from_text(text)


def test_a_number_is_valid_from_construction() -> None:
    with pytest.raises(BaseFormatError):
        OriginatorNumber(0, "sh")
    with pytest.raises(BaseFormatError):
        OriginatorNumber(1, "SH")


@given(st.binary())
def test_digests_read_back(data: bytes) -> None:
    digest = Digest.of(data)
    assert Digest.from_text(digest.to_text()) == digest
    assert digest.hex in digest.to_text()


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:" + "A" * 64, "sha1:" + "a" * 64])
def test_other_digest_texts_are_refused(text: str) -> None:
    with pytest.raises(BaseFormatError):
        Digest.from_text(text)
    with pytest.raises(BaseFormatError):
        Digest(b"short")


@pytest.mark.parametrize("name", ["a.age", "000.txt", "x-1_2.json"])
def test_plain_names_pass(name: str) -> None:
    assert require_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".hidden", "../up", "a/b", "a\\b", "A.txt", "con.txt", "lpt1", "a.", "a\x00", "x" * 129],
)
def test_names_that_could_leave_their_folder_are_refused(name: str) -> None:
    with pytest.raises(BaseFormatError):
        require_name(name)
