from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.channel import (
    ChannelError,
    RestoreAnswer,
    RestoreAsk,
    RestoreRefusedError,
    ServiceFormatError,
    SignedTextError,
    open_restore_answer,
    open_restore_ask,
    sign_restore_answer,
    sign_restore_ask,
)
from tests.channel.service.recipes import ANSWER, ASK, QUESTION
from tests.channel.service.values import INSTANTS, NOTES, SERIALS, YEARS
from tests.channel.stations import CENTRE, HARBOUR, NOW, RIVER
from tests.support import Vector, vectors

RESTORED, PEER = HARBOUR.card.fingerprint, RIVER.card.fingerprint
COUNTS = st.integers(min_value=0, max_value=999_999_999)
HIGHEST = st.dictionaries(YEARS, SERIALS, max_size=4).map(lambda each: tuple(sorted(each.items())))
ASKS = st.builds(
    RestoreAsk,
    station=st.just(RESTORED), peer=st.just(PEER), at=INSTANTS, sent=HIGHEST,
    checkpoint_size=COUNTS,
)  # fmt: skip
ANSWERS = st.builds(
    RestoreAnswer,
    station=st.just(RESTORED), peer=st.just(PEER), at=INSTANTS, ask=st.just(QUESTION.digest),
    highest=HIGHEST, live_pages=COUNTS, checkpoint=NOTES,
)  # fmt: skip


@pytest.mark.parametrize("vector", vectors("channel/restore-ask"), ids=lambda v: v.name)
def test_ask_vector(vector: Vector) -> None:
    """A vector opens for RIVER as HARBOUR's question, or is refused with the code it names."""
    if vector.expect == "ok":
        ask = open_restore_ask(vector.body, station=HARBOUR.card, peer=PEER)
        assert vector.body.startswith(ask.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_restore_ask(vector.body, station=HARBOUR.card, peer=PEER)

    assert refused.value.code == vector.expect


@pytest.mark.parametrize("vector", vectors("channel/restore-answer"), ids=lambda v: v.name)
def test_answer_vector(vector: Vector) -> None:
    """A vector opens as RIVER's answer to HARBOUR's question, or is refused with its code."""
    if vector.expect == "ok":
        answer = open_restore_answer(vector.body, peer=RIVER.card, ask=QUESTION)
        assert vector.body.startswith(answer.to_text().encode() + b"\n")
        return

    with pytest.raises(ChannelError) as refused:
        open_restore_answer(vector.body, peer=RIVER.card, ask=QUESTION)

    assert refused.value.code == vector.expect


@given(ASKS)
def test_a_question_reads_back(ask: RestoreAsk) -> None:
    """What was signed is what the correspondent opens."""
    note = sign_restore_ask(ask, HARBOUR.identity, station=HARBOUR.card)
    assert open_restore_ask(note, station=HARBOUR.card, peer=PEER) == ask


@given(ANSWERS)
def test_an_answer_reads_back(answer: RestoreAnswer) -> None:
    """What was signed is what the restored station opens."""
    note = sign_restore_answer(answer, RIVER.identity, peer=RIVER.card)
    assert open_restore_answer(note, peer=RIVER.card, ask=QUESTION) == answer


def test_an_answer_belongs_to_one_question() -> None:
    """The answer of an earlier restoring tells too low serials, and is not taken for the new."""
    note = sign_restore_answer(RestoreAnswer.from_text(ANSWER), RIVER.identity, peer=RIVER.card)
    assert open_restore_answer(note, peer=RIVER.card, ask=QUESTION).live_pages == 12
    for changes in ({"at": NOW + timedelta(days=90)}, {"sent": ()}, {"checkpoint_size": 1}):
        with pytest.raises(RestoreRefusedError):
            open_restore_answer(note, peer=RIVER.card, ask=replace(QUESTION, **changes))


def test_each_signs_for_himself() -> None:
    """No other key, and no text that names another station, leaves the house."""
    ask, answer = QUESTION, RestoreAnswer.from_text(ANSWER)
    with pytest.raises(SignedTextError):
        sign_restore_ask(ask, RIVER.identity, station=HARBOUR.card)
    with pytest.raises(RestoreRefusedError):
        sign_restore_ask(ask, RIVER.identity, station=RIVER.card)
    with pytest.raises(SignedTextError):
        sign_restore_answer(answer, HARBOUR.identity, peer=RIVER.card)
    with pytest.raises(RestoreRefusedError):
        sign_restore_answer(answer, HARBOUR.identity, peer=HARBOUR.card)
    note = sign_restore_ask(ask, HARBOUR.identity, station=HARBOUR.card)
    with pytest.raises(RestoreRefusedError):
        open_restore_ask(note, station=HARBOUR.card, peer=CENTRE.card.fingerprint)
    with pytest.raises(SignedTextError):
        open_restore_ask(note, station=CENTRE.card, peer=PEER)


def test_a_question_or_answer_that_breaks_a_rule_cannot_be_made() -> None:
    """The rules hold for a text written here as for one read."""
    for wrong in (
        {"station": PEER},
        {"peer": "c" * 63},
        {"sent": ((2031, 1), (2030, 1))},
        {"sent": ((2031, 0),)},
        {"sent": tuple((year, 1) for year in range(101))},
        {"checkpoint_size": -1},
        {"checkpoint_size": 1_000_000_000},
    ):
        with pytest.raises(ServiceFormatError):
            replace(QUESTION, **wrong)
    answer = RestoreAnswer.from_text(ANSWER)
    for changes in ({"live_pages": -1}, {"checkpoint": b""}, {"highest": ((10_000, 1),)}):
        with pytest.raises(ServiceFormatError):
            replace(answer, **changes)


def test_the_question_has_a_digest_of_its_text() -> None:
    """An implementation elsewhere can compute what an answer must name."""
    assert QUESTION.to_text() == ASK
    assert QUESTION.digest == Digest.of(ASK.encode())


@given(st.sampled_from([ASK, ANSWER]), st.integers(min_value=0), st.characters())
def test_a_note_with_another_character_is_refused_or_the_same(
    text: str, place: int, character: str
) -> None:
    """A text that parses writes back as itself."""
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    kinds: tuple[Any, ...] = (RestoreAsk, RestoreAnswer)
    for kind in kinds:
        with suppress(ServiceFormatError):
            assert kind.from_text(changed).to_text() == changed
