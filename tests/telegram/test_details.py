import pytest

from depesha.base import Digest, OriginatorNumber
from depesha.telegram import (
    Conveyance,
    Form,
    LookAlikeError,
    Mode,
    Reference,
    ReferenceKind,
    TelegramFormatError,
)

DIGEST = Digest.of(b"minute")


@pytest.mark.parametrize("mode", Mode)
def test_a_mode_reads_back(mode: Mode) -> None:
    """Both modes are written as their word."""
    assert Mode.from_text(mode.value) is mode


@pytest.mark.parametrize("form", Form)
def test_a_form_reads_back(form: Form) -> None:
    """Every form is written as its words."""
    assert Form.from_text(form.value) is form


def test_other_words_are_refused() -> None:
    """There is no third mode and no sixth form."""
    with pytest.raises(TelegramFormatError):
        Mode.from_text("anonymous")
    with pytest.raises(TelegramFormatError):
        Form.from_text("sung")


def test_only_a_spoken_form_leaves_no_text_behind() -> None:
    """What may be left, and whether it may be signed, follows from the form."""
    assert [form for form in Form if not form.may_leave_text] == [Form.SPOKEN]
    assert [form for form in Form if form.may_sign] == [
        Form.WRITTEN,
        Form.SPOKEN_IF_ASKED_WRITTEN,
    ]


def test_an_instruction_is_kept_word_for_word() -> None:
    """Brackets and double spaces of the originator stay; deceptions do not."""
    said = "Read it out.  Leave [Annex A] there."
    assert Conveyance(form=Form.SPOKEN, instruction=said).instruction == said
    with pytest.raises(LookAlikeError):
        Conveyance(form=Form.SPOKEN, instruction="Reаd it")


@pytest.mark.parametrize(
    "text",
    [
        "204 of POST HARBOUR 2031",
        f"204/k of POST HARBOUR 2031 {DIGEST.to_text()}",
        "1 of Bureau of Affairs of 1999 2031",
    ],
)
def test_a_reference_reads_back(text: str) -> None:
    """The originator may hold any words, those of the grammar included."""
    assert Reference.from_text(ReferenceKind.REPLY, text).to_text() == text


def test_a_reference_has_the_full_key() -> None:
    """Originator, year and number are all read, the digest where it stands."""
    text = f"204/k of POST HARBOUR 2031 {DIGEST.to_text()}"
    reference = Reference.from_text(ReferenceKind.CITES, text)
    assert reference.number == OriginatorNumber(204, "k")
    assert (reference.originator, reference.year) == ("POST HARBOUR", 2031)
    assert reference.digest == DIGEST


@pytest.mark.parametrize(
    "text",
    ["", "204", "204 of 2031", "204 of A", "0 of A 2031", "204 of A 31", "204 of A 2031 sha256:0"],
)
def test_a_part_of_the_key_is_no_reference(text: str) -> None:
    """A citation that leaves a doubt is refused."""
    with pytest.raises(TelegramFormatError):
        Reference.from_text(ReferenceKind.CITES, text)
