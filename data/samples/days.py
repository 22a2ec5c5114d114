"""Days and months of the sample: which day is k months on, which months a year has."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

FIRST_YEAR = 2021
AS_OF = date(2025, 12, 31)
YEARS = range(FIRST_YEAR, AS_OF.year + 1)


def months_on(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_from(earlier: date, later: date) -> int:
    """How many calendar months ``later``'s month lies after ``earlier``'s."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def months_of(year: int) -> list[date]:
    """The first days of a year's twelve months."""
    return [date(year, month, 1) for month in range(1, 13)]


def month_end(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_renewal(started_on: date, term_months: int, after: date) -> date:
    """The first term end after a day, counted from the start in whole terms."""
    terms = max(1, months_from(started_on, after) // term_months)
    while months_on(started_on, terms * term_months) <= after:
        terms += 1
    return months_on(started_on, terms * term_months)
