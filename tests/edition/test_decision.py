from dataclasses import replace
from datetime import UTC, datetime

import pytest

from depesha.edition import Decision, Selection, UndecidedError
from depesha.edition.decision import settle
from tests.edition.world import body_selection, card, commit_record, header_selection

ALL = ("1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2")


def test_outline_comes_with_what_needs_it() -> None:
    """Whoever discloses sentences discloses how many there are, and no more."""
    assert settle(commit_record().body, body_selection()) == (
        *("points", "1", "1.1", "1.3"),
        *("3", "3.1", "3.2"),
    )


def test_everything_can_be_disclosed() -> None:
    """A release in full names every sentence."""
    tree = commit_record().body
    assert set(settle(tree, Selection(disclosed=ALL))) == set(tree.parts)


def test_everything_can_be_withheld_with_one_card() -> None:
    """Withheld in full: not even the number of points is told."""
    assert settle(commit_record().body, Selection(withheld=[card("points")])) == ()
    assert settle(commit_record().header, Selection(withheld=[card("fields")])) == ()


@pytest.mark.parametrize(
    "selection",
    [
        Selection(),
        Selection(disclosed=ALL[1:]),
        Selection(disclosed=(*ALL, "4.1")),
        Selection(disclosed=(*ALL, "1.1")),
        Selection(disclosed=ALL, withheld=[card("1.1")]),
        Selection(disclosed=ALL, withheld=[card("1")]),
        Selection(disclosed=ALL, withheld=[card("points")]),
        Selection(disclosed=ALL[1:], withheld=[card("1.1"), card("1.1")]),
        Selection(disclosed=ALL, withheld=[card("decoy 0")]),
    ],
)
def test_every_part_is_decided_exactly_once(selection: Selection) -> None:
    """What is forgotten, decided twice or does not exist stops the release."""
    with pytest.raises(UndecidedError):
        settle(commit_record().body, selection)


@pytest.mark.parametrize("word", ["path", "reason", "authority", "substitute"])
def test_a_card_holds_lines(word: str) -> None:
    """A card cannot smuggle a second line into a page or a terminal."""
    with pytest.raises(UndecidedError):
        replace(card("1.1"), **{word: "two\nlines"})  # type: ignore[arg-type] # one of four names


@pytest.mark.parametrize("word", ["record", "authority"])
def test_a_decision_has_a_name_and_an_authority(word: str) -> None:
    """Nothing is released by nobody."""
    given = {"record": "a", "authority": "b", word: ""}
    with pytest.raises(UndecidedError):
        Decision(
            **given,
            released=datetime(2061, 1, 1, tzinfo=UTC),
            header=header_selection(),
            body=body_selection(),
        )


def test_a_decision_is_dated_in_utc() -> None:
    """A release without a zone is a mistake of the program."""
    with pytest.raises(ValueError, match="UTC"):
        Decision(
            record="a",
            authority="b",
            released=datetime(2061, 1, 1),  # noqa: DTZ001 (the mistake that is tested)
            header=header_selection(),
            body=body_selection(),
        )
