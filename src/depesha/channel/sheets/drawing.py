"""Drawing sheets: pages of six codes each, as SVG of the size of A4, and all of them as HTML.

Nothing on a page says whose it is: a label, numbers, and how it is read.
"""

from collections.abc import Iterator, Sequence

import segno

from depesha.channel.sheets.part import SheetPart

CODES_PER_PAGE = 6
_COLUMNS = 2
_WIDTH_MM, _HEIGHT_MM = 210, 297
_MARGIN_MM = 14
_TOP_MM = 26
_CODE_MM = 78
_ROW_MM = 86
_COLUMN_MM = _WIDTH_MM - 2 * _MARGIN_MM - _CODE_MM
_QUIET_MODULES = 4
_MASK = 2
_HOW = "Read each code with any reader, one text to a line, in any order; then: depesha pouch scan"
_STYLE = (
    "@page{size:A4;margin:0}body{margin:0}"
    f"svg{{display:block;width:{_WIDTH_MM}mm;height:{_HEIGHT_MM}mm;break-after:page}}"
    "svg:last-child{break-after:auto}"
)


def draw_pages(parts: Sequence[SheetPart]) -> tuple[str, ...]:
    """Draw the parts in the order given, each page an SVG document of its own."""
    rows = [parts[place : place + CODES_PER_PAGE] for place in range(0, len(parts), CODES_PER_PAGE)]
    return tuple(_page(codes, number, len(rows)) for number, codes in enumerate(rows, 1))


def write_html(pages: Sequence[str]) -> str:
    """Put pages together as one document that a browser prints page by page."""
    body = "\n".join(pages)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Sheets</title>\n'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _page(codes: Sequence[SheetPart], number: int, pages: int) -> str:
    labels = " ".join(dict.fromkeys(part.label for part in codes))
    drawn = "\n".join(_code(part, place) for place, part in enumerate(codes))
    right = _WIDTH_MM - _MARGIN_MM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH_MM}mm" height="{_HEIGHT_MM}mm" '
        f'viewBox="0 0 {_WIDTH_MM} {_HEIGHT_MM}" font-family="monospace" font-size="4">\n'
        f'<rect width="{_WIDTH_MM}" height="{_HEIGHT_MM}" fill="#fff"/>\n'
        f'<text x="{_MARGIN_MM}" y="18">{labels}</text>\n'
        f'<text x="{right}" y="18" text-anchor="end">page {number} of {pages}</text>\n'
        f'<path d="M{_MARGIN_MM} 22H{right}" stroke="#000" stroke-width=".2"/>\n'
        f"{drawn}\n"
        f'<text x="{_MARGIN_MM}" y="{_HEIGHT_MM - 9}" font-size="3.1">{_HOW}</text>\n</svg>'
    )


def _code(part: SheetPart, place: int) -> str:
    # Level M reads through a fold or a coffee ring. The mask is not chosen by trial, which takes
    # five times as long: what is sealed looks like noise, and one mask is as good as another.
    code = segno.make_qr(
        part.to_text(), error="m", mode="alphanumeric", mask=_MASK, boost_error=False
    )
    left = _MARGIN_MM + place % _COLUMNS * _COLUMN_MM
    top = _TOP_MM + place // _COLUMNS * _ROW_MM
    size = len(code.matrix) + 2 * _QUIET_MODULES
    path = "".join(_runs(code.matrix))
    caption = f"{part.label}  {part.number} of {part.parts}"
    return (
        f'<svg x="{left}" y="{top}" width="{_CODE_MM}" height="{_CODE_MM}" '
        f'viewBox="-{_QUIET_MODULES} -{_QUIET_MODULES} {size} {size}" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>\n'
        f'<text x="{left + _CODE_MM / 2:g}" y="{top + _CODE_MM + 3}" '
        f'text-anchor="middle">{caption}</text>'
    )


def _runs(matrix: Sequence[bytearray]) -> Iterator[str]:
    """Yield one closed path for each run of dark modules in a row."""
    for row, modules in enumerate(matrix):
        start = None
        for column, is_dark in enumerate([*modules, 0]):
            if is_dark and start is None:
                start = column
            elif not is_dark and start is not None:
                length = column - start
                yield f"M{start} {row}h{length}v1h-{length}z"
                start = None
