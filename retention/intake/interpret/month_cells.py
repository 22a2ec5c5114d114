"""The cells of months across, read a column at a time: twenty million amounts are never held as rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from retention.coded import by_text, is_coded, map_distinct
from retention.intake.interpret.money import decimal_said
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import SEPARATOR, ask
from retention.intake.table import Table
from retention.intake.values.amounts import Amounts, read_amounts, signs_in
from retention.intake.values.marks import MOST_MARKS, marks_in
from retention.ledger import ENTRY_SCHEMA, Action

NEGATIVE = "a negative amount: no revenue in that month"
_MAY_PART_THOUSANDS = r"\d[.,]\d{3}\b"
_SHOWN = 3
_NO_NUMBERS = ("nan", "#ref!", "#value!", "#n/a", "#name?")


@dataclass(frozen=True)
class MonthCells:
    """What the cells of months across hold.

    Attributes:
        columns: of each month its first day, the places of the rows that hold an amount, and the amounts.
        unreadable: at, row, header and text of the cells that are no numbers, month by month.
        negative: ledger entries of the negative amounts.
        marks: whether the cells are marks and words of those who were customers, and no amounts.
    """

    columns: list[tuple[date, pl.Series, pl.Series]] = field(default_factory=list)
    unreadable: list[pl.DataFrame] = field(default_factory=list)
    negative: list[pl.DataFrame] = field(default_factory=list)
    marks: bool = False


def read_month_cells(
    table: Table,
    months: Mapping[str, date],
    progress: RowsInProgress,
    answers: Mapping[str, str],
    *,
    marks: bool = True,
) -> MonthCells:
    """The amounts in columns of months, all under one reading of their marks.

    Args:
        table: the all-text table.
        months: its columns of months -> their first days.
        progress: the rows that are read; takes the question what a mark parts, and the notes on negative amounts.
        answers: ``separator`` decides what the cells do not.
        marks: whether the cells may be marks of who was a customer.
    """
    at = progress.rows.get_column("at")
    everyone = len(at) == table.height

    def cells(header: str) -> pl.Series:
        return table.column(header) if everyone else table.column(header).gather(at)

    said = _marks(map(cells, months)) if marks else {}

    def told(header: str) -> pl.Series:
        return _as_amounts(cells(header), said) if said else cells(header)

    signs = signs_in(map(told, months))
    if signs.decimal == "undecided" and "separator" not in answers:
        _ask_what_parts(progress, {header: told(header) for header in months})
    decimal = decimal_said(answers, comma=signs.a_comma)
    read = MonthCells(marks=bool(said))
    for header, month in months.items():
        _read_column(
            told(header), header, month, progress, read, read_amounts(told(header), decimal=decimal, signs=signs)
        )
    progress.notes += read.negative
    return read


def _read_column(
    cells: pl.Series, header: str, month: date, progress: RowsInProgress, read: MonthCells, amounts: Amounts
) -> None:
    """One column of a month: its amounts by place, and entries of what is negative or no number."""
    held = amounts.values.is_not_null()
    places = held.arg_true().cast(pl.UInt32)
    read.columns.append((month, places, amounts.values if held.all() else amounts.values.gather(places)))
    odd = amounts.unreadable | _not_finite(cells)
    if odd.any():
        read.unreadable.append(_shown(cells, header, progress, odd))
    negative = (amounts.values < 0).fill_null(value=False)
    if negative.any():
        shown = _shown(cells, header, progress, negative)
        read.negative.append(entries_of(shown, "accepted", NEGATIVE))


def _shown(cells: pl.Series, header: str, progress: RowsInProgress, which: pl.Series) -> pl.DataFrame:
    places = which.arg_true()
    return progress.rows.select("at", "row")[places].with_columns(
        pl.lit(header).alias("header"), cells.gather(places).cast(pl.String).alias("text")
    )


def entries_of(shown: pl.DataFrame, action: Action, reason: str) -> pl.DataFrame:
    """Ledger entries of cells: row, header and text."""
    return shown.select("row", column="header", value="text", action=pl.lit(action), reason=pl.lit(reason)).cast(
        ENTRY_SCHEMA
    )


def not_finite(cells: pl.Series) -> pl.Series:
    """Cells that a program wrote in the place of a number it could not work out."""
    return cells.str.strip_chars().str.to_lowercase().is_in(_NO_NUMBERS).fill_null(value=False)


def _not_finite(cells: pl.Series) -> pl.Series:
    if not is_coded(cells):
        return not_finite(cells)
    texts, place = by_text(cells)
    return not_finite(texts).gather(place)


def _as_amounts(cells: pl.Series, said: Mapping[str, str]) -> pl.Series:
    """The cells with the amounts that marks stand for."""
    return map_distinct(cells, lambda texts: texts.replace_strict(said, default=None, return_dtype=pl.String))


def _ask_what_parts(progress: RowsInProgress, columns: Mapping[str, pl.Series]) -> None:
    """Ask whether a mark parts thousands or decimals, with the first cells that could be either."""
    shown: list[tuple[int, str, str]] = []
    for cells in columns.values():
        if len(shown) == _SHOWN:
            break
        places = cells.cast(pl.String).str.contains(_MAY_PART_THOUSANDS).arg_true().head(_SHOWN - len(shown))
        rows = progress.rows.get_column("row").gather(places)
        shown += [
            (row, next(iter(columns)), text)
            for row, text in zip(rows, cells.gather(places).cast(pl.String), strict=True)
        ]
    progress.questions.append(ask(SEPARATOR, shown, example=shown[0][2]))


def _marks(columns: Iterator[pl.Series]) -> dict[str, str]:
    """The marks that the cells of all columns are, see ``marks_in``."""
    texts: set[str] = set()
    for cells in columns:
        texts.update(cells.unique().drop_nulls().cast(pl.String).head(MOST_MARKS + 1).to_list())
        if len(texts) > MOST_MARKS:
            return {}
    return marks_in(sorted(texts))
