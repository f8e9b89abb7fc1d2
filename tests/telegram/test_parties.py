import pytest

from depesha.telegram import (
    Addressee,
    Party,
    Precedence,
    Role,
    TelegramFormatError,
    UnknownPrecedenceError,
)


def test_urgency_is_the_integer_of_the_standard() -> None:
    """Deferred is 0 and flash is 4, as in STANAG 4406 and RFC 6477."""
    assert [each.urgency for each in Precedence] == [4, 3, 2, 1, 0]
    assert Precedence.DEFERRED.urgency == 0


@pytest.mark.parametrize("precedence", Precedence)
def test_a_precedence_is_written_as_its_word(precedence: Precedence) -> None:
    """Each precedence reads back."""
    assert Precedence.from_text(precedence.to_text()) is precedence


@pytest.mark.parametrize("text", ["", "FLASH", "Z", "override", " flash"])
def test_another_word_is_no_precedence(text: str) -> None:
    """There are five words and no abbreviations."""
    with pytest.raises(UnknownPrecedenceError):
        Precedence.from_text(text)


def test_an_addressee_reads_back() -> None:
    """A call-sign with its precedence has one text form."""
    text = "POST HARBOUR (immediate)"
    assert Addressee.from_text(text).to_text() == text


@pytest.mark.parametrize(
    "text", ["POST HARBOUR", "post (flash)", " (flash)", "A(flash)", "A (flash) "]
)
def test_another_shape_is_no_addressee(text: str) -> None:
    """Neither name nor precedence may be missing or dressed up."""
    with pytest.raises(TelegramFormatError):
        Addressee.from_text(text)


def test_a_party_has_a_name() -> None:
    """A role without a name is not a party."""
    with pytest.raises(TelegramFormatError):
        Party(role=Role.VIA, name="")
