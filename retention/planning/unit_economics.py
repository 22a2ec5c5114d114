"""Does a customer bring more than it costs to win?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate, check_whole


@dataclass(frozen=True)
class UnitEconomics:
    """What one customer brings and costs.

    Attributes:
        monthly_margin: revenue a month x gross margin.
        lifetime_months: months a customer stays, at the survival given.
        ltv: margin over that time.
        ltv_to_cac: ltv over what it cost to win the customer; None if that was nothing.
        payback_months: months of margin that make up for it, if nobody leaves meanwhile.
    """

    monthly_margin: float
    lifetime_months: float
    ltv: float
    ltv_to_cac: float | None
    payback_months: float


def unit_economics(*, arpa: float, gross_margin: float, monthly_churn: float, cac: float) -> UnitEconomics:
    """Lifetime value with constant churn: monthly margin over monthly churn.

    The usual mistake: 1 / churn is a lifetime only where churn is constant, and it rarely is.

    Raises:
        InputError: without churn, where the lifetime would have no end.
    """
    check_rate("monthly_churn", monthly_churn)
    if monthly_churn == 0:
        raise InputError("monthly_churn is 0: a customer would stay for ever; count to a horizon instead.")
    return _economics(
        arpa=arpa, gross_margin=gross_margin, lifetime_months=1 / monthly_churn, cac=cac, months_paid=None
    )


def margin_lines(
    *, arpa: float, gross_margin: float, cac: float, curves: Mapping[str, Sequence[float]]
) -> pl.DataFrame:
    """One customer's margin to date less what it cost to win, month by month, along several survival curves.

    Returns:
        One row per curve and month from 0: name, month, net (-cac at month 0).
    """
    return pl.concat(
        pl.DataFrame(
            {
                "name": name,
                "month": range(len(survival)),
                "net": [arpa * gross_margin * paid - cac for paid in accumulate(survival[:-1], initial=0.0)],
            },
            schema={"name": pl.String, "month": pl.Int64, "net": pl.Float64},
        )
        for name, survival in curves.items()
    )


def constant_survival(monthly_churn: float, months: int) -> list[float]:
    """The share still there 0, 1, 2, … months on when every month loses the same share."""
    check_rate("monthly_churn", monthly_churn)
    check_whole("months", months, 1, 600)
    return [(1 - monthly_churn) ** month for month in range(months + 1)]


def _economics(
    *, arpa: float, gross_margin: float, lifetime_months: float, cac: float, months_paid: float | None
) -> UnitEconomics:
    check_amount("arpa", arpa, above_zero="a customer pays something")
    check_rate("gross_margin", gross_margin)
    check_amount("gross_margin", gross_margin, above_zero="without margin nothing is ever earned back")
    check_amount("cac", cac)
    margin = arpa * gross_margin
    ltv = margin * (lifetime_months if months_paid is None else months_paid)
    return UnitEconomics(
        monthly_margin=margin,
        lifetime_months=lifetime_months,
        ltv=ltv,
        ltv_to_cac=ltv / cac if cac else None,
        payback_months=cac / margin,
    )
