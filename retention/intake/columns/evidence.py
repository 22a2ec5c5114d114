"""What a column's values allow it to be; names propose a part, values may refuse it."""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from retention.intake.columns.names import cleaned
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import Dates, read_dates
from retention.intake.values.months import month_of
from retention.intake.values.statuses import read_statuses
from retention.intake.values.written_periods import period_of

_SAMPLE = 2_000


def offers_dates(table: Table, header: str) -> bool:
    """Whether a column that nobody recognised holds dates, written as dates: a day number may be any number."""
    return holds_dates(table, header, must=True) and not are_digits(table, header)


def dated_columns(table: Table, *, but: Collection[str]) -> list[str]:
    """The columns that hold dates, besides those that play a part already."""
    return [header for header in table.headers if header not in but and offers_dates(table, header)]


def holds_dates(
    table: Table, header: str, *, must: bool = False, month: bool = False, whole_months: bool = False
) -> bool:
    """Whether most of a column's values are dates; an empty column passes unless dates must be there.

    Args:
        table: the table.
        header: its column.
        must: whether an empty column fails.
        month: whether any period such as "Jan-25" or "FY25" is a date too.
        whole_months: whether a month or quarter may stand in the place of a day.
    """
    read = _dates_of(table, header, periods=whole_months)
    if not int(read.unreadable.sum()) and read.days.null_count() == len(read.days):
        return not must
    return read.readable_share >= 0.5 or (month and _periods_in(sample_of(table, header)) >= 0.5)


def _dates_of(table: Table, header: str, *, periods: bool) -> Dates:
    return table.once(("dates", header, periods), lambda: read_dates(sample_of(table, header), periods=periods))


def is_month(table: Table, header: str) -> bool:
    """Whether every value is the first or every value the last day of a month."""
    days = read_dates(table.column(header)).days.drop_nulls()
    return not days.is_empty() and bool((days == days.dt.month_start()).all() or (days == days.dt.month_end()).all())


def are_months(table: Table, header: str) -> bool:
    """Whether nearly every value names a month or longer period, and no day."""
    return holds_dates(table, header, must=True, month=True) and _periods_in(sample_of(table, header)) >= 1 - _ODD


def _periods_in(sample: pl.Series) -> float:
    distinct = sample.unique().to_list()
    named = [month_of(text, day_first=False) is not None or period_of(text) is not None for text in distinct]
    return sum(named) / max(len(named), 1)


def may_end(table: Table, header: str, *, known: bool) -> bool:
    """Whether a column may say when customers left: it is empty, holds a date, or says by its name that it should.

    A single date is enough under a known name: whatever else stands in such a column is set aside, never read as
    "still a customer". Under any other name the column has to hold dates.
    """
    if not known:
        return holds_dates(table, header, must=True, whole_months=True)
    read = _dates_of(table, header, periods=True)
    empty = not bool(read.unreadable.any()) and read.days.null_count() == len(read.days)
    return empty or read.readable_share > 0 or re.search(r"date|_(on|at)$", cleaned(header)) is not None


def effective_end(table: Table, requested: str, terms: list[str]) -> str | None:
    """A term end that only those have who asked to leave: the day service ended."""
    asked = table.column(requested).is_not_null()
    if not asked.any() or asked.all():
        return None
    return next((header for header in terms if (table.column(header).is_not_null() == asked).all()), None)


def refuses_as_key(table: Table, header: str) -> bool:
    """Whether a column cannot be a customer key: it is empty, or holds dates that are written as such."""
    empty = table.column(header).null_count() == table.height
    return empty or (holds_dates(table, header, must=True) and not are_digits(table, header))


def are_digits(table: Table, header: str) -> bool:
    """Whether most cells are bare digits: an id such as 43831 or 20240101 is a day only where its header says so."""
    cells = sample_of(table, header)
    return not cells.is_empty() and float(cells.str.contains(r"^\s*\d+\s*$").mean() or 0) > 0.5  # type: ignore[arg-type]


def money_named(table: Table) -> list[str]:
    """The columns of numbers whose names end in a word for money, of a payment as a whole: "gift amount"."""
    named = [header for header in table.headers if _MONEY.search(name := cleaned(header)) and not _PART.search(name)]
    return [header for header in named if _holds_numbers(table, header)]


def _holds_numbers(table: Table, header: str) -> bool:
    cells = sample_of(table, header)
    return not cells.is_empty() and float(read_amounts(cells).unreadable.mean() or 0) <= _ODD  # type: ignore[arg-type]


_ODD = 0.05
_MONEY = re.compile(
    r"(^|_)(amount|value|total|price|fee|premium|rent|charge|share|proceeds|contribution|dues|betrag|beitrag|summe|importe|monto|cuota|montant"
    r"|cotisation|loyer|miete|importo|canone|valor|mensalidade|bedrag|contributie)$"
)
_PART = re.compile(r"tax|vat|discount|refund|ship|tip|due|balance|remaining|outstanding|lifetime|credit|market|coupon")
"""Amounts of a part of a payment, or of something else."""


def holds_statuses(table: Table, header: str) -> bool:
    """Whether at least half of a column's values are known status words."""
    read = read_statuses(sample_of(table, header))
    return not read.is_empty() and float(read.get_column("standing").is_not_null().mean() or 0) >= 0.5  # type: ignore[arg-type]


def fullest_first(table: Table, headers: list[str]) -> list[str]:
    """Columns by how many of their cells hold something."""
    return sorted(headers, key=lambda header: table.column(header).null_count())


def sample_of(table: Table, header: str) -> pl.Series:
    """Filled cells of a column, at most some four thousand spread over all of it."""

    def spread() -> pl.Series:
        held = table.column(header).drop_nulls()
        return (held.gather_every(max(1, len(held) // _SAMPLE)) if len(held) > _SAMPLE else held).cast(pl.String)

    return table.once(("sample", header), spread)
