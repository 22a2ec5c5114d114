"""Which row names the columns? The one whose cells are least like the cells below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

Row = Sequence[str | None]

_NUMBER = re.compile(
    r"[-+(]?\s*(?:[$€£¥]|[A-Z]{3} )?\s*-?[\d][\d.,' \u00a0]*\)?\s*(?:%|[$€£¥]|(?!ARR|MRR|ACV)[A-Z]{3})?\)?"
)
_DATE = re.compile(
    r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*|\d{4}-\d{2}(?:T.*)?|\d{4}[-/ ]?M\d{1,2}|\d{1,2}:\d{2}.*|"
    r"(?:\d{1,2}[- /])?[A-Za-z]{3,9}[-/ .']+(?:\d{1,2},? )?'?\d{2,4}.*"
)


@lru_cache(maxsize=20_000)
def kind(cell: str) -> str:
    """What a cell looks like: "number", "date", "mixed" (letters and digits, addresses) or "text"."""
    cell = cell.strip()
    if _DATE.fullmatch(cell):
        return "date"
    if _NUMBER.fullmatch(cell):
        return "number"
    if any(character.isdigit() for character in cell) or "@" in cell or "://" in cell:
        return "mixed"
    return "text"


@lru_cache(maxsize=20_000)
def shape(cell: str) -> str:
    """A cell with its letters and digits forgotten: "MG-8769" has the shape "A-9"."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", cell.strip()))


def vote(name: str | None, column: Sequence[str]) -> float:
    """How much a cell is the name of the cells below it (1) rather than one of them (-1)."""
    if name is None:
        return -0.5 if column else 0.0
    own = kind(name)
    if not column:
        return 0.1 if own == "text" else -0.3
    kinds = Counter(map(kind, column))
    common, times = kinds.most_common(1)[0]
    if common == "text" or times < 0.6 * len(column):
        if name in column:
            return -1.0
        return (0.15 if common == "text" else 0.3) if own == "text" else -0.2
    if own == "text":
        return 1.0
    if own != common or (_is_year(name) and not any(map(_is_year, column))):
        return 0.3
    shapes = Counter(map(shape, column))
    return -1.0 if own != "mixed" or shape(name) in shapes else 0.3


_TOPMOST, _BELOW = 4, 200
"""How many of the first rows can be the header, and how many rows below each are looked at."""


def _is_year(cell: str) -> bool:
    return cell.isdecimal() and 1990 <= int(cell) <= 2100


def _is_month(cell: str) -> bool:
    return cell.isdecimal() and len(cell) == 6 and _is_year(cell[:4]) and 1 <= int(cell[4:]) <= 12


def votes(row: Row, below: Sequence[Row]) -> list[float]:
    """The vote of each cell of a row on being a header."""
    repeats = [_repeats(other, row) for other in below]
    rare = sum(repeats) <= 0.1 * len(below)
    rows = [
        other
        for other, repeat in zip(below, repeats, strict=True)
        if tuple(other) != tuple(row) and not (rare and repeat)
    ]
    columns = [[cell for other in rows if (cell := other[at]) and cell.strip(_DASHES)] for at in range(len(row))]
    cast = [vote(name, column) for name, column in zip(row, columns, strict=True)]
    return [0.5 if at in _sequence(row) else one for at, one in enumerate(cast)]


_DASHES = "-\u2013\u2014 "
"""A dash stands for nothing: it says nothing about what a column holds."""


def _repeats(other: Row, row: Row) -> bool:
    """Whether a row says mostly the same words as another, as the headers of paged reports do."""
    alike = sum(cell is not None and cell == name for cell, name in zip(other, row, strict=True))
    return alike >= max(2, sum(cell is not None for cell in other) / 2)


def _sequence(row: Row) -> set[int]:
    """Places of numbers or dates that run on regularly, as the months or years of a wide sheet do."""
    places = [at for at, cell in enumerate(row) if cell and kind(cell) in ("number", "date")]
    if len(places) < 3 or places[-1] - places[0] != len(places) - 1:
        return set()
    cells = [row[at] or "" for at in places]
    if all(kind(cell) == "date" for cell in cells):
        return set(places) if len({shape(cell) for cell in cells}) <= 2 and len(set(cells)) == len(cells) else set()
    if not all(_is_year(cell) or _is_month(cell) for cell in cells):
        return set()
    steps = {int(second) - int(first) for first, second in pairwise(cells)}
    return set(places) if len(steps) == 1 and steps != {0} else set()


def first_row(rows: Sequence[Row]) -> int:
    """Where the table begins: the first row that is filled like those below, and no title."""
    fills = [sum(cell is not None for cell in row) for row in rows]
    later = sorted(fill for fill in fills[1:] if fill >= min(2, len(rows[0]))) or fills
    typical = max(later[len(later) // 2], 1)
    enough = max(min(2, typical), -(-typical // 2))
    return next((at for at, fill in enumerate(fills[:40]) if fill >= enough), 0)


def find_header(rows: Sequence[Row], top: int) -> int | None:
    """Which of the first rows of a table, from ``top`` on, is the header; None if none is."""
    best, best_score, passed = None, 0.0, False
    for at in range(top, min(top + _TOPMOST, len(rows))):
        cast = votes(rows[at], rows[at + 1 :][:_BELOW])
        score = sum(cast)
        if score > 0 and (best is None or score >= best_score + 0.9) and not passed:
            best, best_score = at, score
        passed = passed or sum(one <= -1 for one in cast) > 0
    return best


def is_plain(row: Row, below: Sequence[Row]) -> bool:
    """Whether the cells of a row are plainly names, unlike all that stands below them, or plainly values like it."""
    cast = votes(row, below[:_BELOW])
    return (max(cast) >= 1) != (min(cast) <= -1)


def rival_rows(rows: Sequence[Row], top: int) -> list[int]:
    """The first rows of a table whose cells could be names."""
    return [
        at
        for at in range(top, min(top + _TOPMOST, len(rows)))
        if sum(cell is not None for cell in rows[at]) > 1 and min(votes(rows[at], rows[at + 1 :][:_BELOW])) > -1
    ]


def is_second_header(row: Row, header: Row, below: Sequence[Row]) -> bool:
    """Whether a row under the header is still part of it: words over every column of numbers or dates."""
    if not below or tuple(row) == tuple(header):
        return False
    if _fills_the_gaps(row, header):
        return True
    if len(below) < 2:
        return False
    cast = votes(row, below)
    typed = [one for one in cast if abs(one) == 1.0]
    filled = sum(cell is not None for cell in row)
    return len(typed) >= 2 and min(typed) == 1.0 and filled >= 0.6 * len(row)


def _fills_the_gaps(row: Row, header: Row) -> bool:
    """Whether a row of words stands just where a name above it reaches over empty cells."""
    places = [at for at, cell in enumerate(row) if cell is not None]
    under_names = [at for at in places if header[at] is not None]
    words = all(kind(row[at] or "") == "text" for at in places)
    reaching = all(at + 1 < len(header) and header[at + 1] is None for at in under_names)
    return words and len(places) >= 2 and len(under_names) < len(places) and reaching
