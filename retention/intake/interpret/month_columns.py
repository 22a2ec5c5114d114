"""Starts and ends that name months or quarters: a month means the whole month, however it is written."""

from __future__ import annotations

import re

import polars as pl

from retention.intake.columns.names import cleaned
from retention.intake.values.dates import Dates

_SAYS_MONTH = re.compile(r"(^|_)(month|monat|mois|mes|mese|maand|quarter|quartal|trimestre|kwartaal)(_|$)|month$")


def first_days(header: str, read: Dates) -> pl.Series:
    """The days on which customers start: of a month its first, also under a header that says month."""
    return read.days.dt.month_start() if _are_months(header, read) else read.days


def last_days(header: str, read: Dates) -> pl.Series:
    """The days on which customers leave: of a month or quarter its last, so that it is in that month's churn.

    Nobody ends before they start so, and the month's closing day no longer counts them.
    """
    if _are_months(header, read):
        return read.days.dt.month_end()
    return read.until.zip_with(read.until.is_not_null(), read.days) if _has_periods(read) else read.days


def months_said(started: str, starts: Dates, ended: str | None, ends: Dates) -> str:
    """What months in the place of days are taken for; "" where there are none."""
    said = []
    if _has_periods(starts) or _are_months(started, starts):
        said.append(f"“{started}” names months: who started in one is a customer from its first day.")
    if ended is not None and (_has_periods(ends) or _are_months(ended, ends)):
        said.append(f"“{ended}” names months: who left in one is in that month's churn.")
    return " ".join(said)


def _has_periods(read: Dates) -> bool:
    return read.until.null_count() < len(read.until)


def _are_months(header: str, read: Dates) -> bool:
    """Whether a header says month, and every day is the first or every day the last of one."""
    days = read.days.drop_nulls()
    if _SAYS_MONTH.search(cleaned(header)) is None or days.is_empty() or _has_periods(read):
        return False
    return bool((days == days.dt.month_start()).all() or (days == days.dt.month_end()).all())
