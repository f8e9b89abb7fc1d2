import pytest

from depesha.edition import Reading, ReadingPart, ReleaseFormatError, Selection, Withholding
from tests.edition.pages import unproved
from tests.edition.world import POINTS, PreparedWorld, World, card


def test_a_reading_follows_its_release() -> None:
    """Points and sentences stand in reading order, cards in place of what is withheld."""
    reading = Reading.of(World().statement())
    assert [(point.number, point.label) for point in reading.points] == [
        (1, "1."),
        (2, ""),
        (3, ""),
    ]
    assert [part.card is None for part in reading.points[0].parts] == [True, False, True]
    assert reading.points[1].parts == ()
    assert reading.points[1].card == card("2", review=None)
    assert "".join(part.text for part in reading.points[2].parts) == POINTS[2].text
    assert [kept.path for kept in reading.cards] == ["for", "1.2", "2"]


def test_a_heading_is_read_by_its_labels() -> None:
    """Fields of one name stand together under one label; numbers and signature stand apart."""
    reading = unproved().text
    groups = [(label, len(parts)) for label, parts in reading.principal]
    assert groups == [("From", 1), ("To, for action", 2), ("Via", 1)]
    assert [label for label, _ in reading.particulars] == ["Typed by"]
    assert [part.text for part in reading.numbers] == ["75021", "483/sh"]
    assert [part.text for part in reading.signatures] == ["Heron"]


def test_no_field_is_lost_on_the_page() -> None:
    """Every field of a release stands in exactly one group."""
    reading = Reading.of(World().statement())
    groups = [*reading.principal, *reading.particulars]
    shown = [part for _, parts in groups for part in parts]
    shown += [*reading.numbers, *reading.signatures]
    assert sorted(part.path for part in shown) == sorted(part.path for part in reading.heading)


def test_withheld_in_full_reads_as_one_card_each() -> None:
    """A card for the whole heading and one for the whole text are all there is to read."""
    statement = World().statement(
        header=Selection(withheld=[card("fields")]), body=Selection(withheld=[card("points")])
    )
    reading = Reading.of(statement)
    assert [part.path for part in reading.heading] == ["heading"]
    assert [kept.path for kept in reading.cards] == ["fields", "points"]
    assert not reading.has_brackets


@pytest.mark.parametrize(
    ("places", "withheld"),
    [
        ((0,), ()),
        ((0, 1), ()),
        ((0, 1, 2), (card("1.1"),)),
        ((0, 1, 2), (card("7"),)),
        ((0, 2), (card("1"),)),
        ((3,), ()),
    ],
)
def test_a_release_without_its_outline_is_no_reading(
    places: tuple[int, ...], withheld: tuple[Withholding, ...]
) -> None:
    """What the verifier refuses is not laid out on a page, and is refused by name."""
    body = [("points", "1"), ("1", "1"), ("1.1", "One."), ("points", "x")]
    statement = PreparedWorld(body_parts=body).showing(*places, withheld=withheld)
    with pytest.raises(ReleaseFormatError):
        Reading.of(statement)


def test_brackets_are_told_from_the_text() -> None:
    """What editors set in brackets can be shown in another colour, and joins to the same text."""
    part = ReadingPart(path="1.1", text="Heron [sic] waits [in the port].")
    assert part.pieces == (
        ("Heron ", False),
        ("[sic]", True),
        (" waits ", False),
        ("[in the port]", True),
        (".", False),
    )
    assert ReadingPart(path="1.1", text="[open").pieces == (("[open", False),)
