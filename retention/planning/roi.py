"""What is one more point of retention worth, and when has it paid for itself?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import polars as pl

from retention.planning.flows import Flows, Gains, invested, kept_at, payback_month, present_value, root_of_rising
from retention.planning.goal import RoiPlan

__all__ = ["HANGS_ON", "BreakEven", "Roi", "RoiFigures", "RoiPlan", "retention_roi", "roi_of_flows"]

_CUSTOMERS: Final = (
    "logos", "current_rate", "target_rate", "ramp_months", "horizon_years", "programme_ends_month", "fade_months",
    "effect_by_month", "survival",
)  # fmt: skip
_SPENDING: Final = ("investment", "yearly_investment", "costs", "programme_ends_month", "horizon_years")
_GAIN: Final = (*_CUSTOMERS, "arr_per_logo", "gross_margin")
_RETURN: Final = tuple(dict.fromkeys((*_GAIN, *_SPENDING)))
_BREAK_EVEN: Final = tuple(name for name in _RETURN if name != "target_rate")

HANGS_ON: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "logos_saved": _CUSTOMERS,
        "arr_kept": (*_CUSTOMERS, "arr_per_logo"),
        "margin_kept": _GAIN,
        "invested": _SPENDING,
        "net": _RETURN,
        "roi": _RETURN,
        "multiple": _RETURN,
        "break_even_logos": _BREAK_EVEN,
        "break_even_rate": _BREAK_EVEN,
        "break_even_points": _BREAK_EVEN,
        "payback_month": _RETURN,
        "npv": (*_RETURN, "discount_rate"),
        "margin_earned": _GAIN,
        "net_earned": _RETURN,
        "roi_earned": _RETURN,
        "payback_month_earned": _RETURN,
    }
)
"""The inputs of a plan that each of its figures hangs on."""


@dataclass(frozen=True)
class RoiFigures:
    """What a plan brings within its horizon, against going on as today.

    Attributes:
        logos_saved: customers more than without the plan at the end of the horizon.
        arr_kept: their ARR, a run rate at the end of each year, summed over the years.
        margin_kept: arr_kept x gross margin: the gain.
        invested: all that was spent.
        net: margin_kept - invested.
        roi: net / invested; None without an investment, where it has no meaning.
        multiple: margin_kept / invested; None likewise. Always roi + 1.
        break_even_logos: customers saved at which the plan pays for itself; None if even keeping everyone would not.
        break_even_rate: the target rate at which it does.
        break_even_points: how far that lies above today's rate.
        payback_month: first month from which the gain so far stays at or above the spending, a yearly cost counting as
            soon as its year begins; None if that lies beyond the horizon.
        npv: net, each month's gain and spending discounted to the start.
        margin_earned: margin of the saved customers as months pass, not as a run rate: what reaches the books.
        net_earned: margin_earned - invested.
        roi_earned: net_earned / invested; None without an investment.
        payback_month_earned: payback counted on margin_earned and on spending as it is paid.
    """

    logos_saved: float
    arr_kept: float
    margin_kept: float
    invested: float
    net: float
    roi: float | None
    multiple: float | None
    break_even_logos: float | None
    break_even_rate: float | None
    break_even_points: float | None
    payback_month: int | None
    npv: float
    margin_earned: float
    net_earned: float
    roi_earned: float | None
    payback_month_earned: int | None


@dataclass(frozen=True)
class Roi(RoiFigures):
    """A plan's figures unrounded, the same in whole customers, and the months behind them.

    Attributes:
        whole: the same figures with customers saved rounded half up, break-even rounded up.
        by_month: one row per month from 0: month, baseline_logos, plan_logos, logos_saved, arr_kept (run rate), and
            to date arr_kept_to_date, margin_to_date, spent_to_date, net_to_date (a yearly cost counting as soon as its
            year begins), margin_earned_to_date, net_earned_to_date.
    """

    whole: RoiFigures
    by_month: pl.DataFrame

    @property
    def by_year(self) -> pl.DataFrame:
        """One row per year: year, customers and ARR kept at its end, and the margin, spending and net of that year."""
        to_date = ("margin", "spent", "net", "margin_earned")
        return (
            self.by_month.filter(pl.col("month") % 12 == 0)
            .with_columns(pl.col(f"{name}_to_date").diff().alias(name) for name in to_date)
            .with_columns(
                # what is spent on the first day belongs to the first year
                spent=pl.when(pl.col("month") == 12).then("spent_to_date").otherwise("spent"),
                net=pl.when(pl.col("month") == 12).then("net_to_date").otherwise("net"),
                year=pl.col("month") // 12,
            )
            .filter(pl.col("year") > 0)
            .select("year", "baseline_logos", "plan_logos", "logos_saved", "arr_kept", *to_date, "net_to_date")
        )


def retention_roi(plan: RoiPlan) -> Roi:
    """Return on investment of a retention goal: (gain - investment) / investment.

    The gain is the margin of the customers saved against today's rate, as a yearly run rate: a saved customer counts
    one year of its margin when saved, and one more for every later year it is still here. Spending is deducted once.
    """
    return roi_of_flows(Flows.of(plan), break_even=_break_even(plan), discount_rate=plan.discount_rate)


@dataclass(frozen=True)
class BreakEven:
    """Where a plan pays for itself: customers saved at the horizon, the yearly rate that takes, and today's."""

    logos: float
    rate: float
    current_rate: float

    @property
    def in_whole_customers(self) -> BreakEven:
        """The next whole number of customers, with the points growing in step."""
        logos = float(math.ceil(self.logos - 1e-9))
        step = logos / self.logos if self.logos else 1.0
        return replace(self, logos=logos, rate=self.current_rate + (self.rate - self.current_rate) * step)


def roi_of_flows(flows: Flows, *, break_even: BreakEven | None, discount_rate: float) -> Roi:
    """The figures of a plan, or of several added up, from its flows."""
    exact = _figures(flows.gains, flows, break_even, discount_rate)
    whole_break_even = break_even.in_whole_customers if break_even else None
    whole = _figures(flows.whole, flows, whole_break_even, discount_rate)
    return Roi(**vars(exact), whole=whole, by_month=flows.table())


def _figures(gains: Gains, flows: Flows, break_even: BreakEven | None, discount_rate: float) -> RoiFigures:
    spent, margin_kept = float(flows.spent_to_date[-1]), float(gains.margin_to_date[-1])
    net_to_date = gains.margin_to_date - flows.decided_to_date
    earned_to_date = gains.earned_to_date - flows.spent_to_date
    net, net_earned, first = float(net_to_date[-1]), float(earned_to_date[-1]), 1 if spent else 0
    return RoiFigures(
        logos_saved=float(gains.saved[-1]),
        arr_kept=float(gains.arr_to_date[-1]),
        margin_kept=margin_kept,
        invested=spent,
        net=net,
        roi=net / spent if spent else None,
        multiple=margin_kept / spent if spent else None,
        break_even_logos=break_even.logos if break_even else None,
        break_even_rate=break_even.rate if break_even else None,
        break_even_points=break_even.rate - break_even.current_rate if break_even else None,
        payback_month=payback_month(net_to_date, least=first),
        npv=present_value(net_to_date, discount_rate),
        margin_earned=float(gains.earned_to_date[-1]),
        net_earned=net_earned,
        roi_earned=net_earned / spent if spent else None,
        payback_month_earned=payback_month(earned_to_date, least=first),
    )


def _break_even(plan: RoiPlan) -> BreakEven | None:
    kept, spent = kept_at(plan), invested(plan)
    points = root_of_rising(lambda uplift: kept(min(plan.current_rate + uplift, 1.0))[1] - spent, 1 - plan.current_rate)
    if points is None:
        return None
    rate = min(plan.current_rate + points, 1.0)
    return BreakEven(logos=kept(rate)[0], rate=rate, current_rate=plan.current_rate)
