"""The sheets are looked at as a reader of codes sees them."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import zxingcpp

from depesha.channel import cut_object, draw_pages, write_html
from depesha.channel.sheets.drawing import CODES_PER_PAGE

LONG = bytes(range(256)) * 30
PARTS = [*cut_object(LONG), *cut_object(b"a short one")]
SVG = "{http://www.w3.org/2000/svg}"
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
_SCALE = 3


def picture(code: ET.Element) -> memoryview:
    """Draw one code as dots, in the way in which its paths say it."""
    side = int(code.attrib["viewBox"].split()[2])
    quiet = -int(code.attrib["viewBox"].split()[0])
    rows = [bytearray(b"\xff" * side * _SCALE) for _ in range(side)]
    path = code.find(f"{SVG}path")
    assert path is not None
    for column, row, length in (map(int, run) for run in _RUN.findall(path.attrib["d"])):
        start = (column + quiet) * _SCALE
        rows[row + quiet][start : start + length * _SCALE] = bytes(length * _SCALE)
    dots = b"".join(bytes(row) * _SCALE for row in rows)
    return memoryview(dots).cast("B", [side * _SCALE, side * _SCALE])


def codes(page: str) -> list[ET.Element]:
    return ET.fromstring(page).findall(f"{SVG}svg")  # noqa: S314 - our own drawing


def test_every_code_reads_as_its_part() -> None:
    """What is printed is what a scanner gives back, in the order drawn."""
    read = []
    for page in draw_pages(PARTS):
        for code in codes(page):
            (found,) = zxingcpp.read_barcodes(picture(code))
            read.append(found.text)

    assert read == [part.to_text() for part in PARTS]


def test_codes_do_not_touch_each_other_or_the_edge() -> None:
    """On every page each code stands by itself within the paper."""
    for page in draw_pages(PARTS):
        boxes = [
            tuple(float(code.attrib[name]) for name in ("x", "y", "width", "height"))
            for code in codes(page)
        ]
        assert len(boxes) <= CODES_PER_PAGE
        assert all(x >= 10 and y >= 22 and x + w <= 200 and y + h <= 282 for x, y, w, h in boxes)
        for (x, y, w, h), (x2, y2, _, _) in pairwise(boxes):
            assert x2 >= x + w + 5 or y2 >= y + h + 5


def test_a_page_says_how_it_is_read_and_not_whose_it_is() -> None:
    """Label, part and page stand beside the codes, for whoever lays the paper under a scanner."""
    first, second = draw_pages(PARTS)
    texts = [text.text for text in ET.fromstring(second).findall(f"{SVG}text")]  # noqa: S314

    assert "page 2 of 2" in texts
    assert f"{PARTS[-1].label}  1 of 1" in texts
    assert any("depesha pouch scan" in (text or "") for text in texts)
    assert write_html([first, second]).count("<svg xmlns") == 2


def test_nothing_makes_no_page() -> None:
    """Where nothing waits there is nothing to print."""
    assert draw_pages([]) == ()
