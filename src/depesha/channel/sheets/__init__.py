"""Sheets: sealed objects as printed codes, and back from what a scanner reads."""

from depesha.channel.sheets.drawing import CODES_PER_PAGE, draw_pages, write_html
from depesha.channel.sheets.gathering import Gathered, Incomplete, gather
from depesha.channel.sheets.part import (
    PART_LIMIT,
    SHEET_LIMIT_BYTES,
    SheetPart,
    cut_object,
    join_parts,
)

__all__ = [
    "CODES_PER_PAGE",
    "PART_LIMIT",
    "SHEET_LIMIT_BYTES",
    "Gathered",
    "Incomplete",
    "SheetPart",
    "cut_object",
    "draw_pages",
    "gather",
    "join_parts",
    "write_html",
]
