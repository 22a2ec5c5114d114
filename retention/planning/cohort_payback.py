"""When has a cohort earned back what it cost to win, some of it having left?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate, check_whole


@dataclass(frozen=True)
class CohortPayback:
    """A cohort's way to its own cost, per customer won.

    Attributes:
        months: when the margin to date reaches the cost, in a straight line within the month; None if it has not by
            the end of the curve.
        by_month: one row per month from 1: month, survival (of those billed), margin, margin_to_date.
    """

    months: float | None
    by_month: pl.DataFrame


def two_stage_curve(*, early_churn: float, early_months: int, late_churn: float, months: int = 60) -> pl.DataFrame:
    """The share left when churn is high for the first months and lower ever after.

    (1 - early)^early months x (1 - late)^later months. The usual mistake is to take one average churn for both.

    Returns:
        One row per month from 0: month, survival.
    """
    check_rate("early_churn", early_churn)
    check_rate("late_churn", late_churn)
    check_whole("early_months", early_months, 0, 600)
    check_whole("months", months, 1, 600)
    month = np.arange(months + 1)
    early = np.minimum(month, early_months)
    survival = (1 - early_churn) ** early * (1 - late_churn) ** (month - early)
    return pl.DataFrame({"month": month.astype(np.int64), "survival": survival})


def cohort_payback(
    *,
    cac: float,
    arpa: float,
    gross_margin: float,
    survival: Sequence[float],
    monthly_growth: float = 0.0,
    billed: Literal["start", "end"] = "start",
) -> CohortPayback:
    """Months until the survivors' margin has paid for everyone who was won.

    Each survivor pays arpa, grown by ``monthly_growth`` for every month of age. Billed at the start, a month's payers
    are those there when it begins; billed at the end, those left when it is over. The usual mistake is to divide the
    cost by a margin nobody has left from.

    Args:
        cac: cost of winning one customer.
        arpa: revenue a month at age 0.
        gross_margin: share of it that is margin.
        survival: share still there 0, 1, 2, … months on, from 1; a two-stage curve or the book's own.
        monthly_growth: of a survivor's revenue.
        billed: at the "start" or the "end" of the month.
    """
    check_amount("cac", cac, above_zero="without a cost there is nothing to pay back")
    check_amount("arpa", arpa, above_zero="a customer pays something")
    check_rate("gross_margin", gross_margin)
    check_rate("monthly_growth", monthly_growth)
    if len(survival) < 2:
        raise InputError("survival is empty: give the share still there 0, 1, 2, … months on.")
    age = np.arange(len(survival) - 1) + (billed == "end")
    payers = np.asarray(survival, dtype=np.float64)[age]
    margin = payers * arpa * (1 + monthly_growth) ** age * gross_margin
    to_date = np.cumsum(margin)
    by_month = pl.DataFrame(
        {"month": np.arange(1, len(survival)), "survival": payers, "margin": margin, "margin_to_date": to_date}
    ).cast({"month": pl.Int64})
    paid = np.flatnonzero(to_date >= cac)
    if not len(paid):
        return CohortPayback(None, by_month)
    month = int(paid[0])
    return CohortPayback(float(month + 1 - (to_date[month] - cac) / margin[month]), by_month)
