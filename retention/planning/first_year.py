"""What does a plan come to in its first twelve months: earned by then, and as a run rate at their end?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retention.planning.costs import Cost
from retention.planning.goal import RoiPlan
from retention.planning.segments import flows_together

YEAR = 12


@dataclass(frozen=True)
class FirstYear:
    """A plan's first twelve months against going on as today. Earned and run rate are two figures, never one.

    Attributes:
        starting: customers at the start.
        kept_today: customers left after twelve months at today's rate.
        kept_planned: customers left after twelve months with the plan.
        saved: kept_planned - kept_today.
        arr_lost_today: ARR that leaves at today's rate, each customer counted like a saved one.
        arr_saved: ARR of the customers saved.
        run_rate: its margin: what they bring in a whole year from then on.
        earned: margin that has come in by then, a month at a time.
        invested: what is paid in the twelve months.
        net_run_rate: run_rate - invested.
        net_earned: earned - invested.
        roi_run_rate: net_run_rate / invested; None without an investment.
        roi_earned: net_earned / invested; None without an investment.
    """

    starting: float
    kept_today: float
    kept_planned: float
    saved: float
    arr_lost_today: float
    arr_saved: float
    run_rate: float
    earned: float
    invested: float
    net_run_rate: float
    net_earned: float
    roi_run_rate: float | None
    roi_earned: float | None


def first_year(
    plans: Sequence[RoiPlan], *, shared_investment: float = 0.0, shared_costs: Sequence[Cost] = ()
) -> FirstYear:
    """The first twelve months of several plans together, with the costs they share."""
    flows = flows_together(plans, shared_investment=shared_investment, shared_costs=shared_costs)
    invested, earned = float(flows.spent_to_date[YEAR]), float(flows.gains.earned_to_date[YEAR])
    run_rate = float(flows.gains.margin_to_date[YEAR])
    return FirstYear(
        starting=float(flows.baseline[0]),
        kept_today=float(flows.baseline[YEAR]),
        kept_planned=float(flows.planned[YEAR]),
        saved=float(flows.gains.saved[YEAR]),
        arr_lost_today=sum(plan.logos * (1 - plan.current_rate) * plan.arr_per_logo for plan in plans),
        arr_saved=float(flows.gains.arr[YEAR]),
        run_rate=run_rate,
        earned=earned,
        invested=invested,
        net_run_rate=run_rate - invested,
        net_earned=earned - invested,
        roi_run_rate=(run_rate - invested) / invested if invested else None,
        roi_earned=(earned - invested) / invested if invested else None,
    )
