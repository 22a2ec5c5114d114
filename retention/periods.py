"""Days, months and windows.

A day is held as an integer key, ``month * 32 + day`` with months counted from year 0. Keys order as days do, and
the k-month anniversary of a day is its key + 32 k: a day that the target month lacks (31 February) then stands
after that month's last real day and before the next month, so comparing it with any real day gives the same answer
as clamping it to the month's end would. Only a comparison the other way round (is the anniversary on or before a
real day?) must clamp first.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import polars as pl

OPEN = 2**30
"""The key that stands for "still a customer": later than every real day."""


def day_key(day: date) -> int:
    """The integer key of a day: month * 32 + day."""
    return (day.year * 12 + day.month - 1) * 32 + day.day


def key_of(column: str) -> pl.Expr:
    """The integer keys of a Date column; null stays null."""
    day = pl.col(column)
    return (
        (day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1) * 32 + day.dt.day().cast(pl.Int32)
    ).cast(pl.Int32)


def months_reached(day: date, first: pl.Expr) -> pl.Expr:
    """The last anniversary of a first day on or before a day; a start day its month lacks is clamped to the end.

    Args:
        day: the day looked at.
        first: the key of the first day.
    """
    start = pl.min_horizontal(first % 32, pl.lit(month_end(day).day, dtype=pl.Int32))
    return (day_key(day) - (first // 32 * 32 + start)) // 32


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def is_month_end(day: date) -> bool:
    """Whether ``day`` is the last of its month."""
    return day == month_end(day)


def add_months(day: date, months: int) -> date:
    """``day`` moved by whole months, clamped to the month's end; never chain two moves of one date."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def opening_of(end: date, months: int) -> date:
    """The opening snapshot of a window of ``months`` that closes on ``end``; month ends open on month ends."""
    opening = add_months(end, -months)
    return month_end(opening) if is_month_end(end) else opening


def last_complete_month_end(as_of: date) -> date:
    """The last month end on or before the as-of date."""
    return as_of if is_month_end(as_of) else as_of.replace(day=1) - timedelta(days=1)


def trailing_window(as_of: date, months: int = 12) -> tuple[date, date]:
    """The default window: ``months`` to the last complete month end on or before the as-of date."""
    end = last_complete_month_end(as_of)
    return opening_of(end, months), end


WINDOWS = (12, 9, 6, 3, 1)
"""The lengths of the default window in months, the longest first."""


def default_window(as_of: date, earliest: date | None) -> tuple[date, date]:
    """The longest of 12, 9, 6, 3 and 1 months, to the last complete month end, that opens after the first start.

    Args:
        as_of: the last day the book speaks for.
        earliest: its first start; where no window opens after it, the one of twelve months is given.
    """
    windows = [trailing_window(as_of, months) for months in WINDOWS]
    return next((window for window in windows if earliest is not None and earliest <= window[0]), windows[0])


def period_first_day(day: date, months: int) -> date:
    """The first day of the calendar period of 1, 3 or 12 months that holds ``day``."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_last_day(first_day: date, months: int) -> date:
    """The last day of the period of ``months`` that begins on ``first_day``."""
    return add_months(first_day, months) - timedelta(days=1)


def months_between(start: date, end: date) -> int | None:
    """How many whole months a window spans (month ends count as such), or None where it is no whole number."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months > 0 and start in (opening_of(end, months), add_months(end, -months)) else None


def years_between(start: date, end: date) -> float:
    """How many years a window spans; by its months where they are whole, else by its days."""
    months = months_between(start, end)
    return (end - start).days / 365.25 if months is None else months / 12


def window_before(start: date, end: date) -> tuple[date, date]:
    """The equally long window that closes where this one opens."""
    months = months_between(start, end)
    if months is None:
        return start - (end - start), start
    opening = opening_of(start, months) if is_month_end(end) else add_months(start, -months)
    return opening, start
