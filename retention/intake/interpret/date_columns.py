"""All date columns of a file under one reading: what one column decides about day and month holds for the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from retention.errors import IntakeError, Question
from retention.intake.questions import DATE_ORDER, TIME_ZONE, ask
from retention.intake.table import Table
from retention.intake.values.dates import Dates, Order, read_dates

_ORDERS: dict[str | None, Order] = {"day_first": "day_first", "month_first": "month_first"}
_UTC = re.compile(r"\b(utc|gmt)\b", re.IGNORECASE)


def read_date_columns(
    table: Table, headers: Sequence[str], answers: Mapping[str, str]
) -> tuple[dict[str, Dates], list[Question]]:
    """The columns as dates, and what neither they nor the answers decide.

    Raises:
        IntakeError: a column holds days above 12 in both places.
    """
    answer = _ORDERS.get(answers.get("date_order"))
    asked: list[Question] = []
    read = {header: _read(table, header, answers, answer) for header in headers}
    for header, column in read.items():
        if column.order == "both":
            raise _both_orders(table, header)
        if column.mixed_zones and not _names_zone(header) and "time_zone" not in answers and not asked:
            asked.append(_zone_question(table, header))
    known = {_ORDERS[column.order] for column in read.values() if column.order in _ORDERS}
    undecided = [header for header, column in read.items() if column.order == "undecided"]
    if undecided and answer is None:
        if len(known) == 1:
            read |= {header: _read(table, header, answers, min(known)) for header in undecided}
        else:
            asked.append(_order_question(table, undecided[0], read[undecided[0]]))
    return read, asked


def _names_zone(header: str) -> bool:
    return bool(_UTC.search(header))


def _read(table: Table, header: str, answers: Mapping[str, str], order: Order | None) -> Dates:
    utc = _names_zone(header) or answers.get("time_zone") == "utc"
    return read_dates(table.column(header), order=order, utc=utc, periods=True)


def _both_orders(table: Table, header: str) -> IntakeError:
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)})
    parts = cells.with_columns(
        first=pl.col("value").str.extract(r"^\s*(\d{1,2})[-/.]\d{1,2}[-/.]", 1).cast(pl.Int32),
        second=pl.col("value").str.extract(r"^\s*\d{1,2}[-/.](\d{1,2})[-/.]", 1).cast(pl.Int32),
    )
    day_first = parts.filter(pl.col("first").is_between(13, 31) & (pl.col("second") <= 12)).row(0)
    month_first = parts.filter(pl.col("second").is_between(13, 31) & (pl.col("first") <= 12)).row(0)
    return IntakeError(
        f"The column {header!r} mixes day-first and month-first dates: row {day_first[0]} has {day_first[1]!r}, row "
        f"{month_first[0]} has {month_first[1]!r}. Write all of them one way (2024-12-31 is safest) and try again."
    )


def _order_question(table: Table, header: str, read: Dates) -> Question:
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header), "ordered": read.ordered})
    rows = cells.filter("ordered").head(3).select("row", "value").rows()
    question = ask(DATE_ORDER, [(row, header, value) for row, value in rows], example=rows[0][1])
    return replace(question, choices=question.choices[::-1]) if _months_lead(cells) else question


def _months_lead(cells: pl.DataFrame) -> bool:
    """Whether the first number runs through the year while the second is always one of two: that is its day."""
    parts = cells.filter("ordered").select(
        pl.col("value").str.extract(rf"^\s*{part}", 1).n_unique().alias(name)
        for name, part in (("first", r"(\d{1,2})[-/.]"), ("second", r"\d{1,2}[-/.](\d{1,2})[-/.]"))
    )
    first, second = parts.row(0)
    return bool(first >= _RUNS and second <= _FIXED)


_RUNS, _FIXED = 6, 2


def _zone_question(table: Table, header: str) -> Question:
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).drop_nulls()
    zoned = cells.filter(pl.col("value").str.contains(r"(?i)\d\s*(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?)$") & _has_clock())
    bare = cells.filter(~pl.col("value").str.contains(r"(?i)\d\s*(Z|UTC|GMT|[+-]\d{2}:?(\d{2})?)$") & _has_clock())
    rows = [*zoned.head(1).rows(), *bare.head(1).rows()]
    return ask(TIME_ZONE, [(row, header, value) for row, value in rows], column=header)


def _has_clock() -> pl.Expr:
    return pl.col("value").str.contains(r"\d{1,2}:\d{2}")
