"""Rows of a customer and a day: what logs, movements, panels and snapshots have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.interpret.date_columns import read_date_columns
from retention.intake.interpret.row_rules import merge_repeated_rows, nobodies
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.questions import DATE_ORDER, FISCAL, ask
from retention.intake.table import Table
from retention.intake.values.dates import Order
from retention.intake.values.written_periods import fiscal_first, read_when
from retention.periods import add_months, month_end

_MONTHLY = ("month", "period", "quarter", "year", "mois", "monat", "mes", "mese", "maand", "quartal", "trimestre")
_ORDERS: dict[str | None, Order] = {"day_first": "day_first", "month_first": "month_first"}


@dataclass
class DatedRows:
    """Rows with a customer and a day.

    Attributes:
        progress: the account of the rows; in play: at, row, customer_id, day (the day, or a period's first), day_text,
            word.
        header: the column of days.
        months: how many months a row speaks for; 0 where it speaks for its day.
    """

    progress: RowsInProgress
    header: str
    months: int

    def over(self, day: date) -> date:
        """The last day of which a row of a day or period speaks."""
        return day if not self.months else month_end(add_months(day, self.months - 1))


def read_dated_rows(
    table: Table, roles: Roles, part: str, answers: Mapping[str, str], *, today: date, whole_months: bool | None = None
) -> DatedRows:
    """The rows of a table that name a customer and a day up to today, or a period that is over.

    Args:
        table: the all-text table.
        roles: the part each column plays; ``status`` is the column of words, if there is one.
        part: the part that the column of days plays.
        answers: ``date_order`` and ``fiscal`` decide what the column does not.
        today: nothing later can have happened.
        whole_months: whether first or last days stand for their months; by default the column's name says so.
    """
    header = roles.columns[part]
    if whole_months is None:
        whole_months = any(word in cleaned(header) for word in _MONTHLY)
    when = read_when(table.column(header), whole_months=whole_months, order=_ORDERS.get(answers.get("date_order")))
    progress = RowsInProgress(_rows(table, roles, header), questions=list(roles.questions))
    days = when.days
    if not when.months and not when.undecided:
        read, asked = read_date_columns(table, [header], answers)
        progress.questions += [question for question in asked if question.key != DATE_ORDER.key]
        days = days if any(question.key == DATE_ORDER.key for question in asked) else read[header].days
    if when.undecided:
        cells = pl.DataFrame({"row": table.rows, "value": table.text(header)}).drop_nulls().head(3).rows()
        evidence = [(row, header, text) for row, text in cells]
        progress.questions.append(ask(DATE_ORDER, evidence, example=cells[0][1]))
    if when.fiscal:
        days = in_fiscal_years(days, answers, progress, header)
    progress.rows = progress.rows.with_columns(day=days.alias("day"), bad=when.bad.alias("bad"))
    over = pl.col("day").dt.offset_by(f"{when.months}mo").dt.offset_by("-1d") if when.months else pl.col("day")
    later = "period_not_over" if when.months else "day_ahead"
    progress.apply(
        [
            *nobodies(roles),
            Rule(pl.col("bad"), "day_unreadable", header, "day_text"),
            Rule(pl.col("day").is_null(), "no_day", header, "day_text"),
            Rule(over > today, later, header, "day_text"),
        ]
    )
    merge_repeated_rows(progress, table)
    return DatedRows(progress, header, when.months)


def in_fiscal_years(days: pl.Series, answers: Mapping[str, str], progress: RowsInProgress, header: str) -> pl.Series:
    """First days of periods of fiscal years as they fall in the calendar; asks when a fiscal year begins."""
    answer = answers.get("fiscal", "")
    if not answer.isdecimal() or not 1 <= int(answer) <= 12:
        progress.questions.append(ask(FISCAL, (), column=header))
        return days
    known = days.drop_nulls().unique().to_list()
    moved = [fiscal_first(day, int(answer)) for day in known]
    return days.replace_strict(known, moved, default=None, return_dtype=pl.Date) if known else days


def _rows(table: Table, roles: Roles, header: str) -> pl.DataFrame:
    none = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    status = roles.columns.get("status")
    return pl.DataFrame(
        {
            "at": pl.int_range(table.height, dtype=pl.UInt32, eager=True),
            "row": table.rows,
            "customer_id": table.text(roles.columns["customer_id"]).str.strip_chars(),
            "day_text": table.column(header),
            "word": none if status is None else table.text(status).str.strip_chars(),
        }
    )
