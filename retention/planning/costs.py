"""What does the plan cost, and when? An investment line by line, each in the month it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from retention.planning.inputs import check_amount, check_whole
from retention.planning.projection import FloatArray

LATEST_MONTH = 60
"""The last month in which a cost may begin."""
USUAL_MANAGER: Final = 120_000.0
"""What a manager is taken to cost a year until somebody types it."""
TWO_UP_TO, ONE_UP_TO, PROGRAMME = 0.1, 0.25, 0.1
"""Shares of ARR: two managers are a start up to the first, one up to the second, else a programme of the third."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One line of an investment.

    Attributes:
        what: as printed.
        amount: paid once, or every year.
        yearly: whether it is paid every year, a twelfth each month, until the programme ends.
        from_month: the month in which it begins, from 1.
    """

    what: str
    amount: float
    yearly: bool = False
    from_month: int = 1

    def __post_init__(self) -> None:
        check_amount("amount", self.amount)
        check_whole("from_month", self.from_month, 1, LATEST_MONTH)

    def in_first_year(self) -> float:
        """What falls into the first twelve months."""
        months = max(13 - self.from_month, 0)
        return self.amount * months / 12 if self.yearly else self.amount * (months > 0)


def usual_managers(arr: float | None) -> int:
    """How many managers a plan starts from: two where they cost at most a tenth of ARR, one up to a quarter, else none.

    Two where no ARR is known, and so nothing to measure them by.
    """
    if arr is None or TWO_UP_TO * arr >= 2 * USUAL_MANAGER:
        return 2
    return 1 if ONE_UP_TO * arr >= USUAL_MANAGER else 0


def usual_programme(arr: float | None) -> float:
    """What a programme is taken to cost a year: a tenth of ARR in round figures, at most what two managers cost."""
    most = 2 * USUAL_MANAGER
    return most if arr is None else min(most, float(f"{PROGRAMME * arr:.1g}"))


def cost_of_hires(count: float, yearly_cost: float, *, from_month: int = 1) -> Cost:
    """The yearly cost of so many more managers."""
    check_amount("managers", count)
    return Cost(
        what=f"{count:,.10g} manager{'s' * (count != 1)}",
        amount=count * yearly_cost,
        yearly=True,
        from_month=from_month,
    )


def paid_to_date(cost: Cost, *, months: int, ends_after: float | FloatArray | None = None) -> FloatArray:
    """What has been paid at the end of months 0, 1, 2, … (rows); one column each for several ends."""
    month = np.arange(months + 1, dtype=np.float64)
    if not cost.yearly:
        return cost.amount * (month >= cost.from_month - 1)
    if ends_after is not None:
        month = np.minimum(month.reshape(-1, *(1,) * np.ndim(ends_after)), ends_after)
    paid: FloatArray = cost.amount / 12 * np.maximum(month - (cost.from_month - 1), 0)
    return paid


def decided_to_date(paid: FloatArray, cost: Cost) -> FloatArray:
    """What has been decided to spend: a yearly cost counts as soon as its year begins, with all that falls into it.

    It stands beside a run rate, which counts a year of margin as soon as a customer is saved.
    """
    if not cost.yearly:
        return paid
    month = np.arange(len(paid))
    year_ends = np.minimum(-(-np.maximum(month, 1) // 12) * 12, len(paid) - 1)
    begun = (month >= cost.from_month - 1).reshape(-1, *(1,) * (paid.ndim - 1))
    decided: FloatArray = np.where(begun, paid[year_ends], 0.0)
    return decided


def spending(costs: Iterable[Cost], *, months: int, ends_after: int | None = None) -> tuple[FloatArray, FloatArray]:
    """All costs at the end of months 0, 1, 2, …: paid to date, and decided to date."""
    paid, decided = np.zeros(months + 1), np.zeros(months + 1)
    for cost in costs:
        of_cost = paid_to_date(cost, months=months, ends_after=ends_after)
        paid, decided = paid + of_cost, decided + decided_to_date(of_cost, cost)
    return paid, decided


def scaled(costs: Iterable[Cost], total: float) -> tuple[Cost, ...]:
    """The same lines in proportion, their amounts adding up to another total."""
    lines = tuple(costs)
    now = sum(cost.amount for cost in lines)
    return tuple(replace(cost, amount=cost.amount * total / now) for cost in lines) if now else lines
