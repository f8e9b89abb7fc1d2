from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.channel import (
    SERVICE_LIMIT_BYTES,
    Notice,
    Recap,
    Receipt,
    ServiceFormatError,
    ServiceText,
    ServiceVersionError,
    VoidNotice,
    Waybill,
    is_service,
    read_service,
)
from tests.channel.service.recipes import NOTICE, RECAP, RECEIPT, VOID, WAYBILL
from tests.support import Vector, vectors

TEXTS: dict[type[ServiceText], str] = {
    Receipt: RECEIPT,
    Recap: RECAP,
    VoidNotice: VOID,
    Waybill: WAYBILL,
    Notice: NOTICE,
}
FORMATS = ("receipt", "recap", "void", "waybill", "notice")
VECTORS = [
    pytest.param(vector, id=f"{name}-{vector.name}")
    for name in FORMATS
    for vector in vectors(f"channel/{name}")
]


@pytest.mark.parametrize("vector", VECTORS)
def test_service_vector(vector: Vector) -> None:
    """A vector reads back as its own bytes, or is refused with the code it names."""
    if vector.expect == "ok":
        assert is_service(vector.body)
        assert read_service(vector.body).to_text().encode() == vector.body
        return

    with pytest.raises(ServiceFormatError) as refused:
        read_service(vector.body)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize(("kind", "text"), TEXTS.items())
def test_the_label_says_which_text_it_is(kind: type[ServiceText], text: str) -> None:
    """Each label is read by its own kind, and by no other."""
    assert type(read_service(text.encode())) is kind
    for other in set(TEXTS) - {kind}:
        with pytest.raises(ServiceFormatError):
            other.from_text(text)


@pytest.mark.parametrize("text", TEXTS.values())
def test_a_text_of_a_later_version_is_no_telegram(text: str) -> None:
    """It claims to be a service text, so nobody shows it as a minute; and it is refused."""
    later = text.replace("depesha/1", "depesha/12").encode()
    assert is_service(later)
    with pytest.raises(ServiceVersionError):
        read_service(later)


@pytest.mark.parametrize(
    "data",
    [b"", b"depesha/1 minute\n", b"depesha/1 cover\n", b"depesha/1 restore-ask\n",
     b"depesha/1 recap", b"depesha/1 recap \n", b"depesha/01234 recap\n", b" depesha/1 recap\n"],
)  # fmt: skip
def test_other_texts_are_not_taken_for_service_texts(data: bytes) -> None:
    """The whole first line is the label, and there are five."""
    assert not is_service(data)
    with pytest.raises(ServiceFormatError) as refused:
        read_service(data)
    assert refused.value.code == "channel.service_format"


def test_a_service_text_has_a_size_limit() -> None:
    """Bytes beyond the limit are refused before they are looked at."""
    data = VOID.encode() + b"x" * SERVICE_LIMIT_BYTES
    with pytest.raises(ServiceFormatError, match="larger"):
        read_service(data)
    with pytest.raises(ServiceFormatError, match="larger"):
        VoidNotice.from_text(data.decode())


def test_no_refusal_repeats_what_was_read() -> None:
    """An error may be logged: it names the line and the rule, and no word of the text."""
    for text, word in ((NOTICE, "Tuesday"), (RECEIPT, "Ana Lind"), (VOID, "machine")):
        for bad in ("\u202e", "  \n", "x" * 600):
            with pytest.raises(ServiceFormatError) as refused:
                read_service(text.replace(word, word + bad).encode())
            assert word not in str(refused.value)


@given(st.sampled_from(sorted(TEXTS.values())), st.integers(min_value=0), st.characters())
def test_a_text_with_another_character_is_refused_or_the_same(
    text: str, place: int, character: str
) -> None:
    """A text that parses writes back as itself."""
    place %= len(text)
    data = (text[:place] + character + text[place + 1 :]).encode(errors="surrogatepass")
    with suppress(ServiceFormatError):
        assert read_service(data).to_text().encode() == data


@given(st.sampled_from(sorted(TEXTS.values())), st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(text: str, data: bytes) -> None:
    """No input makes the reader fail in a way callers are not told about."""
    label = text.partition("\n")[0].encode()
    for candidate in (data, label + b"\n" + data, text.encode() + data):
        with suppress(ServiceFormatError):
            assert read_service(candidate).to_text().encode() == candidate
