"""A telegram laid out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesha.station import CitedTelegram, Station
from depesha.web import TelegramSheet
from depesha.web.register_view import leaf_of
from depesha.web.telegram_view import CitationRow, PointText
from tests.web.world import World


@pytest.mark.parametrize(
    ("paragraph", "label", "text"),
    [
        ("1. First.", "1.", "First."),
        ("3. [sic] Third.", "3. [sic]", "Third."),
        ("12. Two\nlines.", "12.", "Two\nlines."),
        ("No label.", "", "No label."),
        ("1.5 metres", "", "1.5 metres"),
        ("01. Other spelling", "", "01. Other spelling"),
        ("", "", ""),
    ],
)
def test_a_label_stands_apart(paragraph: str, label: str, text: str) -> None:
    """A printed label hangs before its text; what only resembles one stays in it."""
    assert PointText.of(paragraph) == PointText(label=label, text=text)


@given(st.text())
def test_no_word_of_a_point_is_lost(paragraph: str) -> None:
    """Label and text together are the paragraph as it was written."""
    point = PointText.of(paragraph)

    assert (f"{point.label} {point.text}" if point.label else point.text) == paragraph


def test_the_heading_is_shown_once(station: Station, world: World) -> None:
    """Each line of the heading is on the sheet in exactly one place, in its order."""
    view = station.reading.telegram(world.sent)
    sheet = TelegramSheet.of(view)
    placed = {
        "number": [sheet.number],
        "year": [str(sheet.year)],
        "classification": list(sheet.markings[:1]),
        "caveat": list(sheet.markings[1:]),
        "copies": [sheet.copies_stated],
        "copy": [f"{copy.number} {copy.holder}" for copy in sheet.copies],
        "signature": [sheet.signature],
    }

    shown = [(field.name, field.text) for field in sheet.heading]

    assert shown == [pair for pair in view.heading if pair[0] not in {*placed, "enclosure"}]
    for name, texts in placed.items():
        assert texts == [text for field, text in view.heading if field == name]
    assert len([name for name, _ in view.heading if name == "enclosure"]) == len(sheet.enclosures)


def test_instants_are_known_as_such(station: Station, world: World) -> None:
    """Only what the minute states as an instant is written out in words."""
    heading = TelegramSheet.of(station.reading.telegram(world.sent)).heading

    assert [field.name for field in heading if field.is_instant] == ["written", "released"]


def test_a_copy_beyond_the_distribution_list(station: Station, world: World) -> None:
    """A sealed copy that no list names is shown all the same, without a holder."""
    view = station.reading.telegram(world.sent)
    stray = replace(view.copies[0], copy_number=9)

    copies = TelegramSheet.of(replace(view, copies=(*view.copies, stray))).copies

    assert [(copy.number, copy.holder) for copy in copies] == [
        (1, "PORT AMARO"),
        (2, "file"),
        (9, None),
    ]
    assert [len(copy.transmissions) for copy in copies] == [1, 0, 1]


def test_a_repeat_stands_beside_the_first(station: Station, world: World) -> None:
    """Two transmissions of one copy are both shown, each with its own page."""
    view = station.reading.telegram(world.sent)
    repeat = replace(view.copies[0], page=7, acknowledged=False)

    (first, *_) = TelegramSheet.of(replace(view, copies=(*view.copies, repeat))).copies

    assert [(one.page, one.acknowledged) for one in first.transmissions] == [(1, True), (7, False)]


def test_a_citation_of_an_unknown_kind_keeps_its_word() -> None:
    """A relation that these pages do not know yet is shown by its own name."""
    cited = CitedTelegram(kind="amends", cites="7", status="ambiguous", resolved_to=("a", "b"))

    assert CitationRow.of(cited).relation == "amends"
    assert CitationRow.of(cited).records == ("a", "b")


def test_the_sheet_names_its_place(station: Station, world: World) -> None:
    """A telegram leads back to its own entry on its own leaf."""
    sheet = TelegramSheet.of(station.reading.telegram(world.answer))

    assert sheet.register_leaf == leaf_of(sheet.register_index)
    assert (sheet.direction, sheet.originator) == ("received", "Port Amaro")
