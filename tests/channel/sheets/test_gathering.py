from random import Random

import pytest

from depesha.base import Digest
from depesha.channel import Incomplete, SheetFormatError, SheetPart, cut_object, gather
from depesha.channel.sheets.gathering import PART_COUNT_LIMIT

LONG, SHORT = bytes(range(256)) * 9, b"a short one"
LINES = [part.to_text() for part in (*cut_object(LONG), *cut_object(SHORT))]


def test_order_and_repetition_do_not_matter() -> None:
    """Somebody who scans all codes twice, in any order, with blank lines, gets every object."""
    lines = [*LINES, *LINES, "", "   "]
    Random(7).shuffle(lines)  # noqa: S311 - an order, not a secret
    gathered = gather(f"  {line}\r" for line in lines)

    assert set(gathered.objects) == {LONG, SHORT}
    assert (gathered.incomplete, gathered.unread_lines) == ((), ())


def test_missing_parts_are_named() -> None:
    """What is not there yet is told by number, and the other sheets are taken."""
    gathered = gather([LINES[1], LINES[-1]])

    assert gathered.objects == (SHORT,)
    label = cut_object(LONG)[0].label
    assert gathered.incomplete == (Incomplete(label=label, parts=3, missing=(1, 3)),)


def test_what_is_no_part_is_told_by_its_line() -> None:
    """Other codes on the table, and misread ones, are passed over and named."""
    gathered = gather(["https://example.org", *LINES, LINES[0].lower()])

    assert len(gathered.objects) == 2
    assert gathered.unread_lines == (1, len(LINES) + 2)


def forged(number: int, parts: int, data: bytes) -> str:
    return SheetPart(number=number, parts=parts, digest=Digest.of(LONG), data=data).to_text()


def test_a_contradicting_part_is_named() -> None:
    """A forged code beside the true ones makes no object, and which one it is can be seen."""
    gathered = gather([*LINES, forged(2, 3, b"forged")])

    assert gathered.objects == (SHORT,)
    (incomplete,) = gathered.incomplete
    assert (incomplete.missing, incomplete.contradicting) == ((), (2,))


def test_parts_that_make_another_object_are_refused() -> None:
    """Parts that are all there and do not make what they name are all to be scanned again."""
    gathered = gather([forged(1, 2, b"one"), forged(2, 2, b"two"), *LINES])

    assert set(gathered.objects) == {LONG, SHORT}
    assert [one.contradicting for one in gathered.incomplete] == [(1, 2)]


def test_there_is_an_end_to_scanning() -> None:
    """A file of endless lines is refused."""
    with pytest.raises(SheetFormatError):
        gather("x" for _ in range(PART_COUNT_LIMIT + 1))
