"""The register laid out in leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.station import RegisterLine, RegisterStatus, TelegramLine
from depesha.web import NoSuchPageError, RegisterView
from depesha.web.register_view import LEAF_ENTRIES, leaf_of


def line(index: int, *, what: str = "void", record_id: str | None = None) -> RegisterLine:
    return RegisterLine(index=index, entry=f"{index:0130x}", what=what, record_id=record_id)


def laid_out(count: int, leaf: int | None = None) -> RegisterView:
    status = RegisterStatus(origin="o", size=count, root="r", cosigned_size=0, cosigned_by=())
    lines = [line(index) for index in range(count)]
    return RegisterView.of("POST", status, lines, [], leaf=leaf)


@given(st.integers(0, 5 * LEAF_ENTRIES))
def test_leaves_hold_every_entry_once(count: int) -> None:
    """Turning all leaves shows every entry once and in order."""
    leaves = laid_out(count).leaves
    shown = [row.index for leaf in range(1, leaves + 1) for row in laid_out(count, leaf).entries]

    assert shown == list(range(count))


@pytest.mark.parametrize(
    ("count", "leaves"),
    [(0, 1), (1, 1), (LEAF_ENTRIES, 1), (LEAF_ENTRIES + 1, 2), (2 * LEAF_ENTRIES, 2)],
)
def test_a_leaf_is_full_before_the_next(count: int, leaves: int) -> None:
    """An empty register has a leaf; a new one is begun when the last is full."""
    view = laid_out(count)

    assert (view.leaf, view.leaves) == (leaves, leaves)
    if count:
        assert view.entries[-1].index == count - 1


@given(st.integers(0, 10**9))
def test_an_entry_keeps_its_leaf(index: int) -> None:
    """The leaf of an entry does not change as the register grows."""
    assert (leaf_of(index) - 1) * LEAF_ENTRIES <= index < leaf_of(index) * LEAF_ENTRIES


@pytest.mark.parametrize("leaf", [-1, 0, 3, 10**30])
def test_there_is_no_such_leaf(leaf: int) -> None:
    """A leaf that the register does not have is refused."""
    with pytest.raises(NoSuchPageError) as refused:
        laid_out(LEAF_ENTRIES + 1, leaf)

    assert refused.value.code == "web.no_page"


def test_an_entry_is_joined_with_its_telegram() -> None:
    """A telegram is found by its entry, and never by the record that a decision names."""
    telegram = TelegramLine(
        record_id="a",
        direction="sent",
        state="sealed",
        number="483/sh",
        originator="Filippov",
        year=1950,
        transmissions=("75021",),
        register_index=0,
    )
    status = RegisterStatus(origin="o", size=3, root="r", cosigned_size=0, cosigned_by=())
    lines = [
        line(0, what="sent No. 483/sh", record_id="a"),
        line(1, what="release decided", record_id="a"),
        line(2),
    ]

    first, decision, void = RegisterView.of("POST", status, lines, [telegram], leaf=1).entries

    assert (first.what, first.number, first.year) == ("telegram", "483/sh", 1950)
    assert first.transmissions == ("75021",)
    assert (decision.what, decision.record_id, decision.number) == ("release decided", "a", None)
    assert (void.what, void.record_id, void.direction) == ("void", None, None)
