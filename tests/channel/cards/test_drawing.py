"""What a camera reads from the codes that we draw."""

import re

import pytest
import zxingcpp

from depesha.channel import (
    CardFormatError,
    draw_fingerprint,
    fingerprint_code,
    picture_of_card,
    picture_of_fingerprint,
    ungroup_fingerprint,
)
from tests.channel.stations import HARBOUR

FINGERPRINT = "0123456789abcdef" * 4
CODE = fingerprint_code(FINGERPRINT)
DOTS = 4
# The upper and the lower half of a character cell; what is lit is light.
CELLS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def read(rows: list[list[int]]) -> bytes:
    """Read the code of a picture: 1 is light, 0 is dark."""
    wide = [[255 * dot for dot in row for _ in range(DOTS)] for row in rows for _ in range(DOTS)]
    pixels = bytes(dot for row in wide for dot in row)
    image = memoryview(pixels).cast("B", shape=[len(wide), len(wide[0])])
    (found,) = zxingcpp.read_barcodes(image)
    return found.bytes


def test_a_code_on_a_terminal_is_read_back() -> None:
    """A camera held to the screen reads the whole fingerprint."""
    lines = draw_fingerprint(FINGERPRINT).rstrip("\n").split("\n")
    assert {letter for line in lines for letter in line} <= set(CELLS)
    rows = [[CELLS[letter][half] for letter in line] for line in lines for half in (0, 1)]
    assert ungroup_fingerprint(read(rows).decode()) == FINGERPRINT


def dots_of(picture: str) -> list[list[int]]:
    """Follow the strokes of the picture: each is a run of dark dots."""
    assert 'fill="#fff"' in picture
    assert 'stroke="#000"' in picture
    (path,) = re.findall(r'class="qrline"[^>]* d="([^"]+)"', picture)
    size = int(re.findall(r'width="(\d+)"', picture)[0]) // 6
    rows = [[1] * size for _ in range(size)]
    across, down = 0.0, 0.0
    for command, *numbers in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        first, second = float(numbers[0]), float(numbers[1] or 0)
        if command == "h":
            for place in range(int(across), int(across + first)):
                rows[int(down)][place] = 0
            across += first
        else:
            is_from_here = command == "m"
            across, down = first + across * is_from_here, second + down * is_from_here
    return rows


def test_a_printed_code_is_read_back() -> None:
    """The picture is black on white, with the margin that readers need."""
    rows = dots_of(picture_of_fingerprint(FINGERPRINT).decode())
    assert rows[0] == rows[3] == [1] * len(rows)
    assert read(rows) == CODE.encode()


def test_a_whole_card_is_read_back() -> None:
    """A card of a few people goes into one code, to the byte; a larger one says so."""
    assert read(dots_of(picture_of_card(HARBOUR.note).decode())) == HARBOUR.note
    with pytest.raises(CardFormatError):
        picture_of_card(HARBOUR.note * 2)
