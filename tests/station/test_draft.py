import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.station import Addressee, Citation, Draft, Enclosure, InputError
from tests.station.houses import SENTENCE

texts = st.text(max_size=20)
drafts = st.builds(
    Draft,
    sender=texts,
    action=st.lists(
        st.builds(Addressee, call_sign=texts, precedence=texts),
        max_size=3,
        unique_by=lambda one: one.call_sign,
    ).map(tuple),
    via=st.none() | texts,
    in_reply_to=st.none()
    | st.builds(
        Citation, number=texts, originator=texts, year=st.integers(), digest=st.none() | texts
    ),
    subjects=st.lists(texts, max_size=3).map(tuple),
    caveats=st.lists(texts, max_size=3).map(tuple),
    points=st.lists(st.tuples(texts, texts), min_size=1, max_size=3).map(tuple),
    enclosures=st.lists(
        st.builds(Enclosure, name=texts, data=st.binary(max_size=9)), max_size=2
    ).map(tuple),
)


@given(drafts)
def test_a_draft_reads_back(draft: Draft) -> None:
    """Whatever a drafter writes is the same draft after the store."""
    assert Draft.from_json(draft.to_json(), draft.enclosures) == draft


def test_enclosures_are_no_part_of_the_text() -> None:
    """The bytes of a file lie beside the draft, never in it."""
    draft = Draft(sender="A", points=(("", "B"),), enclosures=(Enclosure(name="c", data=b"d"),))
    assert json.loads(draft.to_json())["enclosures"] == []
    assert "data" not in repr(draft.enclosures)


def test_a_draft_says_something_to_each_once() -> None:
    """No empty telegram, and no station twice."""
    with pytest.raises(InputError):
        Draft(sender="A", points=())
    with pytest.raises(InputError) as caught:
        Draft(
            sender="A",
            action=(Addressee(call_sign="B"),),
            info=(Addressee(call_sign="B"),),
            points=(("", SENTENCE),),
        )
    assert SENTENCE not in str(caught.value)


def test_what_is_not_changed_stays() -> None:
    """None changes nothing; anything else takes the field's place."""
    draft = Draft(sender="A", via="B", points=(("", "C"),))
    assert draft.amended({"via": None, "sender": "D"}) == Draft(
        sender="D", via="B", points=(("", "C"),)
    )
