"""A goal for retention, what it costs and how long it runs: the inputs of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from retention.errors import InputError
from retention.planning.costs import Cost
from retention.planning.inputs import check_amount, check_rate, check_whole

LONGEST_HORIZON: Final = 5
"""Years a plan may look ahead."""
EVERYBODY: Final = "All customers"
"""The segment of a plan for a book as one."""


@dataclass(frozen=True, kw_only=True)
class RoiPlan:
    """A goal for retention and what it costs: from ``current_rate`` to ``target_rate`` for ``logos`` customers.

    Attributes:
        logos: customers at the start.
        current_rate: yearly logo retention today, 0-1.
        target_rate: yearly logo retention the programme is assumed to bring, 0-1.
        arr_per_logo: ARR of one saved customer; by default the average of those actually lost.
        investment: spent once, at the start.
        gross_margin: share of ARR that is margin; 1 counts revenue.
        ramp_months: months until the programme has its full effect, growing evenly.
        horizon_years: years looked ahead, 1 to 5.
        discount_rate: per year, for the net present value.
        yearly_investment: spent evenly over every year the programme runs.
        costs: what else is spent, line by line, each from the month it begins.
        programme_ends_month: the programme's last month; None while it goes on to the horizon.
        fade_months: months until the effect is gone after the programme has ended.
        effect_by_month: share of the full effect in each month, where several levers with ramps of their own are at
            work; replaces ramp and fade.
        survival: share of the book still there 0, 1, 2, … months on; None takes the same loss every year.
        segment: whom the plan is for, as printed.
    """

    logos: float
    current_rate: float
    target_rate: float
    arr_per_logo: float
    investment: float
    gross_margin: float = 1.0
    ramp_months: int = 0
    horizon_years: int = 1
    discount_rate: float = 0.0
    yearly_investment: float = 0.0
    programme_ends_month: int | None = None
    fade_months: int = 0
    costs: tuple[Cost, ...] = ()
    effect_by_month: tuple[float, ...] | None = field(default=None, repr=False)
    survival: tuple[float, ...] | None = field(default=None, repr=False)
    segment: str = "All customers"

    def __post_init__(self) -> None:
        _check(self)

    @property
    def months(self) -> int:
        """Months looked ahead."""
        return 12 * self.horizon_years

    @property
    def all_costs(self) -> tuple[Cost, ...]:
        """Everything that is spent, line by line."""
        spent = (
            Cost(what="Invested once", amount=self.investment),
            Cost(what="Invested every year", amount=self.yearly_investment, yearly=True),
        )
        return (*(cost for cost in spent if cost.amount), *self.costs)


def _check(plan: RoiPlan) -> None:
    check_rate("current_rate", plan.current_rate)
    check_rate("target_rate", plan.target_rate)
    check_rate("gross_margin", plan.gross_margin)
    if plan.target_rate < plan.current_rate:
        raise InputError(
            f"target_rate is {plan.target_rate:.1%}, below today's {plan.current_rate:.1%}: a goal lies at or above it."
        )
    check_amount("logos", plan.logos, above_zero="there must be customers to keep")
    check_amount("arr_per_logo", plan.arr_per_logo, above_zero="without an ARR a saved customer has no value to count")
    check_amount("investment", plan.investment)
    check_amount("yearly_investment", plan.yearly_investment)
    check_amount("discount_rate", plan.discount_rate)
    check_whole("horizon_years", plan.horizon_years, 1, LONGEST_HORIZON)
    check_whole("ramp_months", plan.ramp_months, 0, 120)
    check_whole("fade_months", plan.fade_months, 0, 120)
    if plan.programme_ends_month is not None:
        check_whole("programme_ends_month", plan.programme_ends_month, 1, 12 * LONGEST_HORIZON)
    if plan.effect_by_month is not None:
        if len(plan.effect_by_month) != plan.months:
            raise InputError(
                f"effect_by_month has {len(plan.effect_by_month)} months; the plan looks {plan.months} ahead."
            )
        for effect in plan.effect_by_month:
            check_rate("effect_by_month", effect)
