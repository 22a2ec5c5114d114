"""Customers and money of a plan, month by month, against going on as today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from retention.planning.costs import Cost, spending
from retention.planning.goal import RoiPlan
from retention.planning.projection import Ageing, FloatArray, programme_effect, survivors


@dataclass(frozen=True)
class Gains:
    """What the customers saved bring, at the end of months 0, 1, 2, …

    Attributes:
        saved: customers more than without the plan.
        arr: their ARR, a run rate.
        arr_to_date: ARR kept so far, by the rule of ``logo_years_to_date``.
        margin_to_date: its margin.
        earned_to_date: margin as months pass, a twelfth of the run rate each.
    """

    saved: FloatArray
    arr: FloatArray
    arr_to_date: FloatArray
    margin_to_date: FloatArray
    earned_to_date: FloatArray

    @staticmethod
    def of(saved: FloatArray, *, arr_per_logo: float, gross_margin: float) -> Gains:
        """The gains of customers saved at one ARR and margin."""
        kept = logo_years_to_date(saved) * arr_per_logo
        passed = np.concatenate([[0.0], np.cumsum((saved[1:] + saved[:-1]) / 24)])
        return Gains(saved, saved * arr_per_logo, kept, kept * gross_margin, passed * arr_per_logo * gross_margin)

    def __add__(self, other: Gains) -> Gains:
        """Both together."""
        return Gains(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Flows:
    """A plan's months; the flows of several segments add up.

    Attributes:
        baseline: customers left at today's rate.
        planned: customers left with the plan.
        spent_to_date: all spending so far, as it is paid.
        decided_to_date: all spending so far, each year's as soon as it begins; what a run rate is held against.
        gains: of the customers saved, unrounded.
        whole: of the customers saved, rounded half up.
    """

    baseline: FloatArray
    planned: FloatArray
    spent_to_date: FloatArray
    decided_to_date: FloatArray
    gains: Gains
    whole: Gains

    @staticmethod
    def of(plan: RoiPlan) -> Flows:
        """The flows of one plan."""
        ageing = Ageing.of(plan.survival, months=plan.months)
        today, full = ageing.hazards(plan.current_rate), ageing.hazards(plan.target_rate)
        baseline = plan.logos * survivors(today)
        planned = plan.logos * survivors(today + effect_of(plan) * (full - today))
        saved = planned - baseline
        # a billionth more, so that exactly half a customer rounds up in spite of binary fractions
        in_whole = np.floor(saved + 0.5 + 1e-9)
        paid, decided = spending_of(plan)
        return Flows(
            baseline=baseline,
            planned=planned,
            spent_to_date=paid,
            decided_to_date=decided,
            gains=Gains.of(saved, arr_per_logo=plan.arr_per_logo, gross_margin=plan.gross_margin),
            whole=Gains.of(in_whole, arr_per_logo=plan.arr_per_logo, gross_margin=plan.gross_margin),
        )

    def __add__(self, other: Flows) -> Flows:
        """Both together."""
        return Flows(
            baseline=self.baseline + other.baseline,
            planned=self.planned + other.planned,
            spent_to_date=self.spent_to_date + other.spent_to_date,
            decided_to_date=self.decided_to_date + other.decided_to_date,
            gains=self.gains + other.gains,
            whole=self.whole + other.whole,
        )

    def table(self) -> pl.DataFrame:
        """One row per month from 0: customers without and with the plan, saved, and the money to date."""
        return pl.DataFrame(
            {
                "month": np.arange(len(self.baseline), dtype=np.int64),
                "baseline_logos": self.baseline,
                "plan_logos": self.planned,
                "logos_saved": self.gains.saved,
                "arr_kept": self.gains.arr,
                "arr_kept_to_date": self.gains.arr_to_date,
                "margin_to_date": self.gains.margin_to_date,
                "spent_to_date": self.spent_to_date,
                "net_to_date": self.gains.margin_to_date - self.decided_to_date,
                "margin_earned_to_date": self.gains.earned_to_date,
                "net_earned_to_date": self.gains.earned_to_date - self.spent_to_date,
            }
        )


def effect_of(plan: RoiPlan) -> FloatArray:
    """How much of its full effect the plan has in each month."""
    if plan.effect_by_month is not None:
        return np.asarray(plan.effect_by_month)
    return programme_effect(
        months=plan.months,
        ramp_months=plan.ramp_months,
        ends_after=plan.programme_ends_month,
        fade_months=plan.fade_months,
    )


def spending_of(plan: RoiPlan) -> tuple[FloatArray, FloatArray]:
    """All spending so far, at the end of months 0, 1, 2, …: as it is paid, and as it is decided."""
    return spending(plan.all_costs, months=plan.months, ends_after=plan.programme_ends_month)


def shared_spending(
    plans: Sequence[RoiPlan], shared_investment: float, shared_costs: Sequence[Cost]
) -> tuple[FloatArray, FloatArray]:
    """What several plans spend together, beside what each spends: as it is paid, and as it is decided."""
    at_start = Cost(what="Invested once", amount=shared_investment)
    return spending([at_start, *shared_costs], months=plans[0].months, ends_after=plans[0].programme_ends_month)


def invested(plan: RoiPlan) -> float:
    """All spending within the horizon."""
    return float(spending_of(plan)[0][-1])


def kept_at(plan: RoiPlan) -> Callable[[float], tuple[float, float]]:
    """What the plan would bring at another target rate: customers saved at the horizon, and the gain within it."""
    ageing, effect = Ageing.of(plan.survival, months=plan.months), effect_of(plan)
    today = ageing.hazards(plan.current_rate)
    baseline = survivors(today)[12::12]

    def at(target_rate: float) -> tuple[float, float]:
        planned = survivors(today + effect * (ageing.hazards(target_rate) - today))[12::12]
        saved = plan.logos * (planned - baseline)
        return float(saved[-1]), float(saved.sum()) * plan.arr_per_logo * plan.gross_margin

    return at


def gain_at(plan: RoiPlan, target_rates: FloatArray) -> FloatArray:
    """The gain the plan would bring within its horizon at each of several target rates."""
    ageing, effect = Ageing.of(plan.survival, months=plan.months), effect_of(plan)
    today = ageing.hazards(plan.current_rate)
    moved = today[:, None] + effect[:, None] * (ageing.hazards(target_rates) - today[:, None])
    saved = plan.logos * (survivors(moved)[12::12] - survivors(today)[12::12, None])
    gain: FloatArray = saved.sum(axis=0) * plan.arr_per_logo * plan.gross_margin
    return gain


def logo_years_to_date(saved: FloatArray) -> FloatArray:
    """Years of a customer kept so far, by month (rows): at every year's end the customers saved by then, summed.

    Within a year, those saved since it began count in full and those saved before it renew month by month.
    """
    month = np.arange(1, len(saved))
    year_began = (month - 1) // 12 * 12
    passed = ((month - year_began) / 12).astype(saved.dtype).reshape(-1, *(1,) * (saved.ndim - 1))
    earlier, none_yet = saved[year_began], np.zeros_like(saved[:1])
    finished = np.concatenate([none_yet, np.cumsum(saved[12::12], axis=0)])[year_began // 12]
    return np.concatenate([none_yet, finished + saved[1:] - (1 - passed) * earlier])


def payback_month(net_to_date: FloatArray, *, least: int = 0) -> int | None:
    """The first month from which the net so far stays at or above zero; None if it ends below.

    Args:
        net_to_date: at the end of months 0, 1, 2, …
        least: 1 where something is spent: what is paid in a month cannot come back before that month is over.
    """
    below = np.flatnonzero(net_to_date < -1e-9 * np.abs(net_to_date).max())
    first = max(int(below[-1]) + 1 if len(below) else 0, least)
    return first if first < len(net_to_date) else None


def present_value(net_to_date: FloatArray, discount_rate: float) -> float:
    """The sum of each month's net, discounted to the start; at 0% the net itself."""
    monthly = np.diff(net_to_date, prepend=0.0)
    return float(np.sum(monthly / (1 + discount_rate) ** (np.arange(len(monthly)) / 12)))


def root_of_rising(net_at: Callable[[float], float], most: float) -> float | None:
    """Where a net that rises between 0 and ``most`` is zero: 0 if it starts there, None if it ends below.

    A line through the two ends, redrawn with the stale end halved (the Illinois rule): a straight net needs one step.
    """
    low, high = 0.0, most
    net_low, net_high = net_at(low), net_at(high)
    if net_low >= 0:
        return 0.0
    if net_high < 0:
        return None
    near = 1e-12 * (net_high - net_low)
    guess = high
    for _ in range(60):
        guess = low - net_low * (high - low) / (net_high - net_low)
        net = net_at(guess)
        if abs(net) <= near:
            break
        if net < 0:
            low, net_low, net_high = guess, net, net_high / 2
        else:
            high, net_high, net_low = guess, net, net_low / 2
    return guess
