"""Tables on a slide, native ones that can be edited: the rows of an exhibit, and a map of cohorts with filled cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu, Inches, Pt

from retention.labels import NO_BREAK
from retention.number_styles import NumberStyle
from retention.pack.filled import Cell, FilledTable
from retention.pack.fitting import fitted
from retention.pack.inert import plain
from retention.pack.slide_text import INK, LEFT, QUIET, TOP, WHITE, WIDE, say

SIZES: Final = (14, 13, 12, 11, 10, 9)
MOST_COLUMNS: Final = 9
HEAD: Final = "E4ECF5"
SAID: Final = Inches(0.3)
"""The line below a table that says how much of it is shown."""
NAME, SIZE, AGE, HIGHEST = 1.1, 0.6, 0.62, 26
"""Inches that the columns of a map take at most: the cohort, its size, and each age; and points that a row does."""
SIDES: Final = ("lnL", "lnR", "lnT", "lnB")
WIDELY: Final = 'marL="91440" marR="91440" marT="45720" marB="45720" anchor="t"'
TIGHTLY: Final = 'marL="12700" marR="12700" marT="12700" marB="12700" anchor="ctr"'


def rows_on(slide: Any, rows: Sequence[Mapping[str, str]], *, tall: int, style: NumberStyle, top: int = TOP) -> int:
    """The rows of an exhibit as a table, as many as fit; gives back where it ends."""
    if not rows:
        return top
    shown = fitted(rows, width=Emu(WIDE).pt, height=Emu(tall - SAID).pt, columns=MOST_COLUMNS, sizes=SIZES)
    head = [_cell(text, size=shown.size, fill=HEAD, bold=True) for text in shown.headings]
    lines = [[_cell(text, size=shown.size, fill=WHITE) for text in row] for row in shown.rows]
    widths = [share * Emu(WIDE).pt for share in shown.widths]
    end = _table(slide, [head, *lines], widths=widths, heights=shown.heights, top=top)
    return _say_below(slide, shown.said, style, end)


def filled_on(slide: Any, shown: FilledTable, *, tall: int, style: NumberStyle) -> int:
    """A map of cohorts as a table whose cells are filled; gives back where it ends."""
    ages, count = len(shown.headings) - 2, len(shown.rows) + 1
    across = min(AGE, (Emu(WIDE).inches - NAME - SIZE) / max(ages, 1))
    high = min(Emu(tall - SAID).pt / count, HIGHEST)
    size = 12 if high > 20 and across > 0.6 else 10 if high >= 15 and across > 0.54 else 9
    head = [_cell(text, size=size, fill=HEAD, bold=True, how=TIGHTLY, side="ctr") for text in shown.headings]
    lines = [
        [_drawn(cell, style, size=size, side="l" if at == 0 else "ctr") for at, cell in enumerate(row)]
        for row in shown.rows
    ]
    widths = [72 * inches for inches in (NAME, SIZE, *[across] * ages)]
    end = _table(slide, [head, *lines], widths=widths, heights=[high] * count, top=TOP)
    return _say_below(slide, shown.said, style, end)


def _say_below(slide: Any, said: str, style: NumberStyle, end: int) -> int:
    if not said:
        return end
    say(slide, style.text(said), (LEFT, end, WIDE, SAID), size=10, colour=QUIET)
    return Emu(end + SAID)


def _table(
    slide: Any, lines: Sequence[Sequence[str]], *, widths: Sequence[float], heights: Sequence[float], top: int
) -> int:
    """A table of cells that are written already; gives back where it ends."""
    frame = slide.shapes.add_table(1, len(widths), LEFT, top, Pt(sum(widths)), Pt(sum(heights)))
    table = frame.table
    table.horz_banding = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
    table._tbl.remove(table._tbl.tr_lst[0])
    for cells, height in zip(lines, heights, strict=True):
        table._tbl.append(parse_xml(f'<a:tr {nsdecls("a")} h="{Pt(height)}">{"".join(cells)}</a:tr>'))
    return Emu(top + Pt(sum(heights)))


def _drawn(cell: Cell, style: NumberStyle, *, size: int, side: str) -> str:
    text = plain(style.text(cell.text))
    return _cell(text, size=7 if cell.open else size, fill=cell.fill, colour=cell.ink, dashed=cell.open, how=TIGHTLY,
                 side=side)  # fmt: skip


def _cell(
    text: str, *, size: int, fill: str | None, colour: str = INK, bold: bool = False, dashed: bool = False,
    how: str = WIDELY, side: str = "l",
) -> str:  # fmt: skip
    """One cell as PowerPoint holds it: hundreds of them are written a hundred times faster than one by one.

    An empty one holds a blank, without which its row would be as high as a line of the usual size.
    """
    ground = "<a:noFill/>" if fill is None else f"<a:solidFill>{_colour(fill)}</a:solidFill>"
    line = f'<a:solidFill>{_colour(QUIET)}</a:solidFill><a:prstDash val="dash"/>'
    around = "".join(f'<a:{edge} w="9525">{line}</a:{edge}>' for edge in SIDES) if dashed else ""
    ink = f"<a:solidFill>{_colour(colour)}</a:solidFill>"
    return (
        f'<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{side}"/>'
        f'<a:r><a:rPr lang="en-GB" sz="{size * 100}" b="{int(bold)}">{ink}</a:rPr>'
        f'<a:t>{escape(text) or NO_BREAK}</a:t></a:r><a:endParaRPr sz="{size * 100}"/></a:p></a:txBody>'
        f"<a:tcPr {how}>{around}{ground}</a:tcPr></a:tc>"
    )


def _colour(colour: str) -> str:
    return f'<a:srgbClr val="{colour.removeprefix("#").upper()}"/>'
