"""What a demonstration takes from the record it plays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import CallSign
from depesha.cli.script import Script
from tests.support import shared


def test_the_model_record_goes_on_from_its_own_numbers() -> None:
    """The channel and the office go on from the numbers that the record states."""
    script = Script.of(shared("records/wilson/000.txt").read_text(encoding="utf-8"))

    assert script.transmission == 75021
    assert script.office_number == 483
    assert script.sender is None
    assert script.post == "PYONGYANG"
    assert script.officer == "Shtykov"


def test_a_bare_text_gets_names_of_ours() -> None:
    """What the record does not state is filled in, so that any text can be played."""
    script = Script.of("Six pilots, before the end of October.\n")

    assert (script.transmission, script.office_number) == (1, 1)
    assert (script.sender, script.post, script.officer) == ("CENTRE", "HARBOUR", "Okonjo")


@pytest.mark.parametrize("folder", ["wilson", "frus"])
def test_every_record_names_a_post(folder: str) -> None:
    """Whatever place a record names, the post gets a call-sign that can be one."""
    for path in sorted(shared(f"records/{folder}").glob("*.txt")):
        CallSign(Script.of(path.read_text(encoding="utf-8")).post)


@given(st.text(max_size=80))
def test_any_text_is_a_script(text: str) -> None:
    """No text makes a call-sign or a number that a station would not take."""
    script = Script.of(text)

    CallSign(script.post)
    assert script.transmission >= 1
    assert script.office_number >= 1
