from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from depesha.base import Digest
from depesha.channel import Comparison, Waybill, compare_waybills

AT = datetime(2031, 3, 2, 7, 10, tzinfo=UTC)
ALL = [Digest.of(bytes([number])) for number in range(12)]
digests = st.sets(st.sampled_from(ALL))


def waybill(*objects: Digest) -> Waybill:
    in_order = tuple(sorted(objects, key=lambda digest: digest.value))
    return Waybill(pouch="ab" * 16, at=AT, objects=in_order)


def test_without_a_waybill_nothing_is_said() -> None:
    """Whether something is missing can't be told, and is not guessed."""
    assert compare_waybills({}, present=ALL, opened=ALL) == Comparison()


@given(packed=digests, dropped=digests, slipped_in=digests)
def test_a_courier_can_neither_drop_nor_add(
    packed: set[Digest], dropped: set[Digest], slipped_in: set[Digest]
) -> None:
    """Exactly what was named and is gone is missing; exactly what was not named was added."""
    paper = Digest.of(b"the waybill")
    present = (packed - dropped) | slipped_in
    found = compare_waybills(
        {paper: waybill(*packed)}, present={*present, paper}, opened={*present, paper}
    )

    assert set(found.missing) == (packed & dropped) - slipped_in
    assert set(found.added) == slipped_in - packed
    assert found.agrees == (present == packed)


def test_two_packings_into_one_pouch_agree() -> None:
    """Each waybill names what went in with it, and none names a waybill."""
    first, second = Digest.of(b"first"), Digest.of(b"second")
    bills = {first: waybill(*ALL[:4]), second: waybill(*ALL[4:])}
    everything = {*ALL, first, second}

    assert compare_waybills(bills, present=everything, opened=everything).agrees


def test_what_is_for_others_is_not_ours_to_judge() -> None:
    """A pouch may hold objects for other posts: what does not open here was not added here."""
    paper = Digest.of(b"the waybill")
    found = compare_waybills(
        {paper: waybill(ALL[0])}, present={paper, *ALL}, opened={paper, ALL[0]}
    )
    assert found.agrees
