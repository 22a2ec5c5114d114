"""What does a short period's rate come to over a year, and what is one point worth at its plainest?"""

from __future__ import annotations

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate, check_whole


def yearly_of(rate: float, *, periods_a_year: int) -> float:
    """The yearly rate if every period kept ``rate``: rate ^ periods. 97.4% a month is 72.9% a year.

    The usual mistake is to multiply the loss by twelve: 3% a month is 30.6% a year, not 36%.
    """
    check_rate("rate", rate)
    check_whole("periods_a_year", periods_a_year, 1, 366)
    return float(rate**periods_a_year)


def compounded(rate: float, *, periods_a_year: int, years: int = 3) -> pl.DataFrame:
    """The share left after each period, compounded, beside what adding the losses up would claim.

    Returns:
        One row per period from 0: month, left, added_up (never below 0).
    """
    check_rate("rate", rate)
    check_whole("periods_a_year", periods_a_year, 1, 12)
    if 12 % periods_a_year:
        raise InputError(f"periods_a_year is {periods_a_year}; a period is a whole number of months.")
    period = pl.col("period")
    return pl.DataFrame({"period": range(periods_a_year * years + 1)}, schema={"period": pl.Int64}).select(
        month=period * (12 // periods_a_year),
        left=pl.lit(rate).pow(period),
        added_up=(1 - (1 - rate) * period).clip(lower_bound=0),
    )


def one_point(*, logos: float, arr_per_logo: float) -> float:
    """The ARR one point of retention keeps in a year: logos x 1% x ARR. 1,000 customers at $50,000: $500,000.

    The usual mistake is to take the average of the book where mostly small customers leave.
    """
    check_amount("logos", logos)
    check_amount("arr_per_logo", arr_per_logo)
    return logos * arr_per_logo / 100
