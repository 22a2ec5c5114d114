"""Rows that stand among the data and are none: totals, footers, repeated headers, another table.

Each function answers one question as {row number: reason}.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import or_

import polars as pl

from retention.coded import by_text, decoded, is_coded
from retention.intake.read.formats.header import kind, shape, votes
from retention.intake.read.formats.records import Records

_SUM_WORDS = r"sum|summe|gesamt|gesamtsumme|suma|somme|totale|totaal|razem|summa|ogolem|totalt|total_geral"
_HINTS = ["tota", "sum", "gesamt", "somme", "razem", "ogolem"]
"""What every word for a total holds; looking for these first is cheap."""
_KINDS = r"(?:(?:grand|sub|overall|report)[\s-]*)?"
_TOTAL = rf"(?i)^\s*{_KINDS}totals?\b|\btotals?\s*:?\s*$|^\s*(?:{_SUM_WORDS})\s*:?\s*$"
_PLAIN_TOTAL = re.compile(rf"(?i)\s*(?:{_KINDS}totals?|{_SUM_WORDS})\s*:?\s*")
_TOTAL_OF = re.compile(r"(?i)\s*(?:sub[\s-]*)?total for (.+)")
_FOOTER = re.compile(
    r"(?i)\b(?:generated|exported|printed|report|confidential|copyright|©|source|note|notes|page|as of|run (?:on|by)|"
    r"created by|end of|disclaimer|all rights|prepared)\b|©|^\s*[*†#(]"
)
_LABEL_COLUMNS = 6


def repeated_headers(cells: pl.DataFrame, numbers: pl.Series, header: Sequence[str | None]) -> dict[int, str]:
    """Rows that repeat the header, as paged reports and pasted exports do."""
    if not any(header):
        return {}
    same = pl.all_horizontal(pl.col(str(at)).eq_missing(pl.lit(cell, pl.String)) for at, cell in enumerate(header))
    places = cells.select(same).to_series().arg_true().to_list()
    if len(places) > cells.height / 2:
        return {}
    found = {int(numbers[at]): "repeats the header" for at in places}
    titles = {
        int(numbers[at - 1]): "a title above a repeated header"
        for at in places
        if at and cells.width > 1 and sum(cell is not None for cell in cells.row(at - 1)) == 1
    }
    return titles | found


def totals(cells: pl.DataFrame, numbers: pl.Series) -> dict[int, str]:
    """Rows that add up other rows: named so, and bare of what every other row has, or true to the sum."""
    labels = [column for column in cells.columns[:_LABEL_COLUMNS] if column == "0" or _holds_words(cells[column])]
    if not labels or not cells.height:
        return {}
    hinted = reduce(or_, (_hinted(cells[label]) for label in labels)).arg_true()
    named = pl.any_horizontal(pl.col(labels).str.contains(_TOTAL)).fill_null(False)
    found = hinted.filter(decoded(cells[hinted]).select(named).to_series())
    if found.is_empty():
        return {}
    filled = {column: 1 - cells[column].null_count() / cells.height for column in cells.columns}
    usual = [column for column, share in filled.items() if share >= 0.6 - 1 / cells.height]
    named_so = set(found.to_list())
    return {int(numbers[at]): "looks like a total" for at in named_so if _is_total(cells, at, usual, named_so)}


def _hinted(column: pl.Series) -> pl.Series:
    """Which cells may be named like a total."""
    if is_coded(column):
        texts, place = by_text(column)
        return _hinted(texts).gather(place)
    return column.str.contains_any(_HINTS, ascii_case_insensitive=True).fill_null(False)


def _holds_words(column: pl.Series) -> bool:
    """Whether a column may hold a label: not one of numbers and dates only."""
    return any(
        kind(cell) in ("text", "mixed") for cell in [*column.drop_nulls().head(50), *column.tail(3).drop_nulls()]
    )


def _is_total(cells: pl.DataFrame, at: int, usual: Sequence[str], named_so: Collection[int]) -> bool:
    """Whether a row that is named like a total is one; the others named so are not added up again."""
    row = cells.row(at, named=True)
    label = next(column for column, cell in row.items() if cell and re.search(_TOTAL, cell))
    others = [column for column in usual if column != label]
    if any(row[column] is None for column in others):
        return True
    plain = bool(_PLAIN_TOTAL.fullmatch(row[label] or ""))
    amounts = [column for column in cells.columns if column != label and _amount(row[column]) is not None]
    above = cells.head(at + 1)
    if any(_adds_up(above[column]) for column in amounts):
        return True
    if (group := _TOTAL_OF.fullmatch(row[label] or "")) and group[1].strip() in above[label].to_list():
        return True
    apart = above[[place for place in range(at + 1) if place == at or place not in named_so]]
    if plain and amounts and all(_adds_up(apart[column]) for column in amounts):
        return True
    return plain and at == cells.height - 1 and len(others) <= 1


def _adds_up(column: pl.Series) -> bool:
    """Whether the last cell is the sum of those above it, or of the last few of them."""
    amounts = [_amount(cell) for cell in column.to_list()]
    last = amounts[-1]
    if not last or len(amounts) < 3:
        return False
    running = Decimal(0)
    for upward, amount in enumerate(reversed(amounts[:-1]), start=1):
        running += amount or 0
        if upward >= 2 and abs(running - last) <= abs(last) / 1_000:
            return True
    return False


def _amount(cell: str | None) -> Decimal | None:
    if cell is None or kind(cell) != "number":
        return None
    try:
        return Decimal(re.sub(r"[^\d.-]", "", cell))
    except InvalidOperation:
        return None


def footers(cells: pl.DataFrame, numbers: pl.Series) -> dict[int, str]:
    """The last rows, where they hold one sentence and nothing else."""
    if cells.width < 2 or cells.height < 2:
        return {}
    tail = cells.tail(20)
    fills = [sum(cell is not None for cell in row) for row in cells.head(200).iter_rows()]
    typical = sorted(fills)[len(fills) // 2]
    found: dict[int, str] = {}
    for number, row in reversed(list(zip(numbers.tail(20).to_list(), tail.iter_rows(), strict=True))):
        texts = [cell for cell in row if cell]
        if len(texts) != 1 or typical < 2:
            break
        at = int(numbers.search_sorted(number))
        apart = at > 0 and int(numbers[at - 1]) < number - 1
        if not _reads_like_a_footer(texts[0], cells[str(row.index(texts[0]))], apart):
            break
        found[number] = "looks like a footer"
    return found


def _reads_like_a_footer(text: str, column: pl.Series, apart: bool) -> bool:
    """Whether a lone cell is a sentence about the file, not a sparse row: unlike its column, or below a gap."""
    if _FOOTER.search(text):
        return True
    return (apart or " " in text.strip()) and shape(text) not in {shape(cell) for cell in column.head(50).drop_nulls()}


def another_table(body: Records, header: Sequence[str | None]) -> int | None:
    """The row where a second table begins: names again after a blank row, over columns that held numbers or dates."""
    cells, numbers = body.cells, body.numbers
    if cells.height < 3 or cells.width < 2:
        return None
    empty = cells.select(pl.all_horizontal(pl.all().is_null())).to_series()
    after_gap = (numbers.diff() > 1) | empty.shift(1, fill_value=False)
    starts = ((after_gap & ~empty).fill_null(False)).arg_true().to_list()
    above = [row for row in cells.head(100).iter_rows() if any(row)]
    for at in starts[:50]:
        row = cells.row(at)
        if tuple(row) == tuple(header) or sum(cell is not None for cell in row) < 2:
            continue
        cast = votes(row, above)
        below = [other for other in cells.slice(at + 1, 50).iter_rows() if any(other)]
        typed_below = sum(one == 1.0 for one in votes(row, below)) if below else 0
        texts = all(kind(cell) != "number" for cell in row if cell)
        hits = sum(one == 1.0 for one in cast)
        if texts and below and hits >= (2 if cells.width > 3 else 1) and min(cast) > -1 and typed_below >= 1:
            return int(numbers[at])
    return None
