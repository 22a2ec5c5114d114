"""Months, quarters, halves and years as people write them: 2025-01, Q1 2025, 1Q25, H1 2025, FY25, 2025."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from retention.intake.values.dates import Order, read_dates
from retention.intake.values.months import month_of, months_day_first

_Y = r"['’]?(?P<year>(?:19|20)\d{2}|\d{2})"
_FULL = r"(?P<year>(?:19|20)\d{2})"
_FY = r"(?P<fiscal>FY|GJ)?\s*(?:CY)?\s*"
_GAP = r"[\s\-_/.,]*"
_QUARTER = r"(?:Q|T|Qtr\.?\s*|Quarter\s*|Trim(?:estre)?\.?\s*|Trimester\s*)"
_FORMS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (months, re.compile(form, re.IGNORECASE))
    for months, form in (
        (3, rf"{_QUARTER}(?P<part>[1-4]){_GAP}{_FY}{_Y}"),
        (3, rf"{_FY}{_Y}{_GAP}{_QUARTER}(?P<part>[1-4])"),
        (3, rf"(?P<part>[1-4])Q{_GAP}{_FY}{_Y}"),
        (3, rf"(?P<part>[1-4])(?:st|nd|rd|th|\.)?\s*(?:Quarter|Quartal|Qtr|trimestre){_GAP}{_FY}{_Y}"),
        (3, rf"Quartal\s*(?P<part>[1-4]){_GAP}{_FY}{_Y}"),
        (6, rf"(?:H|S)(?P<part>[12]){_GAP}{_FY}{_Y}"),
        (6, rf"{_FY}{_Y}{_GAP}(?:H|S)(?P<part>[12])"),
        (6, rf"(?P<part>[12])H{_GAP}{_FY}{_Y}"),
        (12, rf"(?P<fiscal>FY|GJ)\s*{_Y}"),
        (12, rf"(?:CY|Year|Calendar year)\s*{_FULL}"),
        (12, rf"{_FULL}(?:\.0)?"),
    )
)


@dataclass(frozen=True)
class Period:
    """A stretch of whole months.

    Attributes:
        first: its first day, were the year a calendar year.
        months: how many months it holds.
        fiscal: whether it says that its year is a fiscal year.
    """

    first: date
    months: int
    fiscal: bool = False


def period_of(text: str) -> Period | None:
    """The quarter, half or year a text names, or None."""
    for months, form in _FORMS:
        if match := form.fullmatch(text.strip()):
            parts = match.groupdict()
            year = int(parts["year"]) if len(parts["year"]) == 4 else 2000 + int(parts["year"])
            first = date(year, (int(parts.get("part") or 1) - 1) * months + 1, 1)
            return Period(first, months, bool(parts.get("fiscal")))
    return None


def fiscal_first(first: date, begins: int) -> date:
    """The first day of a period whose fiscal year begins in a month; a fiscal year is named by the year it ends in."""
    moved = first.year * 12 + first.month - 1 + (begins - 1) - (12 if begins > 1 else 0)
    return date(moved // 12, moved % 12 + 1, 1)


@dataclass(frozen=True)
class When:
    """A column of days or periods.

    Attributes:
        days: Date, one per cell: the day, or the first day of the period; null where the cell cannot be read.
        bad: cells with text that is neither.
        months: how many months each covers; 0 where the cells are days.
        fiscal: whether its years are fiscal ones.
        undecided: whether day and month could be told apart by nothing.
    """

    days: pl.Series
    bad: pl.Series
    months: int = 0
    fiscal: bool = False
    undecided: bool = False


def read_when(cells: pl.Series, *, whole_months: bool, order: Order | None = None) -> When:
    """A column as days, or as the months, quarters or years it names.

    Args:
        cells: the column, coded or not.
        whole_months: whether its name says that first or last days of months stand for the whole month.
        order: how numeric dates are to be read that nothing in the column decides.
    """
    read = read_dates(cells, order=order)
    texts = cells.cast(pl.String).drop_nulls().unique().to_list()
    if read.readable_share >= _MOST and not _are_compact_months(texts):
        months = months_day_first(texts) if read.order == "undecided" else None
        if months is not None and order is None:
            read = read_dates(cells, order="day_first" if months else "month_first")
        days = read.days
        undecided = read.order == "undecided" and months is None and order is None
        if whole_months and _are_edges(days):
            return When(days.dt.month_start(), read.unreadable, 1, undecided=undecided)
        return When(days, read.unreadable, undecided=undecided)
    return _read_periods(cells, texts)


_MOST = 0.5


def _are_compact_months(texts: Iterable[str]) -> bool:
    return all(re.fullmatch(r"\s*(19|20)\d{2}(0[1-9]|1[0-2])\s*", text) for text in texts)


def _are_edges(days: pl.Series) -> bool:
    held = days.drop_nulls()
    return bool((held == held.dt.month_start()).all() or (held == held.dt.month_end()).all())


def _read_periods(cells: pl.Series, texts: list[str]) -> When:
    months = {text: month for text in texts if (month := month_of(text, day_first=False)) is not None}
    periods = {text: period for text in texts if (period := period_of(text)) is not None}
    by_month = len(months) >= len(periods)
    first_days = months if by_month else {text: period.first for text, period in periods.items()}
    days = (
        cells.cast(pl.String)
        .replace_strict(list(first_days), list(first_days.values()), default=None, return_dtype=pl.Date)
        .alias("days")
    )
    length = 1 if by_month else max((period.months for period in periods.values()), default=1)
    return When(
        days,
        days.is_null() & cells.is_not_null(),
        length,
        fiscal=any(period.fiscal for period in periods.values()) and not by_month,
    )
