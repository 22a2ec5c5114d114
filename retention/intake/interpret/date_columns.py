"""All date columns of a file under one reading: what one column decides about day and month holds for the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from retention.errors import IntakeError, Question
from retention.intake.questions import DATE_ORDER, TIME_ZONE, ask
from retention.intake.table import Table
from retention.intake.values.dates import Dates, Order, marked, read_dates

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
            asked.append(_order_question(table, undecided, read))
    return read, asked


def _names_zone(header: str) -> bool:
    return bool(_UTC.search(header))


def _read(table: Table, header: str, answers: Mapping[str, str], order: Order | None) -> Dates:
    utc = _names_zone(header) or answers.get("time_zone") == "utc"
    return read_dates(table.column(header), order=order, utc=utc, periods=True)


def _both_orders(table: Table, header: str) -> IntakeError:
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).with_columns(day=marked("value"))
    parts = cells.with_columns(
        first=pl.col("day").str.extract(r"^\s*(\d{1,2})[-/.]\d{1,2}[-/.]", 1).cast(pl.Int32),
        second=pl.col("day").str.extract(r"^\s*\d{1,2}[-/.](\d{1,2})[-/.]", 1).cast(pl.Int32),
    )
    day_first = parts.filter(pl.col("first").is_between(13, 31) & (pl.col("second") <= 12)).row(0)
    month_first = parts.filter(pl.col("second").is_between(13, 31) & (pl.col("first") <= 12)).row(0)
    return IntakeError(
        f"The column {header!r} mixes day-first and month-first dates: row {day_first[0]} has {day_first[1]!r}, row "
        f"{month_first[0]} has {month_first[1]!r}. Write all of them one way (2024-12-31 is safest) and try again."
    )


def _order_question(table: Table, undecided: Sequence[str], read: Mapping[str, Dates]) -> Question:
    """The question which number of a date comes first, the order first under which most rows end after they start."""
    header = undecided[0]
    cells = pl.DataFrame({"row": table.rows, "value": table.text(header), "ordered": read[header].ordered})
    rows = cells.filter("ordered").head(3).select("row", "value").rows()
    question = ask(DATE_ORDER, [(row, header, value) for row, value in rows], example=rows[0][1])
    backwards = [_backwards(table, undecided, order) for order in ("day_first", "month_first")]
    months_first = backwards[1] < backwards[0] or (backwards[0] == backwards[1] and _months_lead(cells))
    return replace(question, choices=question.choices[::-1]) if months_first else question


def _backwards(table: Table, undecided: Sequence[str], order: Order) -> int:
    """Rows whose second day lies before their first one, where the two columns are read in some order."""
    if len(undecided) < _START_AND_END:
        return 0
    first, second = (read_dates(table.column(header), order=order).days for header in undecided[:_START_AND_END])
    return int((second < first).sum())


_START_AND_END = 2


def _months_lead(cells: pl.DataFrame) -> bool:
    """Whether the first number runs through the year while the second is always one of two: that is its day."""
    parts = (
        cells.filter("ordered")
        .select(day=marked("value"))
        .select(
            pl.col("day").str.extract(rf"^\s*{part}", 1).n_unique().alias(name)
            for name, part in (("first", r"(\d{1,2})[-/.]"), ("second", r"\d{1,2}[-/.](\d{1,2})[-/.]"))
        )
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
