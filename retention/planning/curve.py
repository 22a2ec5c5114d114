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
from retention.planning.segments import furthest, part_that_pays, uplifts_of

POINTS: Final = 0.12
"""The curve reaches at least so far past today's rate."""
BEYOND: Final = 0.01
"""And so far past the goal and past the rate that pays for everything."""


def net_by_rate(
    plans: Sequence[RoiPlan], *, shared_investment: float = 0.0, shared_costs: Sequence[Cost] = (), steps: int = 40
) -> pl.DataFrame:
    """Net gain at rates from today's to past the goal and past the rate that pays, all goals moved in proportion.

    Where no rate pays, the curve goes on until everybody is kept. Where no plan has a goal above today's rate, every
    segment keeps the same share of those it would lose.

    Returns:
        One row per rate, rising: target_rate (of all plans together, weighted by customers), net, and planned (true
        in the one row of the goals as they stand).
    """
    logos = np.array([plan.logos for plan in plans])
    current, moved = np.array([plan.current_rate for plan in plans]), np.array(uplifts_of(plans))
    overall, step = float(logos @ current / logos.sum()), float(logos @ moved / logos.sum())
    planned = 1.0 if any(plan.target_rate > plan.current_rate for plan in plans) else 0.0
    shared = float(shared_spending(plans, shared_investment, shared_costs)[0][-1])
    pays = part_that_pays(plans, shared + sum(map(invested, plans)))
    parts = _parts(overall, step, planned, steps, pays=pays, most=furthest(plans))
    targets = np.minimum(current[:, None] + moved[:, None] * parts, 1.0)
    net = np.full(len(parts), -shared)
    for plan, rates in zip(plans, targets, strict=True):
        net += gain_at(plan, rates) - invested(plan)
    return pl.DataFrame({"target_rate": logos @ targets / logos.sum(), "net": net, "planned": parts == planned}).unique(
        "target_rate", keep="last", maintain_order=True
    )


def _parts(overall: float, step: float, planned: float, steps: int, *, pays: float | None, most: float) -> FloatArray:
    """Multiples of the goals' uplifts to draw: from none to the furthest, the goals and what pays among them."""
    if not step:
        return np.array([0.0])
    usual = (min(1.0, max(overall + POINTS, overall + step * planned + BEYOND)) - overall) / step
    last = most if pays is None else max(usual, min(pays + BEYOND / step, most))
    return np.union1d(np.linspace(0, last, steps), [planned, *([] if pays is None else [pays])])
