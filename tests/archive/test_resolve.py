from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.archive import (
    Candidate,
    Certainty,
    IdentifierType,
    Party,
    RecordDate,
    RecordStatus,
    Reference,
    ReferenceKind,
    ReferenceStatus,
    Role,
    candidates_of,
    resolve,
    span_of,
)
from depesha.base import Digest, OriginatorNumber
from tests.archive.samples import full_record, number, record

REPLY = Reference(
    verbatim="To No. 483/sh",
    kind=ReferenceKind.REPLY,
    number=OriginatorNumber(483, "sh"),
)
CITING = record(
    1,
    date=RecordDate(edtf="1950-08-31"),
    parties=(Party(role=Role.ACTION, name="Fyn Si", identification="Feng Xi"),),
)


def candidate(place: int, text: str = "483/sh", **more: object) -> Candidate:
    return Candidate(
        record_id=f"{place:032x}",
        number=OriginatorNumber.from_text(text),
        **more,  # type: ignore[arg-type]  # a test passes what it is about through
    )


@pytest.mark.parametrize(
    ("stated", "held", "certainty"),
    [
        ({}, {}, Certainty.POSSIBLE),
        ({}, {"originators": ("FENG XI",)}, Certainty.PROBABLE),
        ({"year": 1950}, {"year": 1950}, Certainty.PROBABLE),
        ({"originator": "Feng Xi"}, {"originators": ("Stalin", "FENG XI")}, Certainty.PROBABLE),
        (
            {"originator": "Feng Xi", "year": 1950},
            {"originators": ("Feng Xi",), "year": 1950},
            Certainty.CERTAIN,
        ),
        ({"digest": Digest.of(b"m")}, {"minute_digest": Digest.of(b"m")}, Certainty.CERTAIN),
    ],
)
def test_certainty_is_how_much_of_the_key_agrees(
    stated: dict[str, object], held: dict[str, object], certainty: Certainty
) -> None:
    """One candidate resolves, and says how much of the key it rests on."""
    found = resolve(replace(REPLY, **stated), CITING, [candidate(2, **held)])  # type: ignore[arg-type]

    assert found is not None
    assert found.status is ReferenceStatus.RESOLVED
    assert [target.certainty for target in found.targets] == [certainty]


@pytest.mark.parametrize(
    ("stated", "held"),
    [
        ({}, candidate(2, "483")),
        ({}, candidate(2, "484/sh")),
        ({}, candidate(1)),
        ({"year": 1950}, candidate(2, year=1949)),
        ({"originator": "POST RIVER"}, candidate(2, originators=("NORTH DESK",))),
        ({"digest": Digest.of(b"a")}, candidate(2, minute_digest=Digest.of(b"b"))),
        ({}, candidate(2, span=span_of("1950-09-01"))),
    ],
)
def test_a_contradiction_is_no_target(stated: dict[str, object], held: Candidate) -> None:
    """Another number, itself, another year, originator or digest, or a later record: not held."""
    found = resolve(replace(REPLY, **stated), CITING, [held])  # type: ignore[arg-type]

    assert found is not None
    assert found.status is ReferenceStatus.NOT_HELD
    assert found.targets == ()


def test_two_candidates_are_ambiguous() -> None:
    """Nothing is chosen between two telegrams of one number: both are named."""
    found = resolve(REPLY, CITING, [candidate(3), candidate(2)])

    assert found is not None
    assert found.status is ReferenceStatus.AMBIGUOUS
    assert [target.record_id for target in found.targets] == [f"{2:032x}", f"{3:032x}"]


def test_copies_of_one_telegram_are_one() -> None:
    """Two records with the same minute are copies, and both are targets."""
    same = Digest.of(b"minute")
    held = [candidate(2, minute_digest=same), candidate(3, minute_digest=same)]

    found = resolve(REPLY, CITING, held)

    assert found is not None
    assert found.status is ReferenceStatus.RESOLVED
    assert len(found.targets) == 2


def test_a_digest_settles_it() -> None:
    """Where the reference names the minute's digest, a namesake without one is not in question."""
    same = Digest.of(b"minute")
    held = [candidate(2, minute_digest=same), candidate(3)]

    found = resolve(replace(REPLY, digest=same), CITING, held)

    assert found is not None
    assert [target.record_id for target in found.targets] == [f"{2:032x}"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (RecordStatus.VOIDED, ReferenceStatus.VOIDED),
        (RecordStatus.WITHHELD, ReferenceStatus.WITHHELD),
    ],
)
def test_a_target_without_a_text_says_so(status: RecordStatus, expected: ReferenceStatus) -> None:
    """A voided number and a withheld record are found, and told from one that can be read."""
    found = resolve(REPLY, CITING, [candidate(2, status=status)])

    assert found is not None
    assert found.status is expected
    assert len(found.targets) == 1


def test_a_range_is_resolved_when_it_is_whole() -> None:
    """Of "your No. 5-7" all three must be held; what is held is named in either case."""
    reference = replace(REPLY, number=OriginatorNumber(5), last=7)
    held = [candidate(place, str(place)) for place in (5, 6, 7)]

    whole = resolve(reference, CITING, held)
    broken = resolve(reference, CITING, held[:2])

    assert whole is not None
    assert broken is not None
    assert (whole.status, len(whole.targets)) == (ReferenceStatus.RESOLVED, 3)
    assert (broken.status, len(broken.targets)) == (ReferenceStatus.NOT_HELD, 2)


def test_a_range_of_mixed_status_is_resolved() -> None:
    """A void inside a range does not make the whole range void."""
    reference = replace(REPLY, number=OriginatorNumber(5), last=6)
    held = [candidate(5, "5"), candidate(6, "6", status=RecordStatus.VOIDED)]

    found = resolve(reference, CITING, held)

    assert found is not None
    assert found.status is ReferenceStatus.RESOLVED


def test_a_huge_range_costs_nothing() -> None:
    """A range is counted and not walked through."""
    reference = replace(REPLY, number=OriginatorNumber(1), last=999_999_999)

    found = resolve(reference, CITING, [candidate(2, "2")])

    assert found is not None
    assert found.status is ReferenceStatus.NOT_HELD


def test_a_reference_without_a_number_is_not_looked_up() -> None:
    """Words that state only a date are left as they are."""
    assert resolve(replace(REPLY, number=None), CITING, [candidate(2)]) is None


def test_only_outgoing_office_numbers_are_candidates() -> None:
    """A transmission number is nobody's office number, even if it looks like one."""
    kept = full_record(483)
    line = replace(kept.identifiers[0], type=IdentifierType.TRANSMISSION)

    assert [each.number.to_text() for each in candidates_of(kept)] == ["483/sh"]
    assert list(candidates_of(replace(kept, identifiers=(line,)))) == []


def test_a_record_without_a_stated_originator_has_its_sender() -> None:
    """Where the number's office is not stated, the names of the sender stand for it."""
    kept = replace(full_record(483), identifiers=(number("483/sh"),))

    (only,) = candidates_of(kept)

    assert only.originators == ("Nansen", "Ivo")
    assert only.minute_digest == kept.minute_digest


def test_what_was_found_is_written_beside_the_words() -> None:
    """Applying a resolution leaves the reference's own words alone."""
    found = resolve(REPLY, CITING, [candidate(2)])

    assert found is not None
    applied = found.applied_to(REPLY)
    assert applied == replace(REPLY, status=found.status, targets=found.targets)


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.integers(2, 6),
        st.sampled_from(["483/sh", "483", "484/sh"]),
        year=st.sampled_from([None, 1949, 1950]),
        originators=st.sampled_from([(), ("Feng Xi",), ("Other",)]),
    ),
    max_size=5,
    unique_by=lambda each: each.record_id,
)


@given(CANDIDATES)
def test_the_answer_does_not_hang_on_the_order(held: list[Candidate]) -> None:
    """Candidates may come in any order; several are ambiguous, none is not held."""
    found = resolve(REPLY, CITING, held)

    assert found == resolve(REPLY, CITING, held[::-1])
    assert found is not None
    expected = {
        0: ReferenceStatus.NOT_HELD,
        1: ReferenceStatus.RESOLVED,
    }.get(len(found.targets), ReferenceStatus.AMBIGUOUS)
    assert found.status is expected
