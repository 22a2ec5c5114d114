"""What is left after the cost, at every rate that could be reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from retention.planning.costs import Cost
from retention.planning.flows import gain_at, invested, shared_spending
from retention.planning.goal import RoiPlan
from retention.planning.projection import FloatArray

POINTS: Final = 0.12
"""The curve reaches at least so far past today's rate."""


def net_by_rate(
    plans: Sequence[RoiPlan], *, shared_investment: float = 0.0, shared_costs: Sequence[Cost] = (), steps: int = 40
) -> pl.DataFrame:
    """Net gain at rates from today's to a little past the goal, all goals moved in proportion.

    Where no plan has a goal above today's rate, every segment keeps the same share of those it would lose.

    Returns:
        One row per rate, rising: target_rate (of all plans together, weighted by customers), net, and planned (true
        in the one row of the goals as they stand).
    """
    logos = np.array([plan.logos for plan in plans])
    current = np.array([plan.current_rate for plan in plans])
    uplift = np.array([plan.target_rate for plan in plans]) - current
    moved = uplift if uplift.any() else 1 - current
    overall, step = float(logos @ current / logos.sum()), float(logos @ moved / logos.sum())
    planned = 1.0 if uplift.any() else 0.0
    parts = _parts(overall, step, planned, steps)
    targets = np.minimum(current[:, None] + moved[:, None] * parts, 1.0)
    net = np.full(len(parts), -float(shared_spending(plans, shared_investment, shared_costs)[0][-1]))
    for plan, rates in zip(plans, targets, strict=True):
        net += gain_at(plan, rates) - invested(plan)
    return pl.DataFrame({"target_rate": logos @ targets / logos.sum(), "net": net, "planned": parts == planned}).unique(
        "target_rate", keep="last", maintain_order=True
    )


def _parts(overall: float, step: float, planned: float, steps: int) -> FloatArray:
    """Shares of the goals' uplift to draw: from none to the furthest, the goals as they stand among them."""
    if not step:
        return np.array([0.0])
    furthest = min(1.0, max(overall + POINTS, overall + step * planned + 0.01)) - overall
    return np.union1d(np.linspace(0, furthest / step, steps), [planned])
