"""Where do steady monthly moves of revenue lead?"""

from __future__ import annotations

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_rate, check_whole


def revenue_curve(*, expansion: float, contraction: float, churn: float, months: int = 36) -> pl.DataFrame:
    """Net and gross revenue retention after each month, when every month is like the last.

    Net: (1 + expansion - contraction - churn)^n. Gross leaves the expansion out: (1 - contraction - churn)^n. The
    usual mistake is to add the months up instead of compounding them.

    Args:
        expansion: share of revenue won in a month from those who stay.
        contraction: share of revenue lost in a month by those who stay.
        churn: share of revenue lost in a month with those who leave.
        months: how far.

    Returns:
        One row per month from 0: month, nrr, grr.
    """
    for name, rate in (("expansion", expansion), ("contraction", contraction), ("churn", churn)):
        check_rate(name, rate)
    if contraction + churn > 1:
        raise InputError(
            f"contraction and churn lose {contraction + churn:.0%} a month; no more than 100% can be lost."
        )
    check_whole("months", months, 1, 600)
    month = pl.col("month")
    return pl.DataFrame({"month": range(months + 1)}, schema={"month": pl.Int64}).with_columns(
        nrr=pl.lit(1 + expansion - contraction - churn).pow(month), grr=pl.lit(1 - contraction - churn).pow(month)
    )
