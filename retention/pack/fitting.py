"""How much of a table fits where it is shown, how wide its columns stand, and what is said of what does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from retention.pack.inert import plain

LONGEST: Final = 600
"""Signs of a cell that are shown."""
NARROWEST, WIDEST = 7, 70
"""Signs between which a column's share of the width is settled by its longest cell."""
WIDTH_OF_A_SIGN, HEIGHT_OF_A_LINE, AROUND_A_CELL = 0.56, 1.22, (14.4, 8.0)
"""In sizes of the type; and the points that stand around the text of a cell, across and down."""


@dataclass(frozen=True)
class Fitted:
    """The part of a table that fits.

    Attributes:
        headings: over its columns.
        rows: texts, a cell a heading.
        widths: the share of each column of the whole width.
        size: of the type, in points.
        heights: of the line of headings and of each row, in points.
        said: how much of the table it is; empty where it is all of it.
    """

    headings: list[str]
    rows: list[list[str]]
    widths: list[float]
    size: int
    heights: list[float]
    said: str


def fitted(
    rows: Sequence[Mapping[str, str]], *, width: float, height: float, columns: int, sizes: Sequence[int]
) -> Fitted:
    """A table in the largest type in which all of its rows fit; in the smallest, the first of them that do.

    Args:
        rows: at least one, texts by their headings.
        width: of the whole, in points.
        height: the most it may be, in points.
        columns: the most that stand beside each other.
        sizes: of the type, in points, the largest first.
    """
    headings = list(rows[0])[:columns]
    cells = [[plain(row[heading], longest=LONGEST) for heading in headings] for row in rows]
    lines = [[plain(heading) for heading in headings], *cells]
    longest = [max(len(line[at]) for line in lines) for at in range(len(headings))]
    shares = [min(max(signs, NARROWEST), WIDEST) for signs in longest]
    widths = [share / sum(shares) for share in shares]
    for size in sizes:
        heights = [_height(line, [width * share for share in widths], size) for line in lines]
        if sum(heights) <= height:
            break
    count = len(heights)
    while count > 2 and sum(heights[:count]) > height:
        count -= 1
    said = showing(rows, count - 1, columns)
    return Fitted(lines[0], cells[: count - 1], widths, size, heights[:count], said)


def showing(rows: Sequence[Mapping[str, str]], most_rows: int, most_columns: int) -> str:
    """How much of a table is shown where that is not all of it: "Showing 14 of 40 rows and 9 of 12 columns."."""
    parts = ((most_rows, len(rows), "rows"), (most_columns, len(rows[0]) if rows else 0, "columns"))
    left_out = [f"{shown:,} of {of:,} {what}" for shown, of, what in parts if shown < of]
    return f"Showing {' and '.join(left_out)}." if left_out else ""


def _height(line: Sequence[str], widths: Sequence[float], size: int) -> float:
    """Points that a row needs, its longest cell folded into the width of its column."""
    across, down = AROUND_A_CELL
    folded = (
        ceil(len(text) * WIDTH_OF_A_SIGN * size / (width - across)) for text, width in zip(line, widths, strict=True)
    )
    return max(1, *folded) * size * HEIGHT_OF_A_LINE + down
